//! The task of a mirror: runs the actions of the machine and publishes its changes.

use std::borrow::Cow;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use futures_util::future::BoxFuture;
use futures_util::stream::FuturesUnordered;
use futures_util::{FutureExt as _, StreamExt as _};
use serde_json::value::RawValue;
use tokio::sync::{mpsc, watch};
use tokio::time::Instant;

use super::kind::{ItemKind, Kinds};
use super::machine::{
    Machine, MachineAction, MachineInput, Output, StepTime, Trouble, poll_interval,
};
use super::shared::Shared;
use super::status::MirrorStatus;
use crate::args;
use crate::catalogue::Dialect;
use crate::client::Homey;
use crate::clock::SharedClock;
use crate::error::Error;
use crate::realtime::session::Event;
use crate::realtime::{self, Feed, QueueItem};
use crate::redaction::TokenVariables;

/// The task of a mirror.
pub(super) struct Task {
    homey: Homey,
    clock: SharedClock,
    started: Instant,
    machine: Machine,
    feed: Feed,
    connection: watch::Receiver<realtime::ConnectionStatus>,
    under_way: FuturesUnordered<BoxFuture<'static, Outcome>>,
    news: watch::Sender<u64>,
    out: Output,
    /// The variables whose values are kept out of the copy.
    variables: TokenVariables,
}

/// The result of an action.
enum Outcome {
    Subscribed(Arc<str>, Result<(), Error>),
    Listed(ItemKind, Result<Vec<u8>, Error>),
}

/// The reason why the task wakes up.
enum TaskWake {
    /// Items of the feed are here; this many events before them were lost.
    Items(u64),
    Connection,
    Done(Outcome),
    Deadline,
    Released,
}

impl Task {
    pub(super) fn new(
        homey: Homey,
        (dialect, kinds): (Dialect, Kinds),
        clock: SharedClock,
        variables: TokenVariables,
        news: watch::Sender<u64>,
    ) -> (Self, watch::Sender<MirrorStatus>, watch::Receiver<MirrorStatus>) {
        let now = StepTime { at: Duration::ZERO, wall: clock.now() };
        let machine = Machine::new(kinds, poll_interval(dialect), now);
        let (status_sender, status) = watch::channel(machine.status().clone());
        let (feed, mut connection) = (homey.realtime().feed(), homey.realtime().status());
        connection.mark_changed();
        let task = Self {
            homey,
            clock,
            started: Instant::now(),
            machine,
            feed,
            connection,
            under_way: FuturesUnordered::new(),
            news,
            out: Output::default(),
            variables,
        };
        (task, status_sender, status)
    }

    /// Runs until the last handle is dropped.
    pub(super) async fn run(
        mut self,
        shared: Arc<Shared>,
        status_sender: watch::Sender<MirrorStatus>,
        mut released: mpsc::Receiver<()>,
    ) {
        let mut items = Vec::new();
        loop {
            let deadline = self.started + self.machine.deadline();
            let woken = tokio::select! {
                _ = released.recv() => TaskWake::Released,
                changed = self.connection.changed() => match changed {
                    Ok(()) => TaskWake::Connection,
                    Err(_) => TaskWake::Released,
                },
                lost = self.feed.drain(&mut items) => TaskWake::Items(lost),
                Some(outcome) = self.under_way.next() => TaskWake::Done(outcome),
                () = tokio::time::sleep_until(deadline) => TaskWake::Deadline,
            };
            if matches!(woken, TaskWake::Released) {
                break;
            }
            self.step(woken, &mut items, &shared);
            status_sender.send_if_modified(|status| {
                let changed = status != self.machine.status();
                if changed {
                    tracing::debug!(status = ?self.machine.status(), "mirror");
                    status.clone_from(self.machine.status());
                }
                changed
            });
            for action in std::mem::take(&mut self.out.actions) {
                self.act(action).await;
            }
        }
    }

