//! Which headers go on, and which end at the gateway.

use hyper::header::{CONNECTION, HeaderName, HeaderValue, TRANSFER_ENCODING, UPGRADE};
use hyper::{HeaderMap, StatusCode};

use super::refusal::Refusal;

/// Takes out of a caller's request what is between the two of us alone: how the connection is used, who
/// the caller is, which way it came, and which page it is on. A body that came in chunks goes on so.
///
/// # Errors
/// Where the body is encoded in a way that not every server knows, or a connection of another kind is
/// asked for.
pub(super) fn for_homey(headers: &mut HeaderMap) -> Result<(), Refusal> {
    let chunked = match headers.get(TRANSFER_ENCODING) {
        None => false,
        Some(coding) if coding.as_bytes().eq_ignore_ascii_case(b"chunked") => true,
        Some(_) => return Err(Refusal::malformed("only the transfer encoding chunked is known")),
    };
    let upgrades = headers.get_all(UPGRADE).iter();
    if upgrades.map(HeaderValue::as_bytes).any(|kind| kind.eq_ignore_ascii_case(b"websocket")) {
        let description = "a Homey has its live connection at /socket.io/ alone";
        return Err(Refusal::closing(StatusCode::BAD_REQUEST, "no_upgrade", description));
    }
    take_out(headers, |name| {
        is_hop_by_hop(name)
            || is_of_the_caller(name)
            || name.starts_with("x-forwarded-")
            || name.starts_with("sec-fetch-")
    });
    if chunked {
        // Otherwise a method that rarely has a body would lose it.
        headers.insert(TRANSFER_ENCODING, HeaderValue::from_static("chunked"));
    }
    Ok(())
}

/// Takes out of a Homey's answer what is between the two of them: how the connection is used, its
/// cookies, and which web pages it trusts, since here the gateway decides that.
pub(super) fn for_caller(headers: &mut HeaderMap) {
    take_out(headers, |name| {
        is_hop_by_hop(name) || name == "set-cookie" || name.starts_with("access-control-")
    });
}

/// What belongs to one connection: RFC 9110, section 7.6.1.
fn is_hop_by_hop(name: &str) -> bool {
    matches!(
        name,
        "connection"
            | "keep-alive"
            | "proxy-connection"
            | "proxy-authenticate"
            | "proxy-authorization"
            | "te"
            | "transfer-encoding"
            | "upgrade"
    )
}

fn is_of_the_caller(name: &str) -> bool {
    matches!(
        name,
        "authorization"
            | "x-housekey-key"
            | "cookie"
            | "forwarded"
            | "via"
            | "x-real-ip"
            | "x-homey-id"
            | "origin"
            | "referer"
            // What some frameworks take for the method, against which no scope was held.
            | "x-http-method-override"
            | "x-http-method"
            | "x-method-override"
            // The connection here has said whether the body is wanted.
            | "expect"
    )
}

/// Without a look at names that are not there, and without memory where nothing goes.
fn take_out(headers: &mut HeaderMap, goes: impl Fn(&str) -> bool) {
    let mut gone: Vec<HeaderName> = Vec::new();
    for value in headers.get_all(CONNECTION) {
        let names = value.as_bytes().split(|byte| *byte == b',').map(<[u8]>::trim_ascii);
        // The length of the body is no matter of the connection, whatever is said there.
        let names = names.filter(|name| !name.eq_ignore_ascii_case(b"content-length"));
        gone.extend(names.filter_map(|name| HeaderName::from_bytes(name).ok()));
    }
    gone.extend(headers.keys().filter(|name| goes(name.as_str())).cloned());
    for name in gone {
        headers.remove(name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(lines: &[(&str, &str)]) -> HeaderMap {
        let line = |(name, value): &(&str, &str)| (name.parse().unwrap(), value.parse().unwrap());
        lines.iter().map(line).collect::<Vec<(HeaderName, HeaderValue)>>().into_iter().collect()
    }

    #[test]
    fn what_is_between_two_ends_there() {
        let mut headers = map(&[
            ("host", "g"),
            ("accept", "*/*"),
            ("connection", "close, X-Mine, content-length"),
            ("connection", "x-other"),
            ("x-mine", "1"),
            ("x-other", "1"),
            ("content-length", "3"),
            ("authorization", "Bearer key"),
            ("x-housekey-key", "key"),
            ("cookie", "a=b"),
            ("forwarded", "for=x"),
            ("x-forwarded-for", "x"),
            ("x-forwarded-user", "admin"),
            ("upgrade", "h2c"),
            ("te", "trailers"),
            ("origin", "http://page"),
            ("x-homey-id", "another"),
            ("content-type", "application/json"),
        ]);
        for_homey(&mut headers).unwrap();
        let left: Vec<_> = headers.keys().map(HeaderName::as_str).collect();
        assert_eq!(left, ["host", "accept", "content-length", "content-type"]);
        let mut headers = map(&[
            ("content-length", "3"),
            ("keep-alive", "timeout=5"),
            ("connection", "keep-alive"),
            ("set-cookie", "a=b"),
            ("access-control-allow-origin", "*"),
            ("x-homey-id", "id"),
        ]);
        for_caller(&mut headers);
        let left: Vec<_> = headers.keys().map(HeaderName::as_str).collect();
        assert_eq!(left, ["content-length", "x-homey-id"]);
    }

    #[test]
    fn chunks_go_on_as_chunks_and_nothing_else_does() {
        let mut headers = map(&[("transfer-encoding", "Chunked")]);
        for_homey(&mut headers).unwrap();
        assert_eq!(headers[TRANSFER_ENCODING], "chunked");
        assert!(for_homey(&mut map(&[("transfer-encoding", "gzip, chunked")])).is_err());
        assert!(for_homey(&mut map(&[("upgrade", "WebSocket")])).is_err());
    }
}
