//! Requests to the dashboard.

mod approvals;
mod approving;
mod failure;
mod here;
mod homey;
mod live;
mod past;
mod place;
mod recorded;
mod reply;
mod request;
mod routes;
mod setup;
mod shown;
mod site;
mod write;

use std::fmt;
use std::sync::{Arc, OnceLock};

use axum::body::Body;
use axum::response::Response;
use futures_util::future::BoxFuture;
use housekey::clock::SharedClock;
use jiff::SignedDuration;
use tokio::runtime::Handle;
use tokio_util::sync::CancellationToken;

pub use self::approving::Approving;
pub use self::homey::DashboardHomey;
use self::place::Place;
pub use self::recorded::Recorded;
pub use self::reply::SignedIn;
use self::site::Site;
pub use self::site::{CheckKey, StatusSource, Visit};
use crate::session::Sessions;

/// The dashboard of an agent. Cheap to clone; what it does beside requests ends with the last clone.
#[derive(Clone)]
pub struct Dashboard(Arc<Site>);

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
        let approving = OnceLock::new();
        Self(Arc::new(Site {
            places,
            sessions,
            life,
            clock,
            status,
            approving,
            epoch,
            stop,
            _stopped,
        }))
    }

    /// Shows the calls of assistants that wait for a person, and answers them.
    pub fn show_approvals(&self, approving: Arc<dyn Approving>) {
        // The first one stays.
        let _ = self.0.approving.set(approving);
    }

    /// Answers a request whose path is [`crate::is_dashboard`] and whose origin was checked.
    pub async fn serve(&self, request: http::Request<Body>, visit: Visit) -> Response {
        // Boxed, so that the types of those who call it stay small.
        let response: BoxFuture<'_, Response> = Box::pin(routes::serve(&self.0, request, visit));
        response.await
    }
}
