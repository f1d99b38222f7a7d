//! What all connections of callers share, and what is known of each.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;

use axum::Router;
use tokio::sync::Notify;
use tokio_rustls::TlsAcceptor;

use super::capacity::Slot;
use super::gate::Gate;
use super::upstream::homey::UpstreamHomey;
use crate::access::{KeyEnd, Peer};
use crate::counters::GatewayCounters;
use crate::events::Events;
use crate::http::upgrade::Upgrade;
use crate::settings::GatewaySettings;
use crate::supervisor::Stop;

/// What all connections share.
pub(super) struct GatewayState {
    pub(super) homeys: Vec<Rc<UpstreamHomey>>,
    pub(super) gate: Arc<Gate>,
    pub(super) routes: Router,
    pub(super) tls: Option<TlsAcceptor>,
    pub(super) counts: Arc<GatewayCounters>,
    pub(super) settings: GatewaySettings,
    pub(super) events: Events,
}

/// One connection of a caller.
pub(super) struct ClientConnection {
    pub(super) peer: Peer,
    pub(super) place: Rc<Slot>,
    pub(super) stop: Stop,
    /// What goes on over it in place of HTTP.
    pub(super) takeover: RefCell<Option<Upgrade>>,
    pub(super) taken: Notify,
    /// The end of the key that the last answer was for.
    key_end: RefCell<KeyEnd>,
    other_key: Notify,
    /// Whether a request has no answer yet.
    pub(super) answering: Cell<bool>,
}

/// A request that has no answer yet, as long as this lives.
pub(super) struct PendingReply<'a>(&'a Cell<bool>);

impl Drop for PendingReply<'_> {
    fn drop(&mut self) {
        self.0.set(false);
    }
}

impl ClientConnection {
    pub(super) fn new(peer: Peer, place: Rc<Slot>, stop: Stop) -> Self {
        Self {
            peer,
            place,
            stop,
            takeover: RefCell::default(),
            taken: Notify::new(),
            key_end: RefCell::default(),
            other_key: Notify::new(),
            answering: Cell::new(false),
        }
    }

    pub(super) fn answering(&self) -> PendingReply<'_> {
        self.answering.set(true);
        PendingReply(&self.answering)
    }

    /// The answer that goes out now is for a key that ends then.
    pub(super) fn belongs_to(&self, end: KeyEnd) {
        let before = self.key_end.replace(end);
        if !self.key_end.borrow().is_same(&before) {
            self.other_key.notify_one();
        }
    }

    /// Waits for the end of the key that the last answer was for.
    pub(super) async fn key_has_ended(&self) {
        loop {
            let mut end = self.key_end.borrow().clone();
            tokio::select! {
                () = end.reached() => return,
                () = self.other_key.notified() => {}
            }
        }
    }
}
