//! Proxies: which servers are reached through one.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use http::Uri;
use hyper_util::client::proxy::matcher::Matcher;
use url::{Host, Url};

use crate::error::HttpError;
use crate::resolve::{address_in_name, zone_of};

/// The protocols of proxies.
const SCHEMES: [&str; 6] = ["http", "https", "socks4", "socks4a", "socks5", "socks5h"];

/// Hosts of the vendor's relay, which a user may have entered.
const RELAY: &str = ".connect.athom.com";

/// How many addresses in the home are kept: far more than all Homeys of an account have.
const HOME_LIMIT: usize = 10_000;

/// The proxies of the usual environment variables. None by default.
///
/// These are always reached directly: loopback, private and link-local addresses, names below
/// `.local`, and the addresses of a Homey in its home.
///
/// ```
/// use housekey::http::{Http, Network, Proxies};
/// let proxies = Proxies::new("", "http://proxy.example.com:3128", "", "example.org")?;
/// let http = Http::on(Network { proxies, ..Network::default() })?;
/// # Ok::<(), housekey::error::HttpError>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct Proxies {
    http: Option<Url>,
    https: Option<Url>,
    /// Intercepts all hosts without an exception.
    exceptions: Option<Arc<Matcher>>,
}

impl Proxies {
    /// Reads the values of `HTTP_PROXY`, `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY`; an empty one
    /// counts as unset. One without a scheme is an HTTP proxy.
    ///
    /// # Errors
    /// [`HttpError::Invalid`] for an invalid address; it is not quoted, since it may hold a
    /// password.
    pub fn new(http: &str, https: &str, all: &str, no: &str) -> Result<Self, HttpError> {
        let first = |texts: [(&str, &'static str); 2]| {
            texts.into_iter().find_map(|(text, name)| proxy(text.trim(), name)).transpose()
        };
        let exceptions = Matcher::builder().all("http://proxy.invalid").no(no.to_owned()).build();
        Ok(Self {
            http: first([(http, "HTTP_PROXY"), (all, "ALL_PROXY")])?,
            https: first([(https, "HTTPS_PROXY"), (all, "ALL_PROXY")])?,
            exceptions: Some(Arc::new(exceptions)),
        })
    }
}

fn proxy(text: &str, variable: &'static str) -> Option<Result<Url, HttpError>> {
    let complete = match text {
        "" => return None,
        _ if text.contains("://") => text.to_owned(),
        _ => format!("http://{text}"),
    };
    let invalid = |why: &str| HttpError::Invalid { server: variable.to_owned(), cause: why.into() };
    Some(match complete.parse::<Url>() {
        Ok(url) if SCHEMES.contains(&url.scheme()) && url.has_host() => Ok(url),
        Ok(_) => Err(invalid("it is not an address of an HTTP or SOCKS proxy")),
        Err(error) => Err(invalid(&error.to_string())),
    })
}

/// The proxies, and the known addresses in the home.
#[derive(Debug, Default)]
pub(super) struct Proxying {
    proxies: Proxies,
    home: Mutex<BTreeSet<(String, u16)>>,
}

impl Proxying {
    pub(super) fn new(proxies: Proxies) -> Self {
        Self { proxies, home: Mutex::default() }
    }

    /// Adds an address in the home.
    pub(super) fn at_home(&self, url: &Url) {
        let Some(server) = server(url).filter(|(host, _)| !host.ends_with(RELAY)) else { return };
        let mut home = self.home.lock().unwrap_or_else(PoisonError::into_inner);
        if home.len() < HOME_LIMIT {
            home.insert(server);
        }
    }

