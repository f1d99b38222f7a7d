//! The connection limit, and which connection is evicted when it is reached.
//!
//! A connection is *authenticated* once a request on it had a valid key. Connections that are not have a
//! share of the limit. Beyond it the oldest connection of the address with the most of them is evicted, so
//! that an honest client connects however many others do, even from its own address.

mod eviction;

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::AbortHandle;

use self::eviction::EvictionList;
use crate::access::{Network, Peer};
use crate::gateway::idle::ActivityCounter;
use crate::security::{SecurityEvent, SecurityLog};

/// How many requests without a valid key one connection may send: none of them matters, and a thousand in
/// one go would delay others.
const MAX_UNAUTHENTICATED: u32 = 32;

/// The room of all connections.
pub(super) struct Capacity {
    /// One for each connection, and another for that to a Homey which a live one leads to.
    available: Arc<Semaphore>,
    eviction: RefCell<EvictionList>,
    slots: RefCell<HashMap<u64, Rc<SlotEntry>>>,
    /// How many connections wait for a slot, and how many are being closed for them.
    waiting: Cell<usize>,
    evicting: Cell<usize>,
    security: SecurityLog,
}

/// What is needed to close a connection.
struct SlotEntry {
    peer: Peer,
    activity: Arc<ActivityCounter>,
    task: RefCell<Option<AbortHandle>>,
    evicted: Cell<bool>,
    /// Whether it was upgraded: it is not idle then, whatever its activity counter says.
    upgraded: Cell<bool>,
}

/// The place of one connection.
pub(super) struct Slot {
    capacity: Rc<Capacity>,
    id: u64,
    entry: Rc<SlotEntry>,
    permits: RefCell<Option<OwnedSemaphorePermit>>,
    authenticated: Cell<bool>,
    /// Requests before it was known.
    requests: Cell<u32>,
}

impl Capacity {
    /// A limit of that many connections.
    pub(super) fn new(all: usize, security: SecurityLog) -> Rc<Self> {
        Rc::new(Self {
            available: Arc::new(Semaphore::new(all)),
            eviction: RefCell::new(EvictionList::new(all)),
            slots: RefCell::default(),
            waiting: Cell::new(0),
            evicting: Cell::new(0),
            security,
        })
    }

    /// A place for a connection that has been accepted; waits for it. Safe to drop half-way.
    pub(super) async fn acquire(self: &Rc<Self>, peer: Peer) -> Rc<Slot> {
        let permit = self.permit().await;
        let (id, surplus) = self.eviction.borrow_mut().add(Network::of(peer));
        let entry = Rc::new(SlotEntry {
            peer,
            activity: Arc::default(),
            task: RefCell::default(),
            evicted: Cell::new(false),
            upgraded: Cell::new(false),
        });
        self.slots.borrow_mut().insert(id, entry.clone());
        if let Some(surplus) = surplus {
            self.evict(surplus, "too many connections without a key");
        }
        let (permits, authenticated) = (RefCell::new(permit), Cell::new(false));
        let requests = Cell::new(0);
        Rc::new(Slot { capacity: self.clone(), id, entry, permits, authenticated, requests })
    }

    async fn permit(&self) -> Option<OwnedSemaphorePermit> {
        if let Ok(permit) = self.available.clone().try_acquire_owned() {
            return Some(permit);
        }
        let _waiting = WaitGuard::new(&self.waiting);
        if self.evicting.get() < self.waiting.get() {
            self.evict_one();
        }
        // It is never closed.
        self.available.clone().acquire_owned().await.ok()
    }

    /// Closes an old connection without a key; if there is none, the oldest that rests between two
    /// requests; else others wait until one goes.
    fn evict_one(&self) {
        let oldest = self.eviction.borrow().oldest();
        let rests = || {
            let slots = self.slots.borrow();
            let resting = slots.iter().filter(|(_, entry)| {
                !entry.evicted.get() && !entry.upgraded.get() && entry.activity.is_idle()
            });
            resting.map(|(id, _)| *id).min()
        };
        if let Some(id) = oldest.or_else(rests) {
            self.evict(id, "no room for more connections");
        }
    }

    fn evict(&self, id: u64, why: &str) {
        let Some(entry) = self.slots.borrow().get(&id).cloned() else { return };
        if entry.evicted.replace(true) {
            return;
        }
        self.evicting.set(self.evicting.get() + 1);
        self.eviction.borrow_mut().remove(id);
        self.security.record(SecurityEvent::LimitReached, entry.peer, why);
        if let Some(task) = &*entry.task.borrow() {
            task.abort();
        }
    }
}

impl Slot {
    /// The task that the connection lives in; it is aborted when the connection has to go.
    pub(super) fn set_task(&self, task: AbortHandle) {
        if self.entry.evicted.get() {
            task.abort();
        }
        *self.entry.task.borrow_mut() = Some(task);
    }

