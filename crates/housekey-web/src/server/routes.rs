//! Which request leads where.

use std::sync::Arc;

use axum::body::Body;
use axum::response::Response;
use http::header::{ACCEPT, HeaderValue, SET_COOKIE};
use http::request::Parts;
use http::{Method, StatusCode};
use maud::Markup;
use serde_json::json;

use super::place::Place;
use super::request::{self, Form};
use super::{Inner, SignedIn, Visit, live, reply, write};
use crate::page::frame::{Frame, NavEntry};
use crate::page::{self, sign_in};
use crate::rights::May;
use crate::session::Session;
use crate::view::activity::Line;
use crate::view::device::DeviceView;
use crate::view::flows;
use crate::view::freshness::Freshness;
use crate::view::when::Now;
use crate::{PATH, assets};

use housekey::mirror::{Home, Mirror};
use housekey::model::{Device, Zone};

/// A request to a Homey from a signed-in visitor.
pub(super) struct Here<'a> {
    pub(super) dashboard: &'a Inner,
    pub(super) head: &'a Parts,
    pub(super) session: Session,
    pub(super) place: Arc<Place>,
    pub(super) may: May,
    pub(super) root: String,
}

/// A page of a Homey that is followed live.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Shown {
    Home,
    Device(String),
    Flows,
    Activity,
}

pub(super) async fn serve(
    dashboard: &Arc<Inner>,
    request: http::Request<Body>,
    visit: Visit,
) -> Response {
    let (head, body) = request.into_parts();
    let path = head.uri.path();
    let Some(parts) = request::parts(path) else {
        // `/` and `/dashboard`: relative, so that a prefix before them stays.
        return match path.strip_prefix(PATH) {
            Some("") => reply::redirect("dashboard/"),
            None => reply::redirect("dashboard/"),
            _ => not_found(&head, "./"),
        };
    };
    let root = request::root(&parts);
    let names: Vec<&str> = parts.iter().map(String::as_str).collect();
    let reads = matches!(head.method, Method::GET | Method::HEAD);
    match names.as_slice() {
        ["assets", name] if reads => match assets::find(name) {
            Some(file) => reply::file(&head.headers, file),
            None => not_found(&head, &root),
        },
        [assets::MANIFEST] if reads => {
            reply::text(&head.headers, "application/manifest+json", assets::manifest())
        }
        ["open"] if reads => reply::page(&head.headers, sign_in::open(&root, theme(&head), None)),
        ["sign-in"] if reads => {
            reply::page(&head.headers, sign_in::sign_in(&root, theme(&head), None))
        }
        ["sign-in"] if head.method == Method::POST => enter(dashboard, &head, body, &visit).await,
        _ if visit.from_elsewhere => reply::page(&head.headers, sign_in::again()),
        names => {
            let cookie = request::cookie(&head, &request::cookie_name(request::host(&head)));
            let now = dashboard.clock.now();
            let session =
                cookie.and_then(|value| dashboard.sessions.find(value, request::host(&head), now));
            let Some(session) = session else { return signed_out(&head, &root) };
            let mut response = signed_in(dashboard, &head, body, session, names, root).await;
            response.extensions_mut().insert(SignedIn);
            response
        }
    }
}

/// Signs in with a link or a key.
async fn enter(dashboard: &Inner, head: &Parts, body: Body, visit: &Visit) -> Response {
    let root = "./";
    let Some(form) = Form::read(body).await else { return bad_request(head) };
    let now = dashboard.clock.now();
    let grant = match (form.field("link"), form.field("key")) {
        (Some(code), _) => dashboard.sessions.take_link(code, now).ok_or_else(|| {
            "This link was used, or is older than five minutes. Run `housekey agent open` again.".to_owned()
        }),
        (None, Some(key)) => (visit.check_key)(key.trim().to_owned()).await,
        (None, None) => return bad_request(head),
    };
    let grant = match grant {
        Ok(grant) => grant,
        Err(why) => {
            let page = sign_in::sign_in(root, theme(head), Some(&why));
            return reply::failed_page(StatusCode::UNAUTHORIZED, &head.headers, page);
        }
    };
    let host = request::host(head);
    let cookie = dashboard.sessions.begin(grant, host, dashboard.life, now);
    // Without a path it holds for where this request went, with whatever prefix the browser sees.
    let secure = if visit.tls || request::is_https(head) { "; Secure" } else { "" };
    let line = format!(
        "{}={}; HttpOnly; SameSite=Strict; Max-Age={}{secure}",
        request::cookie_name(host),
        cookie.expose(),
        dashboard.life.as_secs()
    );
    let mut response = reply::redirect("./");
    if let Ok(line) = HeaderValue::from_str(&line) {
        response.headers_mut().insert(SET_COOKIE, line);
    }
    response.extensions_mut().insert(SignedIn);
    response
}

