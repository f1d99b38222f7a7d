//! Which headers are forwarded, and which end at the gateway.

use hyper::header::{
    ACCEPT_ENCODING, CONNECTION, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, HeaderName, HeaderValue,
    IF_RANGE, RANGE, TRANSFER_ENCODING, UPGRADE, X_CONTENT_TYPE_OPTIONS,
};
use hyper::{HeaderMap, StatusCode};

use crate::http::error_response::GatewayError;

/// Removes from a request what concerns the client and the gateway alone: how the connection is used, who
/// the caller is, which way the request came, and which page it is for. A chunked body stays chunked.
///
/// # Errors
/// If the transfer encoding is not one that every server knows, or the request asks for an upgrade.
pub(in crate::gateway) fn for_homey(headers: &mut HeaderMap) -> Result<(), GatewayError> {
    let chunked = match headers.get(TRANSFER_ENCODING) {
        None => false,
        Some(coding) if coding.as_bytes().eq_ignore_ascii_case(b"chunked") => true,
        Some(_) => {
            return Err(GatewayError::malformed("only the transfer encoding chunked is known"));
        }
    };
    let upgrades = headers.get_all(UPGRADE).iter();
    if upgrades.map(HeaderValue::as_bytes).any(|kind| kind.eq_ignore_ascii_case(b"websocket")) {
        let description = "a Homey has its live connection at /socket.io/ alone";
        return Err(GatewayError::closing(StatusCode::BAD_REQUEST, "no_upgrade", description));
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

/// Removes from a response what concerns the gateway and the Homey alone: how the connection is used,
/// cookies and challenges, and everything that would steer a browser or a proxy in front of it, since that
/// would apply to the gateway's own origin. What remains cannot run as a page of the gateway.
pub(in crate::gateway) fn for_caller(headers: &mut HeaderMap) {
    take_out(headers, |name| is_hop_by_hop(name) || steers_the_client(name));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static("sandbox"));
}

/// The same for the trailers of an answer.
pub(in crate::gateway) fn of_trailers(headers: &mut HeaderMap) {
    take_out(headers, |name| is_hop_by_hop(name) || steers_the_client(name));
}

/// Takes out of a request what would make the Homey answer in pieces or packed, so that the answer can
/// be read here.
pub(in crate::gateway) fn for_a_readable_answer(headers: &mut HeaderMap) {
    for name in [ACCEPT_ENCODING, RANGE, IF_RANGE] {
        headers.remove(name);
    }
}

/// Whether a response declares in one way only where its body ends.
pub(in crate::gateway) fn is_framed_once(headers: &HeaderMap) -> bool {
    let mut codings = headers.get_all(TRANSFER_ENCODING).iter();
    match (codings.next(), codings.next()) {
        (None, _) => true,
        (Some(coding), None) => {
            coding.as_bytes().trim_ascii().eq_ignore_ascii_case(b"chunked")
                && !headers.contains_key(CONTENT_LENGTH)
        }
        _ => false,
    }
}

/// What a browser or a proxy would apply to the whole origin, keep beyond this answer, or follow
/// without the caller.
fn steers_the_client(name: &str) -> bool {
    const BEGINNINGS: [&str; 8] = [
        "access-control-",
        "content-security-policy",
        "cross-origin-",
        "public-key-pins",
        "sec-",
        // Orders to a proxy in front of the gateway, such as to send a file instead.
        "surrogate-",
        "x-accel-",
        "x-webkit-",
    ];
    matches!(
        name,
        "accept-ch"
            | "activate-storage-access"
            | "alt-svc"
            | "alternate-protocol"
            | "authentication-info"
            | "cdn-cache-control"
            | "clear-site-data"
            | "critical-ch"
            | "document-policy"
            | "expect-ct"
            | "feature-policy"
            | "integrity-policy"
            | "integrity-policy-report-only"
            | "link"
            | "nel"
            | "no-vary-search"
            | "observe-browsing-topics"
            | "origin-agent-cluster"
            | "origin-trial"
            | "permissions-policy"
            | "permissions-policy-report-only"
            | "referrer-policy"
            | "refresh"
            | "report-to"
            | "reporting-endpoints"
            | "service-worker-allowed"
            | "set-cookie"
            | "set-cookie2"
            | "set-login"
            | "sourcemap"
            | "speculation-rules"
            | "strict-transport-security"
            | "supports-loading-mode"
            | "timing-allow-origin"
            | "use-as-dictionary"
            | "www-authenticate"
            | "x-content-type-options"
            | "x-dns-prefetch-control"
            | "x-frame-options"
            | "x-lighttpd-send-file"
            | "x-permitted-cross-domain-policies"
            | "x-sendfile"
            | "x-sendfile2"
            | "x-sourcemap"
            | "x-xss-protection"
    ) || BEGINNINGS.iter().any(|beginning| name.starts_with(beginning))
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
            // Some frameworks take this for the method, which was not checked against the scopes.
            | "x-http-method-override"
            | "x-http-method"
            | "x-method-override"
            // The server here has answered `Expect` already.
            | "expect"
    )
}

