//! Keeps a copy right: takes what happened, changes the copy, tells the changes and what to do.
//! Time comes in.
//!
//! ```text
//! list, listen to what is in it, list again         (events meanwhile win over the list)
//! an event      -> a change
//! a gap         -> everything lost is in place again -> list -> what differs is what was missed
//! no connection -> list every few seconds
//! ```

mod copy;
mod reading;
#[cfg(test)]
mod simulation;
mod subscriptions;
#[cfg(test)]
mod tests;
mod trouble;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use self::reading::Reading;
use self::subscriptions::Subscriptions;
pub(super) use self::trouble::{Nature, Trouble};
use super::change::{Change, How};
use super::home::Home;
use super::kind::{Kind, Kinds};
use super::status::{State, Status};
use crate::catalogue::Dialect;
use crate::error::Loss;
use crate::realtime::session::Event;

/// How long the live connection may be gone before everything is read again and again.
const PATIENCE: Duration = Duration::from_secs(10);

/// How often everything is read although nothing is known to be missing.
const RECONCILE: Duration = Duration::from_secs(300);

/// How often it is read where somebody has to sign in first.
const SIGNED_OUT_POLL: Duration = Duration::from_secs(60);

/// How often everything is read where there is no live connection. A Homey of 2016 is a small
/// machine that refuses who asks often, and the cloud is far.
pub(super) const fn poll_interval(dialect: Dialect) -> Duration {
    Duration::from_secs(match dialect {
        Dialect::Local => 10,
        Dialect::V2 => 30,
        Dialect::Cloud => 60,
    })
}

/// When something happened.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moment {
    /// Monotonic time since any fixed start.
    pub(super) at: Duration,
    /// By the clock on the wall.
    pub(super) wall: Timestamp,
}

/// Something that happened.
#[derive(Debug)]
pub(super) enum Input<'a> {
    /// The live connection is there.
    Connected,
    /// It is gone, or could not be made; the next attempt comes by itself.
    Disconnected(Loss),
    /// There will be none until somebody signs in.
    SignedOut(Arc<str>),
    /// An event.
    Event(&'a Event),
    /// A subscription is in place again after events may have been missed.
    Gap(Arc<str>, Loss),
    /// A subscription has ended.
    Over(Arc<str>, Trouble),
    /// So many events were lost before we took them.
    Lost(u64),
    /// A subscription that was asked for is in place, or is not.
    Asked(Arc<str>, Result<(), Trouble>),
    /// The list of a kind, or why there is none.
    Listed(Kind, Result<Vec<u8>, Trouble>),
}

/// Something to be done.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Action {
    /// Listen to a URI, and tell what came of it.
    Subscribe(Arc<str>),
    /// Listen no more.
    Unsubscribe(Arc<str>),
    /// Read all items of a kind, and tell what came of it.
    List(Kind),
}

/// What comes out of a step.
#[derive(Debug, Default)]
pub(super) struct Output {
    /// What is to be done.
    pub(super) actions: Vec<Action>,
    /// What has changed, in order; the copy has it already.
    pub(super) told: Vec<Arc<Change>>,
}

/// The live connection.
#[derive(Debug, Clone, PartialEq)]
enum Link {
    /// There.
    Live,
    /// Not there, and being made. At the start there is no reason.
    Down { why: Option<Arc<str>> },
    /// Gone until somebody signs in.
    SignedOut { why: Arc<str> },
}

/// The state of a mirror, apart from the copy itself.
#[derive(Debug)]
pub(super) struct Machine {
    interval: Duration,
    readings: BTreeMap<Kind, Reading>,
    subscriptions: Subscriptions,
    link: Link,
    /// Whether there is no connection for so long that everything is read without one.
    polling: bool,
    /// When everything is read next, because it is time.
    read_at: Duration,
    /// Why we are behind, if we are.
    missed: Option<Arc<str>>,
    status: Status,
}