/// A request from a signed-in visitor.
async fn signed_in(
    dashboard: &Arc<Inner>,
    head: &Parts,
    body: Body,
    session: Session,
    names: &[&str],
    root: String,
) -> Response {
    let is_post = head.method == Method::POST;
    if !is_post && !matches!(head.method, Method::GET | Method::HEAD) {
        return not_found(head, &root);
    }
    let form = match is_post {
        true => {
            let Some(form) = Form::read(body).await else { return bad_request(head) };
            let sent = form.field("csrf").unwrap_or_default();
            if sent.len() != session.csrf.len() || !constant_time_eq(sent, &session.csrf) {
                return refused(head, &root, "This page is outdated", "Reload it, and try again.");
            }
            Some(form)
        }
        false => None,
    };
    match (names, form) {
        ([""], None) => first(dashboard, head, &session, &root),
        (["agent"], None) if session.grant.sees_agent() => agent(dashboard, head, session, root),
        (["agent"], None) => refused(head, &root, "Not with this sign-in", MORE_RIGHTS),
        (["sign-out"], Some(_)) => {
            dashboard.sessions.end(&session.id);
            let name = request::cookie_name(request::host(head));
            let mut response = reply::redirect("sign-in");
            let line = format!("{name}=; HttpOnly; SameSite=Strict; Max-Age=0");
            if let Ok(line) = HeaderValue::from_str(&line) {
                response.headers_mut().insert(SET_COOKIE, line);
            }
            response
        }
        (["sessions", id, "end"], Some(_)) if session.grant.sees_agent() => {
            dashboard.sessions.end(id);
            reply::redirect("../../agent")
        }
        (["homeys", name, rest @ ..], form) => {
            let place = dashboard.places.iter().find(|place| place.homey.name == *name);
            let Some(place) = place.filter(|_| session.grant.is_for(name)) else {
                return not_found(head, &root);
            };
            let may = session.grant.may(place.homey.dialect);
            let here = Here { dashboard, head, session, place: place.clone(), may, root };
            match (rest, form) {
                ([""], None) => here.page(Shown::Home).await,
                (["device", id], None) => here.page(Shown::Device((*id).to_owned())).await,
                (["flows"], None) => here.page(Shown::Flows).await,
                (["activity"], None) => here.page(Shown::Activity).await,
                (["live"], None) => live::stream(here, dashboard.clone()).await,
                (["set", device, capability], Some(form)) => {
                    write::capability(&here, device, capability, &form).await
                }
                (["mood", id], Some(_)) => write::mood(&here, id).await,
                (["flow", kind, id, what], Some(form)) => {
                    write::flow(&here, kind, id, what, &form).await
                }
                _ => not_found(head, &here.root),
            }
        }
        _ => not_found(head, &root),
    }
}

const MORE_RIGHTS: &str =
    "It lacks the rights. `housekey agent open` gives a link with all of yours.";

/// Leads to the first Homey of the visitor.
fn first(dashboard: &Inner, head: &Parts, session: &Session, root: &str) -> Response {
    let names = dashboard.places.iter().map(|place| &*place.homey.name);
    match names.clone().find(|name| session.grant.is_for(name)) {
        Some(name) => reply::redirect(&format!("homeys/{}/", page::frame::encoded(name))),
        None => refused(
            head,
            root,
            "No Homey to show",
            "This sign-in is for none of the agent's Homeys.",
        ),
    }
}