    pub(super) fn activity(&self) -> Arc<ActivityCounter> {
        self.entry.activity.clone()
    }

    /// Marks the connection as authenticated: a request on it had a valid key.
    pub(super) fn mark_authenticated(&self) {
        if !self.authenticated.replace(true) {
            self.capacity.eviction.borrow_mut().remove(self.id);
        }
    }

    /// Counts an answered request. Returns whether the connection has had as many as it may without a key.
    pub(super) fn count_unauthenticated(&self) -> bool {
        if self.authenticated.get() {
            return false;
        }
        self.requests.set(self.requests.get() + 1);
        self.requests.get() >= MAX_UNAUTHENTICATED
    }

    /// Marks the connection as upgraded: it does not speak HTTP any more.
    pub(super) fn mark_upgraded(&self) {
        self.entry.upgraded.set(true);
    }

    /// Waits for room for the connection to a Homey that it leads to.
    pub(super) async fn acquire_homey_permit(&self) {
        let permit = self.capacity.permit().await;
        let mut permits = self.permits.borrow_mut();
        match (&mut *permits, permit) {
            (Some(held), Some(permit)) => held.merge(permit),
            (held, permit) => *held = permit,
        }
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        self.capacity.eviction.borrow_mut().remove(self.id);
        self.capacity.slots.borrow_mut().remove(&self.id);
        if self.entry.evicted.get() {
            self.capacity.evicting.set(self.capacity.evicting.get() - 1);
        }
    }
}

/// One more that waits, for as long as this lives.
struct WaitGuard<'a>(&'a Cell<usize>);

impl<'a> WaitGuard<'a> {
    fn new(count: &'a Cell<usize>) -> Self {
        count.set(count.get() + 1);
        Self(count)
    }
}

impl Drop for WaitGuard<'_> {
    fn drop(&mut self) {
        self.0.set(self.0.get() - 1);
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;
    use tokio::task::JoinSet;

    use super::*;

    fn peer(address: &str) -> Peer {
        Peer::Address(address.parse().unwrap())
    }

    fn acquired(capacity: &Rc<Capacity>, address: &str) -> Option<Rc<Slot>> {
        capacity.acquire(peer(address)).now_or_never()
    }

    fn authenticated(capacity: &Rc<Capacity>) -> Rc<Slot> {
        let slot = acquired(capacity, "127.0.0.1").unwrap();
        slot.mark_authenticated();
        slot
    }

    fn evictions(capacity: &Capacity) -> u64 {
        capacity.security.counts().find(|(event, _)| *event == "limit_reached").unwrap().1
    }

    #[tokio::test]
    async fn the_oldest_without_a_key_is_evicted_and_those_with_a_key_stay() {
        let capacity = Capacity::new(8, SecurityLog::default());
        let mut tasks = JoinSet::new();
        let authenticated: Vec<_> = (0..7).map(|_| authenticated(&capacity)).collect();
        assert_eq!(evictions(&capacity), 0);
        let idle = acquired(&capacity, "127.0.0.1").unwrap();
        let local = tokio::task::LocalSet::new();
        local
            .run_until(async {
                let held = idle.clone();
                idle.set_task(tasks.spawn_local(async move {
                    let _held = held;
                    std::future::pending::<()>().await;
                }));
                drop(idle);
                let next = capacity.acquire(peer("127.0.0.1")).await;
                assert!(tasks.join_next().await.unwrap().unwrap_err().is_cancelled());
                next.mark_authenticated();
                authenticated.iter().for_each(|slot| slot.mark_upgraded());
                next.mark_upgraded();
                assert!(acquired(&capacity, "127.0.0.1").is_none(), "they wait for one with a key");
                assert!(authenticated[0].acquire_homey_permit().now_or_never().is_none());
                drop(next);
                assert!(authenticated[0].acquire_homey_permit().now_or_never().is_some());
            })
            .await;
        assert_eq!(
            (evictions(&capacity), capacity.waiting.get(), capacity.evicting.get()),
            (1, 0, 0)
        );
        drop(authenticated);
        assert_eq!((capacity.available.available_permits(), capacity.slots.borrow().len()), (8, 0));
    }

    #[tokio::test]
    async fn an_idle_connection_with_a_key_is_evicted_if_there_is_no_other() {
        let capacity = Capacity::new(2, SecurityLog::default());
        let authenticated: Vec<_> = (0..2).map(|_| authenticated(&capacity)).collect();
        let under_way = authenticated[0].activity().begin_request();
        assert!(acquired(&capacity, "127.0.0.1").is_none());
        let evicted = authenticated.iter().map(|slot| slot.entry.evicted.get());
        assert_eq!(evicted.collect::<Vec<_>>(), [false, true]);
        drop(under_way);
    }
}
