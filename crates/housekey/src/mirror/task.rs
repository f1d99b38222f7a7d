//! Does what the machine decides: listens, reads, publishes.

use std::borrow::Cow;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use futures_util::future::BoxFuture;
use futures_util::stream::FuturesUnordered;
use futures_util::{FutureExt as _, StreamExt as _};
use serde_json::value::RawValue;
use tokio::sync::{mpsc, watch};
use tokio::time::Instant;

use super::kind::{Kind, Kinds};
use super::machine::{Action, Input, Machine, Moment, Output, Trouble, poll_interval};
use super::shared::Shared;
use super::status::Status;
use crate::args;
use crate::catalogue::Dialect;
use crate::client::Homey;
use crate::clock::SharedClock;
use crate::error::Error;
use crate::realtime::session::Event;
use crate::realtime::{self, Feed, Note};
use crate::redaction::TokenVariables;

/// The task behind a mirror.
pub(super) struct Task {
    homey: Homey,
    clock: SharedClock,
    started: Instant,
    machine: Machine,
    feed: Feed,
    connection: watch::Receiver<realtime::Status>,
    under_way: FuturesUnordered<BoxFuture<'static, Outcome>>,
    news: watch::Sender<u64>,
    out: Output,
    /// Whose values do not get into the copy.
    variables: TokenVariables,
}

/// What came of something that was done.
enum Outcome {
    Asked(Arc<str>, Result<(), Error>),
    Listed(Kind, Result<Vec<u8>, Error>),
}

/// What woke the task.
enum Woken {
    /// So many events were lost before those that are here.
    Notes(u64),
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
    ) -> (Self, watch::Sender<Status>, watch::Receiver<Status>) {
        let now = Moment { at: Duration::ZERO, wall: clock.now() };
        let machine = Machine::new(kinds, poll_interval(dialect), now);
        let (told, status) = watch::channel(machine.status().clone());
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
        (task, told, status)
    }

    /// Runs until nobody needs the mirror any more.
    pub(super) async fn run(
        mut self,
        shared: Arc<Shared>,
        told: watch::Sender<Status>,
        mut released: mpsc::Receiver<()>,
    ) {
        let mut notes = Vec::new();
        loop {
            let deadline = self.started + self.machine.deadline();
            let woken = tokio::select! {
                _ = released.recv() => Woken::Released,
                changed = self.connection.changed() => match changed {
                    Ok(()) => Woken::Connection,
                    Err(_) => Woken::Released,
                },
                lost = self.feed.take(&mut notes) => Woken::Notes(lost),
                Some(outcome) = self.under_way.next() => Woken::Done(outcome),
                () = tokio::time::sleep_until(deadline) => Woken::Deadline,
            };
            if matches!(woken, Woken::Released) {
                break;
            }
            self.step(woken, &mut notes, &shared);
            told.send_if_modified(|status| {
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

    /// Lets the machine take what happened, and publishes what it makes of it.
    fn step(&mut self, woken: Woken, notes: &mut Vec<Note>, shared: &Shared) {
        let now = Moment { at: self.started.elapsed(), wall: self.clock.now() };
        let variables = self.variables.clone();
        let mut held = shared.home.write().unwrap_or_else(PoisonError::into_inner);
        let home = Arc::make_mut(&mut held);
        let mut step = |input: Input<'_>| self.machine.step(now, input, home, &mut self.out);
        match woken {
            Woken::Notes(lost) => {
                if lost > 0 {
                    step(Input::Lost(lost));
                }
                for note in notes.drain(..) {
                    match note {
                        Note::Event(event) => match masked_event(&variables, event) {
                            Some(event) => step(Input::Event(&event)),
                            // A list tells what it could not.
                            None => step(Input::Lost(1)),
                        },
                        Note::Gap(uri, loss) => step(Input::Gap(uri, loss)),
                        Note::Over(uri, error) => step(Input::Over(uri, Trouble::of(&error))),
                    }
                }
            }
            Woken::Connection => match &*self.connection.borrow_and_update() {
                realtime::Status::Live => step(Input::Connected),
                realtime::Status::Waiting(loss) => step(Input::Disconnected(loss.clone())),
                realtime::Status::Connecting => {}
                realtime::Status::SignedOut | realtime::Status::Ended => {
                    step(Input::SignedOut("the token was refused for good".into()))
                }
            },
            Woken::Done(Outcome::Asked(uri, outcome)) => {
                step(Input::Asked(uri, outcome.map_err(|error| Trouble::of(&error))));
            }
            Woken::Done(Outcome::Listed(kind, list)) => {
                let list = list.map(|list| masked_list(&variables, kind, list));
                step(Input::Listed(kind, list.map_err(|error| Trouble::of(&error))));
            }
            Woken::Deadline | Woken::Released => {}
        }
        self.machine.settle(now, &mut self.out);
        let newest = home.seq();
        drop(held);
        if !self.out.told.is_empty() {
            shared.history.add(self.out.told.drain(..));
            self.news.send_replace(newest);
        }
    }

    async fn act(&mut self, action: Action) {
        match action {
            Action::Subscribe(uri) => {
                let granted = self.feed.add(uri.clone()).await;
                let outcome = async move { Outcome::Asked(uri, granted.await) };
                self.under_way.push(outcome.boxed());
            }
            Action::Unsubscribe(uri) => self.feed.remove(uri).await,
            Action::List(kind) => {
                let homey = self.homey.clone();
                let list = async move {
                    Outcome::Listed(kind, homey.call_bytes(kind.operation(), &args! {}).await)
                };
                self.under_way.push(list.boxed());
            }
        }
    }
}

/// A list without the values of token variables; nothing of one that cannot be read.
fn masked_list(variables: &TokenVariables, kind: Kind, list: Vec<u8>) -> Vec<u8> {
    if kind != Kind::Variable {
        return list;
    }
    match variables.mask_json(&list, false) {
        Ok(Cow::Borrowed(_)) => list,
        Ok(Cow::Owned(masked)) => masked,
        Err(_) => Vec::new(),
    }
}

/// The same for an event.
fn masked_event(variables: &TokenVariables, event: Event) -> Option<Event> {
    let of_one = event.uri.starts_with("homey:variable:");
    if !of_one && &*event.uri != Kind::Variable.uri() {
        return Some(event);
    }
    let of_one = of_one && variables.are_named_in(&event.uri);
    let masked = variables.mask_json(event.data.get().as_bytes(), of_one).ok()?;
    let Cow::Owned(masked) = masked else { return Some(event) };
    let data = RawValue::from_string(String::from_utf8(masked).ok()?).ok()?;
    Some(Event { data: data.into(), ..event })
}
