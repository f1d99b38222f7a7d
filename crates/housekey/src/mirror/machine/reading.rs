//! When to list one kind of items, and the result of the last list.

use std::time::Duration;

use super::trouble::{Nature, Trouble};
use crate::mirror::change::Origin;
use crate::mirror::window::Window;
use crate::retry::Backoff;

/// The waits after a failed list.
const BACKOFF: Backoff =
    Backoff { first: Duration::from_secs(1), longest: Duration::from_secs(60), jitter: 0.0 };

/// The least time between the start of a list and the next one whose only reason is an event of an
/// unknown item. Items with events that no list ever shows must not cause constant reading.
const STALE_REST: Duration = Duration::from_secs(10);

/// The reading of one kind.
#[derive(Debug, Default)]
pub(super) struct Reading {
    /// Whether a list is wanted, and the origin of the changes it shows.
    wanted: Option<Origin>,
    not_before: Duration,
    /// Whether events were missed that the next list makes up for.
    behind: bool,
    /// The list that is being read.
    on_its_way: Option<Listing>,
    began: Duration,
    failures: u32,
    /// Whether it has been listed.
    pub(super) listed: bool,
    /// Why the last list failed.
    pub(super) trouble: Option<Trouble>,
    /// Whether a list succeeded or failed since the connection was lost.
    pub(super) polled: bool,
}

/// A list that is being read.
#[derive(Debug)]
struct Listing {
    origin: Origin,
    window: Window,
    /// Whether the copy is behind until it arrives.
    behind: bool,
}

impl Reading {
    /// Events were missed: a list is needed.
    pub(super) fn fall_behind(&mut self) {
        self.behind = true;
        self.want(Origin::CaughtUp);
    }

    /// A list is wanted, although no event was missed.
    pub(super) fn want(&mut self, origin: Origin) {
        self.wanted = Some(origin);
    }

    /// An event was about an item that is not in the copy.
    pub(super) fn mark_stale(&mut self) {
        // The list that is being read may show it.
        if self.wanted.is_none() {
            self.want(Origin::CaughtUp);
            self.not_before = self.not_before.max(self.began + STALE_REST);
        }
    }

    /// Starts a list, if one is due.
    pub(super) fn begin(&mut self, now: Duration) -> bool {
        if self.on_its_way.is_some() || now < self.not_before {
            return false;
        }
        let Some(origin) = self.wanted.take() else { return false };
        let behind = std::mem::take(&mut self.behind);
        self.on_its_way = Some(Listing { origin, behind, window: Window::default() });
        self.began = now;
        true
    }

    /// The window of the list that is being read.
    pub(super) fn window(&mut self) -> Option<&mut Window> {
        self.on_its_way.as_mut().map(|listing| &mut listing.window)
    }

    /// The list has arrived: the origin of its changes, and the events since its start.
    pub(super) fn arrived(&mut self) -> Option<(Origin, Window)> {
        let listing = self.on_its_way.take()?;
        (self.failures, self.not_before) = (0, Duration::ZERO);
        (self.listed, self.polled, self.trouble) = (true, true, None);
        Some((listing.origin, listing.window))
    }

    /// The list failed. `again`: whether to try once more.
    pub(super) fn failed(&mut self, trouble: Trouble, again: bool, now: Duration) {
        let Some(listing) = self.on_its_way.take() else { return };
        if trouble.nature == Nature::Passing {
            self.behind |= listing.behind;
            self.not_before = now + BACKOFF.wait(self.failures, 0.0);
            self.failures += 1;
            if again {
                self.want(listing.origin);
            }
        }
        (self.polled, self.trouble) = (true, Some(trouble));
    }

    /// Whether the copy is known to be outdated.
    pub(super) fn is_behind(&self) -> bool {
        self.behind || self.on_its_way.as_ref().is_some_and(|listing| listing.behind)
    }

    /// Whether everything that can be read has been read.
    pub(super) fn is_complete(&self) -> bool {
        self.listed || self.is_refused()
    }

    /// Whether the Homey refuses the list.
    pub(super) fn is_refused(&self) -> bool {
        self.trouble.as_ref().is_some_and(|trouble| trouble.nature == Nature::Refused)
    }

    /// When the next list is due.
    pub(super) fn deadline(&self) -> Option<Duration> {
        (self.wanted.is_some() && self.on_its_way.is_none()).then_some(self.not_before)
    }
}
