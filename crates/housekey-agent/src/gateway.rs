//! The gateway: any program reaches the Homeys without knowing a token.
//!
//! `/api/…` is the first Homey of the settings, `/homeys/<name>/api/…` any of them; the agent answers
//! everything else itself (`crate::http`). It runs on one thread with a runtime of its own: a Homey takes
//! a handful of requests at once, so one core is enough, nothing needs a lock, and a request never waits
//! for a task on another thread. Only what must not be lost with a thread, such as a renewal under way,
//! runs on the agent's runtime.
//!
//! ```text
//! acceptor ─> connection ─> router ─> target (where to) ─> gate (who may) ─┬─> proxy ─> upstream ─> Homey
//!                                                                          ├─> relay: frame by frame ─> Homey
//!                                                                          ├─> events of the mirror
//!                                                                          └─> routes of the agent (crate::http)
//! ```

mod acceptor;
mod body;
mod capacity;
mod connection;
mod cors;
mod dashboard;
#[cfg(any(test, fuzzing))]
pub(crate) mod fuzz;
mod gate;
mod idle;
mod proxy;
mod relay;
mod reply;
mod router;
mod state;
mod target;
#[cfg(test)]
mod tests;
pub(crate) mod tls;
mod upstream;

use std::rc::Rc;
use std::sync::Arc;

use axum::Router;
use housekey::clock::SharedClock;
use housekey::http::Http;
use housekey_web::Dashboard;
use tokio::runtime::{Builder, Handle, LocalOptions};
use tokio::sync::oneshot;
use tokio_rustls::TlsAcceptor;

pub(crate) use self::gate::Gate;
use self::state::GatewayState;
use self::upstream::homey::UpstreamHomey;
use crate::counters::{GatewayCounters, HomeyCounters};
use crate::events::Events;
use crate::listeners::Listener;
use crate::served_homey::ServedHomey;
use crate::settings::GatewaySettings;
use tokio_util::sync::CancellationToken;

use crate::supervisor::PartError;

/// Everything that the gateway is given.
#[derive(Clone)]
pub(crate) struct Gateway {
    /// The listeners for HTTP.
    pub(crate) listeners: Vec<Arc<Listener>>,
    /// The Homeys; the first is the one that needs no name.
    pub(crate) homeys: Vec<ServedHomey>,
    /// Access control.
    pub(crate) gate: Arc<Gate>,
    /// Routes of the agent: every path that is none of a Homey's `/api`. Their handlers run on the thread
    /// of the gateway and find the `Arc<Caller>` (`crate::access`) among the extensions of their request.
    /// The gateway authenticates a request first; the handlers check its scopes.
    pub(crate) routes: Router,
    /// The dashboard, if there is one.
    pub(crate) dashboard: Option<Dashboard>,
    /// The client that opens connections.
    pub(crate) http: Http,
    /// The time.
    pub(crate) clock: SharedClock,
    /// TLS for callers over TCP, if there is a certificate.
    pub(crate) tls: Option<TlsAcceptor>,
    /// The counters of the gateway.
    pub(crate) counts: Arc<GatewayCounters>,
    /// Timeouts and limits.
    pub(crate) settings: GatewaySettings,
}

impl Gateway {
    /// Answers until it is to stop, then lets what is under way come to its end.
    pub(crate) async fn run(self, stop: CancellationToken) -> Result<(), PartError> {
        let (ended, end) = oneshot::channel();
        let main = Handle::current();
        // Dropped with this future: a gateway that is not awaited any more ends as well.
        let (_alive, gone) = oneshot::channel::<()>();
        let thread = std::thread::Builder::new().name("gateway".to_owned());
        let work = move || {
            let runtime =
                Builder::new_current_thread().enable_all().build_local(LocalOptions::default());
            let outcome = runtime.map_err(PartError::from).and_then(|runtime| {
                runtime.block_on(async {
                    tokio::select! {
                        outcome = self.serve(main, &stop) => outcome,
                        _ = gone => Ok(()),
                    }
                })
            });
            let _ = ended.send(outcome);
        };
        thread.spawn(work)?;
        end.await.unwrap_or(Err(PartError::Panicked))
    }

    async fn serve(self, main: Handle, stop: &CancellationToken) -> Result<(), PartError> {
        let events = Events::new(&self.homeys, self.clock.clone(), main.clone());
        let upstream = |(served, counts): (ServedHomey, &Arc<HomeyCounters>)| {
            let (http, clock) = (self.http.clone(), self.clock.clone());
            let (main, counts) = (main.clone(), counts.clone());
            Rc::new(UpstreamHomey::new(served, http, clock, main, counts, &self.settings))
        };
        let state = GatewayState {
            homeys: self.homeys.into_iter().zip(&self.counts.homeys).map(upstream).collect(),
            gate: self.gate,
            routes: self.routes,
            dashboard: self.dashboard,
            tls: self.tls,
            counts: self.counts.clone(),
            settings: self.settings,
            events,
        };
        let gate = state.gate.clone();
        tokio::select! {
            outcome = acceptor::serve(Rc::new(state), self.listeners, stop) => outcome,
            () = gate.access.watch_ends() => Ok(()),
        }
    }
}
