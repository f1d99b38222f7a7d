//! Every environment variable that is read: those of the library, and those of the command line alone.

pub(crate) use housekey::config::environment::{
    ALL_PROXY, Environment, EnvironmentVariable, HOME, HOMEY_ADDRESS, HOMEY_DISCOVERY_MDNS_HOST,
    HOMEY_DISCOVERY_MDNS_PORT, HOMEY_PAT, HOMEY_TOKEN, HOUSEKEY_ACCOUNTS_URL,
    HOUSEKEY_AGE_KEY_FILE, HOUSEKEY_AGE_PASSPHRASE, HOUSEKEY_API_URL, HOUSEKEY_CLIENT_ID,
    HOUSEKEY_CLIENT_SECRET, HOUSEKEY_CONFIG, HOUSEKEY_HOMEY, HOUSEKEY_STATE, HTTP_PROXY,
    HTTPS_PROXY, NO_PROXY, SSL_CERT_DIR, SSL_CERT_FILE, XDG_CONFIG_HOME, XDG_STATE_HOME,
};

macro_rules! variables {
    ($($name:ident: $about:literal,)*) => {
        $(pub(crate) const $name: EnvironmentVariable = EnvironmentVariable::new(stringify!($name), $about);)*
    };
}

variables! {
    HOUSEKEY_LOG: "what to log on stderr: error, warn, info, debug or trace",
    HOUSEKEY_COMPLETE: "set by the scripts of `housekey completions`",
    HOMEY_HOME: "where the vendor's command line tool keeps its sign-in",
    NOTIFY_SOCKET: "set by systemd: where the agent says that it is ready",
    WATCHDOG_USEC: "set by systemd: how often the agent has to say that it is alive",
    TZ: "time zone of the times that are shown, else that of the Homey",
    DISPLAY: "set by the desktop: `housekey open` can open a browser",
    WAYLAND_DISPLAY: "the same of a Wayland desktop",
    NO_COLOR: "set to anything: no colours",
}

/// All of them, in the order of the manual.
#[rustfmt::skip]
pub(crate) const VARIABLES: &[&EnvironmentVariable] = &[
    &HOUSEKEY_HOMEY, &HOUSEKEY_CONFIG, &HOUSEKEY_STATE, &HOUSEKEY_AGE_KEY_FILE, &HOUSEKEY_AGE_PASSPHRASE,
    &HOUSEKEY_CLIENT_ID, &HOUSEKEY_CLIENT_SECRET, &HOUSEKEY_ACCOUNTS_URL, &HOUSEKEY_API_URL, &HOUSEKEY_LOG,
    &HOUSEKEY_COMPLETE, &HOMEY_ADDRESS, &HOMEY_TOKEN, &HOMEY_PAT, &HOMEY_HOME, &HOMEY_DISCOVERY_MDNS_HOST,
    &HOMEY_DISCOVERY_MDNS_PORT, &HTTPS_PROXY, &HTTP_PROXY, &ALL_PROXY, &NO_PROXY, &SSL_CERT_FILE, &SSL_CERT_DIR,
    &NOTIFY_SOCKET, &WATCHDOG_USEC, &XDG_CONFIG_HOME, &XDG_STATE_HOME, &TZ, &HOME, &DISPLAY, &WAYLAND_DISPLAY,
    &NO_COLOR,
];

#[cfg(test)]
mod tests {
    use super::*;

    /// What holds a secret by its name is marked so, and no program that we start inherits it.
    #[test]
    fn every_secret_variable_is_withheld_from_other_programs() {
        let by_name = |variable: &&&EnvironmentVariable| {
            let last = variable.name.rsplit('_').next().unwrap_or_default();
            ["SECRET", "PASSPHRASE", "PASSWORD", "TOKEN", "PAT", "KEY"].contains(&last)
        };
        let names = |variables: Vec<&&EnvironmentVariable>| -> std::collections::BTreeSet<&str> {
            variables.into_iter().map(|variable| variable.name).collect()
        };
        let marked = names(VARIABLES.iter().filter(|variable| variable.secret).collect());
        assert_eq!(marked, names(VARIABLES.iter().filter(by_name).collect()));
        assert_eq!(marked, housekey_agent::child::SECRET_VARIABLES.into_iter().collect());
    }
}
