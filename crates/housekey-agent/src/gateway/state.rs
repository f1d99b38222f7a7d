//! State that all connections share, and the state of each.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;

use axum::Router;
use housekey_web::Dashboard;
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
use tokio_util::sync::CancellationToken;

/// State that all connections share.
pub(super) struct GatewayState {
    pub(super) homeys: Vec<Rc<UpstreamHomey>>,
    pub(super) gate: Arc<Gate>,
    pub(super) routes: Router,
    pub(super) dashboard: Option<Dashboard>,
    pub(super) tls: Option<TlsAcceptor>,
    pub(super) counts: Arc<GatewayCounters>,
    pub(super) settings: GatewaySettings,
    pub(super) events: Events,
}

/// One connection of a caller.
pub(super) struct ClientConnection {
    pub(super) peer: Peer,
    pub(super) slot: Rc<Slot>,
    pub(super) stop: CancellationToken,
    /// The upgrade that takes over after HTTP.
    pub(super) upgrade: RefCell<Option<Upgrade>>,
    pub(super) upgraded: Notify,
    /// The end of the key that the last answer was for.
    key_end: RefCell<KeyEnd>,
    key_changed: Notify,
    /// Whether a request has no answer yet.
    pub(super) pending: Cell<bool>,
}

/// A request that has no answer yet, as long as this lives.
pub(super) struct PendingReply<'a>(&'a Cell<bool>);

impl Drop for PendingReply<'_> {
    fn drop(&mut self) {
        self.0.set(false);
    }
}

impl ClientConnection {
    pub(super) fn new(peer: Peer, slot: Rc<Slot>, stop: CancellationToken) -> Self {
        Self {
            peer,
            slot,
            stop,
            upgrade: RefCell::default(),
            upgraded: Notify::new(),
            key_end: RefCell::default(),
            key_changed: Notify::new(),
            pending: Cell::new(false),
        }
    }

    pub(super) fn begin_reply(&self) -> PendingReply<'_> {
        self.pending.set(true);
        PendingReply(&self.pending)
    }

    /// The answer that goes out now is for a key that ends then.
    pub(super) fn bind_key(&self, end: KeyEnd) {
        let before = self.key_end.replace(end);
        if !self.key_end.borrow().is_same(&before) {
            self.key_changed.notify_one();
        }
    }

    /// Waits for the end of the key that the last answer was for.
    pub(super) async fn key_ended(&self) {
        loop {
            let mut end = self.key_end.borrow().clone();
            tokio::select! {
                () = end.reached() => return,
                () = self.key_changed.notified() => {}
            }
        }
    }
}
