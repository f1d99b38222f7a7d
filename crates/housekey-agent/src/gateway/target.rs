//! Parses the request target; rejects paths that servers interpret differently.

use hyper::header::{HOST, HeaderMap};
use hyper::http::request::Parts;

use crate::http::error_response::GatewayError;

/// The destination of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Destination<'a> {
    /// To a Homey: by its name, or the first one.
    Homey {
        /// Its name, if one stands in the path.
        name: Option<&'a str>,
        /// The path there, beginning with `/api`.
        path: &'a str,
    },
    /// To the live connection of a Homey: by its name, or the first one.
    Relay {
        /// Its name, if one stands in the path.
        name: Option<&'a str>,
    },
    /// To what happens in the home of a Homey: by its name, or the first one.
    Events {
        /// Its name, if one stands in the path.
        name: Option<&'a str>,
    },
    /// To the agent itself.
    Agent,
}

/// The target of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Target<'a> {
    pub(crate) destination: Destination<'a>,
}

impl<'a> Target<'a> {
    /// Parses the request line and the `Host` header.
    ///
    /// # Errors
    /// If two servers could understand them differently.
    pub(crate) fn read(head: &'a Parts) -> Result<Self, GatewayError> {
        let uri = &head.uri;
        host(&head.headers, uri.authority().map(|authority| authority.as_str()))?;
        if !uri.path().starts_with('/') {
            let method = &head.method;
            return Err(GatewayError::malformed(format!(
                "{method} without a path is not known here"
            )));
        }
        if uri.scheme_str().is_some_and(|scheme| !matches!(scheme, "http" | "https")) {
            return Err(GatewayError::malformed("only http and https are known here"));
        }
        check(uri.path()).map_err(GatewayError::malformed)?;
        Ok(Self { destination: destination(uri.path()) })
    }
}

/// There must be one `Host`, and an absolute target must name the same.
fn host(headers: &HeaderMap, authority: Option<&str>) -> Result<(), GatewayError> {
    let mut hosts = headers.get_all(HOST).iter();
    let (Some(host), None) = (hosts.next(), hosts.next()) else {
        return Err(GatewayError::malformed("there has to be one Host header"));
    };
    let host = host.to_str().map_err(|_| GatewayError::malformed("the Host header is no text"))?;
    match authority {
        Some(other) if !other.eq_ignore_ascii_case(host) => {
            Err(GatewayError::malformed("the target and the Host header name different hosts"))
        }
        _ => Ok(()),
    }
}

fn destination(path: &str) -> Destination<'_> {
    let below_api = |path: &str| {
        path.strip_prefix("/api").is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let (name, path) = path
        .strip_prefix("/homeys/")
        .and_then(|rest| rest.split_at_checked(rest.find('/')?))
        .map_or((None, path), |(name, path)| (Some(name), path));
    match path {
        "/socket.io" | "/socket.io/" => Destination::Relay { name },
        "/events" => Destination::Events { name },
        path if below_api(path) => Destination::Homey { name, path },
        _ => Destination::Agent,
    }
}

