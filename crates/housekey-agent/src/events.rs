//! `/events`: what changes in a home, as server-sent events for any number of listeners.
//!
//! One feed for each Homey follows its mirror, writes every change down once and keeps the last ones;
//! a listener is a place in what is kept, and a filter. Whoever comes back with `Last-Event-ID` goes on
//! from there, or is told by an event `gap` that something is missing.

mod feed;
mod filter;
mod listener;

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Extension, Path, RawQuery, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use housekey::catalogue::Need;
use housekey::clock::SharedClock;
use housekey::mirror::Kinds;
use tokio::runtime::Handle;
use tokio::sync::OnceCell;

use self::feed::Feed;
use self::filter::{Asked, Filter};
use self::listener::{End, Listener, Place};
use crate::access::Caller;
use crate::gateway::{Refusal, Served};
use crate::supervisor::Stop;

/// The feeds of all Homeys, each begun when somebody first listens.
#[derive(Debug, Clone)]
pub(crate) struct Events {
    homeys: Arc<[Source]>,
    clock: SharedClock,
    /// Where mirrors live: longer than any thread of the gateway.
    main: Handle,
}

#[derive(Debug)]
struct Source {
    served: Served,
    feed: OnceCell<Arc<Feed>>,
}

impl Events {
    pub(crate) fn new(homeys: Vec<Served>, clock: SharedClock, main: Handle) -> Self {
        let source = |served| Source { served, feed: OnceCell::new() };
        Self { homeys: homeys.into_iter().map(source).collect(), clock, main }
    }

    /// `/events` of the first Homey, `/homeys/<name>/events` of any.
    pub(crate) fn routes(self) -> Router {
        Router::new()
            .route("/events", get(of_the_first))
            .route("/homeys/{name}/events", get(of_one))
            .with_state(self)
    }

    async fn listen(
        &self,
        name: Option<&str>,
        (caller, stop): (&Caller, Stop),
        query: Option<&str>,
        headers: &HeaderMap,
    ) -> Result<Response, Refusal> {
        let mut homeys = self.homeys.iter();
        let source = match name {
            None => homeys.next(),
            Some(name) => homeys.find(|source| source.served.name == name),
        };
        let source = source.ok_or_else(Refusal::unknown_homey)?;
        let wrong = |why| Refusal::new(StatusCode::BAD_REQUEST, "invalid_argument", why);
        let asked = Asked::parse(query.unwrap_or_default()).map_err(wrong)?;
        let kinds = heard(&source.served, caller, &asked)?;
        let feed = source.feed(self).await?;
        let filter = Filter::new(&asked, kinds, &feed.home()).map_err(wrong)?;
        let last = headers.get("last-event-id").and_then(|id| id.to_str().ok());
        let place = match last.or(asked.last_event_id.as_deref()).filter(|id| !id.is_empty()) {
            Some(id) => Place::After(id),
            None => Place::Now,
        };
        let end = End { stop, clock: self.clock.clone(), at: caller.expires() };
        let body = Body::from_stream(Listener::new(feed, filter, place, end).into_stream());
        let headers = [
            (CONTENT_TYPE, HeaderValue::from_static("text/event-stream")),
            (CACHE_CONTROL, HeaderValue::from_static("no-store")),
        ];
        Ok((headers, body).into_response())
    }
}

impl Source {
    async fn feed(&self, events: &Events) -> Result<Arc<Feed>, Refusal> {
        let begin = async || {
            let (homey, clock) = (self.served.homey.clone(), events.clock.clone());
            let begun = events.main.spawn(Feed::begin(homey, clock)).await;
            begun.map_err(|_| "the agent is stopping".to_owned())?
        };
        let feed = self.feed.get_or_try_init(begin).await;
        feed.cloned().map_err(|why: String| {
            let why = format!("the Homey {} cannot be followed: {why}", self.served.name);
            Refusal::try_again("homey_unreachable", why)
        })
    }
}

async fn of_the_first(
    State(events): State<Events>,
    Extension(caller): Extension<Arc<Caller>>,
    Extension(stop): Extension<Stop>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let heard = events.listen(None, (&caller, stop), query.as_deref(), &headers).await;
    heard.unwrap_or_else(|refusal| refusal.routed())
}

async fn of_one(
    State(events): State<Events>,
    Path(name): Path<String>,
    Extension(caller): Extension<Arc<Caller>>,
    Extension(stop): Extension<Stop>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let heard = events.listen(Some(&name), (&caller, stop), query.as_deref(), &headers).await;
    heard.unwrap_or_else(|refusal| refusal.routed())
}

/// The kinds that a caller hears of: those it asks for, all of which it has to be allowed; or all that
/// it is allowed, if that is any.
fn heard(served: &Served, caller: &Caller, asked: &Asked) -> Result<Kinds, Refusal> {
    let wanted = asked.kinds();
    let mut lacking = None;
    let mut allowed = Vec::new();
    for kind in wanted.unwrap_or_else(Kinds::all).iter() {
        match caller.may(&served.name, &Need::of_subscription(served.dialect, kind.uri())) {
            Ok(()) => allowed.push(kind),
            Err(refusal) => lacking = lacking.or(Some(refusal)),
        }
    }
    match lacking {
        Some(refusal) if wanted.is_some() || allowed.is_empty() => {
            Err(Refusal::MayNot(refusal, served.dialect))
        }
        _ => Ok(allowed.into_iter().collect()),
    }
}
