//! What a request brings: its path in parts, its cookies, its form.

use axum::body::Body;
use http::header::{COOKIE, HOST, ORIGIN};
use http::request::Parts;
use percent_encoding::percent_decode_str;
use url::form_urlencoded;

use crate::PATH;

/// The longest form, in bytes.
const FORM_BYTES: usize = 16 << 10;

/// The parts of a path below the dashboard, decoded; `None` for one that is not UTF-8.
pub(super) fn parts(path: &str) -> Option<Vec<String>> {
    let below = path.strip_prefix(PATH)?.strip_prefix('/')?;
    below
        .split('/')
        .map(|part| Some(percent_decode_str(part).decode_utf8().ok()?.into_owned()))
        .collect()
}

/// The way from a page to the root of the dashboard: `../../`.
pub(super) fn root(parts: &[String]) -> String {
    match parts.len() {
        0 | 1 => "./".to_owned(),
        count => "../".repeat(count - 1),
    }
}

/// The host and port that the browser went to.
pub(super) fn host(head: &Parts) -> &str {
    head.headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default()
}

/// Whether the browser is at a page that came over TLS, even if a proxy ends it.
pub(super) fn is_https(head: &Parts) -> bool {
    head.headers.get(ORIGIN).is_some_and(|origin| origin.as_bytes().starts_with(b"https://"))
}

/// The name of the session's cookie. Browsers send a cookie to every port of a host: with the port in its
/// name, two agents on one machine do not replace each other's.
pub(super) fn cookie_name(host: &str) -> String {
    let port = host.rsplit_once(':').map_or("", |(_, port)| port);
    let port = if port.bytes().all(|digit| digit.is_ascii_digit()) { port } else { "" };
    format!("housekey{port}")
}

/// The value of a cookie.
pub(super) fn cookie<'a>(head: &'a Parts, name: &str) -> Option<&'a str> {
    let lines = head.headers.get_all(COOKIE).into_iter().filter_map(|line| line.to_str().ok());
    let mut pairs = lines.flat_map(|line| line.split(';'));
    pairs.find_map(|pair| pair.trim().strip_prefix(name)?.strip_prefix('='))
}

/// The value of a parameter of the query.
pub(super) fn query(head: &Parts, name: &str) -> Option<String> {
    let query = head.uri.query()?;
    let mut pairs = form_urlencoded::parse(query.as_bytes());
    pairs.find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

/// The values of a parameter that may stand there several times.
pub(super) fn queries(head: &Parts, name: &str) -> impl Iterator<Item = String> {
    let query = head.uri.query().unwrap_or_default();
    let pairs = form_urlencoded::parse(query.as_bytes()).filter(move |(key, _)| key == name);
    pairs.map(|(_, value)| value.into_owned())
}

/// A form that was sent.
pub(super) struct Form(Vec<(String, String)>);

impl Form {
    /// Reads it; `None` where it is too long, or breaks off.
    pub(super) async fn read(body: Body) -> Option<Self> {
        let bytes = axum::body::to_bytes(body, FORM_BYTES).await.ok()?;
        Some(Self(form_urlencoded::parse(&bytes).into_owned().collect()))
    }

    /// A field.
    pub(super) fn field(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ways_and_cookies() {
        let split = |path| parts(path).map(|parts| (root(&parts), parts.join("|")));
        for (path, want) in [
            ("/dashboard/", Some(("./", ""))),
            ("/dashboard/agent", Some(("./", "agent"))),
            ("/dashboard/homeys/home/", Some(("../../", "homeys|home|"))),
            ("/dashboard/homeys/a%20b/device/x%2Fy", Some(("../../../", "homeys|a b|device|x/y"))),
            ("/dashboard/%ff", None),
            ("/dashboard", None),
        ] {
            let want = want.map(|(root, parts): (&str, &str)| (root.to_owned(), parts.to_owned()));
            assert_eq!(split(path), want, "{path}");
        }
        let request = http::Request::get("/").header(COOKIE, "a=1; housekey4747=x; housekey=y");
        let (head, ()) = request.body(()).unwrap().into_parts();
        for (host, want) in
            [("h:4747", Some("x")), ("h", Some("y")), ("[::1]:4748", None), ("[::1]", Some("y"))]
        {
            assert_eq!(cookie(&head, &cookie_name(host)), want, "{host}");
        }
    }
}