impl Machine {
    /// Of those kinds, with that time between two polls.
    pub(super) fn new(kinds: Kinds, interval: Duration, now: Moment) -> Self {
        let mut subscriptions = Subscriptions::default();
        kinds.iter().for_each(|kind| subscriptions.want(kind.uri().into()));
        let reading = || {
            let mut reading = Reading::default();
            reading.fall_behind();
            reading
        };
        let (state, reason, complete) = (State::Connecting, None, false);
        Self {
            interval,
            readings: kinds.iter().map(|kind| (kind, reading())).collect(),
            subscriptions,
            link: Link::Down { why: None },
            polling: false,
            read_at: now.at + PATIENCE,
            missed: None,
            status: Status { state, reason, since: now.wall, complete },
        }
    }

    /// How the mirror is.
    pub(super) fn status(&self) -> &Status {
        &self.status
    }

    /// When to come back, if nothing happens before.
    pub(super) fn deadline(&self) -> Duration {
        let readings = self.readings.values().filter_map(Reading::deadline);
        let readings = readings.min().filter(|_| self.may_read());
        let subscriptions = self.subscriptions.deadline().filter(|_| self.link == Link::Live);
        readings.into_iter().chain(subscriptions).fold(self.read_at, Duration::min)
    }

    /// Takes one thing that happened. After the last of those that happened together comes
    /// [`Machine::settle`].
    pub(super) fn step(
        &mut self,
        now: Moment,
        input: Input<'_>,
        home: &mut Home,
        out: &mut Output,
    ) {
        match input {
            Input::Connected => {
                self.subscriptions.connected();
                (self.link, self.polling) = (Link::Live, false);
                self.read_at = now.at + self.rest();
            }
            Input::Disconnected(loss) => {
                self.disconnected(now);
                self.miss(&loss.to_string());
                self.link = Link::Down { why: Some(loss.to_string().into()) };
            }
            Input::SignedOut(why) => {
                self.disconnected(now);
                self.miss(&why);
                self.link = Link::SignedOut { why };
            }
            Input::Event(event) => self.event(event, home, out),
            Input::Gap(uri, loss) => {
                // What was lost is found by a list once all are in place.
                self.subscriptions.granted(&uri);
                self.miss(&loss.to_string());
                self.fall_behind(&uri);
            }
            Input::Over(uri, trouble) => {
                self.miss(&trouble.reason);
                self.fall_behind(&uri);
                self.subscriptions.failed(&uri, trouble, now.at);
            }
            Input::Lost(count) => {
                self.subscriptions.assume_restored();
                self.miss(&format!("{count} events were not read fast enough"));
                self.readings.values_mut().for_each(Reading::fall_behind);
            }
            Input::Asked(uri, Ok(())) => {
                if self.subscriptions.granted(&uri) {
                    self.fall_behind(&uri);
                } else {
                    // Gone in between.
                    out.actions.push(Action::Unsubscribe(uri));
                }
            }
            Input::Asked(uri, Err(trouble)) => self.subscriptions.failed(&uri, trouble, now.at),
            Input::Listed(kind, Ok(list)) => self.listed(now, kind, &list, home, out),
            Input::Listed(kind, Err(trouble)) => self.not_listed(now, kind, trouble),
        }
    }

    fn disconnected(&mut self, now: Moment) {
        self.subscriptions.lose();
        let first = matches!(self.link, Link::Down { why: None });
        if first || self.link == Link::Live {
            // At the start nobody gains by waiting.
            let patience = if self.status.complete { PATIENCE } else { Duration::ZERO };
            self.read_at = now.at + patience;
            self.readings.values_mut().for_each(|reading| reading.polled = false);
        }
    }

    fn not_listed(&mut self, now: Moment, kind: Kind, trouble: Trouble) {
        let again = self.link == Link::Live;
        if trouble.nature == Nature::SignedOut {
            self.read_at = self.read_at.min(now.at + SIGNED_OUT_POLL);
        }
        if let Some(reading) = self.readings.get_mut(&kind) {
            reading.failed(trouble, again, now.at);
        }
    }

