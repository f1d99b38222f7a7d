//! The state machine of a mirror: inputs in, changes of the copy and actions out. Time is an
//! input.
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
use super::change::{Change, Origin};
use super::home::Home;
use super::kind::{ItemKind, Kinds};
use super::status::{MirrorState, MirrorStatus};
use crate::catalogue::Dialect;
use crate::error::Loss;
use crate::realtime::session::Event;

/// How long the live connection may be lost before polling starts.
const PATIENCE: Duration = Duration::from_secs(10);

/// How often everything is read although no event was missed.
const RECONCILE: Duration = Duration::from_secs(300);

/// How often to poll while a new sign-in is needed.
const SIGNED_OUT_POLL: Duration = Duration::from_secs(60);

/// How often to poll without a live connection. A Homey of 2016 is a small machine that refuses
/// frequent requests, and the cloud is far.
pub(super) const fn poll_interval(dialect: Dialect) -> Duration {
    Duration::from_secs(match dialect {
        Dialect::Local => 10,
        Dialect::V2 => 30,
        Dialect::Cloud => 60,
    })
}

/// The time of a step, by both clocks.
#[derive(Debug, Clone, Copy)]
pub(super) struct StepTime {
    /// Monotonic time since any fixed start.
    pub(super) at: Duration,
    /// Wall-clock time.
    pub(super) wall: Timestamp,
}

/// An input of the machine.
#[derive(Debug)]
pub(super) enum MachineInput<'a> {
    /// The live connection is established.
    Connected,
    /// It is lost, or could not be made; the next attempt follows without a request.
    Disconnected(Loss),
    /// There is none until a new sign-in.
    SignedOut(Arc<str>),
    /// An event.
    Event(&'a Event),
    /// A subscription is restored, after events may have been missed.
    Gap(Arc<str>, Loss),
    /// A subscription has ended.
    Over(Arc<str>, Trouble),
    /// This many events were dropped before the mirror read them.
    Lost(u64),
    /// The result of a subscription request.
    Subscribed(Arc<str>, Result<(), Trouble>),
    /// The list of a kind, or why it failed.
    Listed(ItemKind, Result<Vec<u8>, Trouble>),
}

/// An action for the task.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum MachineAction {
    /// Subscribe to a URI and report the result.
    Subscribe(Arc<str>),
    /// Unsubscribe.
    Unsubscribe(Arc<str>),
    /// List all items of a kind and report the result.
    List(ItemKind),
}

/// The output of a step.
#[derive(Debug, Default)]
pub(super) struct Output {
    /// The actions, in order.
    pub(super) actions: Vec<MachineAction>,
    /// The changes, in order; the copy has them already.
    pub(super) changes: Vec<Arc<Change>>,
}

/// The live connection.
#[derive(Debug, Clone, PartialEq)]
enum Link {
    /// Established.
    Live,
    /// Being made. At the start there is no reason.
    Down { why: Option<Arc<str>> },
    /// Lost until a new sign-in.
    SignedOut { why: Arc<str> },
}

/// The state of a mirror, apart from the copy itself.
#[derive(Debug)]
pub(super) struct Machine {
    interval: Duration,
    readings: BTreeMap<ItemKind, Reading>,
    subscriptions: Subscriptions,
    link: Link,
    /// Whether the connection is lost for long enough to poll.
    polling: bool,
    /// The next regular list of everything.
    read_at: Duration,
    /// Why the copy is behind, if it is.
    missed: Option<Arc<str>>,
    status: MirrorStatus,
}

impl Machine {
    /// For those kinds, with that polling interval.
    pub(super) fn new(kinds: Kinds, interval: Duration, now: StepTime) -> Self {
        let mut subscriptions = Subscriptions::default();
        kinds.iter().for_each(|kind| subscriptions.want(kind.uri().into()));
        let reading = || {
            let mut reading = Reading::default();
            reading.fall_behind();
            reading
        };
        let (state, reason, complete) = (MirrorState::Connecting, None, false);
        Self {
            interval,
            readings: kinds.iter().map(|kind| (kind, reading())).collect(),
            subscriptions,
            link: Link::Down { why: None },
            polling: false,
            read_at: now.at + PATIENCE,
            missed: None,
            status: MirrorStatus { state, reason, since: now.wall, complete },
        }
    }

    /// The status of the mirror.
    pub(super) fn status(&self) -> &MirrorStatus {
        &self.status
    }

    /// When to call [`Machine::settle`] if nothing happens before.
    pub(super) fn deadline(&self) -> Duration {
        let readings = self.readings.values().filter_map(Reading::deadline);
        let readings = readings.min().filter(|_| self.may_read());
        let subscriptions = self.subscriptions.deadline().filter(|_| self.link == Link::Live);
        readings.into_iter().chain(subscriptions).fold(self.read_at, Duration::min)
    }

