//! Refuses requests of other web pages: a browser on this machine reaches what only this machine should
//! reach.
//!
//! `Host` has to be known, which stops DNS rebinding; `Origin` and `Sec-Fetch-Site` may only name pages
//! that the settings allow.

use std::net::IpAddr;

use axum::http::header::{HOST, ORIGIN};
use axum::http::{HeaderMap, HeaderValue, Uri};

use super::error::AccessError;
use super::peer::Peer;

/// What the settings allow, besides this machine.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Guard {
    /// Names and addresses, in lower case and without ports.
    pub(crate) hosts: Vec<String>,
    /// Origins as browsers write them: `https://board.example`.
    pub(crate) origins: Vec<String>,
}

/// Which hosts are ours for a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hosts {
    /// This machine's own loopback and the names of the settings.
    Listed,
    /// Any address besides: a page that was made to lead here has a name, never an address.
    ListedOrAddress,
}

impl Guard {
    /// Checks the origin of a request. Returns the other origin if the settings allow it: its browser
    /// expects it in the response. No browser uses a unix socket.
    ///
    /// # Errors
    /// [`AccessError::Host`], [`AccessError::Origin`].
    pub(crate) fn check<'h>(
        &self,
        peer: Peer,
        uri: &Uri,
        headers: &'h HeaderMap,
        hosts: Hosts,
    ) -> Result<Option<&'h HeaderValue>, AccessError> {
        if matches!(peer, Peer::User(_)) {
            return Ok(None);
        }
        let mut lines = headers.get_all(HOST).iter();
        let host = lines.next().and_then(|host| host.to_str().ok()).ok_or(AccessError::Host)?;
        let target = uri.authority().map(|authority| authority.as_str());
        if lines.next().is_some()
            || !self.knows(host, hosts)
            || !target.is_none_or(|host| self.knows(host, hosts))
        {
            return Err(AccessError::Host);
        }
        if let Some(origin) = headers.get(ORIGIN) {
            let text = origin.to_str().map_err(|_| AccessError::Origin)?;
            if self.origins.iter().any(|allowed| allowed == text) {
                return Ok(Some(origin));
            }
            // Pages that the gateway served under that name.
            let own = text.split_once("://").is_some_and(|(_, name)| name == host);
            return if own { Ok(None) } else { Err(AccessError::Origin) };
        }
        // Images, links and forms send no origin.
        match headers.get("sec-fetch-site").map(HeaderValue::as_bytes) {
            None | Some(b"none" | b"same-origin") => Ok(None),
            Some(_) => Err(AccessError::Origin),
        }
    }

    /// Whether a host, usually with a port, is one of ours. A loopback address needs no listing: no page
    /// is served under it but by this machine.
    fn knows(&self, host: &str, hosts: Hosts) -> bool {
        let name = match host.rsplit_once(':') {
            Some((name, port)) if !port.contains(']') => {
                if port.is_empty() || !port.bytes().all(|digit| digit.is_ascii_digit()) {
                    return false;
                }
                name
            }
            _ => host,
        };
        let bare = name.strip_prefix('[').and_then(|name| name.strip_suffix(']')).unwrap_or(name);
        name.eq_ignore_ascii_case("localhost")
            || bare
                .parse::<IpAddr>()
                .is_ok_and(|address| address.is_loopback() || hosts == Hosts::ListedOrAddress)
            || self.hosts.iter().any(|host| host.eq_ignore_ascii_case(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: &str = "127.0.0.1:4747";

    fn outcome(headers: &[(&'static str, &str)], uri: &str, peer: Peer) -> &'static str {
        outcome_for(headers, uri, peer, Hosts::Listed)
    }

    fn outcome_for(
        headers: &[(&'static str, &str)],
        uri: &str,
        peer: Peer,
        hosts: Hosts,
    ) -> &'static str {
        let guard = Guard {
            hosts: vec!["homey.lan".to_owned()],
            origins: vec!["https://board.example".to_owned()],
        };
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, HeaderValue::from_str(value).unwrap());
        }
        match guard.check(peer, &uri.parse().unwrap(), &map, hosts) {
            Ok(None) => "in",
            Ok(Some(_)) => "in, for another page",
            Err(AccessError::Host) => "host",
            Err(AccessError::Origin) => "origin",
            Err(other) => panic!("{other:?}"),
        }
    }

    #[test]
    fn hosts_have_to_be_known() {
        for (host, want) in [
            (HERE, "in"),
            ("127.0.0.1", "in"),
            ("localhost:4747", "in"),
            ("LocalHost:4747", "in"),
            ("[::1]:4747", "in"),
            ("127.8.9.1:1", "in"),
            ("homey.lan:4747", "in"),
            ("Homey.Lan", "in"),
            ("rebound.example:4747", "host"),
            ("127.0.0.1.rebound.example", "host"),
            ("localhost.rebound.example:4747", "host"),
            ("localhost.", "host"),
            ("sub.homey.lan", "host"),
            ("192.0.2.7:4747", "host"),
            ("0.0.0.0:4747", "host"),
            ("127.0.0.1:4747@rebound.example", "host"),
            ("rebound.example@127.0.0.1", "host"),
            ("127.0.0.1:", "host"),
            ("2130706433", "host"),
            ("", "host"),
        ] {
            let peer = Peer::Address("127.0.0.1".parse().unwrap());
            assert_eq!(outcome(&[("host", host)], "/api", peer), want, "{host}");
        }
    }

    #[test]
    fn any_address_is_a_host_where_addresses_will_do() {
        let peer = Peer::Address("192.0.2.9".parse().unwrap());
        for (host, want) in [
            (HERE, "in"),
            ("192.0.2.7:9100", "in"),
            ("192.0.2.7", "in"),
            ("[2001:db8::7]:9100", "in"),
            ("homey.lan", "in"),
            ("rebound.example:9100", "host"),
            ("192.0.2.7.rebound.example", "host"),
            ("192.0.2.7:x", "host"),
            ("3221225991", "host"),
            ("0xc0.0.2.7", "host"),
            ("", "host"),
        ] {
            let found = outcome_for(&[("host", host)], "/metrics", peer, Hosts::ListedOrAddress);
            assert_eq!(found, want, "{host}");
        }
        let page = [("host", "192.0.2.7:9100"), ("origin", "https://evil.example")];
        assert_eq!(outcome_for(&page, "/metrics", peer, Hosts::ListedOrAddress), "origin");
    }

    #[test]
    fn pages_of_others_are_kept_out() {
        let peer = Peer::Address("127.0.0.1".parse().unwrap());
        for (header, value, want) in [
            ("origin", "http://127.0.0.1:4747", "in"),
            ("origin", "https://127.0.0.1:4747", "in"),
            ("origin", "https://board.example", "in, for another page"),
            ("origin", "http://board.example", "origin"),
            ("origin", "https://board.example:8443", "origin"),
            ("origin", "https://evil.example", "origin"),
            ("origin", "http://127.0.0.1:8080", "origin"),
            ("origin", "http://localhost:4747", "origin"),
            ("origin", "null", "origin"),
            ("origin", "", "origin"),
            ("sec-fetch-site", "none", "in"),
            ("sec-fetch-site", "same-origin", "in"),
            ("sec-fetch-site", "same-site", "origin"),
            ("sec-fetch-site", "cross-site", "origin"),
        ] {
            let headers = [("host", HERE), (header, value)];
            assert_eq!(outcome(&headers, "/api", peer), want, "{header}: {value}");
        }
        for (headers, uri, want) in [
            (&[][..], "/api", "host"),
            (&[("host", HERE), ("host", HERE)], "/api", "host"),
            (&[("host", HERE)], "http://rebound.example/api", "host"),
            (&[("host", "rebound.example")], "http://127.0.0.1:4747/api", "host"),
            (&[("host", HERE)], "http://127.0.0.1:4747/api", "in"),
        ] {
            assert_eq!(outcome(headers, uri, peer), want, "{headers:?} {uri}");
        }
        let anything = [("host", "x"), ("origin", "https://evil.example")];
        assert_eq!(outcome(&anything, "/api", Peer::User(1001)), "in", "over a unix socket");
    }
}
