//! The addresses a Homey may have, from the cloud's record of it alone.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use url::Url;

/// A way to reach a Homey; the names are the vendor's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Strategy {
    /// In the home's network, with a real certificate.
    LocalSecure,
    /// In the home's network, plain HTTP.
    Local,
    /// A port that the owner forwards from outside.
    RemoteForwarded,
    /// The vendor's relay.
    Cloud,
}

impl Strategy {
    /// The vendor's word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::LocalSecure => "localSecure",
            Self::Local => "local",
            Self::RemoteForwarded => "remoteForwarded",
            Self::Cloud => "cloud",
        }
    }

    /// How long a ping may take, as the vendor's client has it.
    pub const fn ping_limit(self) -> Duration {
        Duration::from_millis(match self {
            Self::LocalSecure => 1200,
            Self::Local => 1000,
            Self::RemoteForwarded => 2000,
            Self::Cloud => 5000,
        })
    }
}

impl fmt::Display for Strategy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The addresses in the cloud's record of a Homey; each may be missing, and each may change.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Addresses {
    /// `https://192-0-2-7.homey.homeylocal.com`
    #[serde(rename = "localUrlSecure", skip_serializing_if = "Option::is_none")]
    pub local_secure: Option<Url>,
    /// `http://192.0.2.7`
    #[serde(rename = "localUrl", skip_serializing_if = "Option::is_none")]
    pub local: Option<Url>,
    /// `https://192-0-2-7.homey.homeylocal.com:12345`
    #[serde(rename = "remoteUrlForwarded", skip_serializing_if = "Option::is_none")]
    pub remote_forwarded: Option<Url>,
    /// `https://<cloud id>.connect.athom.com`; other host names are possible, so it is never built.
    #[serde(rename = "remoteUrl", skip_serializing_if = "Option::is_none")]
    pub cloud: Option<Url>,
}

impl Addresses {
    /// The one address given by hand.
    pub fn only(address: Url) -> Self {
        Self { local: Some(address), ..Self::default() }
    }
}

/// An address to try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// The way it is reached.
    pub strategy: Strategy,
    /// The base URL.
    pub base: Url,
}

/// The candidates in order of preference: the home's own network first, then from outside.
pub fn candidates(addresses: &Addresses) -> Vec<Candidate> {
    [
        (Strategy::LocalSecure, &addresses.local_secure),
        (Strategy::Local, &addresses.local),
        (Strategy::RemoteForwarded, &addresses.remote_forwarded),
        (Strategy::Cloud, &addresses.cloud),
    ]
    .into_iter()
    .filter_map(|(strategy, base)| Some(Candidate { strategy, base: base.clone()? }))
    .collect()
}
