//! The environment variables that the library reads, as data.

use std::ffi::OsString;
use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;

use url::Url;

use super::address::{HomeyAddress, server_address};
use super::input;
use crate::Secret;
use crate::error::ConfigError;

/// An environment variable and what it is for.
#[derive(Debug, PartialEq, Eq)]
pub struct EnvironmentVariable {
    /// Its name.
    pub name: &'static str,
    /// What it does, for a manual.
    pub about: &'static str,
    /// Whether its value is a secret: no program that is started inherits it.
    pub secret: bool,
}

impl EnvironmentVariable {
    /// A variable that holds no secret.
    pub const fn new(name: &'static str, about: &'static str) -> Self {
        Self { name, about, secret: false }
    }

    /// A variable that holds a secret.
    pub const fn secret(name: &'static str, about: &'static str) -> Self {
        Self { name, about, secret: true }
    }
}

macro_rules! variables {
    ($($name:ident: $kind:ident $about:literal,)*) => {
        $(
            #[doc = concat!("`", stringify!($name), "`: ", $about, ".")]
            pub const $name: EnvironmentVariable = EnvironmentVariable::$kind(stringify!($name), $about);
        )*
    };
}

variables! {
    HOUSEKEY_HOMEY: new "the Homey to use, as --homey",
    HOUSEKEY_CONFIG: new "directory of config.toml",
    HOUSEKEY_STATE: new "directory of the stored tokens",
    HOUSEKEY_AGE_KEY_FILE: new "age identity that opens encrypted tokens",
    HOUSEKEY_AGE_PASSPHRASE: secret "passphrase that opens the age identity, where it is encrypted",
    HOUSEKEY_CLIENT_ID: new "OAuth client id for login",
    HOUSEKEY_CLIENT_SECRET: secret "OAuth client secret for login",
    HOUSEKEY_ACCOUNTS_URL: new "another account cloud: its log-in pages",
    HOUSEKEY_API_URL: new "another account cloud: its API",
    HOMEY_ADDRESS: new "address of a Homey for one-off use without a store",
    HOMEY_TOKEN: secret "API key or session token for that Homey",
    HOMEY_PAT: secret "personal access token of an account, for one-off use without a store",
    HOMEY_DISCOVERY_MDNS_HOST: new "IPv4 address for queries of `.local` names, not the network's group",
    HOMEY_DISCOVERY_MDNS_PORT: new "port for such queries, not 5353",
    HTTPS_PROXY: new "proxy for https:// outside the home's network; in lower case too",
    HTTP_PROXY: new "proxy for http:// outside the home's network; in lower case too",
    ALL_PROXY: new "proxy for both, where the others are not set; in lower case too",
    NO_PROXY: new "hosts that are reached without a proxy; in lower case too",
    SSL_CERT_FILE: new "PEM file of authorities to trust besides the public ones",
    SSL_CERT_DIR: new "directories of such files",
    XDG_CONFIG_HOME: new "where settings lie, unless HOUSEKEY_CONFIG is set",
    XDG_STATE_HOME: new "where tokens lie, unless HOUSEKEY_STATE is set",
    HOME: new "where both lie, if nothing else is set",
}

/// The variables of a process. An empty one counts as not set; a value is read as if it had been typed,
/// without a byte order mark before it and line ends after it.
#[derive(Clone)]
pub struct Environment {
    value: Arc<Lookup>,
}

/// Looks a variable up by its name.
type Lookup = dyn Fn(&str) -> Option<OsString> + Send + Sync;

impl Environment {
    /// The environment of this process.
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
    pub fn of_process() -> Self {
        Self::new(|name| std::env::var_os(name))
    }

    /// The environment in which each variable has the value that `value` returns for its name.
    pub fn new(value: impl Fn(&str) -> Option<OsString> + Send + Sync + 'static) -> Self {
        Self { value: Arc::new(value) }
    }

