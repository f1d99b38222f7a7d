//! How many requests a Homey gets at once, whose is next, and when a turn is taken back.

mod lease;
#[cfg(test)]
mod tests;

use std::cell::{Cell, RefCell};
use std::collections::{HashMap, VecDeque};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::time::{Instant, timeout_at};

pub(in crate::gateway) use self::lease::{Lease, Releasable};
use crate::counters::{GaugeGuard, HomeyCounters};
use crate::security::SecurityEvent;

/// How often those who wait look whether a turn can be taken back.
const CHECK_EVERY: Duration = Duration::from_millis(500);

/// How long the caller of a request may let it rest while another caller waits, if it holds more than
/// half of the turns.
const STALLED: Duration = Duration::from_secs(3);

/// How long in any case while anything waits: half of the usual wait for a turn.
const STALLED_LONG: Duration = Duration::from_secs(15);

/// How long a caller that a turn was taken back from gets no more than half of them.
const SLOW: Duration = Duration::from_secs(60);

/// The turns of one Homey. Requests that come when none is free wait in the line of their caller, and the
/// lines get what becomes free one after the other: a caller with a thousand requests keeps none of the
/// others waiting longer than for one of them.
///
/// A turn is a lease. While another caller waits, a caller that holds more than half of the turns loses
/// one whose body or answer it has not moved for [`STALLED`], and gets no more than half for a while.
#[derive(Debug)]
pub(in crate::gateway) struct FairQueue {
    capacity: usize,
    free: Cell<usize>,
    counts: Arc<HomeyCounters>,
    queues: RefCell<VecDeque<CallerQueue>>,
    /// The leases of the turns that are out; one with two turns stands here twice.
    leases: RefCell<Vec<Rc<Lease>>>,
    /// Callers that a turn was taken back from, and until when that counts.
    slow: RefCell<HashMap<Box<str>, Instant>>,
}

/// The requests of one caller that wait.
#[derive(Debug)]
struct CallerQueue {
    caller: Box<str>,
    requests: VecDeque<QueuedRequest>,
}

#[derive(Debug)]
struct QueuedRequest {
    lease: Rc<Lease>,
    grant: oneshot::Sender<Permit>,
}

/// A turn; the next in line gets it when it is dropped.
#[derive(Debug)]
pub(in crate::gateway) struct Permit(Option<(Rc<FairQueue>, Rc<Lease>)>);

/// The turns that a request has: its own, and for what takes a Homey long another.
pub(in crate::gateway) type Permits = (Permit, Option<Permit>);

impl FairQueue {
    pub(in crate::gateway) fn new(capacity: usize, counts: Arc<HomeyCounters>) -> Rc<Self> {
        let (queues, leases, slow) = (RefCell::default(), RefCell::default(), RefCell::default());
        Rc::new(Self { capacity, free: Cell::new(capacity), counts, queues, leases, slow })
    }

    /// The next turn for that lease; `None` if there was none until then. Whoever stops waiting loses
    /// its place.
    pub(in crate::gateway) async fn acquire(
        self: &Rc<Self>,
        lease: &Rc<Lease>,
        until: Instant,
    ) -> Option<Permit> {
        let free = self.free.get();
        if free > 0 && !self.is_limited(lease.caller()) {
            self.free.set(free - 1);
            self.counts.in_flight.fetch_add(1, Relaxed);
            return Some(self.permit(lease.clone()));
        }
        let (grant, mut receiver) = oneshot::channel();
        self.enqueue(QueuedRequest { lease: lease.clone(), grant });
        let _here = GaugeGuard::new(&self.counts.waiting);
        loop {
            match timeout_at(until.min(Instant::now() + CHECK_EVERY), &mut receiver).await {
                Ok(Ok(permit)) => return Some(permit),
                // The line lives as long as `self`, and nobody in it is forgotten.
                Ok(Err(_)) => std::future::pending().await,
                Err(_) if Instant::now() >= until => return None,
                Err(_) => self.reclaim_stalled(lease.caller()),
            }
        }
    }

    fn permit(self: &Rc<Self>, lease: Rc<Lease>) -> Permit {
        self.leases.borrow_mut().push(lease.clone());
        Permit(Some((self.clone(), lease)))
    }

