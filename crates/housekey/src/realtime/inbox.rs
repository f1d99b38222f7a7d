//! The bounded queue between the driver and one listener.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Waker;

use futures_util::task::AtomicWaker;

use super::session::Event;
use crate::error::{Error, Loss};

/// How many events wait for one listener; beyond that the oldest are dropped and counted. At the
/// fastest a home goes (some hundred events a second) that is many seconds.
pub(super) const BOUND: usize = 4096;

/// How much data they may hold together. Mostly it is far less: an event has some hundred bytes, a
/// whole device some thousand.
pub(super) const BOUND_BYTES: usize = 16 << 20;

/// What comes out of a feed.
#[derive(Debug)]
pub(crate) enum Note {
    /// Something happened in the home.
    Event(Event),
    /// The connection was gone, and the subscription to that URI is in place again.
    Gap(Arc<str>, Loss),
    /// The Homey ended the subscription to that URI.
    Over(Arc<str>, Error),
}

impl Note {
    /// The size of its data.
    pub(super) fn bytes(&self) -> usize {
        match self {
            Self::Event(event) => event.data.get().len(),
            Self::Gap(..) | Self::Over(..) => 0,
        }
    }
}

/// The driver's side of one listener.
#[derive(Debug, Default)]
pub(super) struct Inbox {
    queue: Mutex<Queue>,
    pub(super) waker: AtomicWaker,
    /// Whether it is of a [`Feed`](super::Feed): the end of one URI is not the end of all.
    of_many: bool,
}

#[derive(Debug, Default)]
pub(super) struct Queue {
    pub(super) notes: VecDeque<Note>,
    /// Of the data of all of them.
    pub(super) bytes: usize,
    pub(super) lost: u64,
    pub(super) over: Option<End>,
}

#[derive(Debug)]
pub(super) enum End {
    Untold(Error),
    Told,
}

impl Inbox {
    /// One for many URIs.
    pub(super) fn of_many() -> Self {
        Self { of_many: true, ..Self::default() }
    }

    pub(super) fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether anybody still reads.
    pub(super) fn is_open(&self) -> bool {
        self.queue().over.is_none()
    }

    /// Puts an event in; `false` when nobody reads any more.
    pub(super) fn event(&self, event: Event) -> bool {
        self.put(Note::Event(event))
    }

    /// Tells that events of a URI may be missing.
    pub(super) fn gap(&self, uri: &Arc<str>, why: Loss) -> bool {
        self.put(Note::Gap(uri.clone(), why))
    }

    fn put(&self, note: Note) -> bool {
        let mut queue = self.queue();
        if queue.over.is_some() {
            return false;
        }
        let bytes = note.bytes();
        while (queue.notes.len() >= BOUND || queue.bytes + bytes > BOUND_BYTES)
            && let Some(oldest) = queue.notes.iter().position(|n| matches!(n, Note::Event(_)))
        {
            queue.bytes -= queue.notes.remove(oldest).map_or(0, |event| event.bytes());
            queue.lost += 1;
        }
        // Whoever was woken for the first one takes them all.
        let first = queue.notes.is_empty();
        queue.bytes += bytes;
        queue.notes.push_back(note);
        drop(queue);
        if first {
            self.waker.wake();
        }
        true
    }

    /// Tells why there will be no more of a URI.
    pub(super) fn end(&self, uri: &Arc<str>, error: Error) {
        if self.of_many {
            self.put(Note::Over(uri.clone(), error));
            return;
        }
        let mut queue = self.queue();
        if queue.over.is_none() {
            queue.over = Some(End::Untold(error));
        }
        drop(queue);
        self.waker.wake();
    }

    /// Nobody reads any more.
    pub(super) fn close(&self) {
        self.queue().over = Some(End::Told);
    }

    /// Whom to wake when something comes.
    pub(super) fn register(&self, waker: &Waker) {
        self.waker.register(waker);
    }

    /// Adds all that waits to `notes` and tells how many events were lost before it; `None` when
    /// there is nothing.
    pub(super) fn take(&self, notes: &mut Vec<Note>) -> Option<u64> {
        let mut queue = self.queue();
        if queue.notes.is_empty() && queue.lost == 0 {
            return None;
        }
        notes.extend(queue.notes.drain(..));
        queue.bytes = 0;
        Some(std::mem::take(&mut queue.lost))
    }
}