    /// Runs one step of the machine and publishes the changes.
    fn step(&mut self, woken: TaskWake, items: &mut Vec<QueueItem>, shared: &Shared) {
        let now = StepTime { at: self.started.elapsed(), wall: self.clock.now() };
        let variables = self.variables.clone();
        let mut held = shared.home.write().unwrap_or_else(PoisonError::into_inner);
        let home = Arc::make_mut(&mut held);
        let mut step = |input: MachineInput<'_>| self.machine.step(now, input, home, &mut self.out);
        match woken {
            TaskWake::Items(lost) => {
                if lost > 0 {
                    step(MachineInput::Lost(lost));
                }
                for item in items.drain(..) {
                    match item {
                        QueueItem::Event(event) => match masked_event(&variables, event) {
                            Some(event) => step(MachineInput::Event(&event)),
                            // The next list has what it would have had.
                            None => step(MachineInput::Lost(1)),
                        },
                        QueueItem::Gap(uri, loss) => step(MachineInput::Gap(uri, loss)),
                        QueueItem::Over(uri, error) => {
                            step(MachineInput::Over(uri, Trouble::of(&error)))
                        }
                    }
                }
            }
            TaskWake::Connection => match &*self.connection.borrow_and_update() {
                realtime::ConnectionStatus::Live => step(MachineInput::Connected),
                realtime::ConnectionStatus::Waiting(loss) => {
                    step(MachineInput::Disconnected(loss.clone()))
                }
                realtime::ConnectionStatus::Connecting => {}
                realtime::ConnectionStatus::SignedOut | realtime::ConnectionStatus::Ended => {
                    step(MachineInput::SignedOut("the token was refused for good".into()))
                }
            },
            TaskWake::Done(Outcome::Subscribed(uri, outcome)) => {
                step(MachineInput::Subscribed(uri, outcome.map_err(|error| Trouble::of(&error))));
            }
            TaskWake::Done(Outcome::Listed(kind, list)) => {
                let list = list.map(|list| masked_list(&variables, kind, list));
                step(MachineInput::Listed(kind, list.map_err(|error| Trouble::of(&error))));
            }
            TaskWake::Deadline | TaskWake::Released => {}
        }
        self.machine.settle(now, &mut self.out);
        let newest = home.seq();
        drop(held);
        if !self.out.changes.is_empty() {
            shared.history.add(self.out.changes.drain(..));
            self.news.send_replace(newest);
        }
    }

    async fn act(&mut self, action: MachineAction) {
        match action {
            MachineAction::Subscribe(uri) => {
                let granted = self.feed.add(uri.clone()).await;
                let outcome = async move { Outcome::Subscribed(uri, granted.await) };
                self.under_way.push(outcome.boxed());
            }
            MachineAction::Unsubscribe(uri) => self.feed.remove(uri).await,
            MachineAction::List(kind) => {
                let homey = self.homey.clone();
                let list = async move {
                    Outcome::Listed(kind, homey.call_bytes(kind.operation(), &args! {}).await)
                };
                self.under_way.push(list.boxed());
            }
        }
    }
}

/// The list without the values of token variables; empty if it cannot be read.
fn masked_list(variables: &TokenVariables, kind: ItemKind, list: Vec<u8>) -> Vec<u8> {
    if kind != ItemKind::Variable {
        return list;
    }
    match variables.mask_json(&list, false) {
        Ok(Cow::Borrowed(_)) => list,
        Ok(Cow::Owned(masked)) => masked,
        Err(_) => Vec::new(),
    }
}

/// The same for an event; `None` if it cannot be read.
fn masked_event(variables: &TokenVariables, event: Event) -> Option<Event> {
    let of_one = event.uri.starts_with("homey:variable:");
    if !of_one && &*event.uri != ItemKind::Variable.uri() {
        return Some(event);
    }
    let of_one = of_one && variables.are_named_in(&event.uri);
    let masked = variables.mask_json(event.data.get().as_bytes(), of_one).ok()?;
    let Cow::Owned(masked) = masked else { return Some(event) };
    let data = RawValue::from_string(String::from_utf8(masked).ok()?).ok()?;
    Some(Event { data: data.into(), ..event })
}
