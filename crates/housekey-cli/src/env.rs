//! Every environment variable that is read, as data; nothing else reads the environment.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::PathBuf;
use std::str::FromStr;

use housekey::Secret;
use url::Url;

use crate::address::HomeyAddress;
use crate::error::{Failure, Outcome};
use crate::typed;

/// A variable and what it is for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Variable {
    /// Its name.
    pub(crate) name: &'static str,
    /// What it does, for the manual.
    pub(crate) about: &'static str,
    /// Whether what stands in it is a secret: programs that we start do not inherit it.
    pub(crate) secret: bool,
}

macro_rules! is_secret {
    () => {
        false
    };
    (secret) => {
        true
    };
}

macro_rules! variables {
    ($($name:ident: $($secret:ident)? $about:literal,)*) => {
        $(pub(crate) const $name: Variable = Variable {
            name: stringify!($name),
            about: $about,
            secret: is_secret!($($secret)?),
        };)*
        /// All of them, in the order of the manual.
        pub(crate) const VARIABLES: &[&Variable] = &[$(&$name),*];
    };
}

variables! {
    HOUSEKEY_HOMEY: "the Homey to use, as --homey",
    HOUSEKEY_CONFIG: "directory of config.toml",
    HOUSEKEY_STATE: "directory of the stored tokens",
    HOUSEKEY_AGE_KEY_FILE: "age identity that opens encrypted tokens",
    HOUSEKEY_AGE_PASSPHRASE: secret "passphrase that opens the age identity, where it is encrypted",
    HOUSEKEY_CLIENT_ID: "OAuth client id for login",
    HOUSEKEY_CLIENT_SECRET: secret "OAuth client secret for login",
    HOUSEKEY_ACCOUNTS_URL: "another account cloud: its log-in pages",
    HOUSEKEY_API_URL: "another account cloud: its API",
    HOUSEKEY_LOG: "what to log on stderr: error, warn, info, debug or trace",
    HOUSEKEY_COMPLETE: "set by the scripts of `housekey completions`",
    HOMEY_ADDRESS: "address of a Homey for one-off use without a store",
    HOMEY_TOKEN: secret "API key or session token for that Homey",
    HOMEY_PAT: secret "personal access token of an account, for one-off use without a store",
    HOMEY_HOME: "where the vendor's command line tool keeps its sign-in",
    HOMEY_DISCOVERY_MDNS_HOST: "IPv4 address for queries of `.local` names, not the network's group",
    HOMEY_DISCOVERY_MDNS_PORT: "port for such queries, not 5353",
    HTTPS_PROXY: "proxy for https:// outside the home's network; in lower case too",
    HTTP_PROXY: "proxy for http:// outside the home's network; in lower case too",
    ALL_PROXY: "proxy for both, where the others are not set; in lower case too",
    NO_PROXY: "hosts that are reached without a proxy; in lower case too",
    SSL_CERT_FILE: "PEM file of authorities to trust besides the public ones",
    SSL_CERT_DIR: "directories of such files",
    NOTIFY_SOCKET: "set by systemd: where the agent says that it is ready",
    WATCHDOG_USEC: "set by systemd: how often the agent has to say that it is alive",
    XDG_CONFIG_HOME: "where settings lie, unless HOUSEKEY_CONFIG is set",
    XDG_STATE_HOME: "where tokens lie, unless HOUSEKEY_STATE is set",
    TZ: "time zone of the times in tables, unless it is the machine's",
    HOME: "where both lie, if nothing else is set",
    NO_COLOR: "set to anything: no colours",
}

/// The environment as it was when the program started: what stands in a variable counts as typed. An
/// empty one counts as not set.
#[derive(Debug, Clone)]
pub(crate) struct Env {
    values: BTreeMap<&'static str, OsString>,
}

impl Env {
    /// The environment of this process.
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
    pub(crate) fn of_process() -> Self {
        Self::from_values(|name| std::env::var_os(name))
    }

    fn from_values(value: impl Fn(&str) -> Option<OsString>) -> Self {
        let set = |variable: &&Variable| {
            let value = |name: &str| {
                let value = typed::os_text(&value(name)?);
                Some(value).filter(|value| !value.is_empty())
            };
            let lower = || match variable.name.ends_with("_PROXY") {
                true => value(&variable.name.to_ascii_lowercase()),
                false => None,
            };
            Some((variable.name, lower().or_else(|| value(variable.name))?))
        };
        Self { values: VARIABLES.iter().filter_map(set).collect() }
    }

