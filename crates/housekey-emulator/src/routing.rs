//! Which host a request is for: by its `Host` header, or on a bare address by its path.

use crate::request::Request;

/// The host that answers a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Host {
    /// The control side of the emulator.
    Control,
    /// The account cloud.
    Cloud(Site),
    /// The Homey at that position of the list.
    Homey(usize),
    /// The relay, for a Homey that it does not know.
    NoSuchHomey,
}

/// The host of the cloud that was addressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Site {
    /// `accounts.*`: sign-in and consent.
    Accounts,
    /// `api.*`: tokens, user record.
    Api,
    /// A bare address, which is both.
    Both,
}

/// Finds the host that answers. `ids` are the cloud ids of the Homeys; `owner` finds the Homey that issued a
/// bearer token.
pub(crate) fn host_of(
    request: &Request,
    ids: &[&str],
    owner: impl Fn(&str) -> Option<usize>,
) -> Host {
    if request.path == "/_emulator" || request.path.starts_with("/_emulator/") {
        return Host::Control;
    }
    let host = request.header("host").unwrap_or_default().to_ascii_lowercase();
    if host.starts_with("accounts.") {
        return Host::Cloud(Site::Accounts);
    }
    if host.starts_with("api.") {
        return Host::Cloud(Site::Api);
    }
    let position = |id: &str| ids.iter().position(|known| *known == id);
    if let Some((id, rest)) = host.split_once('.')
        && rest.starts_with("connect.")
    {
        return position(id).map_or(Host::NoSuchHomey, Host::Homey);
    }
    if is_cloud_path(&request.path) {
        return Host::Cloud(Site::Both);
    }
    let by_header = request.header("x-homey-id").and_then(position);
    let by_query = || request.query_fields().get("id").and_then(position);
    let by_token = || request.bearer().and_then(owner);
    Host::Homey(by_header.or_else(by_query).or_else(by_token).unwrap_or(0))
}

fn is_cloud_path(path: &str) -> bool {
    let first = path.trim_start_matches('/').split('/').next().unwrap_or_default();
    matches!(first, "login" | "authorise" | "oauth2" | "delegation" | "user" | "homey")
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderMap;

    use super::*;

    #[test]
    fn the_host_decides_first_then_the_path_then_what_names_a_homey() {
        use Host::*;
        let ids = ["aa", "bb"];
        let path = "/api/manager/devices/device";
        for (host, path, homey_id, bearer, want) in [
            ("accounts.athom.com", "/login", "", "", Cloud(Site::Accounts)),
            ("Accounts.localhost:99", path, "bb", "", Cloud(Site::Accounts)),
            ("api.athom.com", "/user/me", "", "", Cloud(Site::Api)),
            ("bb.connect.athom.com", path, "aa", "", Homey(1)),
            ("cc.connect.athom.com", path, "aa", "", NoSuchHomey),
            ("accounts.athom.com", "/_emulator/calls", "", "", Control),
            ("127.0.0.1:99", "/_emulator", "", "", Control),
            ("127.0.0.1:99", "/login", "bb", "", Cloud(Site::Both)),
            ("127.0.0.1:99", "/user/me", "", "", Cloud(Site::Both)),
            ("127.0.0.1:99", path, "", "", Homey(0)),
            ("127.0.0.1:99", path, "bb", "", Homey(1)),
            ("127.0.0.1:99", path, "token-homey", "of-bb", Homey(1)),
            ("127.0.0.1:99", path, "", "of-nobody", Homey(0)),
            ("127.0.0.1:99", path, "aa", "of-bb", Homey(0)),
            ("127.0.0.1:99", "/api/manager/system/ping?id=bb", "", "", Homey(1)),
            ("127.0.0.1:99", "/api/manager/system/ping?id=cc", "", "of-bb", Homey(1)),
        ] {
            let (path, query) = path.split_once('?').unwrap_or((path, ""));
            let mut headers = HeaderMap::new();
            headers.insert("host", host.parse().unwrap());
            headers.insert("x-homey-id", homey_id.parse().unwrap());
            headers.insert("authorization", format!("Bearer {bearer}").parse().unwrap());
            let request = Request {
                method: "GET".into(),
                path: path.into(),
                query: query.into(),
                headers,
                body: bytes::Bytes::new(),
                peer: ([127, 0, 0, 1], 1).into(),
            };
            let owner = |token: &str| (token == "of-bb").then_some(1);
            assert_eq!(host_of(&request, &ids, owner), want, "{host}{path} {homey_id} {bearer}");
        }
    }
}
