//! Who is connected, and who goes first when there is no room.
//!
//! A connection is *known* once something was asked over it that a key allows. Those that are not known
//! have a share of the room. Beyond it the oldest one goes of the address that has most of them, so that
//! an honest caller gets in however many others connect, also from its own address.

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

/// How many requests may come over one connection that no key allows: none of them is worth much, and a
/// thousand in one go would keep others waiting.
const WITHOUT_KEY: u32 = 32;

/// The room of all connections.
pub(super) struct Capacity {
    /// One for each connection, and another for that to a Homey which a live one leads to.
    places: Arc<Semaphore>,
    roll: RefCell<EvictionList>,
    seats: RefCell<HashMap<u64, Rc<SlotEntry>>>,
    /// How many wait for a place, and how many connections are being closed for them.
    waiting: Cell<usize>,
    leaving: Cell<usize>,
    security: SecurityLog,
}

/// What is needed to close a connection.
struct SlotEntry {
    peer: Peer,
    pulse: Arc<ActivityCounter>,
    task: RefCell<Option<AbortHandle>>,
    sent_away: Cell<bool>,
    /// Whether HTTP is done with it: it does not rest then, whatever its pulse says.
    stays: Cell<bool>,
}

/// The place of one connection.
pub(super) struct Slot {
    room: Rc<Capacity>,
    id: u64,
    seat: Rc<SlotEntry>,
    permits: RefCell<Option<OwnedSemaphorePermit>>,
    known: Cell<bool>,
    /// Requests before it was known.
    asked: Cell<u32>,
}

impl Capacity {
    /// For so many connections.
    pub(super) fn new(all: usize, security: SecurityLog) -> Rc<Self> {
        Rc::new(Self {
            places: Arc::new(Semaphore::new(all)),
            roll: RefCell::new(EvictionList::new(all)),
            seats: RefCell::default(),
            waiting: Cell::new(0),
            leaving: Cell::new(0),
            security,
        })
    }

    /// A place for a connection that has been accepted; waits for it. Safe to drop half-way.
    pub(super) async fn enter(self: &Rc<Self>, peer: Peer) -> Rc<Slot> {
        let permit = self.permit().await;
        let (id, beyond) = self.roll.borrow_mut().enter(Network::of(peer));
        let seat = Rc::new(SlotEntry {
            peer,
            pulse: Arc::default(),
            task: RefCell::default(),
            sent_away: Cell::new(false),
            stays: Cell::new(false),
        });
        self.seats.borrow_mut().insert(id, seat.clone());
        if let Some(beyond) = beyond {
            self.send_away(beyond, "too many connections without a key");
        }
        let (permits, known) = (RefCell::new(permit), Cell::new(false));
        let asked = Cell::new(0);
        Rc::new(Slot { room: self.clone(), id, seat, permits, known, asked })
    }

    async fn permit(&self) -> Option<OwnedSemaphorePermit> {
        if let Ok(permit) = self.places.clone().try_acquire_owned() {
            return Some(permit);
        }
        let _waiting = WaitGuard::new(&self.waiting);
        if self.leaving.get() < self.waiting.get() {
            self.make_room();
        }
        // It is never closed.
        self.places.clone().acquire_owned().await.ok()
    }

    /// Closes an old connection without a key; if there is none, the oldest that rests between two
    /// requests; else others wait until one goes.
    fn make_room(&self) {
        let oldest = self.roll.borrow().oldest();
        let rests = || {
            let seats = self.seats.borrow();
            let resting = seats.iter().filter(|(_, seat)| {
                !seat.sent_away.get() && !seat.stays.get() && seat.pulse.is_at_rest()
            });
            resting.map(|(id, _)| *id).min()
        };
        if let Some(id) = oldest.or_else(rests) {
            self.send_away(id, "no room for more connections");
        }
    }

    fn send_away(&self, id: u64, why: &str) {
        let Some(seat) = self.seats.borrow().get(&id).cloned() else { return };
        if seat.sent_away.replace(true) {
            return;
        }
        self.leaving.set(self.leaving.get() + 1);
        self.roll.borrow_mut().known(id);
        self.security.record(SecurityEvent::LimitReached, seat.peer, why);
        if let Some(task) = &*seat.task.borrow() {
            task.abort();
        }
    }
}