    fn enqueue(&self, request: QueuedRequest) {
        let mut queues = self.queues.borrow_mut();
        let caller = request.lease.caller();
        if let Some(queue) = queues.iter_mut().find(|queue| *queue.caller == *caller) {
            // Those at the front came first and so give up first.
            while queue.requests.front().is_some_and(|one| one.grant.is_closed()) {
                queue.requests.pop_front();
            }
            queue.requests.push_back(request);
        } else {
            queues.push_back(CallerQueue {
                caller: caller.into(),
                requests: VecDeque::from([request]),
            });
        }
    }

    /// Who waits longest in the line whose turn it is; that line is the last one then.
    fn next(&self) -> Option<QueuedRequest> {
        let mut queues = self.queues.borrow_mut();
        for _ in 0..queues.len() {
            let mut queue = queues.pop_front()?;
            if self.is_limited(&queue.caller) {
                queues.push_back(queue);
                continue;
            }
            let next = loop {
                match queue.requests.pop_front() {
                    Some(request) if request.grant.is_closed() => {}
                    next => break next,
                }
            };
            if !queue.requests.is_empty() {
                queues.push_back(queue);
            }
            if next.is_some() {
                return next;
            }
        }
        None
    }

    /// Gives a turn that is free now to whoever is next.
    fn grant_next(self: &Rc<Self>) {
        while let Some(QueuedRequest { lease, grant }) = self.next() {
            match grant.send(self.permit(lease)) {
                Ok(()) => return,
                // It waits no more.
                Err(mut unwanted) => drop(unwanted.release()),
            }
        }
        self.counts.in_flight.fetch_sub(1, Relaxed);
        self.free.set(self.free.get() + 1);
    }

    /// Whether that caller has had a turn taken back, and such callers hold their half already.
    fn is_limited(&self, caller: &str) -> bool {
        let slow = self.slow.borrow();
        if slow.is_empty() {
            return false;
        }
        let now = Instant::now();
        let is_slow = |caller: &str| slow.get(caller).is_some_and(|until| *until > now);
        let held = || self.leases.borrow().iter().filter(|lease| is_slow(lease.caller())).count();
        is_slow(caller) && held() >= (self.capacity / 2).max(1)
    }

    /// Looks for what keeps others waiting without need.
    fn reclaim_stalled(self: &Rc<Self>, waiter: &str) {
        let now = Instant::now();
        self.slow.borrow_mut().retain(|_, until| *until > now);
        let found = {
            let leases = self.leases.borrow();
            let held = |of: &Lease| leases.iter().filter(|one| one.caller() == of.caller()).count();
            let ages = leases.iter().map(|lease| (lease.stalled_for(now), lease));
            let longest = ages.max_by_key(|(stalled_for, _)| *stalled_for);
            longest
                .filter(|(stalled_for, lease)| {
                    let others = lease.caller() != waiter;
                    may_revoke(*stalled_for, others && held(lease) > self.capacity / 2)
                })
                .map(|(_, lease)| lease.clone())
        };
        if let Some(lease) = found {
            self.slow.borrow_mut().insert(lease.caller().into(), now + SLOW);
            let what = "a request that did not move while another waited was ended";
            self.counts.security.record(SecurityEvent::LimitReached, lease.caller(), what);
            lease.revoke();
        }
        // Who was held back may be it no more.
        while self.free.get() > 0
            && self.queues.borrow().iter().any(|queue| !self.is_limited(&queue.caller))
        {
            self.free.set(self.free.get() - 1);
            self.counts.in_flight.fetch_add(1, Relaxed);
            let before = self.free.get();
            self.grant_next();
            if self.free.get() > before {
                break;
            }
        }
    }
}

/// Whether a turn may be taken back that has not moved for so long while another request waits: one of
/// those beyond the half of its caller for another caller, or any.
fn may_revoke(stalled_for: Duration, beyond_half_and_for_another: bool) -> bool {
    stalled_for >= if beyond_half_and_for_another { STALLED } else { STALLED_LONG }
}

impl Permit {
    /// Ends it without giving it to another.
    fn release(&mut self) -> Option<Rc<FairQueue>> {
        let (queue, lease) = self.0.take()?;
        let mut leases = queue.leases.borrow_mut();
        if let Some(place) = leases.iter().position(|one| Rc::ptr_eq(one, &lease)) {
            leases.swap_remove(place);
        }
        drop(leases);
        Some(queue)
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        if let Some(queue) = self.release() {
            queue.grant_next();
        }
    }
}