/// Without a look at names that are not there, and without memory where nothing goes.
fn take_out(headers: &mut HeaderMap, goes: impl Fn(&str) -> bool) {
    let mut gone: Vec<HeaderName> = Vec::new();
    for value in headers.get_all(CONNECTION) {
        let names = value.as_bytes().split(|byte| *byte == b',').map(<[u8]>::trim_ascii);
        // The length of the body does not concern the connection, whatever `Connection` lists.
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
        let added = ["x-content-type-options", "content-security-policy"];
        assert_eq!(left, [&["content-length", "x-homey-id"][..], &added].concat());
    }

    #[test]
    fn nothing_of_a_homey_steers_a_browser_or_a_proxy() {
        for name in [
            "Refresh",
            "Clear-Site-Data",
            "Link",
            "Alt-Svc",
            "Strict-Transport-Security",
            "Content-Security-Policy-Report-Only",
            "Cross-Origin-Opener-Policy",
            "Report-To",
            "NEL",
            "Service-Worker-Allowed",
            "SourceMap",
            "Speculation-Rules",
            "WWW-Authenticate",
            "X-Accel-Redirect",
            "X-Sendfile",
        ] {
            let mut headers = map(&[(name, "x"), ("content-type", "text/html")]);
            for_caller(&mut headers);
            assert!(!headers.contains_key(name), "{name}");
            assert_eq!(headers.len(), 3, "{name}: {headers:?}");
        }
        let mut headers = map(&[
            ("content-security-policy", "script-src *"),
            ("content-security-policy", "sandbox allow-scripts"),
            ("x-content-type-options", "sniff"),
        ]);
        for_caller(&mut headers);
        let policies: Vec<_> = headers.get_all(CONTENT_SECURITY_POLICY).iter().collect();
        assert_eq!(policies, ["sandbox"]);
        assert_eq!(headers[X_CONTENT_TYPE_OPTIONS], "nosniff");
    }

    #[test]
    fn what_an_answer_is_for_stays() {
        let kept = [
            ("content-type", "image/png"),
            ("content-encoding", "gzip"),
            ("content-disposition", "inline"),
            ("content-range", "bytes 0-1/2"),
            ("accept-ranges", "bytes"),
            ("etag", "\"x\""),
            ("last-modified", "x"),
            ("cache-control", "no-store"),
            ("vary", "accept"),
            ("location", "/api/x"),
            ("retry-after", "1"),
            ("date", "x"),
            ("server", "x"),
            ("x-homey-version", "12"),
        ];
        let mut headers = map(&kept);
        for_caller(&mut headers);
        for (name, value) in kept {
            assert_eq!(headers[name], value, "{name}");
        }
    }

    #[test]
    fn an_answer_declares_its_end_once() {
        for (lines, want) in [
            (&[][..], true),
            (&[("content-length", "3")], true),
            (&[("transfer-encoding", "chunked")], true),
            (&[("transfer-encoding", "Chunked")], true),
            (&[("transfer-encoding", "chunked"), ("content-length", "3")], false),
            (&[("transfer-encoding", "gzip, chunked")], false),
            (&[("transfer-encoding", "gzip")], false),
            (&[("transfer-encoding", "chunked"), ("transfer-encoding", "chunked")], false),
        ] {
            assert_eq!(is_framed_once(&map(lines)), want, "{lines:?}");
        }
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