/// An error where a path is not to be sent at all.
///
/// Some servers drop dot and empty segments, some take a backslash for a slash: a path that means
/// something else to them than it does here could widen what a key may do. An encoded slash stands in
/// the names of some logs; what it could be taken for is looked at where scopes are.
fn check(path: &str) -> Result<(), &'static str> {
    let bytes = path.as_bytes();
    if bytes.windows(2).any(|pair| pair == b"//") {
        return Err("there is an empty segment in the path");
    }
    for segment in path.split('/') {
        let raw = segment.as_bytes();
        // Dots at its beginning, however they are written, and what follows them.
        let (mut dots, mut others, mut at) = (0, 0, 0);
        while let Some(&byte) = raw.get(at) {
            let byte = match byte {
                b'%' => {
                    let digits = raw.get(at + 1..at + 3).ok_or("a percent sign stands alone")?;
                    let digit = |digit: u8| char::from(digit).to_digit(16);
                    let (Some(high), Some(low)) = (digit(digits[0]), digit(digits[1])) else {
                        return Err("a percent sign stands alone");
                    };
                    at += 2;
                    u8::try_from(high * 16 + low).unwrap_or_default()
                }
                byte => byte,
            };
            match byte {
                0..=31 | 127 => return Err("there is a control character in the path"),
                b'\\' => return Err("there is a backslash in the path"),
                b'.' => dots += 1,
                // Behind it some servers look for parameters of the segment, and drop them.
                b';' if others == 0 && dots > 0 => {
                    return Err("there is a dot segment in the path");
                }
                _ => others += 1,
            }
            at += 1;
        }
        if others == 0 && matches!(dots, 1 | 2) {
            return Err("there is a dot segment in the path");
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use hyper::{Request, Uri};

    use super::*;

    fn parsed(target: &str, hosts: &[&str]) -> String {
        let mut request = Request::get(target.parse::<Uri>().unwrap());
        for host in hosts {
            request = request.header(HOST, *host);
        }
        let (head, ()) = request.body(()).unwrap().into_parts();
        match Target::read(&head) {
            Ok(Target { destination: Destination::Agent }) => "agent".to_owned(),
            Ok(Target { destination: Destination::Relay { name } }) => {
                format!("socket of {}", name.unwrap_or("first"))
            }
            Ok(Target { destination: Destination::Homey { name, path } }) => {
                format!("{} {path}", name.unwrap_or("first"))
            }
            Ok(Target { destination: Destination::Events { name } }) => {
                format!("events of {}", name.unwrap_or("first"))
            }
            Err(refusal) => refusal.to_string(),
        }
    }

    #[test]
    fn targets() {
        const ALONE: &str = "a percent sign stands alone";
        const DOTS: &str = "there is a dot segment in the path";
        const EMPTY: &str = "there is an empty segment in the path";
        for (target, want) in [
            ("/api/manager/zones/zone", "first /api/manager/zones/zone"),
            ("/api", "first /api"),
            ("/api/", "first /api/"),
            ("/api?x=/../%2e%2e", "first /api"),
            ("/homeys/cabin/api/x?y", "cabin /api/x"),
            ("/homeys/cabin/api", "cabin /api"),
            ("/homeys/cabin/apis", "agent"),
            ("/homeys/cabin/", "agent"),
            ("/homeys/cabin/homeys/home/api", "agent"),
            ("/apis", "agent"),
            ("/", "agent"),
            ("/events?uri=x", "events of first"),
            ("/homeys/cabin/events", "events of cabin"),
            ("/events/", "agent"),
            ("/socket.io/?EIO=3", "socket of first"),
            ("/homeys/cabin/socket.io", "socket of cabin"),
            ("/socket.io/x", "agent"),
            ("/socket%2Eio/", "agent"),
            ("http://g/api/x", "first /api/x"),
            ("HTTP://G/api/x", "first /api/x"),
            ("http://evil/api/x", "the target and the Host header name different hosts"),
            ("ftp://g/api/x", "only http and https are known here"),
            ("*", "GET without a path is not known here"),
            // An encoded letter is nothing but that letter.
            ("/api/manager/z%6fnes", "first /api/manager/z%6fnes"),
            ("/%61pi/x", "agent"),
            ("/api/homey%3Adevice%3A1", "first /api/homey%3Adevice%3A1"),
            ("/api/a%2Fb", "first /api/a%2Fb"),
            ("/api/a%2fb", "first /api/a%2fb"),
            ("/api/a%252Fb", "first /api/a%252Fb"),
            ("/api/..%2fb", "first /api/..%2fb"),
            ("/api/a%5Cb", "there is a backslash in the path"),
            ("/api/../x", DOTS),
            ("/api/./x", DOTS),
            ("/api/x/..", DOTS),
            ("/api/%2e%2e/x", DOTS),
            ("/api/.%2E/x", DOTS),
            ("/api/%2e", DOTS),
            ("/api/..;x/y", DOTS),
            ("/api/.../x", "first /api/.../x"),
            ("/api/.x", "first /api/.x"),
            ("/api/x..y", "first /api/x..y"),
            ("/api//x", EMPTY),
            ("//api/x", EMPTY),
            ("/api/x//", EMPTY),
            ("/api/%00", "there is a control character in the path"),
            ("/api/a%0d%0ab", "there is a control character in the path"),
            ("/api/a%", ALONE),
            ("/api/a%2", ALONE),
            ("/api/a%zz", ALONE),
        ] {
            assert_eq!(parsed(target, &["g"]), want, "{target}");
        }
        for hosts in [&[][..], &["g", "g"], &["g", "evil"]] {
            assert_eq!(parsed("/api", hosts), "there has to be one Host header", "{hosts:?}");
        }
    }
}
