//! The URIs a mirror listens to, and how each of them stands.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use super::trouble::{Nature, Trouble};

/// How long after one came to nothing it is asked for again.
const REST: Duration = Duration::from_secs(10);

/// All of them.
#[derive(Debug, Default)]
pub(super) struct Subscriptions {
    all: BTreeMap<Arc<str>, Place>,
    /// How many are neither in place nor refused.
    open: usize,
    /// Those that are to be asked for when there is a connection, from that time on.
    wanted: Vec<Arc<str>>,
    not_before: Duration,
}

#[derive(Debug, Clone, PartialEq)]
enum Place {
    /// To be asked for.
    Wanted,
    /// Asked for.
    Asked,
    /// Granted: events come.
    Granted,
    /// Granted, and the connection was lost; it will be restored.
    Lost,
    /// The Homey does not grant it.
    Refused(Trouble),
}

impl Place {
    fn is_open(&self) -> bool {
        matches!(self, Self::Wanted | Self::Asked | Self::Lost)
    }
}

impl Subscriptions {
    fn set(&mut self, uri: &str, place: Place) -> bool {
        let Some(held) = self.all.get_mut(uri) else { return false };
        self.open = self.open + usize::from(place.is_open()) - usize::from(held.is_open());
        *held = place;
        true
    }

    /// Adds one.
    pub(super) fn want(&mut self, uri: Arc<str>) {
        if !self.all.contains_key(&uri) {
            self.all.insert(uri.clone(), Place::Wanted);
            self.open += 1;
            self.wanted.push(uri);
        }
    }

    /// Takes one out; whether it has to be ended.
    pub(super) fn forget(&mut self, uri: &str) -> bool {
        let Some(place) = self.all.remove(uri) else { return false };
        self.open -= usize::from(place.is_open());
        matches!(place, Place::Asked | Place::Granted | Place::Lost)
    }

    /// Those to be asked for now that there is a connection.
    pub(super) fn ask(&mut self, now: Duration) -> Vec<Arc<str>> {
        if now < self.not_before {
            return Vec::new();
        }
        let mut wanted = std::mem::take(&mut self.wanted);
        wanted.retain(|uri| self.all.get(uri) == Some(&Place::Wanted));
        for uri in &wanted {
            self.set(uri, Place::Asked);
        }
        wanted
    }

    /// One was granted; `false` when nobody wants it any more.
    pub(super) fn granted(&mut self, uri: &str) -> bool {
        self.set(uri, Place::Granted)
    }

    /// One came to nothing, or has ended.
    pub(super) fn failed(&mut self, uri: &str, trouble: Trouble, now: Duration) {
        // Signed out there is no connection; the next one is made when somebody has signed in.
        let again = trouble.nature != Nature::Refused;
        let place = if again { Place::Wanted } else { Place::Refused(trouble) };
        if self.set(uri, place) && again {
            self.wanted.push(uri.into());
            self.not_before = now + REST;
        }
    }

    /// The connection is gone, and with it all that were granted and refused.
    pub(super) fn lose(&mut self) {
        for (uri, place) in &mut self.all {
            match place {
                Place::Granted => *place = Place::Lost,
                // The next connection may be one with another token.
                Place::Refused(_) => {
                    *place = Place::Wanted;
                    self.wanted.push(uri.clone());
                }
                Place::Wanted | Place::Asked | Place::Lost => continue,
            }
            self.open += 1;
        }
    }

    /// There is a connection.
    pub(super) fn connected(&mut self) {
        self.not_before = Duration::ZERO;
    }

    /// All that were lost are in place again, for all we know.
    pub(super) fn assume_restored(&mut self) {
        for place in self.all.values_mut().filter(|place| **place == Place::Lost) {
            *place = Place::Granted;
            self.open -= 1;
        }
    }

    /// Whether every one is in place, or refused.
    pub(super) fn are_settled(&self) -> bool {
        self.open == 0
    }

    /// Why one is refused, if one is.
    pub(super) fn refused(&self) -> Option<&Trouble> {
        self.all.values().find_map(|place| match place {
            Place::Refused(trouble) => Some(trouble),
            _ => None,
        })
    }

    /// When to ask again.
    pub(super) fn deadline(&self) -> Option<Duration> {
        (!self.wanted.is_empty()).then_some(self.not_before)
    }
}
