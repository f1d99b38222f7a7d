//! The addresses a Homey may have, computed from its record alone.

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

    /// Whether it leads into the home's network without leaving it: never through a proxy.
    pub const fn is_at_home(self) -> bool {
        matches!(self, Self::LocalSecure | Self::Local | Self::Mdns)
    }

    /// How long a ping may take while another address may be taken, as the vendor's client has it.
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
    /// Whether a person typed the address in `local`: typed with `http://`, it may be used as it is.
    #[serde(skip_serializing_if = "is_false")]
    pub typed: bool,
    /// Whether an earlier record of this Homey had an encrypted address.
    #[serde(rename = "encryptedBefore", skip_serializing_if = "is_false")]
    pub encrypted_before: bool,
    /// Whether these are from a housekey that uses plain HTTP only where that is allowed, or a person
    /// has been informed that this one does.
    #[serde(rename = "encryptedByDefault", skip_serializing_if = "is_false")]
    pub encrypted_by_default: bool,
}

/// Whether a person allowed plain HTTP for a Homey.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum PlainHttp {
    /// No. It is used for a typed `http://` address, and on this machine's loopback for a Homey that
    /// never had an encrypted address.
    #[default]
    Forbidden,
    /// Yes, at every address of that Homey.
    Allowed,
}

impl PlainHttp {
    /// `Allowed` if that is so.
    pub const fn allowed(allowed: bool) -> Self {
        if allowed { Self::Allowed } else { Self::Forbidden }
    }
}

fn is_false(flag: &bool) -> bool {
    !flag
}

impl Addresses {
    /// The one address that a person typed. No other is tried: after an `https` address the token
    /// must not go out in the clear to another one.
    pub fn only(address: Url) -> Self {
        let local = Some(address);
        Self { local, typed: true, encrypted_by_default: true, ..Self::default() }
    }

    /// Fresh addresses of the same Homey, which remember what is known from these.
    #[must_use]
    pub fn replaced_by(&self, fresh: Self) -> Self {
        let encrypted_before = self.ever_encrypted() && !fresh.has_encrypted();
        Self { encrypted_before, encrypted_by_default: self.encrypted_by_default, ..fresh }
    }

    fn has_encrypted(&self) -> bool {
        self.all().any(|candidate| candidate.is_encrypted())
    }

    /// Whether the Homey has, or ever had, an encrypted address.
    pub fn ever_encrypted(&self) -> bool {
        self.encrypted_before || self.has_encrypted()
    }

    /// Whether an older housekey reached the Homey over plain HTTP, and this one does not. With https in
    /// its network that was so only while it was `offline` at every encrypted address. A person should
    /// be informed of it once; `encrypted_by_default` says that this was done.
    pub fn was_reached_in_the_clear(&self, plain: PlainHttp, offline: bool) -> bool {
        !self.encrypted_by_default
            && (self.local_secure.is_none() || offline)
            && self.withheld(plain).iter().any(|withheld| withheld.strategy.is_at_home())
    }

    /// The addresses that are not used because they are plain HTTP.
    pub fn withheld(&self, plain: PlainHttp) -> Vec<Candidate> {
        self.all().filter(|candidate| !self.permits(candidate, plain)).collect()
    }

    fn all(&self) -> impl Iterator<Item = Candidate> {
        let candidate = |strategy| Some(Candidate { strategy, base: self.by(strategy)?.clone() });
        Strategy::ALL.into_iter().filter_map(candidate)
    }

    /// Whether that address may be used.
    fn permits(&self, candidate: &Candidate, plain: PlainHttp) -> bool {
        candidate.is_encrypted()
            || plain == PlainHttp::Allowed
            || self.typed && candidate.strategy == Strategy::Local
            || !self.ever_encrypted() && candidate.is_on_loopback()
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
    /// Whether it is encrypted on the whole way.
    pub fn is_encrypted(&self) -> bool {
        self.base.scheme() == "https"
    }

    /// Whether it is an address of this machine's loopback.
    pub fn is_on_loopback(&self) -> bool {
        is_loopback(&self.base)
    }
}

/// Whether a URL leads to this machine's loopback, where nothing that is sent leaves the machine.
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        Some(url::Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        None => false,
    }
}

/// The candidates in order of preference: the home's own network first, then from outside.
///
/// Plain HTTP is left out unless it is allowed: see [`PlainHttp`]. Where the Homey has a certificate
/// for the home's network, plain HTTP comes last.
pub fn candidates(addresses: &Addresses, plain: PlainHttp) -> Vec<Candidate> {
    let mut candidates: Vec<_> =
        addresses.all().filter(|candidate| addresses.permits(candidate, plain)).collect();
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
            ..Addresses::default()
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
            let found = candidates(addresses, PlainHttp::Allowed);
            let strategies: Vec<_> = found.iter().map(|candidate| candidate.strategy).collect();
            assert_eq!(strategies, want, "{addresses:?}");
            for Candidate { strategy, base } in &found {
                assert_eq!(Some(base), addresses.by(*strategy));
            }
        }
    }

    #[test]
    fn plain_http_is_used_where_it_was_allowed_or_never_leaves_the_machine() {
        let plain = |local: &str| Addresses { local: url(local), ..Addresses::default() };
        let loopback = plain("http://127.0.0.1:4780");
        let relay = Addresses { cloud: url("https://5e.connect.example.com"), ..loopback.clone() };
        let forgotten = relay.replaced_by(loopback.clone());
        let typed = |address| Addresses::only(url(address).unwrap());
        let mdns = Addresses { mdns: url("http://homey-5e.local"), ..loopback.clone() };
        let relay_in_the_clear = Addresses { cloud: url("http://192.0.2.9"), ..loopback.clone() };
        use Strategy::*;
        for (case, addresses, forbidden, allowed) in [
            ("loopback", loopback.clone(), vec![Local], vec![Local]),
            ("loopback by name", plain("http://localhost:80"), vec![Local], vec![Local]),
            ("IPv6 loopback", plain("http://[::1]:80"), vec![Local], vec![Local]),
            ("another machine", plain("http://192.0.2.7"), vec![], vec![Local]),
            ("a name like it", plain("http://localhost.example.com"), vec![], vec![Local]),
            ("loopback beside a relay", relay, vec![Cloud], vec![Local, Cloud]),
            ("a relay that it had once", forgotten.clone(), vec![], vec![Local]),
            ("and twice", forgotten.replaced_by(loopback.clone()), vec![], vec![Local]),
            ("typed", typed("http://192.0.2.7"), vec![Local], vec![Local]),
            ("typed with https", typed("https://192.0.2.7"), vec![Local], vec![Local]),
            (
                "typed, and another one",
                Addresses { mdns: url("http://homey-5e.local"), ..typed("http://192.0.2.7") },
                vec![Local],
                vec![Local, Mdns],
            ),
            ("multicast DNS", mdns, vec![Local], vec![Local, Mdns]),
            ("a relay in the clear", relay_in_the_clear, vec![Local], vec![Local, Cloud]),
        ] {
            for (plain, want) in [(PlainHttp::Forbidden, forbidden), (PlainHttp::Allowed, allowed)]
            {
                let found = candidates(&addresses, plain);
                let found: Vec<_> = found.iter().map(|candidate| candidate.strategy).collect();
                assert_eq!(found, want, "{case}, {plain:?}");
                let withheld = addresses.withheld(plain).len();
                assert_eq!(withheld, addresses.all().count() - want.len(), "{case}, {plain:?}");
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
