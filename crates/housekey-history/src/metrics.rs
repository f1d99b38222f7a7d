//! The home as Prometheus reads it: computed from the copy of a mirror at each scrape.
//!
//! Nothing is kept in step with the home: what is gone from the copy is gone from the page. Only
//! the decoded descriptions are cached, by the text they were decoded from, and the changes are
//! counted.
//!
//! ```text
//! Home ─> view (decoded once for each text) ─> rows (one for each series) ─> page (text)
//!            |
//!          table (capability ─> metric), quantity (units)
//! ```

mod cache;
mod device;
mod family;
mod names;
mod options;
mod page;
mod quantity;
mod rows;
mod rows_of_devices;
mod table;
#[cfg(test)]
mod tests;
mod views;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use housekey::mirror::{Change, ChangeKind, Home, ItemKind, Kinds, MirrorState, MirrorStatus};
use jiff::Timestamp;
use serde_json::Value;

pub(crate) use self::device::number;
use self::family::Rows;
pub(crate) use self::names::{DeviceNames, MetricNames};
pub use self::options::MetricsOptions;
pub use self::page::{Format, Page};
use self::rows::Scrape;
pub(crate) use self::table::base;
use self::views::Views;

/// The metrics of one home.
#[derive(Debug)]
pub struct HomeMetrics {
    homey: Arc<str>,
    options: MetricsOptions,
    kept: Mutex<Kept>,
}

/// What is kept between two scrapes.
#[derive(Debug, Default)]
struct Kept {
    views: Views,
    /// Changes by device and capability.
    changes: HashMap<Arc<str>, HashMap<Arc<str>, u64>>,
    /// When the copy was current for the last time; `None` while it is, and before it ever was.
    current_until: Option<Timestamp>,
    was_current: bool,
}

impl HomeMetrics {
    /// Those of the Homey with that short name.
    pub fn new(homey: impl Into<Arc<str>>, options: MetricsOptions) -> Self {
        Self { homey: homey.into(), options, kept: Mutex::default() }
    }

    /// Counts a change, for pulses that are shorter than the time between two scrapes. `home` has
    /// the device.
    pub fn count(&self, change: &Change, home: &Home) {
        if change.kind != ItemKind::Device {
            return;
        }
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = &mut *kept;
        match &change.what {
            ChangeKind::Removed => drop(kept.changes.remove(&change.id)),
            ChangeKind::Value { capability, value, previous, .. } => {
                let device = kept.views.devices.get(home, ItemKind::Device, &change.id);
                let Some(device) = device else { return };
                let counted = device.is_counted(capability)
                    && (value != previous && !previous.is_null() || device.is_button(capability));
                if counted && *value != Value::Null {
                    let device = kept.changes.entry(change.id.clone()).or_default();
                    *device.entry(capability.clone()).or_default() += 1;
                }
            }
            ChangeKind::Added(_) | ChangeKind::Updated { .. } => {}
        }
    }

    /// Notes since when the copy is current, or is not.
    pub fn note_status(&self, status: &MirrorStatus, now: Timestamp) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        match is_current(status.state) {
            true => (kept.current_until, kept.was_current) = (None, true),
            false if kept.was_current => {
                (kept.current_until, kept.was_current) = (Some(now), false);
            }
            false => {}
        }
    }

    /// Hands over the rows of all series that such a caller sees.
    fn with_rows<T>(
        &self,
        home: &Home,
        status: &MirrorStatus,
        now: Timestamp,
        sees: Kinds,
        then: impl FnOnce(&Rows<'_>) -> T,
    ) -> T {
        self.note_status(status, now);
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.views.refresh(home);
        let age = kept.current_until.map_or(Duration::ZERO, |until| {
            Duration::try_from(now.duration_since(until)).unwrap_or_default()
        });
        let scrape = Scrape {
            homey: &self.homey,
            options: &self.options,
            views: &kept.views,
            changes: &kept.changes,
            state: status.state,
            up: is_current(status.state),
            age,
            sees,
            home,
        };
        then(&scrape.rows())
    }
}

/// Whether the copy follows the home.
fn is_current(state: MirrorState) -> bool {
    match state {
        MirrorState::Live | MirrorState::CatchingUp | MirrorState::Polling => true,
        MirrorState::Connecting | MirrorState::Offline | MirrorState::SignedOut => false,
    }
}
