//! What was asked and has not been answered: handshake, subscriptions, calls, each with its limit.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use super::limits::ANSWER_LIMIT;

/// How many calls may wait for their answers; more are refused, so that nothing grows without limit.
const MOST_CALLS: usize = 1024;

/// A call of an operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// What [`payload`](super::payload) made.
    pub payload: Arc<str>,
    /// Whether it only reads, and so may be sent again when its answer was lost.
    pub repeatable: bool,
    /// How long the answer may take, repetition and all.
    pub limit: Duration,
}

/// What a number stands for that the Homey answers with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Asked {
    Handshake,
    Subscription(Arc<str>),
    Call(u64),
}

#[derive(Debug)]
struct Held {
    call: Call,
    until: Duration,
    /// Whether it is on its way on the present connection.
    sent: bool,
    /// Whether it was refused for the token, and is asked again with another.
    renewed: bool,
}

/// All of them.
#[derive(Debug, Default)]
pub(super) struct Requests {
    /// Counts on across reconnects and namespaces, as servers must be able to take.
    pub(super) next_ack: u64,
    asked: BTreeMap<u64, (Asked, Duration)>,
    held: BTreeMap<u64, Held>,
}

impl Requests {
    /// Notes a question and gives it its number.
    pub(super) fn ask(&mut self, asked: Asked, until: Duration) -> u64 {
        let ack = self.next_ack;
        self.next_ack += 1;
        self.asked.insert(ack, (asked, until));
        ack
    }

    pub(super) fn is_full(&self) -> bool {
        self.held.len() >= MOST_CALLS
    }

    /// Keeps a call until it has an outcome.
    pub(super) fn hold(&mut self, number: u64, call: Call, now: Duration) {
        let until = now + call.limit;
        self.held.insert(number, Held { call, until, sent: false, renewed: false });
    }

    /// Marks calls that are not on their way as sent, and gives their numbers and payloads: all of
    /// them, or those alone that only read.
    pub(super) fn send_all(&mut self, writes: bool) -> Vec<(u64, Arc<str>)> {
        let waiting = self.held.iter_mut();
        let waiting = waiting.filter(|(_, held)| !held.sent && (writes || held.call.repeatable));
        waiting
            .map(|(number, held)| {
                held.sent = true;
                let ack = self.next_ack;
                self.next_ack += 1;
                self.asked.insert(ack, (Asked::Call(*number), held.until));
                (ack, held.call.payload.clone())
            })
            .collect()
    }

    /// What an answer belongs to. One that nobody waits for (it was late) belongs to nothing.
    pub(super) fn answered(&mut self, ack: u64) -> Option<Asked> {
        self.asked.remove(&ack).map(|(asked, _)| asked)
    }

    /// A call has its outcome.
    pub(super) fn settle(&mut self, number: u64) {
        self.held.remove(&number);
    }

    /// Keeps a call that was refused for the token, unless that happened to it before.
    pub(super) fn ask_again(&mut self, number: u64) -> bool {
        let Some(held) = self.held.get_mut(&number).filter(|held| !held.renewed) else {
            return false;
        };
        (held.renewed, held.sent) = (true, false);
        true
    }

    pub(super) fn forget_subscription(&mut self, uri: &str) {
        self.asked
            .retain(|_, (asked, _)| !matches!(asked, Asked::Subscription(of) if **of == *uri));
    }

    /// Takes out everything whose time has run out, with the limit it had.
    pub(super) fn overdue(&mut self, now: Duration) -> Vec<(Asked, Duration)> {
        let mut overdue = Vec::new();
        self.asked.retain(|_, (asked, until)| {
            let late = *until <= now;
            if late && !matches!(asked, Asked::Call(_)) {
                overdue.push((asked.clone(), ANSWER_LIMIT));
            }
            !late
        });
        self.held.retain(|number, held| {
            let late = held.until <= now;
            if late {
                overdue.push((Asked::Call(*number), held.call.limit));
            }
            !late
        });
        overdue
    }

    /// The connection is gone: questions are void, calls that only read wait to be sent again, and
    /// the numbers of the others that were on their way are given back.
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

    /// Gives back every call that is still held.
    pub(super) fn give_up(&mut self) -> Vec<u64> {
        std::mem::take(&mut self.held).into_keys().collect()
    }

    pub(super) fn deadline(&self) -> Option<Duration> {
        let asked = self.asked.values().map(|(_, until)| *until);
        asked.chain(self.held.values().map(|held| held.until)).min()
    }
}