fn agent(dashboard: &Inner, head: &Parts, session: Session, root: String) -> Response {
    let Some(place) = dashboard.places.first() else { return not_found(head, &root) };
    let now = place.now();
    let rows = dashboard.sessions.rows(&session.id, now.at);
    let main = page::agent::agent(&(dashboard.status)(), &rows, &session.csrf, &now);
    let may = session.grant.may(place.homey.dialect);
    let here = Here { dashboard, head, session, place: place.clone(), may, root };
    let live =
        Freshness { state: "live", text: "as of now".to_owned(), advice: None, stale: false };
    let page = here.frame(NavEntry::Agent, &live, None).page("Keys and tokens", &main);
    reply::page(&head.headers, page)
}

impl Here<'_> {
    fn frame<'f>(
        &'f self,
        section: NavEntry,
        freshness: &'f Freshness,
        live: Option<String>,
    ) -> Frame<'f> {
        let places = self.dashboard.places.iter().map(|place| &place.homey);
        let homeys = places.filter(|homey| self.session.grant.is_for(&homey.name));
        Frame {
            root: self.root.clone(),
            theme: theme(self.head),
            csrf: &self.session.csrf,
            homey: (&self.place.homey.name, &self.place.homey.title),
            homeys: homeys.map(|homey| (&*homey.name, &*homey.title)).collect(),
            section,
            sees_flows: self.may.sees.flows,
            sees_agent: self.session.grant.sees_agent(),
            freshness,
            who: &self.session.grant.who,
            live,
        }
    }

    /// The way to the pages of the Homey.
    pub(super) fn at(&self) -> String {
        format!("{}homeys/{}/", self.root, page::frame::encoded(&self.place.homey.name))
    }

    pub(super) fn now(&self) -> Now {
        self.place.now()
    }

    async fn page(&self, shown: Shown) -> Response {
        let mirror = match self.place.mirror().await {
            Ok(mirror) => mirror,
            Err(why) => return self.unreachable(&shown, &why),
        };
        if shown == Shown::Flows && self.may.sees.flows {
            self.place.read_folders().await;
        }
        let home = mirror.home();
        let freshness = self.freshness(&mirror);
        let Some((title, main)) = self.main(&shown, &home) else {
            return not_found(self.head, &self.root);
        };
        let live = format!("live?{}&after={}-{}", shown.query(), self.dashboard.epoch, home.seq());
        let page = self.frame(shown.section(), &freshness, Some(live)).page(&title, &main);
        reply::page(&self.head.headers, page)
    }

    /// A page without a home: it comes back when there is one.
    fn unreachable(&self, shown: &Shown, why: &str) -> Response {
        let freshness = Freshness::unreachable(why);
        let title = format!("{} cannot be reached", self.place.homey.title);
        let main = page::frame::empty(crate::view::icon::Icon::Warning, &title, why);
        let live = format!("live?{}&after=0-0", shown.query());
        let page = self.frame(shown.section(), &freshness, Some(live)).page("Not reached", &main);
        reply::failed_page(StatusCode::OK, &self.head.headers, page)
    }

    pub(super) fn freshness(&self, mirror: &Mirror) -> Freshness {
        Freshness::of(&mirror.status().borrow(), &self.place.homey.name, &self.now())
    }

    /// Title and content of a page; `None` where there is no such thing.
    fn main(&self, shown: &Shown, home: &Home) -> Option<(String, Markup)> {
        Some(match shown {
            Shown::Home => {
                let view = self.place.view(home, self.may.sees);
                ("Home".to_owned(), page::home::home(&view, self.may))
            }
            Shown::Device(id) => {
                let view = device_view(&self.place, self.may, home, id)?;
                let at = self.at();
                let target = page::control::Target {
                    at: &at,
                    device: &view.id,
                    name: &view.name,
                    csrf: &self.session.csrf,
                };
                let main = page::device::device(&view, &target, self.may.control);
                (view.name.clone(), main)
            }
            Shown::Flows if self.may.sees.flows => {
                let folders = flows::folders(home, &self.place.folders());
                ("Flows".to_owned(), page::flows::flows(&folders, self.may))
            }
            Shown::Flows => return None,
            Shown::Activity => {
                let (lines, missed, since) = visible_lines(&self.place, self.may);
                let main = page::activity::activity(&lines, missed, since, &self.now());
                ("Activity".to_owned(), main)
            }
        })
    }
}