    /// The value of a variable; a proxy may be named in lower case too, which comes first.
    pub fn raw(&self, variable: &EnvironmentVariable) -> Option<OsString> {
        let value = |name: &str| {
            let value = input::os_text(&(self.value)(name)?);
            Some(value).filter(|value| !value.is_empty())
        };
        let lower = variable.name.ends_with("_PROXY").then(|| variable.name.to_ascii_lowercase());
        lower.and_then(|name| value(&name)).or_else(|| value(variable.name))
    }

    /// The text of a variable.
    ///
    /// # Errors
    /// [`ConfigError::NotText`] where it is not UTF-8.
    pub fn text(&self, variable: &EnvironmentVariable) -> Result<Option<String>, ConfigError> {
        let text = self.raw(variable).map(OsString::into_string).transpose();
        text.map_err(|_| ConfigError::NotText { variable: variable.name })
    }

    /// The text of a variable that holds a secret.
    ///
    /// # Errors
    /// As [`Environment::text`].
    pub fn secret(&self, variable: &EnvironmentVariable) -> Result<Option<Secret>, ConfigError> {
        debug_assert!(variable.secret, "{} is not marked as a secret", variable.name);
        Ok(self.text(variable)?.map(Secret::new))
    }

    /// The token in a variable.
    ///
    /// # Errors
    /// As [`Environment::text`], and [`ConfigError::NotAToken`].
    pub fn token(&self, variable: &EnvironmentVariable) -> Result<Option<Secret>, ConfigError> {
        self.secret(variable)?.map(|given| input::token(&given, variable.name)).transpose()
    }

    /// The path in a variable.
    pub fn path(&self, variable: &EnvironmentVariable) -> Option<PathBuf> {
        self.raw(variable).map(PathBuf::from)
    }

    /// The parsed value of a variable; `what` says what it must be.
    ///
    /// # Errors
    /// As [`Environment::text`], and [`ConfigError::Value`] where it is something else.
    pub fn parsed<T: FromStr>(
        &self,
        variable: &EnvironmentVariable,
        what: &'static str,
    ) -> Result<Option<T>, ConfigError> {
        let parse = |text: String| match text.parse() {
            Ok(value) => Ok(value),
            Err(_) => Err(ConfigError::Value { variable: variable.name, what, why: text }),
        };
        self.text(variable)?.map(parse).transpose()
    }

    /// The address of a Homey in a variable.
    ///
    /// # Errors
    /// As [`Environment::parsed`].
    pub fn homey_address(
        &self,
        variable: &EnvironmentVariable,
    ) -> Result<Option<HomeyAddress>, ConfigError> {
        self.address(variable, str::parse)
    }

    /// The address of a server in a variable.
    ///
    /// # Errors
    /// As [`Environment::parsed`].
    pub fn url(&self, variable: &EnvironmentVariable) -> Result<Option<Url>, ConfigError> {
        self.address(variable, server_address)
    }

    fn address<T>(
        &self,
        variable: &EnvironmentVariable,
        parse: impl Fn(&str) -> Result<T, String>,
    ) -> Result<Option<T>, ConfigError> {
        let value = |why| ConfigError::Value { variable: variable.name, what: "an address", why };
        self.text(variable)?.map(|text| parse(&text).map_err(value)).transpose()
    }
}

/// Without the values.
impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Environment").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn env(name: &'static str, value: &'static str) -> Environment {
        Environment::new(move |wanted| (wanted == name).then(|| value.into()))
    }

    #[test]
    fn an_empty_variable_is_not_set() {
        for empty in ["", "\n", "\u{feff}\r\n"] {
            assert_eq!(env("HOUSEKEY_HOMEY", empty).text(&HOUSEKEY_HOMEY).unwrap(), None);
        }
        let set = env("HOUSEKEY_HOMEY", "cabin").text(&HOUSEKEY_HOMEY).unwrap();
        assert_eq!(set.as_deref(), Some("cabin"));
    }

    #[test]
    fn proxies_are_named_in_either_case() {
        let read = |name| env(name, "proxy:3128").text(&HTTPS_PROXY).unwrap();
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
