//! Permissions of a key: single scopes, or a preset of scopes.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use super::{Dialect, Need, operations, scope};

/// A set of scopes under a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Preset {
    /// Read everything, change nothing.
    Readonly,
    /// Read everything, and use devices, flows, moods and apps as a resident does.
    Control,
    /// Everything.
    Full,
}

impl Preset {
    /// All presets, the narrowest first.
    pub const ALL: [Self; 3] = [Self::Readonly, Self::Control, Self::Full];

    /// `readonly`, `control` or `full`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Readonly => "readonly",
            Self::Control => "control",
            Self::Full => "full",
        }
    }

    /// Whether it contains a scope that is needed.
    pub fn contains(self, needed: &str) -> bool {
        let endings: &[&str] = match self {
            Self::Full => return true,
            Self::Control => &[".readonly", ".control", ".start", ".set"],
            Self::Readonly => &[".readonly"],
        };
        endings.iter().any(|ending| needed.ends_with(ending))
    }

    /// The scopes of the preset: those that the operations of a dialect need.
    pub fn scopes(self, dialect: Dialect) -> BTreeSet<&'static str> {
        if self == Self::Full {
            return BTreeSet::from([scope::ROOT]);
        }
        let variants = operations().iter().filter_map(|operation| operation.on(dialect));
        let scopes = variants.flat_map(|variant| variant.scopes).copied();
        scopes.filter(|scope| self.contains(scope)).collect()
    }
}

/// One permission of a key: a preset, or a scope with all below it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Permission {
    /// A preset, on any dialect.
    Preset(Preset),
    /// A scope: `homey.device`, `homey.app.control:com.example`.
    Scope(String),
}

impl Permission {
    /// Whether it contains a scope that is needed.
    pub fn contains(&self, needed: &str) -> bool {
        match self {
            Self::Preset(preset) => preset.contains(needed),
            Self::Scope(granted) => scope::contains(granted, needed),
        }
    }
}

impl FromStr for Preset {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|preset| preset.as_str() == word);
        found.ok_or_else(|| format!("`{word}` is no preset: readonly, control or full"))
    }
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Preset(preset) => preset.as_str(),
            Self::Scope(scope) => scope,
        })
    }
}

impl FromStr for Permission {
    type Err = String;

    /// Refuses a scope that no operation needs: it would grant nothing, unnoticed.
    fn from_str(word: &str) -> Result<Self, String> {
        if let Ok(preset) = word.parse() {
            return Ok(Self::Preset(preset));
        }
        // Operations need unqualified scopes, so a qualifier does not matter here.
        let name = word.split_once(':').map_or(word, |(name, _)| name);
        let known = every_scope();
        if known.iter().any(|needed| scope::contains(name, needed)) {
            return Ok(Self::Scope(word.to_owned()));
        }
        let near = known.iter().map(|known| (strsim::osa_distance(known, name), *known)).min();
        Err(match near {
            Some((..=3, near)) => {
                format!("no operation needs the scope `{word}`; did you mean `{near}`?")
            }
            _ => format!(
                "no operation needs the scope `{word}`: write readonly, control, full, or one \
                 that `housekey operations` shows"
            ),
        })
    }
}

/// The first scope that is needed and not granted; `None` if none is. It is [`scope::ROOT`] where
/// everything is needed.
pub fn lacks(grants: &[Permission], need: &Need) -> Option<&'static str> {
    let held = |needed: &str| grants.iter().any(|grant| grant.contains(needed));
    match need {
        Need::Nothing | Need::AnyKey => None,
        Need::Scopes(scopes) => scopes.iter().copied().find(|scope| !held(scope)),
        Need::Full => (!held(scope::ROOT)).then_some(scope::ROOT),
    }
}

fn every_scope() -> BTreeSet<&'static str> {
    let variants = operations().iter().flat_map(|operation| operation.variants);
    variants.flat_map(|variant| variant.scopes).copied().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_preset_holds_what_its_name_says_and_no_more() {
        let readonly = Preset::Readonly.scopes(Dialect::Local);
        assert!(readonly.contains("homey.device.readonly"));
        assert!(readonly.iter().all(|scope| scope.ends_with(".readonly")), "{readonly:?}");
        let control = Preset::Control.scopes(Dialect::Local);
        for scope in ["homey.device.control", "homey.flow.start", "homey.mood.set"] {
            assert!(control.contains(scope), "{scope}");
        }
        assert!(!control.contains("homey.device"));
        assert_eq!(Preset::Full.scopes(Dialect::Local), BTreeSet::from(["homey"]));
    }

    #[test]
    fn what_grants_nothing_is_refused() {
        for word in ["readonly", "full", "homey", "homey.device", "homey.app.control:com.example"] {
            assert_eq!(
                word.parse::<Permission>().map(|grant| grant.to_string()),
                Ok(word.to_owned())
            );
        }
        for (word, want) in [
            ("homey.device.readnly", "did you mean `homey.device.readonly`?"),
            ("homey.dev", "no operation needs the scope `homey.dev`"),
            ("", "no operation needs the scope ``"),
            ("read", "write readonly, control, full"),
        ] {
            let said = word.parse::<Permission>().unwrap_err();
            assert!(said.contains(want), "{word}: {said}");
        }
    }

    #[test]
    fn the_missing_scope_is_named() {
        let grants = |words: &[&str]| -> Vec<Permission> {
            words.iter().map(|word| word.parse().unwrap()).collect()
        };
        let scopes = Need::Scopes((&["homey.device.readonly", "homey.flow.readonly"][..]).into());
        for (words, need, want) in [
            (&["readonly"][..], &scopes, None),
            (&["homey"], &scopes, None),
            (&["homey.device"], &scopes, Some("homey.flow.readonly")),
            (&[], &scopes, Some("homey.device.readonly")),
            (&["control"], &Need::Full, Some("homey")),
            (&["homey.device", "homey.system"], &Need::Full, Some("homey")),
            (&["full"], &Need::Full, None),
            (&["homey"], &Need::Full, None),
            (&["homey.zone"], &Need::AnyKey, None),
            (&[], &Need::Nothing, None),
        ] {
            assert_eq!(lacks(&grants(words), need), want, "{words:?} for {need:?}");
        }
    }
}