/// A device as the visitor may see it.
pub(super) fn device_view(place: &Place, may: May, home: &Home, id: &str) -> Option<DeviceView> {
    let device: Device = home.get(id).filter(|_| may.sees.devices)?;
    let zone = device.zone.text().filter(|_| may.sees.zones);
    let zone = zone.and_then(|id| home.get::<Zone>(id)).map(|zone| zone.name().to_owned());
    Some(DeviceView::of(&device, zone, &place.now()))
}

/// The lines of activity that the visitor may see.
pub(super) fn visible_lines(place: &Place, may: May) -> (Vec<Line>, bool, Option<jiff::Timestamp>) {
    let log = place.log();
    let May { sees, sees_variables, .. } = may;
    let lines = log.lines.into_iter().filter(|(is_variable, line)| {
        match (line.device.is_some(), is_variable) {
            (true, _) => sees.devices,
            (_, true) => sees_variables,
            // People, moods, flows and zones.
            _ => sees.people && sees.moods && sees.flows && sees.zones,
        }
    });
    (lines.map(|(_, line)| line).collect(), log.missed, log.since)
}

impl Shown {
    fn query(&self) -> String {
        match self {
            Self::Home => "page=home".to_owned(),
            Self::Device(id) => format!("page=device&device={}", page::frame::encoded(id)),
            Self::Flows => "page=flows".to_owned(),
            Self::Activity => "page=activity".to_owned(),
        }
    }

    pub(super) fn of_query(head: &Parts) -> Option<Self> {
        Some(match &*request::query(head, "page")? {
            "home" => Self::Home,
            "device" => Self::Device(request::query(head, "device")?),
            "flows" => Self::Flows,
            "activity" => Self::Activity,
            _ => return None,
        })
    }

    fn section(&self) -> NavEntry {
        match self {
            Self::Home | Self::Device(_) => NavEntry::Home,
            Self::Flows => NavEntry::Flows,
            Self::Activity => NavEntry::Activity,
        }
    }
}

/// The theme that the visitor chose.
fn theme(head: &Parts) -> Option<&'static str> {
    match request::cookie(head, "housekey-theme") {
        Some("light") => Some("light"),
        Some("dark") => Some("dark"),
        _ => None,
    }
}

/// Whether a script sent it, which reads JSON.
pub(super) fn is_script(head: &Parts) -> bool {
    head.headers
        .get(ACCEPT)
        .is_some_and(|accept| accept.as_bytes().starts_with(b"application/json"))
}

fn constant_time_eq(one: &str, other: &str) -> bool {
    one.bytes().zip(other.bytes()).fold(0, |differs, (a, b)| differs | (a ^ b)) == 0
}

fn signed_out(head: &Parts, root: &str) -> Response {
    let is_page =
        matches!(head.method, Method::GET | Method::HEAD) && !head.uri.path().ends_with("/live");
    match is_page {
        true => reply::redirect(&format!("{root}sign-in")),
        false => failure(
            head,
            root,
            StatusCode::UNAUTHORIZED,
            "Signed out",
            "Sign in again: run `housekey agent open`.",
        ),
    }
}

pub(super) fn not_found(head: &Parts, root: &str) -> Response {
    let text = "It may have been removed, or this sign-in may not see it.";
    failure(head, root, StatusCode::NOT_FOUND, "There is nothing here", text)
}

fn bad_request(head: &Parts) -> Response {
    failure(
        head,
        "./",
        StatusCode::BAD_REQUEST,
        "This was not understood",
        "Reload the page, and try again.",
    )
}

pub(super) fn refused(head: &Parts, root: &str, title: &str, text: &str) -> Response {
    failure(head, root, StatusCode::FORBIDDEN, title, text)
}

/// A failure, as JSON for a script and as a page for a person.
pub(super) fn failure(
    head: &Parts,
    root: &str,
    status: StatusCode,
    title: &str,
    text: &str,
) -> Response {
    if is_script(head) {
        return reply::json(status, &json!({ "error": title, "text": text }));
    }
    let page = sign_in::message(root, theme(head), title, text);
    reply::failed_page(status, &head.headers, page)
}
