//! The URIs a mirror subscribes to, with the state of each.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use super::trouble::{Nature, Trouble};

/// How long to wait before a failed subscription is requested again.
const REST: Duration = Duration::from_secs(10);

/// All subscriptions.
#[derive(Debug, Default)]
pub(super) struct Subscriptions {
    all: BTreeMap<Arc<str>, SubscriptionState>,
    /// How many are neither granted nor refused.
    open: usize,
    /// Those to request once there is a connection, from `not_before` on.
    wanted: Vec<Arc<str>>,
    not_before: Duration,
}

#[derive(Debug, Clone, PartialEq)]
enum SubscriptionState {
    /// To request.
    Wanted,
    /// Requested.
    Requested,
    /// Granted: events arrive.
    Granted,
    /// Granted, and the connection was lost; the live connection restores it.
    Lost,
    /// Refused by the Homey.
    Refused(Trouble),
}

impl SubscriptionState {
    fn is_open(&self) -> bool {
        matches!(self, Self::Wanted | Self::Requested | Self::Lost)
    }
}

impl Subscriptions {
    fn set(&mut self, uri: &str, state: SubscriptionState) -> bool {
        let Some(held) = self.all.get_mut(uri) else { return false };
        self.open = self.open + usize::from(state.is_open()) - usize::from(held.is_open());
        *held = state;
        true
    }

    /// Adds a URI.
    pub(super) fn want(&mut self, uri: Arc<str>) {
        if !self.all.contains_key(&uri) {
            self.all.insert(uri.clone(), SubscriptionState::Wanted);
            self.open += 1;
            self.wanted.push(uri);
        }
    }

    /// Removes a URI; returns whether to unsubscribe.
    pub(super) fn forget(&mut self, uri: &str) -> bool {
        let Some(state) = self.all.remove(uri) else { return false };
        self.open -= usize::from(state.is_open());
        matches!(
            state,
            SubscriptionState::Requested | SubscriptionState::Granted | SubscriptionState::Lost
        )
    }

    /// Those to request now that there is a connection.
    pub(super) fn request(&mut self, now: Duration) -> Vec<Arc<str>> {
        if now < self.not_before {
            return Vec::new();
        }
        let mut wanted = std::mem::take(&mut self.wanted);
        wanted.retain(|uri| self.all.get(uri) == Some(&SubscriptionState::Wanted));
        for uri in &wanted {
            self.set(uri, SubscriptionState::Requested);
        }
        wanted
    }

    /// One was granted; `false` if it is no longer wanted.
    pub(super) fn granted(&mut self, uri: &str) -> bool {
        self.set(uri, SubscriptionState::Granted)
    }

    /// One failed, or has ended.
    pub(super) fn failed(&mut self, uri: &str, trouble: Trouble, now: Duration) {
        // While signed out there is no connection; the next one follows a new sign-in.
        let again = trouble.nature != Nature::Refused;
        let state =
            if again { SubscriptionState::Wanted } else { SubscriptionState::Refused(trouble) };
        if self.set(uri, state) && again {
            self.wanted.push(uri.into());
            self.not_before = now + REST;
        }
    }

    /// The connection is lost, and with it all that were granted or refused.
    pub(super) fn lose(&mut self) {
        for (uri, state) in &mut self.all {
            match state {
                SubscriptionState::Granted => *state = SubscriptionState::Lost,
                // The next connection may be one with another token.
                SubscriptionState::Refused(_) => {
                    *state = SubscriptionState::Wanted;
                    self.wanted.push(uri.clone());
                }
                SubscriptionState::Wanted
                | SubscriptionState::Requested
                | SubscriptionState::Lost => continue,
            }
            self.open += 1;
        }
    }

    /// The connection is established.
    pub(super) fn connected(&mut self) {
        self.not_before = Duration::ZERO;
    }

    /// All that were lost are restored, as far as is known.
    pub(super) fn assume_restored(&mut self) {
        for state in self.all.values_mut().filter(|state| **state == SubscriptionState::Lost) {
            *state = SubscriptionState::Granted;
            self.open -= 1;
        }
    }

    /// Whether all are granted or refused.
    pub(super) fn are_settled(&self) -> bool {
        self.open == 0
    }

    /// Why one is refused, if any is.
    pub(super) fn refused(&self) -> Option<&Trouble> {
        self.all.values().find_map(|state| match state {
            SubscriptionState::Refused(trouble) => Some(trouble),
            _ => None,
        })
    }

    /// When to request the next.
    pub(super) fn deadline(&self) -> Option<Duration> {
        (!self.wanted.is_empty()).then_some(self.not_before)
    }
}
