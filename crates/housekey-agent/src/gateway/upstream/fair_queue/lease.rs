//! The lease of a request that holds a permit: whether its client keeps it moving.

use std::cell::{Cell, RefCell};
use std::fmt;
use std::rc::{Rc, Weak};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;

/// How many bytes count as progress: a client that sends or reads single bytes only holds a permit.
const MIN_PROGRESS: u64 = 1024;

/// What is released when a lease is revoked: the connection to the Homey, and the permit with it.
pub(in crate::gateway) trait Releasable {
    /// Lets it go.
    fn release(&self);
}

/// The lease of one request, or of all calls over one live connection.
pub(in crate::gateway) struct Lease {
    caller: Box<str>,
    /// Bytes of its body and its answer that went by.
    bytes: Cell<u64>,
    /// Whether the caller is waited for: to send its body, or to take its answer.
    waits_for_client: Cell<bool>,
    /// At how many bytes it last counted as moving, and when.
    last_progress: Cell<(u64, Instant)>,
    revoked: Cell<bool>,
    revoked_notify: Notify,
    releasable: RefCell<Option<Weak<dyn Releasable>>>,
}

impl Lease {
    pub(in crate::gateway) fn of(caller: &str) -> Rc<Self> {
        Rc::new(Self {
            caller: caller.into(),
            bytes: Cell::new(0),
            waits_for_client: Cell::new(false),
            last_progress: Cell::new((0, Instant::now())),
            revoked: Cell::new(false),
            revoked_notify: Notify::new(),
            releasable: RefCell::new(None),
        })
    }

    pub(in crate::gateway) fn caller(&self) -> &str {
        &self.caller
    }

    /// Records that bytes were moved, and whether the client is waited for now.
    pub(in crate::gateway) fn record_progress(&self, count: usize, waits_for_client: bool) {
        self.bytes.set(self.bytes.get() + count as u64);
        if waits_for_client && !self.waits_for_client.get() {
            self.last_progress.set((self.bytes.get(), Instant::now()));
        }
        self.waits_for_client.set(waits_for_client);
    }

    /// For how long the caller has not moved it; nothing while the Homey is waited for.
    pub(in crate::gateway) fn stalled_for(&self, now: Instant) -> Duration {
        let (before, since) = self.last_progress.get();
        if !self.waits_for_client.get() || self.bytes.get() - before >= MIN_PROGRESS {
            self.last_progress.set((self.bytes.get(), now));
            return Duration::ZERO;
        }
        now.duration_since(since)
    }

    /// Sets what is released when the lease is revoked.
    pub(in crate::gateway) fn set_releasable(&self, releasable: &Rc<impl Releasable + 'static>) {
        let releasable: Weak<dyn Releasable> =
            Rc::downgrade(&(releasable.clone() as Rc<dyn Releasable>));
        *self.releasable.borrow_mut() = Some(releasable);
    }

    pub(in crate::gateway) fn revoke(&self) {
        self.revoked.set(true);
        self.revoked_notify.notify_one();
        let releasable = self.releasable.borrow().as_ref().and_then(Weak::upgrade);
        if let Some(releasable) = releasable {
            releasable.release();
        }
    }

    /// Whether it was taken back.
    pub(in crate::gateway) fn is_revoked(&self) -> bool {
        self.revoked.get()
    }

    /// Waits until it is taken back.
    pub(in crate::gateway) async fn revoked(&self) {
        if !self.revoked.get() {
            self.revoked_notify.notified().await;
        }
    }
}

impl fmt::Debug for Lease {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { caller, bytes, waits_for_client, .. } = self;
        write!(
            f,
            "Lease {{ caller: {caller:?}, bytes: {bytes:?}, waits_for_client: {waits_for_client:?} }}"
        )
    }
}
