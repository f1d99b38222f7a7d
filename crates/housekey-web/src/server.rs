//! Requests to the dashboard.

mod live;
mod place;
mod reply;
mod request;
mod routes;
mod write;

use std::fmt;
use std::sync::Arc;

use axum::body::Body;
use axum::response::Response;
use futures_util::future::BoxFuture;
use housekey::Homey;
use housekey::catalogue::Dialect;
use housekey::clock::SharedClock;
use housekey::mirror::Mirror;
use http::Method;
use jiff::SignedDuration;
use tokio::runtime::Handle;
use tokio_util::sync::{CancellationToken, DropGuard};

use self::place::Place;
pub use self::reply::SignedIn;
use crate::rights::Grant;
use crate::session::Sessions;

/// Says what a key of the gateway is good for, or why it is none.
pub type CheckKey = Arc<dyn Fn(String) -> BoxFuture<'static, Result<Grant, String>> + Send + Sync>;

/// The status of the agent, as JSON.
pub type StatusSource = Arc<dyn Fn() -> serde_json::Value + Send + Sync>;

/// The dashboard of an agent. Cheap to clone; what it does beside requests ends with the last clone.
#[derive(Clone)]
pub struct Dashboard(Arc<Inner>);

struct Inner {
    places: Vec<Arc<Place>>,
    sessions: Sessions,
    /// How long a session lives.
    life: SignedDuration,
    clock: SharedClock,
    status: StatusSource,
    /// Distinguishes the changes of this run from those of an earlier one.
    epoch: String,
    stop: CancellationToken,
    _stopped: DropGuard,
}

/// A Homey that the dashboard shows.
#[derive(Clone)]
pub struct DashboardHomey {
    /// Its short name.
    pub name: String,
    /// The name its owner gave it.
    pub title: String,
    /// Its dialect.
    pub dialect: Dialect,
    /// What writes.
    pub homey: Homey,
    /// What is shown: the mirror that it shares with other parts.
    pub mirror: Arc<dyn Fn() -> BoxFuture<'static, Result<Mirror, String>> + Send + Sync>,
    /// Notes a write: by whom, method and path.
    pub wrote: Arc<dyn Fn(&str, &Method, String) + Send + Sync>,
}

/// Who visits.
pub struct Visit {
    /// Whether the connection is encrypted up to here.
    pub tls: bool,
    /// Whether the browser says that the visit begins at a page of someone else.
    pub from_elsewhere: bool,
    /// Says what a key is good for.
    pub check_key: CheckKey,
}

impl fmt::Debug for Dashboard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Dashboard").field("sessions", &self.0.sessions).finish_non_exhaustive()
    }
}

impl Dashboard {
    /// The dashboard of these Homeys; begins to follow them. `main` is the runtime that outlives any request.
    pub fn start(
        homeys: Vec<DashboardHomey>,
        sessions: Sessions,
        life: SignedDuration,
        (clock, main): (SharedClock, Handle),
        status: StatusSource,
    ) -> Self {
        let stop = CancellationToken::new();
        let epoch = format!("{:x}", clock.now().as_millisecond());
        let place = |homey| {
            let place = Arc::new(Place::new(homey, clock.clone(), main.clone()));
            main.spawn(stop.clone().run_until_cancelled_owned(place.clone().follow()));
            place
        };
        let places = homeys.into_iter().map(place).collect();
        let _stopped = stop.clone().drop_guard();
        Self(Arc::new(Inner { places, sessions, life, clock, status, epoch, stop, _stopped }))
    }

    /// Answers a request whose path is [`crate::is_dashboard`] and whose origin was checked.
    pub async fn serve(&self, request: http::Request<Body>, visit: Visit) -> Response {
        routes::serve(&self.0, request, visit).await
    }
}
