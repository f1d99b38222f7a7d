//! The live stream of one tab: the parts of its page that changed, as HTML.
//!
//! A page is made from a snapshot of the home, so a step of the stream is the difference between two pages:
//! whatever was missed meanwhile, the next step is right. Nothing is made before the last step was taken, so
//! that a slow tab has no queue.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use futures_util::stream::unfold;
use housekey::mirror::{ChangeStream, ItemKind, Mirror, MirrorStatus};
use serde_json::json;
use tokio::sync::watch;
use tokio::time::{Instant, sleep, sleep_until};

use super::failure::not_found;
use super::here::{Here, device_view, flow_row, visible_lines};
use super::place::Place;
use super::reply;
use super::request;
use super::shown::Shown;
use super::site::Site;
use crate::page::{self, control::Target};
use crate::rights::May;
use crate::session::Session;
use crate::view::energy::EnergyNow;
use crate::view::home::HomeView;

/// How long changes are gathered before a step.
const GATHER: Duration = Duration::from_millis(40);

/// How often an idle stream says that it lives.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// How long a stream waits before it tries a Homey again that cannot be followed.
const AGAIN: Duration = Duration::from_secs(3);

/// What a tab needs to be followed.
struct Tab {
    dashboard: Arc<Site>,
    shown: Shown,
    session: Session,
    place: Arc<Place>,
    may: May,
    at: String,
    ends: Instant,
    state: State,
    /// Whether the tab knows that it is signed out.
    is_over: bool,
}

enum State {
    /// Nothing was sent yet; the page has the changes up to that number, if it is of this run.
    Begins(Option<u64>),
    Follows(Box<Following>),
    Ended,
}

struct Following {
    mirror: Mirror,
    changes: ChangeStream,
    status: watch::Receiver<MirrorStatus>,
    sent: Sent,
    freshness: String,
}

/// What the tab shows.
enum Sent {
    Home(HomeView),
    Parts(BTreeMap<String, String>),
}

/// One step of a page: parts by their ids, or that the page has to be read again.
enum Step {
    Parts(HashMap<String, String>),
    Reload,
}

/// Opens the stream of a tab.
pub(super) async fn stream(here: Here<'_>, dashboard: Arc<Site>) -> Response {
    let Some(shown) = Shown::of_query(here.head) else { return not_found(here.head, &here.root) };
    let last = here.head.headers.get("last-event-id").and_then(|id| id.to_str().ok());
    let after = last.map(str::to_owned).or_else(|| request::query(here.head, "after"));
    let after = after.and_then(|after| {
        let (epoch, seq) = after.split_once('-')?;
        seq.parse().ok().filter(|_| epoch == dashboard.epoch)
    });
    let ends = Instant::now() + here.session.left(dashboard.clock.now());
    let at = here.at();
    let Here { session, place, may, .. } = here;
    let state = State::Begins(after);
    let tab = Tab { dashboard, shown, session, place, may, at, ends, state, is_over: false };
    let events = unfold(tab, async |mut tab| {
        let bytes = tab.next().await?;
        Some((Ok::<_, std::convert::Infallible>(bytes), tab))
    });
    reply::stream(Body::from_stream(events))
}

impl Tab {
    /// The next bytes; `None` when the stream is over.
    async fn next(&mut self) -> Option<Bytes> {
        if self.is_over {
            return None;
        }
        let (stop, ended) = (self.dashboard.stop.clone(), self.session.ended.clone());
        let ends = self.ends;
        tokio::select! {
            biased;
            () = stop.cancelled() => None,
            () = ended.cancelled() => self.sign_out(),
            () = sleep_until(ends) => self.sign_out(),
            bytes = self.step() => bytes,
        }
    }

    fn sign_out(&mut self) -> Option<Bytes> {
        self.is_over = true;
        Some(Bytes::from_static(b"event: signed-out\ndata: {}\n\n"))
    }

    async fn step(&mut self) -> Option<Bytes> {
        match std::mem::replace(&mut self.state, State::Ended) {
            State::Ended => None,
            State::Begins(after) => {
                let Ok(mirror) = self.place.mirror().await else {
                    // The browser comes again.
                    sleep(AGAIN).await;
                    return Some(Bytes::from_static(b"retry: 3000\n\n"));
                };
                Some(self.begin(mirror, after))
            }
            State::Follows(following) => self.follow(following).await,
        }
    }

