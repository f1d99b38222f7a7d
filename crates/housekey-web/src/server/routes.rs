//! Which request leads where.

use std::sync::Arc;

use axum::body::Body;
use axum::response::Response;
use http::header::{HeaderValue, SET_COOKIE};
use http::request::Parts;
use http::{Method, StatusCode};

use super::failure::{MORE_RIGHTS, bad_request, not_found, refused, signed_out, theme};
use super::here::Here;
use super::request::{self, Form};
use super::shown::Shown;
use super::site::{Site, Visit};
use super::{approvals, live, reply, write};
use crate::page;
use crate::page::frame::NavEntry;
use crate::page::sign_in;
use crate::session::Session;
use crate::view::freshness::Freshness;
use crate::{PATH, assets};

pub(super) async fn serve(
    dashboard: &Arc<Site>,
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
            response.extensions_mut().insert(reply::SignedIn);
            response
        }
    }
}

/// Signs in with a link or a key.
async fn enter(dashboard: &Site, head: &Parts, body: Body, visit: &Visit) -> Response {
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
    response.extensions_mut().insert(reply::SignedIn);
    response
}

/// A request from a signed-in visitor.
async fn signed_in(
    dashboard: &Arc<Site>,
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
        (["approvals", rest @ ..], form) => {
            approvals::serve(dashboard, head, session, (rest, form), root)
        }
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
                (["flow", "advanced", id], None) if id.ends_with(".svg") => {
                    here.picture(id.trim_end_matches(".svg")).await
                }
                (["flow", kind @ ("standard" | "advanced"), id], None) => {
                    let (advanced, id) = (*kind == "advanced", (*id).to_owned());
                    here.page(Shown::Flow { advanced, id }).await
                }
                (["energy"], None) => here.page(Shown::Energy).await,
                (["history"], None) => here.page(Shown::History).await,
                (["history.csv"], None) => here.csv().await,
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

/// Leads to the first Homey of the visitor.
fn first(dashboard: &Site, head: &Parts, session: &Session, root: &str) -> Response {
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

fn agent(dashboard: &Site, head: &Parts, session: Session, root: String) -> Response {
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

fn constant_time_eq(one: &str, other: &str) -> bool {
    one.bytes().zip(other.bytes()).fold(0, |differs, (a, b)| differs | (a ^ b)) == 0
}
