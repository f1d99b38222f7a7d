//! One mirror for each Homey, shared by the parts that follow it.

use std::sync::Arc;

use housekey::Error;
use housekey::clock::SharedClock;
use housekey::mirror::{Kinds, Mirror};
use tokio::sync::OnceCell;

use crate::served_homey::ServedHomey;

/// The mirrors of the Homeys, each started with the first part that follows it.
#[derive(Debug)]
pub(crate) struct Mirrors(Vec<Arc<SharedMirror>>);

/// The mirror of one Homey. Values of variables that hold tokens are not in it.
#[derive(Debug)]
pub(crate) struct SharedMirror {
    served: ServedHomey,
    clock: SharedClock,
    mirror: OnceCell<Mirror>,
}

impl Mirrors {
    pub(crate) fn new(homeys: &[ServedHomey], clock: &SharedClock) -> Self {
        let shared = |served: &ServedHomey| {
            let (served, clock) = (served.clone(), clock.clone());
            Arc::new(SharedMirror { served, clock, mirror: OnceCell::new() })
        };
        Self(homeys.iter().map(shared).collect())
    }

    /// In the order of the Homeys.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Arc<SharedMirror>> {
        self.0.iter()
    }
}

impl SharedMirror {
    /// The mirror, started in this runtime if it was not.
    ///
    /// # Errors
    /// Those of [`Mirror::start`].
    pub(crate) async fn start(&self) -> Result<&Mirror, Error> {
        let start = || {
            let (homey, variables) = (self.served.homey.clone(), self.served.variables.clone());
            Mirror::start_without_tokens(homey, Kinds::all(), self.clock.clone(), variables)
        };
        self.mirror.get_or_try_init(start).await
    }

    /// The mirror, if it was started.
    pub(crate) fn started(&self) -> Option<&Mirror> {
        self.mirror.get()
    }

    /// The Homey that it follows.
    pub(crate) fn served(&self) -> &ServedHomey {
        &self.served
    }

    pub(crate) fn clock(&self) -> &SharedClock {
        &self.clock
    }
}