    /// The first step: what changed since the page was made.
    fn begin(&mut self, mirror: Mirror, after: Option<u64>) -> Bytes {
        let home = mirror.home();
        let Some(after) = after.filter(|after| *after <= home.seq()) else {
            return event("reload", &self.id(home.seq()), &json!({}));
        };
        let mut missed = mirror.changes_after(after);
        let mut devices: Vec<Arc<str>> = Vec::new();
        while let Some(change) = missed.try_next() {
            match change {
                Ok(change) if change.kind == ItemKind::Device => devices.push(change.id.clone()),
                Ok(_) => {}
                Err(_) => return event("reload", &self.id(home.seq()), &json!({})),
            }
        }
        let (sent, parts) = match self.view(&mirror) {
            Some(Sent::Home(view)) => {
                let mut parts = self.frame_parts(&view);
                let changed =
                    view.devices().filter(|facts| devices.iter().any(|id| **id == *facts.tile.id));
                parts.extend(changed.map(|facts| self.tile(&facts.tile)));
                (Sent::Home(view), parts)
            }
            Some(Sent::Parts(parts)) => {
                let all = parts.clone().into_iter().collect();
                (Sent::Parts(parts), all)
            }
            None => return event("reload", &self.id(home.seq()), &json!({})),
        };
        let freshness = self.freshness(&mirror);
        let mut text = b"retry: 2000\n\n".to_vec();
        text.extend_from_slice(&event("freshness", "", &json!({ "html": freshness })));
        text.extend_from_slice(&event("parts", &self.id(home.seq()), &json!(parts)));
        let (changes, status) = (mirror.changes_after(home.seq()), mirror.status());
        let following = Following { mirror, changes, status, sent, freshness };
        self.state = State::Follows(Box::new(following));
        text.into()
    }

    /// Waits for something that the tab does not show yet.
    async fn follow(&mut self, mut following: Box<Following>) -> Option<Bytes> {
        let heartbeat = Instant::now() + HEARTBEAT;
        loop {
            tokio::select! {
                change = following.changes.next() => { change?.ok(); }
                changed = following.status.changed() => changed.ok()?,
                () = sleep_until(heartbeat) => {
                    self.state = State::Follows(following);
                    return Some(Bytes::from_static(b":\n\n"));
                }
            }
            sleep(GATHER).await;
            while following.changes.try_next().is_some() {}
            let mut text = Vec::new();
            let freshness = self.freshness(&following.mirror);
            if freshness != following.freshness {
                text.extend_from_slice(&event("freshness", "", &json!({ "html": freshness })));
                following.freshness = freshness;
            }
            let seq = following.mirror.home().seq();
            match self.difference(&mut following) {
                Step::Reload => {
                    text.extend_from_slice(&event("reload", &self.id(seq), &json!({})));
                    return Some(text.into());
                }
                Step::Parts(parts) if parts.is_empty() => {}
                Step::Parts(parts) => {
                    text.extend_from_slice(&event("parts", &self.id(seq), &json!(parts)));
                }
            }
            if !text.is_empty() {
                self.state = State::Follows(following);
                return Some(text.into());
            }
        }
    }

    fn id(&self, seq: u64) -> String {
        format!("{}-{seq}", self.dashboard.epoch)
    }

