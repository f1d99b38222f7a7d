//! Requests without an answer yet: handshake, subscriptions, calls, each with its time limit.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use super::limits::ANSWER_LIMIT;

/// How many calls may be pending; more are refused, so that memory stays bounded.
const MOST_CALLS: usize = 1024;

/// A call of an operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallRequest {
    /// The result of [`payload`](super::payload).
    pub payload: Arc<str>,
    /// Whether it only reads, and so may be sent again when its answer was lost.
    pub repeatable: bool,
    /// How long the answer may take, including a repetition.
    pub limit: Duration,
}

/// The request that an acknowledgement number belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum PendingRequest {
    Handshake,
    Subscription(Arc<str>),
    Call(u64),
}

#[derive(Debug)]
struct HeldCall {
    call: CallRequest,
    until: Duration,
    /// Whether it is sent on the present connection.
    sent: bool,
    /// Whether it was refused for the token, and is sent again with another.
    renewed: bool,
}

/// All of them.
#[derive(Debug, Default)]
pub(super) struct Requests {
    /// Continues across reconnects and namespaces, which servers must accept.
    pub(super) next_ack: u64,
    asked: BTreeMap<u64, (PendingRequest, Duration)>,
    held: BTreeMap<u64, HeldCall>,
}

impl Requests {
    /// Registers a request and returns its acknowledgement number.
    pub(super) fn ask(&mut self, asked: PendingRequest, until: Duration) -> u64 {
        let ack = self.next_ack;
        self.next_ack += 1;
        self.asked.insert(ack, (asked, until));
        ack
    }

    pub(super) fn is_full(&self) -> bool {
        self.held.len() >= MOST_CALLS
    }

    /// Keeps a call until it has an outcome.
    pub(super) fn hold(&mut self, number: u64, call: CallRequest, now: Duration) {
        let until = now + call.limit;
        self.held.insert(number, HeldCall { call, until, sent: false, renewed: false });
    }

    /// Marks unsent calls as sent and returns their numbers and payloads; without `writes`, only
    /// of calls that only read.
    pub(super) fn send_all(&mut self, writes: bool) -> Vec<(u64, Arc<str>)> {
        let futures = self.held.iter_mut();
        let futures = futures.filter(|(_, held)| !held.sent && (writes || held.call.repeatable));
        futures
            .map(|(number, held)| {
                held.sent = true;
                let ack = self.next_ack;
                self.next_ack += 1;
                self.asked.insert(ack, (PendingRequest::Call(*number), held.until));
                (ack, held.call.payload.clone())
            })
            .collect()
    }

    /// The request that an acknowledgement belongs to; none if it came too late.
    pub(super) fn answered(&mut self, ack: u64) -> Option<PendingRequest> {
        self.asked.remove(&ack).map(|(asked, _)| asked)
    }

    /// Removes a call that has its outcome.
    pub(super) fn settle(&mut self, number: u64) {
        self.held.remove(&number);
    }

    /// Marks a call for another try with another token; `false` if it had one.
    pub(super) fn ask_again(&mut self, number: u64) -> bool {
        let Some(held) = self.held.get_mut(&number).filter(|held| !held.renewed) else {
            return false;
        };
        (held.renewed, held.sent) = (true, false);
        true
    }

    pub(super) fn forget_subscription(&mut self, uri: &str) {
        self.asked.retain(
            |_, (asked, _)| !matches!(asked, PendingRequest::Subscription(of) if **of == *uri),
        );
    }

    /// Removes all requests that are overdue, and returns them with their limits.
    pub(super) fn overdue(&mut self, now: Duration) -> Vec<(PendingRequest, Duration)> {
        let mut overdue = Vec::new();
        self.asked.retain(|_, (asked, until)| {
            let late = *until <= now;
            if late && !matches!(asked, PendingRequest::Call(_)) {
                overdue.push((asked.clone(), ANSWER_LIMIT));
            }
            !late
        });
        self.held.retain(|number, held| {
            let late = held.until <= now;
            if late {
                overdue.push((PendingRequest::Call(*number), held.call.limit));
            }
            !late
        });
        overdue
    }

    /// The connection is lost: requests are void, calls that only read wait to be sent again, and
    /// the numbers of other calls that were sent are returned.
    pub(super) fn interrupt(&mut self) -> Vec<u64> {
        self.asked.clear();
        let mut dropped = Vec::new();
        self.held.retain(|number, held| {
            let keep = !held.sent || held.call.repeatable;
            held.sent = false;
            if !keep {
                dropped.push(*number);
            }
            keep
        });
        dropped
    }

    /// Removes all calls and returns their numbers.
    pub(super) fn give_up(&mut self) -> Vec<u64> {
        std::mem::take(&mut self.held).into_keys().collect()
    }

    pub(super) fn deadline(&self) -> Option<Duration> {
        let asked = self.asked.values().map(|(_, until)| *until);
        asked.chain(self.held.values().map(|held| held.until)).min()
    }
}