    /// Handles one input. Call [`Machine::settle`] after the last of a batch.
    pub(super) fn step(
        &mut self,
        now: StepTime,
        input: MachineInput<'_>,
        home: &mut Home,
        out: &mut Output,
    ) {
        match input {
            MachineInput::Connected => {
                self.subscriptions.connected();
                (self.link, self.polling) = (Link::Live, false);
                self.read_at = now.at + self.rest();
            }
            MachineInput::Disconnected(loss) => {
                self.disconnected(now);
                self.miss(&loss.to_string());
                self.link = Link::Down { why: Some(loss.to_string().into()) };
            }
            MachineInput::SignedOut(why) => {
                self.disconnected(now);
                self.miss(&why);
                self.link = Link::SignedOut { why };
            }
            MachineInput::Event(event) => self.event(event, home, out),
            MachineInput::Gap(uri, loss) => {
                // A list finds what was lost, once all subscriptions are restored.
                self.subscriptions.granted(&uri);
                self.miss(&loss.to_string());
                self.fall_behind(&uri);
            }
            MachineInput::Over(uri, trouble) => {
                self.miss(&trouble.reason);
                self.fall_behind(&uri);
                self.subscriptions.failed(&uri, trouble, now.at);
            }
            MachineInput::Lost(count) => {
                self.subscriptions.assume_restored();
                self.miss(&format!("{count} events were not read fast enough"));
                self.readings.values_mut().for_each(Reading::fall_behind);
            }
            MachineInput::Subscribed(uri, Ok(())) => {
                if self.subscriptions.granted(&uri) {
                    self.fall_behind(&uri);
                } else {
                    // Removed in between.
                    out.actions.push(MachineAction::Unsubscribe(uri));
                }
            }
            MachineInput::Subscribed(uri, Err(trouble)) => {
                self.subscriptions.failed(&uri, trouble, now.at)
            }
            MachineInput::Listed(kind, Ok(list)) => self.listed(now, kind, &list, home, out),
            MachineInput::Listed(kind, Err(trouble)) => self.not_listed(now, kind, trouble),
        }
    }

    fn disconnected(&mut self, now: StepTime) {
        self.subscriptions.lose();
        let first = matches!(self.link, Link::Down { why: None });
        if first || self.link == Link::Live {
            // At the start there is nothing to wait for.
            let patience = if self.status.complete { PATIENCE } else { Duration::ZERO };
            self.read_at = now.at + patience;
            self.readings.values_mut().for_each(|reading| reading.polled = false);
        }
    }

    fn not_listed(&mut self, now: StepTime, kind: ItemKind, trouble: Trouble) {
        let again = self.link == Link::Live;
        if trouble.nature == Nature::SignedOut {
            self.read_at = self.read_at.min(now.at + SIGNED_OUT_POLL);
        }
        if let Some(reading) = self.readings.get_mut(&kind) {
            reading.failed(trouble, again, now.at);
        }
    }

    /// Events of a URI were missed.
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

    /// Decides on actions after a batch of inputs.
    pub(super) fn settle(&mut self, now: StepTime, out: &mut Output) {
        if self.read_at <= now.at {
            self.polling = self.link != Link::Live;
            let origin = if self.polling { Origin::Polled } else { Origin::CaughtUp };
            self.readings.values_mut().for_each(|reading| reading.want(origin));
            self.read_at = now.at + self.rest();
        }
        if self.link == Link::Live {
            let wanted = self.subscriptions.request(now.at);
            out.actions.extend(wanted.into_iter().map(MachineAction::Subscribe));
        }
        if self.may_read() {
            let due = self.readings.iter_mut().filter_map(|(kind, reading)| {
                reading.begin(now.at).then_some(MachineAction::List(*kind))
            });
            out.actions.extend(due);
        }
        self.update_status(now);
    }

    /// The time until the next regular list of everything.
    fn rest(&self) -> Duration {
        match self.link {
            Link::SignedOut { .. } => SIGNED_OUT_POLL.max(self.interval),
            // What has no subscription has to be polled.
            Link::Live if self.subscriptions.refused().is_none() => RECONCILE,
            _ => self.interval,
        }
    }

    /// Whether lists make sense now: with all subscriptions in place, or while polling.
    fn may_read(&self) -> bool {
        if self.link == Link::Live { self.subscriptions.are_settled() } else { self.polling }
    }

    /// Updates the status.
    fn update_status(&mut self, now: StepTime) {
        let behind = self.readings.values().any(Reading::is_behind);
        let settled = self.link != Link::Live || (self.subscriptions.are_settled() && !behind);
        let complete = self.readings.values().all(Reading::is_complete) && settled;
        let complete = self.status.complete || complete;
        let (state, reason) = self.state(complete, settled);
        if state == MirrorState::Live {
            self.missed = None;
        }
        let since = if state == self.status.state { self.status.since } else { now.wall };
        self.status = MirrorStatus { state, reason, since, complete };
    }

    fn state(&self, complete: bool, settled: bool) -> (MirrorState, Option<Arc<str>>) {
        let troubles = || self.readings.values().filter_map(|reading| reading.trouble.as_ref());
        let of = |nature| troubles().find(move |trouble| trouble.nature == nature);
        let reason = |trouble: &Trouble| trouble.reason.clone();
        if let Some(trouble) = of(Nature::SignedOut) {
            return (MirrorState::SignedOut, Some(reason(trouble)));
        }
        let passing = of(Nature::Passing).map(reason);
        let polled = self.polling && self.readings.values().any(|reading| reading.polled);
        let readable = self.readings.values().any(|reading| {
            reading.polled && reading.trouble.as_ref().is_none_or(|t| t.nature == Nature::Refused)
        });
        match &self.link {
            Link::Live if !complete => (MirrorState::Connecting, passing),
            Link::Live if !settled => {
                (MirrorState::CatchingUp, passing.or_else(|| self.missed.clone()))
            }
            Link::Live => {
                let refused = self.subscriptions.refused().or_else(|| of(Nature::Refused));
                (MirrorState::Live, passing.or_else(|| refused.map(reason)))
            }
            Link::Down { why } if polled && readable => (MirrorState::Polling, why.clone()),
            Link::Down { why } if polled => (MirrorState::Offline, passing.or_else(|| why.clone())),
            Link::Down { why } => (MirrorState::Connecting, why.clone()),
            Link::SignedOut { why } if polled && readable => {
                (MirrorState::Polling, Some(why.clone()))
            }
            Link::SignedOut { why } => (MirrorState::SignedOut, Some(why.clone())),
        }
    }
}
