//! What is known of a request that has a turn: whether its caller keeps it going.

use std::cell::{Cell, RefCell};
use std::fmt;
use std::rc::{Rc, Weak};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;

/// How much has to go by for a request to count as moving, in bytes: a caller that sends or takes single
/// bytes only takes up room.
const MOVES: u64 = 1024;

/// What is let go when a lease ends: the connection to the Homey, and the turn with it.
pub(in crate::gateway) trait Releasable {
    /// Lets it go.
    fn let_go(&self);
}

/// The lease of one request, or of all calls over one live connection.
pub(in crate::gateway) struct Lease {
    caller: Box<str>,
    /// Bytes of its body and its answer that went by.
    moved: Cell<u64>,
    /// Whether the caller is waited for: to send its body, or to take its answer.
    waits: Cell<bool>,
    /// At how many bytes it last counted as moving, and when.
    seen: Cell<(u64, Instant)>,
    ended: Cell<bool>,
    end: Notify,
    held: RefCell<Option<Weak<dyn Releasable>>>,
}

impl Lease {
    pub(in crate::gateway) fn of(caller: &str) -> Rc<Self> {
        Rc::new(Self {
            caller: caller.into(),
            moved: Cell::new(0),
            waits: Cell::new(false),
            seen: Cell::new((0, Instant::now())),
            ended: Cell::new(false),
            end: Notify::new(),
            held: RefCell::new(None),
        })
    }

    pub(in crate::gateway) fn caller(&self) -> &str {
        &self.caller
    }

    /// So many bytes went by; tells whether the caller is waited for now.
    pub(in crate::gateway) fn moves(&self, bytes: usize, waits: bool) {
        self.moved.set(self.moved.get() + bytes as u64);
        if waits && !self.waits.get() {
            self.seen.set((self.moved.get(), Instant::now()));
        }
        self.waits.set(waits);
    }

    /// For how long the caller has not moved it; nothing while the Homey is waited for.
    pub(in crate::gateway) fn stalled(&self, now: Instant) -> Duration {
        let (bytes, since) = self.seen.get();
        if !self.waits.get() || self.moved.get() - bytes >= MOVES {
            self.seen.set((self.moved.get(), now));
            return Duration::ZERO;
        }
        now.duration_since(since)
    }

    /// What is let go when it ends.
    pub(in crate::gateway) fn holds(&self, held: &Rc<impl Releasable + 'static>) {
        let held: Weak<dyn Releasable> = Rc::downgrade(&(held.clone() as Rc<dyn Releasable>));
        *self.held.borrow_mut() = Some(held);
    }

    pub(in crate::gateway) fn end(&self) {
        self.ended.set(true);
        self.end.notify_one();
        let held = self.held.borrow().as_ref().and_then(Weak::upgrade);
        if let Some(held) = held {
            held.let_go();
        }
    }

    /// Whether it was taken back.
    pub(in crate::gateway) fn is_ended(&self) -> bool {
        self.ended.get()
    }

    /// Waits until it is taken back.
    pub(in crate::gateway) async fn ended(&self) {
        if !self.ended.get() {
            self.end.notified().await;
        }
    }
}

impl fmt::Debug for Lease {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { caller, moved, waits, .. } = self;
        write!(f, "Lease {{ caller: {caller:?}, moved: {moved:?}, waits: {waits:?} }}")
    }
}