    /// The proxy for a request to that URL.
    pub(super) fn of(&self, url: &Url) -> Option<&Url> {
        let proxy = match url.scheme() {
            "https" => self.proxies.https.as_ref()?,
            _ => self.proxies.http.as_ref()?,
        };
        if is_near(url) {
            return None;
        }
        let home = self.home.lock().unwrap_or_else(PoisonError::into_inner);
        if server(url).is_none_or(|server| home.contains(&server)) {
            return None;
        }
        let uri: Uri = url.as_str().parse().ok()?;
        let excepted =
            self.proxies.exceptions.as_ref().is_some_and(|no| no.intercept(&uri).is_none());
        (!excepted).then_some(proxy)
    }
}

fn server(url: &Url) -> Option<(String, u16)> {
    Some((url.host_str()?.to_owned(), url.port_or_known_default()?))
}

/// Whether a URL names this machine or an address in its own network.
fn is_near(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => is_private(address.into()),
        Some(Host::Ipv6(address)) => is_private(address.into()),
        Some(Host::Domain(name)) => {
            let name = name.trim_end_matches('.');
            let below = |zone: &str| name.strip_suffix(zone).is_some_and(|n| n.ends_with('.'));
            name == "localhost"
                || below("localhost")
                || below("local")
                || zone_of(name).is_some()
                || address_in_name(name).is_some_and(|address| is_private(address.into()))
        }
        None => false,
    }
}

fn is_private(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => {
            address.is_loopback()
                || address.is_private()
                || address.is_link_local()
                || address.is_unspecified()
        }
        IpAddr::V6(address) => {
            address.is_loopback()
                || address.is_unique_local()
                || address.is_unicast_link_local()
                || address.is_unspecified()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROXY: &str = "http://proxy.example.com:3128/";

    fn way(proxying: &Proxying, url: &str) -> Option<String> {
        proxying.of(&url.parse().unwrap()).map(Url::to_string)
    }

    #[test]
    fn what_is_near_or_excepted_is_reached_directly() {
        let proxies =
            Proxies::new("", "", "proxy.example.com:3128", "intern.example,203.0.113.0/24");
        let proxying = Proxying::new(proxies.unwrap());
        proxying.at_home(&"http://homey.example.org".parse().unwrap());
        proxying.at_home(&"https://5e.connect.athom.com".parse().unwrap());
        for (url, want) in [
            ("https://api.example.com", Some(PROXY)),
            ("http://api.example.com", Some(PROXY)),
            ("https://5e.connect.athom.com", Some(PROXY)),
            ("https://198-51-100-1.homey.homeylocal.com:12345", Some(PROXY)),
            ("https://198.51.100.1", Some(PROXY)),
            ("https://[2001:db8::1]", Some(PROXY)),
            ("https://notlocal", Some(PROXY)),
            ("http://127.0.0.1:4780", None),
            ("http://127.9.9.9", None),
            ("http://[::1]", None),
            ("http://[::ffff:192.168.1.7]", None),
            ("http://10.1.2.3", None),
            ("http://172.16.0.1", None),
            ("https://172.32.0.1", Some(PROXY)),
            ("https://192.168.1.7", None),
            ("http://169.254.1.1", None),
            ("http://[fe80::1]", None),
            ("http://[fd00::1]", None),
            ("http://localhost:80", None),
            ("http://homey-5e.local", None),
            ("http://homey.home.svc.cluster.local", None),
            ("https://192-168-1-7.homey.homeylocal.com", None),
            ("https://intern.example", None),
            ("https://a.intern.example", None),
            ("https://203.0.113.9", None),
            ("http://homey.example.org/", None),
            ("http://homey.example.org:81/", Some(PROXY)),
        ] {
            assert_eq!(way(&proxying, url).as_deref(), want, "{url}");
        }
    }

    #[test]
    fn each_variable_is_for_its_scheme() {
        let proxies = Proxies::new("http://a.example", "socks5h://me:pw@b.example:1080", "", "");
        let proxying = Proxying::new(proxies.unwrap());
        assert_eq!(way(&proxying, "http://x.example").as_deref(), Some("http://a.example/"));
        let socks = Some("socks5h://me:pw@b.example:1080");
        assert_eq!(way(&proxying, "https://x.example").as_deref(), socks);
        let none = Proxying::new(Proxies::new("", " ", "", "").unwrap());
        assert_eq!(way(&none, "https://x.example"), None);
        let error = Proxies::new("", "ftp://me:secret@b.example", "", "").unwrap_err();
        assert!(!format!("{error:?}").contains("secret"), "{error:?}");
    }
}
