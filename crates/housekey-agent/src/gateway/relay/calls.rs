//! Calls over a live connection share the queue of requests.

use std::collections::HashMap;
use std::rc::Rc;

use futures_util::future::LocalBoxFuture;
use futures_util::stream::FuturesUnordered;
use futures_util::{FutureExt as _, StreamExt as _};
use housekey::realtime::packet::Packet;
use tokio::time::{Instant, sleep_until};
use tokio_tungstenite::tungstenite::Utf8Bytes;

use super::session::QueuedCall;
use crate::gateway::upstream::fair_queue::{Lease, Permits};
use crate::gateway::upstream::homey::UpstreamHomey;

/// How many bytes may wait for a permit; the client is not read meanwhile.
const WAITING_BYTES: usize = 1 << 20;

/// How many calls may wait.
const MAX_WAITING: usize = 256;

/// The calls of one live connection.
pub(super) struct Calls {
    upstream: Rc<UpstreamHomey>,
    waiting: FuturesUnordered<LocalBoxFuture<'static, ReadyCall>>,
    waiting_bytes: usize,
    /// The lease of all their permits, from the first call on.
    pub(super) lease: Option<Rc<Lease>>,
    /// Calls that the Homey has not replied to, by namespace and id, and until when each holds its
    /// permits.
    in_flight: HashMap<(String, u64), (Instant, Permits)>,
}

/// A call whose time has come.
pub(super) struct ReadyCall {
    pub(super) frame: Utf8Bytes,
    pub(super) call: QueuedCall,
    /// `None` where it came too late.
    pub(super) permits: Option<Permits>,
}

impl Calls {
    pub(super) fn new(upstream: Rc<UpstreamHomey>) -> Self {
        let (waiting, in_flight) = (FuturesUnordered::new(), HashMap::new());
        Self { upstream, waiting, waiting_bytes: 0, lease: None, in_flight }
    }

    /// Whether one more may wait.
    pub(super) fn has_room(&self) -> bool {
        self.waiting.len() < MAX_WAITING && self.waiting_bytes < WAITING_BYTES
    }

    /// Queues a call of a caller.
    pub(super) fn enqueue(&mut self, frame: Utf8Bytes, call: QueuedCall, caller: &str) {
        self.waiting_bytes += frame.len();
        let lease = self.lease.get_or_insert_with(|| Lease::of(caller)).clone();
        let upstream = self.upstream.clone();
        let until = Instant::now() + upstream.settings.wait;
        let waiting = async move {
            let permits = upstream.permits(&lease, call.slow, until).await;
            ReadyCall { frame, call, permits }
        };
        self.waiting.push(waiting.boxed_local());
    }

    /// The next call whose time has come; waits for it. Safe to drop half-way.
    pub(super) async fn next(&mut self) -> ReadyCall {
        loop {
            let end = self.in_flight.values().map(|(end, _)| *end).min();
            let timed_out = async {
                match end {
                    Some(end) => sleep_until(end).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                Some(ready) = self.waiting.next(), if !self.waiting.is_empty() => {
                    self.waiting_bytes -= ready.frame.len();
                    return ready;
                }
                () = timed_out => {
                    let now = Instant::now();
                    self.in_flight.retain(|_, (end, _)| *end > now);
                }
            }
        }
    }

    /// Records that a call is sent to the Homey. Its permit ends with the reply, if one is expected.
    pub(super) fn sent(&mut self, call: QueuedCall, permits: Permits) {
        if let Some(ack) = call.ack {
            let end = Instant::now() + self.upstream.settings.answer;
            self.in_flight.insert((call.namespace, ack), (end, permits));
        }
    }

    /// Releases the permits of calls that a frame for the client replies to, or that will get no reply any
    /// more.
    pub(super) fn answered(&mut self, frame: &str) {
        if self.in_flight.is_empty() || !frame.starts_with("43") && !frame.starts_with("41") {
            return;
        }
        match Packet::decode(frame) {
            Ok(Packet::Ack { namespace, ack, .. }) => {
                self.in_flight.remove(&(namespace.to_owned(), ack));
            }
            Ok(Packet::Disconnect { namespace, .. }) => {
                self.in_flight.retain(|(of, _), _| of != namespace);
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use housekey::clock::SystemClock;
    use housekey::http::Http;
    use tokio::runtime::Handle;

    use super::*;
    use crate::gateway::tests::plain::Plain;
    use crate::settings::GatewaySettings;

    /// Of a Homey that gets one request at a time and may take a minute for each.
    async fn calls(wait_s: u64) -> Calls {
        let served = Plain::start().await.served("home", 1);
        let (http, clock, main) = (Http::new().unwrap(), SystemClock::shared(), Handle::current());
        let (wait, answer) = (Duration::from_secs(wait_s), Duration::from_secs(60));
        let settings = GatewaySettings { wait, answer, ..GatewaySettings::default() };
        Calls::new(Rc::new(UpstreamHomey::new(
            served,
            http,
            clock,
            main,
            Arc::default(),
            &settings,
        )))
    }

    fn enqueue(calls: &mut Calls, ack: u64) {
        let call = QueuedCall { namespace: "/api".to_owned(), ack: Some(ack), slow: false };
        calls.enqueue(format!("call {ack}").into(), call, "board");
    }

    /// The call whose time has come, if there is one.
    fn next(calls: &mut Calls) -> Option<ReadyCall> {
        calls.next().now_or_never()
    }

    #[tokio::test(start_paused = true)]
    async fn a_call_waits_for_the_answer_to_the_one_before_and_to_requests() {
        let mut calls = calls(30).await;
        let other = Lease::of("other");
        let far = Instant::now() + Duration::from_secs(3600);
        let request = calls.upstream.permits(&other, false, far).await;
        enqueue(&mut calls, 1);
        enqueue(&mut calls, 2);
        assert!(next(&mut calls).is_none(), "a request is under way");
        drop(request);
        let first = next(&mut calls).unwrap();
        assert_eq!(first.frame.as_str(), "call 1");
        calls.sent(first.call, first.permits.unwrap());
        for frame in ["42/api,1[\"event\"]", "43/api,2[null]", "431[null]", "no frame"] {
            calls.answered(frame);
            assert!(next(&mut calls).is_none(), "{frame} is no answer to it");
        }
        calls.answered("43/api,1[null]");
        let second = next(&mut calls).unwrap();
        assert_eq!(second.frame.as_str(), "call 2");
        calls.sent(second.call, second.permits.unwrap());
        assert!(calls.upstream.permits(&other, false, far).now_or_never().is_none());
        calls.answered("41/api,");
        assert!(
            calls.upstream.permits(&other, false, far).now_or_never().is_some(),
            "it is thrown out"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn what_gets_no_reply_ends_its_permit_and_who_waits_too_long_gets_an_error() {
        for (wait_s, has_permit, after_s) in [(30, false, 30), (90, true, 60)] {
            let mut calls = calls(wait_s).await;
            enqueue(&mut calls, 1);
            let first = next(&mut calls).unwrap();
            calls.sent(first.call, first.permits.unwrap());
            enqueue(&mut calls, 2);
            let begun = Instant::now();
            let second = calls.next().await;
            assert_eq!(
                (second.permits.is_some(), begun.elapsed().as_secs()),
                (has_permit, after_s)
            );
            assert_eq!(calls.waiting_bytes, 0);
        }
    }
}
