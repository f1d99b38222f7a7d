//! The columns of a CSV, by their names.

use std::collections::HashMap;

use csv::StringRecord;

/// Where the columns are.
pub(super) struct Columns(HashMap<String, usize>);

impl Columns {
    pub(super) fn of(names: impl Iterator<Item = impl AsRef<str>>) -> Self {
        let plain = |name: &str| {
            name.trim_start_matches('\u{feff}').trim().trim_matches('"').to_lowercase()
        };
        Self(names.enumerate().map(|(at, name)| (plain(name.as_ref()), at)).collect())
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// The name of the column at that place.
    pub(super) fn name(&self, place: usize) -> &str {
        self.0.iter().find(|(_, at)| **at == place).map_or("", |(name, _)| name)
    }

    pub(super) fn text<'r>(&self, record: &'r StringRecord, name: &str) -> &'r str {
        self.0.get(name).and_then(|at| record.get(*at)).map_or("", str::trim)
    }
}