impl Slot {
    /// The task that the connection lives in; it is aborted when the connection has to go.
    pub(super) fn lives_in(&self, task: AbortHandle) {
        if self.seat.sent_away.get() {
            task.abort();
        }
        *self.seat.task.borrow_mut() = Some(task);
    }

    pub(super) fn pulse(&self) -> Arc<ActivityCounter> {
        self.seat.pulse.clone()
    }

    /// Something was asked over it that a key allows.
    pub(super) fn is_known(&self) {
        if !self.known.replace(true) {
            self.room.roll.borrow_mut().known(self.id);
        }
    }

    /// A request was answered. Tells whether the connection has had as many as it may without a key.
    pub(super) fn has_asked_enough(&self) -> bool {
        if self.known.get() {
            return false;
        }
        self.asked.set(self.asked.get() + 1);
        self.asked.get() >= WITHOUT_KEY
    }

    /// It goes on as something else than HTTP.
    pub(super) fn stays(&self) {
        self.seat.stays.set(true);
    }

    /// Waits for room for the connection to a Homey that it leads to.
    pub(super) async fn leads_on(&self) {
        let permit = self.room.permit().await;
        let mut permits = self.permits.borrow_mut();
        match (&mut *permits, permit) {
            (Some(held), Some(permit)) => held.merge(permit),
            (held, permit) => *held = permit,
        }
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        self.room.roll.borrow_mut().leave(self.id);
        self.room.seats.borrow_mut().remove(&self.id);
        if self.seat.sent_away.get() {
            self.room.leaving.set(self.room.leaving.get() - 1);
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

    fn entered(room: &Rc<Capacity>, address: &str) -> Option<Rc<Slot>> {
        room.enter(peer(address)).now_or_never()
    }

    fn known(room: &Rc<Capacity>) -> Rc<Slot> {
        let place = entered(room, "127.0.0.1").unwrap();
        place.is_known();
        place
    }

    fn limits(room: &Capacity) -> u64 {
        room.security.counts().find(|(event, _)| *event == "limit_reached").unwrap().1
    }

    #[tokio::test]
    async fn the_oldest_without_a_key_goes_for_whoever_comes_and_those_with_a_key_stay() {
        let room = Capacity::new(8, SecurityLog::default());
        let mut tasks = JoinSet::new();
        let known: Vec<_> = (0..7).map(|_| known(&room)).collect();
        assert_eq!(limits(&room), 0);
        let idle = entered(&room, "127.0.0.1").unwrap();
        let local = tokio::task::LocalSet::new();
        local
            .run_until(async {
                let held = idle.clone();
                idle.lives_in(tasks.spawn_local(async move {
                    let _held = held;
                    std::future::pending::<()>().await;
                }));
                drop(idle);
                let next = room.enter(peer("127.0.0.1")).await;
                assert!(tasks.join_next().await.unwrap().unwrap_err().is_cancelled());
                next.is_known();
                known.iter().for_each(|place| place.stays());
                next.stays();
                assert!(entered(&room, "127.0.0.1").is_none(), "they wait for one with a key");
                assert!(known[0].leads_on().now_or_never().is_none());
                drop(next);
                assert!(known[0].leads_on().now_or_never().is_some());
            })
            .await;
        assert_eq!((limits(&room), room.waiting.get(), room.leaving.get()), (1, 0, 0));
        drop(known);
        assert_eq!((room.places.available_permits(), room.seats.borrow().len()), (8, 0));
    }

    #[tokio::test]
    async fn one_with_a_key_that_rests_between_requests_goes_when_there_is_nobody_else() {
        let room = Capacity::new(2, SecurityLog::default());
        let known: Vec<_> = (0..2).map(|_| known(&room)).collect();
        let under_way = known[0].pulse().request();
        assert!(entered(&room, "127.0.0.1").is_none());
        let sent_away = known.iter().map(|place| place.seat.sent_away.get());
        assert_eq!(sent_away.collect::<Vec<_>>(), [false, true]);
        drop(under_way);
    }
}
