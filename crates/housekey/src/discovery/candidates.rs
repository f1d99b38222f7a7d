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
    /// In the home's network, plain HTTP, by a name that the Homey itself answers to.
    Mdns,
    /// A port that the owner forwards from outside.
    RemoteForwarded,
    /// The vendor's relay.
    Cloud,
}

impl Strategy {
    /// All of them, those within the home's network first.
    pub const ALL: [Self; 5] =
        [Self::LocalSecure, Self::Local, Self::Mdns, Self::RemoteForwarded, Self::Cloud];

    /// The vendor's word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::LocalSecure => "localSecure",
            Self::Local => "local",
            Self::Mdns => "mdns",
            Self::RemoteForwarded => "remoteForwarded",
            Self::Cloud => "cloud",
        }
    }

    /// How long a ping may take, as the vendor's client has it.
    pub const fn ping_limit(self) -> Duration {
        Duration::from_millis(match self {
            Self::LocalSecure => 1200,
            Self::Local => 1000,
            Self::Mdns => 3000,
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
    /// `http://homey-<cloud id>.local`; see [`Addresses::mdns_name`].
    #[serde(rename = "mdnsUrl", skip_serializing_if = "Option::is_none")]
    pub mdns: Option<Url>,
    /// `https://192-0-2-7.homey.homeylocal.com:12345`
    #[serde(rename = "remoteUrlForwarded", skip_serializing_if = "Option::is_none")]
    pub remote_forwarded: Option<Url>,
    /// `https://<cloud id>.connect.athom.com`; other host names are possible, so it is never built.
    #[serde(rename = "remoteUrl", skip_serializing_if = "Option::is_none")]
    pub cloud: Option<Url>,
}

impl Addresses {
    /// The one address given by hand. No other way is tried then: who names an `https` address would
    /// not want the token sent in the clear to whoever answers to a name.
    pub fn only(address: Url) -> Self {
        Self { local: Some(address), ..Self::default() }
    }

    /// The address by which a Homey of that cloud id answers to multicast DNS: the name and port in
    /// its record, else a name made of its id and port 80. `None` where that makes no host name.
    pub fn mdns_name(id: &str, fqdn: Option<&str>, port: Option<u16>) -> Option<Url> {
        let named = fqdn.and_then(|fqdn| {
            let mut url = http_host(fqdn)?;
            url.set_port(port).ok()?;
            Some(url)
        });
        named.or_else(|| http_host(&format!("homey-{id}.local")))
    }

    /// The address for one way.
    pub fn by(&self, strategy: Strategy) -> Option<&Url> {
        match strategy {
            Strategy::LocalSecure => self.local_secure.as_ref(),
            Strategy::Local => self.local.as_ref(),
            Strategy::Mdns => self.mdns.as_ref(),
            Strategy::RemoteForwarded => self.remote_forwarded.as_ref(),
            Strategy::Cloud => self.cloud.as_ref(),
        }
    }
}

/// `http://<host>`, if the text is a host and nothing but that.
fn http_host(host: &str) -> Option<Url> {
    let url = Url::parse(&format!("http://{host}")).ok()?;
    (url.host_str() == Some(&*host.to_ascii_lowercase())).then_some(url)
}

/// An address to try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// The way it is reached.
    pub strategy: Strategy,
    /// The base URL.
    pub base: Url,
}

impl Candidate {
    /// Whether nobody on the way can read or change what is sent.
    pub fn is_encrypted(&self) -> bool {
        self.base.scheme() == "https"
    }
}

/// The candidates in order of preference: the home's own network first, then from outside.
///
/// Where the Homey has a certificate for the home's network, plain HTTP comes last: a ping proves
/// nothing, and in somebody else's network anybody may answer at the same address.
pub fn candidates(addresses: &Addresses) -> Vec<Candidate> {
    let candidate = |strategy| Some(Candidate { strategy, base: addresses.by(strategy)?.clone() });
    let mut candidates: Vec<_> = Strategy::ALL.into_iter().filter_map(candidate).collect();
    if addresses.local_secure.is_some() {
        candidates.sort_by_key(|candidate| !candidate.is_encrypted());
    }
    candidates
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Option<Url> {
        Some(text.parse().unwrap())
    }

    #[test]
    fn the_homes_network_comes_first_and_plain_http_after_a_certificate() {
        let all = Addresses {
            local_secure: url("https://192-0-2-7.homey.homeylocal.com"),
            local: url("http://192.0.2.7"),
            mdns: url("http://homey-5e.local"),
            remote_forwarded: url("https://198-51-100-1.homey.homeylocal.com:12345"),
            cloud: url("https://5e.connect.example.com"),
        };
        let without_certificate = Addresses { local_secure: None, ..all.clone() };
        let only = Addresses::only(url("https://homey.example.com").unwrap());
        use Strategy::*;
        for (addresses, want) in [
            (&all, vec![LocalSecure, RemoteForwarded, Cloud, Local, Mdns]),
            (&without_certificate, vec![Local, Mdns, RemoteForwarded, Cloud]),
            (&only, vec![Local]),
            (&Addresses::default(), vec![]),
        ] {
            let found = candidates(addresses);
            let strategies: Vec<_> = found.iter().map(|candidate| candidate.strategy).collect();
            assert_eq!(strategies, want, "{addresses:?}");
            for Candidate { strategy, base } in &found {
                assert_eq!(Some(base), addresses.by(*strategy));
            }
        }
    }

    #[test]
    fn the_name_for_multicast_dns_is_that_of_the_record_or_made_of_the_id() {
        for (id, fqdn, port, want) in [
            ("5e01", None, None, Some("http://homey-5e01.local/")),
            ("5e01", None, Some(4859), Some("http://homey-5e01.local/")),
            ("5e01", Some("hub.local"), None, Some("http://hub.local/")),
            ("5e01", Some("hub.local"), Some(80), Some("http://hub.local/")),
            ("5e01", Some("Hub.local"), Some(4859), Some("http://hub.local:4859/")),
            ("5e01", Some("no host"), Some(4859), Some("http://homey-5e01.local/")),
            ("5e01", Some("me@example.com/x"), None, Some("http://homey-5e01.local/")),
            ("5e01", Some(""), None, Some("http://homey-5e01.local/")),
            ("5e/01", None, None, None),
            ("x@example.com", None, None, None),
        ] {
            let found = Addresses::mdns_name(id, fqdn, port);
            assert_eq!(found.as_ref().map(Url::as_str), want, "{id} {fqdn:?} {port:?}");
        }
    }
}