    /// The events of a URI are known to be missing.
    fn fall_behind(&mut self, uri: &str) {
        for (kind, reading) in &mut self.readings {
            let of_item =
                uri.strip_prefix("homey:").and_then(|rest| rest.strip_prefix(kind.as_str()));
            if kind.uri() == uri || of_item.is_some_and(|rest| rest.starts_with(':')) {
                reading.fall_behind();
            }
        }
    }

    fn miss(&mut self, why: &str) {
        self.missed = Some(why.into());
    }

    /// Decides what is to be done after what happened.
    pub(super) fn settle(&mut self, now: Moment, out: &mut Output) {
        if self.read_at <= now.at {
            self.polling = self.link != Link::Live;
            let how = if self.polling { How::Polled } else { How::CaughtUp };
            self.readings.values_mut().for_each(|reading| reading.want(how));
            self.read_at = now.at + self.rest();
        }
        if self.link == Link::Live {
            let wanted = self.subscriptions.ask(now.at);
            out.actions.extend(wanted.into_iter().map(Action::Subscribe));
        }
        if self.may_read() {
            let due = self
                .readings
                .iter_mut()
                .filter_map(|(kind, reading)| reading.begin(now.at).then_some(Action::List(*kind)));
            out.actions.extend(due);
        }
        self.look(now);
    }

    /// How long until everything is read again although nothing is known to be missing.
    fn rest(&self) -> Duration {
        match self.link {
            Link::SignedOut { .. } => SIGNED_OUT_POLL.max(self.interval),
            // What cannot be listened to has to be read.
            Link::Live if self.subscriptions.refused().is_none() => RECONCILE,
            _ => self.interval,
        }
    }

    /// Whether a list would show what no event can change unseen: with everything in place, or where
    /// nothing better can be had.
    fn may_read(&self) -> bool {
        if self.link == Link::Live { self.subscriptions.are_settled() } else { self.polling }
    }

    /// Takes up how the mirror is now.
    fn look(&mut self, now: Moment) {
        let behind = self.readings.values().any(Reading::is_behind);
        let settled = self.link != Link::Live || (self.subscriptions.are_settled() && !behind);
        let complete = self.readings.values().all(Reading::is_complete) && settled;
        let complete = self.status.complete || complete;
        let (state, reason) = self.state(complete, settled);
        if state == State::Live {
            self.missed = None;
        }
        let since = if state == self.status.state { self.status.since } else { now.wall };
        self.status = Status { state, reason, since, complete };
    }

    fn state(&self, complete: bool, settled: bool) -> (State, Option<Arc<str>>) {
        let troubles = || self.readings.values().filter_map(|reading| reading.trouble.as_ref());
        let of = |nature| troubles().find(move |trouble| trouble.nature == nature);
        let reason = |trouble: &Trouble| trouble.reason.clone();
        if let Some(trouble) = of(Nature::SignedOut) {
            return (State::SignedOut, Some(reason(trouble)));
        }
        let passing = of(Nature::Passing).map(reason);
        let polled = self.polling && self.readings.values().any(|reading| reading.polled);
        let readable = self.readings.values().any(|reading| {
            reading.polled && reading.trouble.as_ref().is_none_or(|t| t.nature == Nature::Refused)
        });
        match &self.link {
            Link::Live if !complete => (State::Connecting, passing),
            Link::Live if !settled => (State::CatchingUp, passing.or_else(|| self.missed.clone())),
            Link::Live => {
                let refused = self.subscriptions.refused().or_else(|| of(Nature::Refused));
                (State::Live, passing.or_else(|| refused.map(reason)))
            }
            Link::Down { why } if polled && readable => (State::Polling, why.clone()),
            Link::Down { why } if polled => (State::Offline, passing.or_else(|| why.clone())),
            Link::Down { why } => (State::Connecting, why.clone()),
            Link::SignedOut { why } if polled && readable => (State::Polling, Some(why.clone())),
            Link::SignedOut { why } => (State::SignedOut, Some(why.clone())),
        }
    }
}
