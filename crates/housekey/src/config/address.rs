//! Addresses that people type.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use url::Url;

use crate::discovery::{Candidate, Strategy, is_loopback, ping};
use crate::error::{ConfigError, Error};
use crate::http::{Http, authority};
use crate::resolve::host_with_zone;

/// The address of a Homey as a person typed it; one without a scheme is completed when it is used.
#[derive(Debug, Clone)]
pub enum HomeyAddress {
    /// With its scheme.
    Whole(Url),
    /// Without: the same address with `https` and with `http`.
    Either {
        /// `https://…`
        https: Box<Url>,
        /// `http://…`
        http: Box<Url>,
    },
}

impl FromStr for HomeyAddress {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if text.contains("://") {
            return server_address(text).map(Self::Whole);
        }
        let with = |scheme: &str| server_address(&format!("{scheme}://{text}")).map(Box::new);
        Ok(Self::Either { https: with("https")?, http: with("http")? })
    }
}

impl fmt::Display for HomeyAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Whole(url) => url.fmt(f),
            Self::Either { http, .. } => f.write_str(&authority(http)),
        }
    }
}

impl HomeyAddress {
    /// The address that is used. Without a scheme that is `https` if a Homey answers there; else
    /// `http` on this machine's loopback, or where `plain_http` returns true, which gets both addresses.
    ///
    /// # Errors
    /// [`ConfigError::NotEncrypted`] where it would be plain HTTP and that is not allowed.
    pub async fn complete<E: From<Error>>(
        self,
        sends: &Http,
        plain_http: impl FnOnce(&Url, &Url) -> Result<bool, E>,
    ) -> Result<Url, E> {
        let (https, http) = match self {
            Self::Whole(url) => return Ok(url),
            Self::Either { https, http } => (https, http),
        };
        let candidate = Candidate { strategy: Strategy::Local, base: (*https).clone() };
        let Err(error) = ping(sends, &candidate, None).await else { return Ok(*https) };
        if is_loopback(&http) || plain_http(&https, &http)? {
            return Ok(*http);
        }
        Err(Error::from(ConfigError::NotEncrypted { https, http, cause: Box::new(error) }).into())
    }
}

/// Reads the address of a server, which has to have a scheme.
///
/// # Errors
/// What is wrong with it, in words.
pub fn server_address(text: &str) -> Result<Url, String> {
    let text = &*with_zone_as_name(text);
    let without_scheme = || format!("begin it with a scheme, as in `http://{text}`");
    match Url::parse(text) {
        Ok(url) if matches!(url.scheme(), "http" | "https") => Ok(url),
        Ok(url) if url.has_host() || text.contains("://") => {
            Err("only http:// and https:// are spoken here".to_owned())
        }
        // A bare `host:port` reads as the scheme `host`.
        Ok(_) | Err(url::ParseError::RelativeUrlWithoutBase) => Err(without_scheme()),
        Err(_) if !text.contains("://") => Err(without_scheme()),
        Err(error) => Err(error.to_string()),
    }
}

/// `http://[fe80::1%eth0]`, which no URL can hold, with a name that stands for the same.
fn with_zone_as_name(text: &str) -> Cow<'_, str> {
    let named = || {
        let (before, rest) = text.split_once('[')?;
        let (inside, after) = rest.split_once(']')?;
        let (address, zone) = inside.split_once("%25").or_else(|| inside.split_once('%'))?;
        Some(format!("{before}{}{after}", host_with_zone(address.parse().ok()?, zone)))
    };
    named().map_or(Cow::Borrowed(text), Cow::Owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_a_scheme_and_a_host() {
        for (text, want) in [
            ("http://192.0.2.7", Ok("http://192.0.2.7/")),
            ("https://home.example.com:4860/base", Ok("https://home.example.com:4860/base")),
            ("192.0.2.7", Err("begin it with a scheme, as in `http://192.0.2.7`")),
            ("192.0.2.7:80", Err("begin it with a scheme, as in `http://192.0.2.7:80`")),
            ("localhost:80", Err("begin it with a scheme, as in `http://localhost:80`")),
            ("file:///etc/passwd", Err("only http:// and https:// are spoken here")),
        ] {
            let read = server_address(text);
            assert_eq!(read.as_ref().map(Url::as_str).map_err(String::as_str), want, "{text}");
        }
    }
}
