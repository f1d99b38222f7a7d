//! The bounded queue between the driver and one listener.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Waker;

use futures_util::task::AtomicWaker;

use super::session::Event;
use crate::error::{Error, Loss};

/// How many events wait for one listener; beyond that the oldest are dropped and counted. At the
/// highest rate of a home (some hundred events a second) that is many seconds.
pub(super) const BOUND: usize = 4096;

/// How many bytes of data they hold together. Mostly it is far less: an event has some hundred
/// bytes, a whole device some thousand.
pub(super) const BOUND_BYTES: usize = 16 << 20;

/// An item of the queue.
#[derive(Debug)]
pub(crate) enum QueueItem {
    /// An event.
    Event(Event),
    /// The connection was lost, and the subscription to that URI is restored.
    Gap(Arc<str>, Loss),
    /// The Homey ended the subscription to that URI.
    Over(Arc<str>, Error),
}

impl QueueItem {
    /// The size of its data in bytes.
    pub(super) fn bytes(&self) -> usize {
        match self {
            Self::Event(event) => event.data.get().len(),
            Self::Gap(..) | Self::Over(..) => 0,
        }
    }
}

/// The queue of one listener, shared with the driver.
#[derive(Debug, Default)]
pub(super) struct Inbox {
    queue: Mutex<Queue>,
    pub(super) waker: AtomicWaker,
    /// Whether it belongs to a [`Feed`](super::Feed): the end of one URI is not the end of all.
    shared: bool,
}

#[derive(Debug, Default)]
pub(super) struct Queue {
    pub(super) items: VecDeque<QueueItem>,
    /// The size of the data of all items.
    pub(super) bytes: usize,
    pub(super) lost: u64,
    pub(super) over: Option<End>,
}

#[derive(Debug)]
pub(super) enum End {
    Unreported(Error),
    Reported,
}

impl Inbox {
    /// One for many URIs.
    pub(super) fn shared() -> Self {
        Self { shared: true, ..Self::default() }
    }

    pub(super) fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the listener still reads.
    pub(super) fn is_open(&self) -> bool {
        self.queue().over.is_none()
    }

    /// Adds an event; `false` when the listener is gone.
    pub(super) fn event(&self, event: Event) -> bool {
        self.put(QueueItem::Event(event))
    }

    /// Adds a gap: events of a URI may be missing.
    pub(super) fn gap(&self, uri: &Arc<str>, why: Loss) -> bool {
        self.put(QueueItem::Gap(uri.clone(), why))
    }

    fn put(&self, item: QueueItem) -> bool {
        let mut queue = self.queue();
        if queue.over.is_some() {
            return false;
        }
        let bytes = item.bytes();
        while (queue.items.len() >= BOUND || queue.bytes + bytes > BOUND_BYTES)
            && let Some(oldest) = queue.items.iter().position(|n| matches!(n, QueueItem::Event(_)))
        {
            queue.bytes -= queue.items.remove(oldest).map_or(0, |event| event.bytes());
            queue.lost += 1;
        }
        // The wake for the first item is enough: the reader takes them all.
        let first = queue.items.is_empty();
        queue.bytes += bytes;
        queue.items.push_back(item);
        drop(queue);
        if first {
            self.waker.wake();
        }
        true
    }

    /// Ends the subscription to a URI with an error.
    pub(super) fn end(&self, uri: &Arc<str>, error: Error) {
        if self.shared {
            self.put(QueueItem::Over(uri.clone(), error));
            return;
        }
        let mut queue = self.queue();
        if queue.over.is_none() {
            queue.over = Some(End::Unreported(error));
        }
        drop(queue);
        self.waker.wake();
    }

    /// Closes it: the listener is gone.
    pub(super) fn close(&self) {
        self.queue().over = Some(End::Reported);
    }

    /// The task to wake when an item comes.
    pub(super) fn register(&self, waker: &Waker) {
        self.waker.register(waker);
    }

    /// Moves all futures items to `items` and returns how many events before them were lost;
    /// `None` when there is nothing.
    pub(super) fn drain(&self, items: &mut Vec<QueueItem>) -> Option<u64> {
        let mut queue = self.queue();
        if queue.items.is_empty() && queue.lost == 0 {
            return None;
        }
        items.extend(queue.items.drain(..));
        queue.bytes = 0;
        Some(std::mem::take(&mut queue.lost))
    }
}
