//! `[dashboard]`: the page that shows the home in a browser.

use std::time::Duration;

use super::reader::Table;
use super::reference;

/// The longest session.
const LONGEST: jiff::SignedDuration = jiff::SignedDuration::from_hours(30 * 24);

/// Settings of the dashboard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DashboardSettings {
    /// How long a browser stays signed in.
    pub session: Duration,
}

impl Default for DashboardSettings {
    fn default() -> Self {
        Self { session: Duration::from_secs(12 * 3600) }
    }
}

/// The settings of `[dashboard]`; without it there is none.
pub(super) fn settings(root: &Table<'_, '_>) -> Option<DashboardSettings> {
    let table = root.table("dashboard")?;
    table.only(&reference::DASHBOARD.names());
    let session = table.text("session").and_then(|text| {
        let length = text.text.parse::<jiff::SignedDuration>().ok();
        let length = length.filter(|length| length.is_positive() && *length <= LONGEST);
        length.and_then(|length| Duration::try_from(length).ok()).or_else(|| {
            text.wrong(format!(
                "\"{}\" is no length of a session: write \"12h\", at most \"720h\"",
                text.text
            ))
        })
    });
    Some(DashboardSettings { session: session.unwrap_or(DashboardSettings::default().session) })
}