    /// The page as it is now; `None` where what it shows is gone.
    fn view(&self, mirror: &Mirror) -> Option<Sent> {
        let home = mirror.home();
        let now = self.place.now();
        Some(match &self.shown {
            Shown::Home => Sent::Home(self.place.view(&home, self.may.sees)),
            Shown::Device(id) => {
                let here = self.device(&home, id)?;
                Sent::Parts(here)
            }
            Shown::Flows => {
                let folders = crate::view::flows::folders(&home, &self.place.folders());
                let rows = folders.iter().flat_map(|folder| &folder.flows);
                let row = |flow: &crate::view::flows::FlowRow| {
                    let id = format!("flow-{}", page::frame::encoded(&flow.id));
                    (id, page::flows::row(flow, self.may).into_string())
                };
                Sent::Parts(rows.map(row).collect())
            }
            Shown::Flow { advanced, id } => {
                let row = flow_row(&home, *advanced, id)?;
                let html = page::flow::control(&row, &self.at, self.may).into_string();
                Sent::Parts(BTreeMap::from([("flow-control".to_owned(), html)]))
            }
            Shown::Energy => {
                let html = page::energy::now(&EnergyNow::of(&home)).into_string();
                Sent::Parts(BTreeMap::from([("energy-now".to_owned(), html)]))
            }
            Shown::History => Sent::Parts(BTreeMap::new()),
            Shown::Activity => {
                let (lines, missed, since) = visible_lines(&self.place, self.may);
                let html = page::activity::lines(&lines, missed, since, &now).into_string();
                Sent::Parts(BTreeMap::from([("activity".to_owned(), html)]))
            }
        })
    }

    fn device(&self, home: &housekey::mirror::Home, id: &str) -> Option<BTreeMap<String, String>> {
        let view = device_view(&self.place, self.may, home, id)?;
        let target =
            Target { at: &self.at, device: &view.id, name: &view.name, csrf: &self.session.csrf };
        let may = self.may.control && view.unavailable.is_none();
        let mut parts: BTreeMap<_, _> = view
            .rows
            .iter()
            .map(|row| {
                (page::device::row_key(row), page::device::row(row, &target, may).into_string())
            })
            .collect();
        parts.insert("device-head".to_owned(), page::device::head(&view, &self.at).into_string());
        Some(parts)
    }

    fn difference(&self, following: &mut Following) -> Step {
        let Some(view) = self.view(&following.mirror) else { return Step::Reload };
        let step = match (&following.sent, &view) {
            (Sent::Home(before), Sent::Home(after)) => match before.has_shape_of(after) {
                false => Step::Reload,
                true => Step::Parts(self.home_difference(before, after)),
            },
            (Sent::Parts(before), Sent::Parts(after)) => {
                let same_shape = before.keys().eq(after.keys());
                let changed = after.iter().filter(|(id, html)| before.get(*id) != Some(html));
                match same_shape {
                    false => Step::Reload,
                    true => {
                        Step::Parts(changed.map(|(id, html)| (id.clone(), html.clone())).collect())
                    }
                }
            }
            _ => Step::Reload,
        };
        following.sent = view;
        step
    }

    fn home_difference(&self, before: &HomeView, after: &HomeView) -> HashMap<String, String> {
        let pairs = before.devices().zip(after.devices());
        let changed = pairs
            .filter(|(before, after)| !Arc::ptr_eq(before, after) && before.tile != after.tile);
        let mut parts: HashMap<_, _> = changed.map(|(_, after)| self.tile(&after.tile)).collect();
        let old = self.frame_parts(before);
        let new = self.frame_parts(after);
        parts.extend(new.into_iter().filter(|(id, html)| old.get(id) != Some(html)));
        parts
    }

    fn tile(&self, tile: &crate::view::tile::Tile) -> (String, String) {
        let html = page::tile::tile(tile, self.may.control).into_string();
        (format!("tile-{}", page::frame::encoded(&tile.id)), html)
    }

    /// The parts of the home page beside its tiles.
    fn frame_parts(&self, view: &HomeView) -> HashMap<String, String> {
        let heads = view.sections.iter().map(|section| {
            (page::home::zone_key(section), page::home::zone_head(section).into_string())
        });
        let mut parts: HashMap<_, _> = heads.collect();
        parts.insert("notices".to_owned(), page::home::notices(view).into_string());
        parts.insert("people".to_owned(), page::home::people(view).into_string());
        parts.insert("moods".to_owned(), page::home::moods(view, self.may).into_string());
        parts
    }

    fn freshness(&self, mirror: &Mirror) -> String {
        let freshness = crate::view::freshness::Freshness::of(
            &mirror.status().borrow(),
            &self.place.homey.name,
            &self.place.now(),
        );
        page::frame::freshness(&freshness).into_string()
    }
}

fn event(name: &str, id: &str, data: &serde_json::Value) -> Bytes {
    let id = if id.is_empty() { String::new() } else { format!("id: {id}\n") };
    format!("{id}event: {name}\ndata: {data}\n\n").into()
}
