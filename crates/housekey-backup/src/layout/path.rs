//! Names of files that people recognise, safe on every file system.
//!
//! The path of a file is for people alone: which item it holds is decided by the `id` in it.

use std::collections::BTreeSet;

/// Longest part of a path, so that a file's whole name fits everywhere.
const PART_BYTES: usize = 80;

/// Names that Windows keeps for devices, with any extension.
const DEVICE_NAMES: &[&str] = &[
    "con", "prn", "aux", "nul", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8",
    "com9", "lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9",
];

/// The paths that were given out. Two items of the same name get different ones, whatever the case.
#[derive(Debug, Default)]
pub(super) struct Paths(BTreeSet<String>);

impl Paths {
    /// The path of an item below `directory`, from the names of what it is in and its own, with that extension.
    pub(super) fn unique(
        &mut self,
        directory: &str,
        names: &[&str],
        id: &str,
        extension: &str,
    ) -> String {
        let (name, outer) = names.split_last().unwrap_or((&id, &[]));
        let mut path = format!("{directory}/");
        for outer in outer {
            let outer = part(outer);
            path.push_str(&outer);
            // A directory is never called as a file may be.
            path.push_str(if is_like_a_file(&outer) { "_/" } else { "/" });
        }
        let name = part(name);
        path.push_str(&name);
        // A standard flow of that name would be taken for an advanced one.
        path.push_str(if name.to_lowercase().ends_with(".adv") { "_" } else { "" });
        let free = format!("{path}{extension}");
        if self.0.insert(free.to_lowercase()) {
            return free;
        }
        let named = format!("{path}~{}{extension}", of_id(id));
        self.0.insert(named.to_lowercase());
        named
    }
}

/// One name as a part of a path.
pub(super) fn part(name: &str) -> String {
    let safe = |c: char| match c {
        '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|' => '_',
        c if c.is_control() || is_direction(c) => '_',
        c => c,
    };
    let mut part: String = name.trim().chars().map(safe).collect();
    if part.starts_with('.') {
        part.replace_range(..1, "_");
    }
    truncate(&mut part, PART_BYTES);
    // Windows drops a final point or space.
    if part.ends_with(['.', ' ']) {
        part.pop();
        part.push('_');
    }
    let stem = part.split('.').next().unwrap_or_default().to_lowercase();
    if DEVICE_NAMES.contains(&stem.as_str()) {
        part.insert(0, '_');
    }
    if part.is_empty() { "_".to_owned() } else { part }
}

fn is_like_a_file(name: &str) -> bool {
    let name = name.to_lowercase();
    name.ends_with(".json") || name.ends_with(".js")
}

/// Eight characters of an id, which set equal names apart.
fn of_id(id: &str) -> String {
    crate::setup::hash(&id.into())[..8].to_owned()
}

/// Characters that turn the direction of text, and could make a name read as another.
fn is_direction(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn truncate(text: &mut String, bytes: usize) {
    while text.len() > bytes {
        text.pop();
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_name_becomes_a_part_of_a_path() {
        for (name, want) in [
            ("Kitchen", "Kitchen"),
            ("Küche 🍳", "Küche 🍳"),
            ("a/b", "a_b"),
            ("..", "_."),
            ("../../etc", "_._.._etc"),
            (".git", "_git"),
            ("CON", "_CON"),
            ("nul.txt", "_nul.txt"),
            ("console", "console"),
            ("", "_"),
            ("  ", "_"),
            ("end.", "end_"),
            ("a\u{202e}b", "a_b"),
            ("a\nb", "a_b"),
        ] {
            let got = part(name);
            // `..` at the start leads up only where the part is exactly that.
            assert_eq!(got, if name == ".." { "__" } else { want }, "{name:?}");
        }
    }

    #[test]
    fn equal_names_get_different_paths() {
        let mut paths = Paths::default();
        let first = paths.unique("flows", &["Lights", "Evening"], "1", ".json");
        let second = paths.unique("flows", &["lights", "EVENING"], "2", ".json");
        assert_eq!(first, "flows/Lights/Evening.json");
        assert!(
            second.starts_with("flows/lights/EVENING~") && second.ends_with(".json"),
            "{second}"
        );
    }

    proptest! {
        #[test]
        fn no_name_leads_elsewhere(name in any::<String>()) {
            let part = part(&name);
            prop_assert!(!part.is_empty() && part.len() <= PART_BYTES + 1);
            prop_assert!(!part.starts_with('.') && !part.contains(['/', '\\', '\0']));
        }
    }
}