    /// The text of a variable.
    ///
    /// # Errors
    /// Usage, when it is not UTF-8.
    pub(crate) fn text(&self, variable: &Variable) -> Outcome<Option<&str>> {
        let Some(value) = self.values.get(variable.name) else { return Ok(None) };
        match value.to_str() {
            Some(text) => Ok(Some(text)),
            None => Err(Failure::usage(format!("{} is not valid UTF-8", variable.name))),
        }
    }

    /// The text of a variable that holds a secret.
    pub(crate) fn secret(&self, variable: &Variable) -> Outcome<Option<Secret>> {
        debug_assert!(variable.secret, "{} is not marked as a secret", variable.name);
        Ok(self.text(variable)?.map(Secret::new))
    }

    /// The path in a variable.
    pub(crate) fn path(&self, variable: &Variable) -> Option<PathBuf> {
        self.values.get(variable.name).map(PathBuf::from)
    }

    /// What the text of a variable means; `what` says what it must be.
    ///
    /// # Errors
    /// Usage, when it is something else.
    pub(crate) fn parsed<T: FromStr>(&self, variable: &Variable, what: &str) -> Outcome<Option<T>> {
        let Some(text) = self.text(variable)? else { return Ok(None) };
        match text.parse() {
            Ok(value) => Ok(Some(value)),
            Err(_) => Err(Failure::usage(format!("{} is not {what}: {text}", variable.name))),
        }
    }

    /// What stands in a variable, as it is.
    pub(crate) fn raw(&self, variable: &Variable) -> Option<&OsString> {
        self.values.get(variable.name)
    }

    /// The address of a Homey in a variable.
    ///
    /// # Errors
    /// Usage, when it is none.
    pub(crate) fn homey_address(&self, variable: &Variable) -> Outcome<Option<HomeyAddress>> {
        let Some(text) = self.text(variable)? else { return Ok(None) };
        match crate::address::homey_address(text) {
            Ok(address) => Ok(Some(address)),
            Err(why) => Err(Failure::usage(format!("{} is not an address: {why}", variable.name))),
        }
    }

    /// The URL in a variable.
    ///
    /// # Errors
    /// Usage, when it is none.
    pub(crate) fn url(&self, variable: &Variable) -> Outcome<Option<Url>> {
        let Some(text) = self.text(variable)? else { return Ok(None) };
        match crate::address::address(text) {
            Ok(url) => Ok(Some(url)),
            Err(why) => Err(Failure::usage(format!("{} is not an address: {why}", variable.name))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn env(name: &'static str, value: &'static str) -> Env {
        Env::from_values(|asked| (asked == name).then(|| value.into()))
    }

    /// What holds a secret by its name is marked so, and no program that we start inherits it.
    #[test]
    fn every_secret_variable_is_withheld_from_other_programs() {
        let by_name = |variable: &&&Variable| {
            let last = variable.name.rsplit('_').next().unwrap_or_default();
            ["SECRET", "PASSPHRASE", "PASSWORD", "TOKEN", "PAT", "KEY"].contains(&last)
        };
        let names = |variables: Vec<&&Variable>| -> std::collections::BTreeSet<&str> {
            variables.into_iter().map(|variable| variable.name).collect()
        };
        let marked = names(VARIABLES.iter().filter(|variable| variable.secret).collect());
        assert_eq!(marked, names(VARIABLES.iter().filter(by_name).collect()));
        assert_eq!(marked, housekey_agent::child::SECRET_VARIABLES.into_iter().collect());
    }

    #[test]
    fn an_empty_variable_is_not_set() {
        for empty in ["", "\n", "\u{feff}\r\n"] {
            assert_eq!(env("HOUSEKEY_HOMEY", empty).text(&HOUSEKEY_HOMEY).unwrap(), None);
        }
        assert_eq!(env("HOUSEKEY_HOMEY", "cabin").text(&HOUSEKEY_HOMEY).unwrap(), Some("cabin"));
    }

    #[test]
    fn proxies_are_named_in_either_case() {
        let read = |name| env(name, "proxy:3128").text(&HTTPS_PROXY).unwrap().map(str::to_owned);
        assert_eq!(read("https_proxy").as_deref(), Some("proxy:3128"));
        assert_eq!(read("HTTPS_PROXY").as_deref(), Some("proxy:3128"));
        assert_eq!(env("home", "/x").path(&HOME), None);
    }

    #[test]
    fn an_address_must_be_one() {
        let address = |text| env("HOMEY_ADDRESS", text).url(&HOMEY_ADDRESS);
        assert_eq!(address("http://192.0.2.7").unwrap().unwrap().as_str(), "http://192.0.2.7/");
        assert!(address("192.0.2.7:80").is_err() && address("file:///etc").is_err());
    }
}
