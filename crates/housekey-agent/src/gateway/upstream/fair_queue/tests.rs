use futures_util::FutureExt as _;
use futures_util::future::LocalBoxFuture;
use tokio::time::{advance, sleep};

use super::*;

type Asking = LocalBoxFuture<'static, Option<Permit>>;

fn far() -> Instant {
    Instant::now() + Duration::from_secs(3600)
}

/// The next permit of a caller, if one is free.
fn acquired(permits: &Rc<FairQueue>, caller: &str) -> Option<Permit> {
    permits.acquire(&Lease::of(caller), far()).now_or_never().flatten()
}

fn acquiring(permits: &Rc<FairQueue>, caller: &str) -> Asking {
    let (permits, lease) = (permits.clone(), Lease::of(caller));
    let mut acquiring = async move { permits.acquire(&lease, far()).await }.boxed_local();
    assert!((&mut acquiring).now_or_never().is_none(), "there is no turn left");
    acquiring
}

#[tokio::test(start_paused = true)]
async fn callers_get_permits_in_rotation_and_none_is_lost() {
    let permits = FairQueue::new(1, Arc::default());
    let mut held = acquired(&permits, "many");
    assert!(held.is_some());
    let mut waiting: Vec<_> = ["many", "many", "many", "few", "many", "other", "few"]
        .into_iter()
        .enumerate()
        .map(|(place, caller)| (place, acquiring(&permits, caller)))
        .collect();
    // The second of `many` gives up.
    drop(waiting.remove(1));
    assert_eq!(permits.counts.waiting.load(Relaxed), 6);
    let mut order = Vec::new();
    while !waiting.is_empty() {
        drop(held.take());
        let ready = |(place, acquiring): &mut (usize, Asking)| {
            let permit = acquiring.now_or_never()??;
            Some((*place, permit))
        };
        let mut served: Vec<_> = waiting.iter_mut().filter_map(ready).collect();
        assert_eq!(served.len(), 1, "one at a time");
        let (place, permit) = served.remove(0);
        waiting.retain(|(other, _)| *other != place);
        order.push(place);
        held = Some(permit);
    }
    assert_eq!(order, [0, 3, 5, 2, 6, 4]);
    drop(held);
    let counted = (&permits.counts.waiting, &permits.counts.in_flight);
    assert_eq!((permits.free.get(), counted.0.load(Relaxed), counted.1.load(Relaxed)), (1, 0, 0));
    assert!(permits.leases.borrow().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_permit_that_was_granted_but_not_received_is_granted_again() {
    let permits = FairQueue::new(1, Arc::default());
    let held = acquired(&permits, "one");
    let (gone, next) = (acquiring(&permits, "gone"), acquiring(&permits, "next"));
    drop(held);
    drop(gone);
    assert!(next.now_or_never().is_some());
    assert_eq!(permits.free.get(), 1);
}

/// Turns of a caller that does not move any of them.
fn stalled_for(permits: &Rc<FairQueue>, caller: &str, count: usize) -> Vec<(Rc<Lease>, Rc<Hold>)> {
    let one = |_| {
        let lease = Lease::of(caller);
        let permit = permits.acquire(&lease, far()).now_or_never().flatten().expect("a free turn");
        let hold = Rc::new(Hold(RefCell::new(Some(permit))));
        lease.set_releasable(&hold);
        lease.record_progress(0, true);
        (lease, hold)
    };
    (0..count).map(one).collect()
}

struct Hold(RefCell<Option<Permit>>);

impl Releasable for Hold {
    fn release(&self) {
        self.0.take();
    }
}

#[tokio::test(start_paused = true)]
async fn beyond_its_half_a_caller_loses_what_does_not_move_for_three_seconds() {
    let permits = FairQueue::new(4, Arc::default());
    let held = stalled_for(&permits, "slow", 4);
    sleep(Duration::from_secs(60)).await;
    assert!(held.iter().all(|(lease, _)| !lease.is_revoked()), "as long as nobody waits");
    held.iter().for_each(|(lease, _)| {
        lease.record_progress(0, false);
        lease.record_progress(0, true);
    });
    let begun = Instant::now();
    let mut others = Vec::new();
    for want_s in [3, 3] {
        others.push(permits.acquire(&Lease::of("other"), far()).await.unwrap());
        assert_eq!(begun.elapsed().as_secs(), want_s);
    }
    // Half of them it keeps for longer.
    others.push(permits.acquire(&Lease::of("other"), far()).await.unwrap());
    assert_eq!(begun.elapsed().as_secs(), 15);
    assert_eq!(held.iter().filter(|(lease, _)| lease.is_revoked()).count(), 3);
    let (revoked, _) = held.iter().find(|(lease, _)| lease.is_revoked()).unwrap();
    assert!(revoked.revoked().now_or_never().is_some());
    let events = permits.counts.security.counts().find(|(event, _)| *event == "limit_reached");
    assert_eq!(events, Some(("limit_reached", 3)));
}

#[tokio::test(start_paused = true)]
async fn what_moves_and_what_waits_for_the_homey_is_never_taken_back() {
    let permits = FairQueue::new(1, Arc::default());
    let held = stalled_for(&permits, "busy", 1);
    let mut next = acquiring(&permits, "other");
    let lease = &held[0].0;
    for second in 0..100 {
        match second {
            ..50 => lease.record_progress(2048, true),
            _ => lease.record_progress(0, false),
        }
        advance(Duration::from_secs(1)).await;
        assert!((&mut next).now_or_never().is_none() && !lease.is_revoked(), "{second}");
    }
    // Single bytes are no movement.
    for second in 0..3 {
        assert!(!lease.is_revoked(), "{second}");
        lease.record_progress(1, true);
        advance(Duration::from_secs(1)).await;
        let _ = (&mut next).now_or_never();
    }
    assert!(lease.is_revoked());
}

#[tokio::test(start_paused = true)]
async fn a_caller_that_lost_one_gets_no_more_than_half_for_a_minute() {
    let permits = FairQueue::new(4, Arc::default());
    let held = stalled_for(&permits, "slow", 4);
    let first = permits.acquire(&Lease::of("other"), far()).await.unwrap();
    let second = permits.acquire(&Lease::of("other"), far()).await.unwrap();
    // The Homey works on what is left of it.
    held.iter().for_each(|(lease, _)| lease.record_progress(0, false));
    let mut more = acquiring(&permits, "slow");
    drop((first, second));
    assert_eq!(permits.free.get(), 2, "they are for others");
    assert!((&mut more).now_or_never().is_none());
    assert!(acquired(&permits, "slow").is_none());
    assert!(acquired(&permits, "other").is_some());
    let begun = Instant::now();
    assert!(more.await.is_some(), "until it is over");
    assert!((55..=61).contains(&begun.elapsed().as_secs()), "{:?}", begun.elapsed());
}

#[tokio::test(start_paused = true)]
async fn a_request_that_waits_too_long_gets_an_error_and_leaves_the_queue() {
    let permits = FairQueue::new(1, Arc::default());
    let held = acquired(&permits, "one");
    let until = Instant::now() + Duration::from_secs(2);
    assert!(permits.acquire(&Lease::of("two"), until).await.is_none());
    assert_eq!(Instant::now(), until);
    drop(held);
    assert_eq!((permits.free.get(), permits.counts.waiting.load(Relaxed)), (1, 0));
}
