//! The key of a setting, as it is typed: `homey`, `homeys.cabin.plain_http`.

use housekey::config::{SETTINGS, SettingReference};

use crate::error::{Failure, Outcome};
use crate::nearness;

/// What stands in the reference for a name that the user chooses.
const NAME: &str = "NAME";

/// The key of one setting.
#[derive(Debug, Clone)]
pub(super) struct Key<'a> {
    pub(super) reference: &'static SettingReference,
    /// The name in it, where it has one.
    pub(super) name: Option<&'a str>,
}

impl<'a> Key<'a> {
    /// The setting of that key.
    ///
    /// # Errors
    /// Usage with what was probably meant, where there is none.
    pub(super) fn read(text: &'a str) -> Outcome<Self> {
        let key = SETTINGS.iter().find_map(|reference| {
            let name = match reference.key.split_once(NAME) {
                None => return (reference.key == text).then_some(Self { reference, name: None }),
                Some((before, after)) => text.strip_prefix(before)?.strip_suffix(after)?,
            };
            (!name.is_empty()).then_some(Self { reference, name: Some(name) })
        });
        key.ok_or_else(|| {
            Failure::usage(format!("there is no setting \"{text}\""))
                .hint(nearness::hint(text, SETTINGS.iter().map(|setting| setting.key)))
        })
    }

    /// Its parts, from the outermost table to the key itself.
    pub(super) fn path(&self) -> Vec<&'a str> {
        let part = |part: &'static str| self.name.filter(|_| part == NAME).unwrap_or(part);
        self.reference.key.split('.').map(part).collect()
    }

    /// As it is typed.
    pub(super) fn text(&self) -> String {
        self.path().join(".")
    }

    /// Whether its value is `true` or `false`.
    pub(super) fn is_switch(&self) -> bool {
        self.reference.value == "true"
    }

    /// Whether its value is the path of a file.
    pub(super) fn is_file(&self) -> bool {
        self.reference.key.ends_with("_file")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_may_hold_a_name() {
        for (text, want) in [
            ("homey", Ok(&["homey"][..])),
            ("homeys.cabin.plain_http", Ok(&["homeys", "cabin", "plain_http"])),
            ("alias.a.b", Ok(&["alias", "a.b"])),
            (
                "alias.",
                Err("there is: homey, client_id, store, age_key_file, ca_file, \
                            homeys.NAME.plain_http, alias.NAME"),
            ),
            ("homy", Err("did you mean homey?")),
            ("cafile", Err("did you mean ca_file?")),
        ] {
            let key = Key::read(text);
            let path = key.as_ref().map(Key::path).map_err(|failure| {
                failure.lines().last().map(|(_, hint)| hint).unwrap_or_default()
            });
            assert_eq!(path.as_deref().map_err(|hint| *hint), want, "{text}");
        }
    }
}
