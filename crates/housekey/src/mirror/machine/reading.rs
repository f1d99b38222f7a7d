//! When one kind of items is to be read, and what came of it the last time.

use std::time::Duration;

use super::trouble::{Nature, Trouble};
use crate::mirror::change::How;
use crate::mirror::window::Window;
use crate::retry::Backoff;

/// The waits after a list that did not come.
const BACKOFF: Backoff =
    Backoff { first: Duration::from_secs(1), longest: Duration::from_secs(60), jitter: 0.0 };

/// How long after a list began another one may, when all that asks for it is an event of an item that
/// was not in it. Items that events tell of and lists never show must not keep us reading.
const STRAY_REST: Duration = Duration::from_secs(10);

/// One kind.
#[derive(Debug, Default)]
pub(super) struct Reading {
    /// Whether a list is to be asked for, and how what it shows is told.
    wanted: Option<How>,
    not_before: Duration,
    /// Whether events are known to be missing that the next list makes up for.
    behind: bool,
    /// The list that is on its way.
    on_its_way: Option<Listing>,
    began: Duration,
    failures: u32,
    /// Whether it has been listed.
    pub(super) listed: bool,
    /// Why the last list did not come.
    pub(super) trouble: Option<Trouble>,
    /// Whether there was an outcome since the connection was lost.
    pub(super) polled: bool,
}

/// A list that is on its way.
#[derive(Debug)]
struct Listing {
    how: How,
    window: Window,
    /// Whether we are behind until it is here.
    behind: bool,
}

impl Reading {
    /// Events are missing: a list is needed.
    pub(super) fn fall_behind(&mut self) {
        self.behind = true;
        self.want(How::CaughtUp);
    }

    /// A list is needed, without anything being known to be missing.
    pub(super) fn want(&mut self, how: How) {
        self.wanted = Some(how);
    }

    /// An event told of an item that is not known.
    pub(super) fn stray(&mut self) {
        // What is on its way may show it.
        if self.wanted.is_none() {
            self.want(How::CaughtUp);
            self.not_before = self.not_before.max(self.began + STRAY_REST);
        }
    }

    /// Whether to ask for a list now; then it is on its way.
    pub(super) fn begin(&mut self, now: Duration) -> bool {
        if self.on_its_way.is_some() || now < self.not_before {
            return false;
        }
        let Some(how) = self.wanted.take() else { return false };
        let behind = std::mem::take(&mut self.behind);
        self.on_its_way = Some(Listing { how, behind, window: Window::default() });
        self.began = now;
        true
    }

    /// What events tell while a list is on its way is noted here.
    pub(super) fn window(&mut self) -> Option<&mut Window> {
        self.on_its_way.as_mut().map(|listing| &mut listing.window)
    }

    /// The list is here: how to tell what it shows, and what events told meanwhile.
    pub(super) fn arrived(&mut self) -> Option<(How, Window)> {
        let listing = self.on_its_way.take()?;
        (self.failures, self.not_before) = (0, Duration::ZERO);
        (self.listed, self.polled, self.trouble) = (true, true, None);
        Some((listing.how, listing.window))
    }

    /// The list did not come. `again`: whether to ask once more.
    pub(super) fn failed(&mut self, trouble: Trouble, again: bool, now: Duration) {
        let Some(listing) = self.on_its_way.take() else { return };
        if trouble.nature == Nature::Passing {
            self.behind |= listing.behind;
            self.not_before = now + BACKOFF.wait(self.failures, 0.0);
            self.failures += 1;
            if again {
                self.want(listing.how);
            }
        }
        (self.polled, self.trouble) = (true, Some(trouble));
    }

    /// Whether the copy is known not to be what the Homey has.
    pub(super) fn is_behind(&self) -> bool {
        self.behind || self.on_its_way.as_ref().is_some_and(|listing| listing.behind)
    }

    /// Whether all that can be read has been.
    pub(super) fn is_complete(&self) -> bool {
        self.listed || self.is_refused()
    }

    /// Whether the Homey does not show it.
    pub(super) fn is_refused(&self) -> bool {
        self.trouble.as_ref().is_some_and(|trouble| trouble.nature == Nature::Refused)
    }

    /// When to look again.
    pub(super) fn deadline(&self) -> Option<Duration> {
        (self.wanted.is_some() && self.on_its_way.is_none()).then_some(self.not_before)
    }
}
