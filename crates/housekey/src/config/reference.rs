//! Every setting of `config.toml`, as data: commands and the documentation are made from it.

use super::environment::{
    EnvironmentVariable, HOUSEKEY_AGE_KEY_FILE, HOUSEKEY_CLIENT_ID, HOUSEKEY_HOMEY,
};

/// A setting of the file.
#[derive(Debug, PartialEq, Eq)]
pub struct SettingReference {
    /// Its key, with dots between tables; `NAME` stands for a name that the user chooses.
    pub key: &'static str,
    /// A value, as TOML.
    pub value: &'static str,
    /// What applies without it, as TOML or in words.
    pub default: &'static str,
    /// What it sets.
    pub about: &'static str,
    /// The variable that comes before it.
    pub variable: Option<&'static EnvironmentVariable>,
}

/// All of them, in the order of the documentation.
pub const SETTINGS: &[SettingReference] = &[
    SettingReference {
        key: "homey",
        value: "\"home\"",
        default: "the only one",
        about: "The Homey to use where none is named, by its short name; `housekey homeys use` sets it",
        variable: Some(&HOUSEKEY_HOMEY),
    },
    SettingReference {
        key: "client_id",
        value: "\"5a8d0f1b2c3d4e5f60718293\"",
        default: "that of the last sign-in",
        about: "The OAuth client of a sign-in with an account",
        variable: Some(&HOUSEKEY_CLIENT_ID),
    },
    SettingReference {
        key: "store",
        value: "\"age\"",
        default: "\"file\"",
        about: "How a sign-in protects tokens: file, keyring or age; `housekey login --store` sets it",
        variable: None,
    },
    SettingReference {
        key: "age_key_file",
        value: "\"/home/robin/age-key.txt\"",
        default: "age-key.txt beside config.toml",
        about: "The age identity that opens encrypted tokens",
        variable: Some(&HOUSEKEY_AGE_KEY_FILE),
    },
    SettingReference {
        key: "ca_file",
        value: "\"home-ca.pem\"",
        default: "none",
        about: "PEM file of authorities to trust besides the public ones; a relative path begins at \
                config.toml",
        variable: None,
    },
    SettingReference {
        key: "homeys.NAME.plain_http",
        value: "true",
        default: "false",
        about: "Whether the Homey of that short name may be reached over plain HTTP, which is not encrypted",
        variable: None,
    },
    SettingReference {
        key: "alias.NAME",
        value: "\"devices on 'Kitchen/Lamp'\"",
        default: "none",
        about: "A command line that `housekey NAME` stands for",
        variable: None,
    },
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::settings::Settings;
    use super::*;

    #[test]
    fn every_value_of_the_reference_can_be_read() {
        for setting in SETTINGS {
            let text = format!("{} = {}", setting.key, setting.value);
            let read: Settings =
                toml::from_str(&text).unwrap_or_else(|error| panic!("{text}: {error}"));
            assert_ne!(read, Settings::default(), "{text}");
        }
    }

    /// The error for an unknown key lists the known ones.
    #[test]
    fn the_reference_has_every_key_that_is_read() {
        let listed = |text: &str| -> BTreeSet<String> {
            let error = toml::from_str::<Settings>(text).unwrap_err().to_string();
            let known = error.split_once("expected ").map_or("", |(_, known)| known);
            known.split('`').skip(1).step_by(2).map(str::to_owned).collect()
        };
        let keys = |place: usize| -> BTreeSet<String> {
            let part =
                |setting: &SettingReference| setting.key.split('.').nth(place).map(str::to_owned);
            SETTINGS.iter().filter_map(part).collect()
        };
        assert_eq!(listed("x_ = 1"), keys(0));
        assert_eq!(listed("[homeys.home]\nx_ = 1"), keys(2));
    }
}
