//! A queue that is fair between callers: how many requests a Homey gets at once, which is next, and when a
//! permit is revoked.

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

/// How often waiting requests check whether a permit can be revoked.
const CHECK_EVERY: Duration = Duration::from_millis(500);

/// How long a request may stall while another caller waits, if its caller holds more than half of the
/// permits.
const STALLED: Duration = Duration::from_secs(3);

/// How long a request may stall in any case while another waits: half of the usual wait for a permit.
const STALLED_LONG: Duration = Duration::from_secs(15);

/// How long a caller whose permit was revoked gets no more than half of them.
const SLOW: Duration = Duration::from_secs(60);

/// The permits of one Homey. Requests that find none free wait in the queue of their caller, and the
/// queues are served in rotation: a caller with a thousand requests delays others by no more than one of
/// them.
///
/// A permit is a lease. While another caller waits, a caller that holds more than half of the permits
/// loses one whose body or response it has not moved for [`STALLED`], and gets no more than half for a
/// while.
#[derive(Debug)]
pub(in crate::gateway) struct FairQueue {
    capacity: usize,
    free: Cell<usize>,
    counts: Arc<HomeyCounters>,
    queues: RefCell<VecDeque<CallerQueue>>,
    /// The leases of all permits in use; a request with two permits is listed twice.
    leases: RefCell<Vec<Rc<Lease>>>,
    /// Callers whose permit was revoked, and until when they are limited.
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

/// A permit for one request; when it is dropped, the next request gets it.
#[derive(Debug)]
pub(in crate::gateway) struct Permit(Option<(Rc<FairQueue>, Rc<Lease>)>);

/// The permits of a request: its own, and another if it takes a Homey long.
pub(in crate::gateway) type Permits = (Permit, Option<Permit>);

impl FairQueue {
    pub(in crate::gateway) fn new(capacity: usize, counts: Arc<HomeyCounters>) -> Rc<Self> {
        let (queues, leases, slow) = (RefCell::default(), RefCell::default(), RefCell::default());
        Rc::new(Self { capacity, free: Cell::new(capacity), counts, queues, leases, slow })
    }

    /// Waits for a permit; `None` if there is none until then. A request that stops waiting leaves the
    /// queue.
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
                // The queue lives as long as `self`, and no request is dropped from it.
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

    /// The oldest request of the caller that is next; that caller is the last one then.
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

    /// Grants a free permit to the next request.
    fn grant_next(self: &Rc<Self>) {
        while let Some(QueuedRequest { lease, grant }) = self.next() {
            match grant.send(self.permit(lease)) {
                Ok(()) => return,
                // The request has been cancelled.
                Err(mut unwanted) => drop(unwanted.release()),
            }
        }
        self.counts.in_flight.fetch_sub(1, Relaxed);
        self.free.set(self.free.get() + 1);
    }

    /// Whether that caller had a permit revoked, and such callers hold their half already.
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
        // The limit of a caller may have ended.
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

/// Whether a permit may be revoked that has stalled for that long while another request waits: one beyond
/// the half of its caller for another caller, or any.
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
