//! Which device is which, as a person has written it into a file.

use std::collections::BTreeMap;
use std::path::Path;

use housekey::whole_file::{self, SETTINGS_LIMIT_BYTES};
use housekey_backup::{Home, KnownDevices};

use crate::commands::flows::named_item::{self, ItemKind};
use crate::error::{Failure, Outcome};

/// Reads `"old id or last name" = "Zone/Name"` lines: the old ids with the new ones.
pub(in crate::commands) fn read(
    path: &Path,
    home: &Home,
    known: &KnownDevices,
) -> Outcome<BTreeMap<String, String>> {
    let text = whole_file::read_text(path, SETTINGS_LIMIT_BYTES).map_err(|error| {
        Failure::usage(format!("cannot read {}", path.display())).because(&error)
    })?;
    let lines: BTreeMap<String, String> = toml::from_str(&text).map_err(|error| {
        Failure::usage(format!("{} is no map of devices", path.display()))
            .because(&error)
            .hint("a line is \"Kitchen/Lamp\" = \"Kitchen/New lamp\"")
    })?;
    let mut map = BTreeMap::new();
    for (old, new) in lines {
        let new = named_item::find(home, &new, Some(ItemKind::Device))?.id;
        let is_it = |id: &&str| known.get(id).is_some_and(|known| known.path == old);
        let named: Vec<&str> = known.ids().filter(is_it).collect();
        match named.is_empty() {
            true => drop(map.insert(old, new)),
            false => map.extend(named.into_iter().map(|id| (id.to_owned(), new.clone()))),
        }
    }
    Ok(map)
}
