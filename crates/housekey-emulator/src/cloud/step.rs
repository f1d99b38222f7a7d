//! Which call of the cloud a request is, under the name that counts and faults use.

use housekey::catalogue;

use crate::request::Request;
use crate::routing::Site;

/// A call of the cloud that is modelled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Step {
    /// Step 1 of a sign-in.
    Login,
    /// Step 2: the consent page.
    AuthoriseGet,
    /// Step 3: the consent itself.
    AuthorisePost,
    /// Step 4, and every later renewal.
    Token(GrantType),
    /// Step 5.
    DelegationToken,
    DelegationKey,
    DelegationVerify,
    UserMe,
    /// The sign-ins of that user.
    UserSessions(String),
    /// The end of a sign-in: user, then session.
    EndUserSession(String, String),
    /// An operation that is in the catalogue but not modelled, by its id.
    NotModelled(&'static str),
}

/// What a token request offers for the token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum GrantType {
    AuthorizationCode,
    RefreshToken,
    Password,
    ClientCredentials,
    /// Anything else, or nothing.
    Other,
}

impl GrantType {
    /// Its name in the request.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::AuthorizationCode => "authorization_code",
            Self::RefreshToken => "refresh_token",
            Self::Password => "password",
            Self::ClientCredentials => "client_credentials",
            Self::Other => "other",
        }
    }

    const KNOWN: [Self; 4] =
        [Self::AuthorizationCode, Self::RefreshToken, Self::Password, Self::ClientCredentials];

    fn of(request: &Request) -> Self {
        let fields = request.body_fields().unwrap_or_default();
        let name = fields.get("grant_type").unwrap_or_default();
        Self::KNOWN.into_iter().find(|grant| grant.as_str() == name).unwrap_or(Self::Other)
    }
}

impl Step {
    /// The step that a request to that host is; `None` if it is none of them.
    pub(crate) fn of(site: Site, request: &Request) -> Option<Self> {
        let (accounts, api) = (site != Site::Api, site != Site::Accounts);
        let path: Vec<&str> = request.path.split('/').skip(1).collect();
        Some(match (request.method.as_str(), path.as_slice()) {
            ("POST", ["login"]) if accounts => Self::Login,
            // The browser flow opens it at the api host.
            ("GET", ["oauth2", "authorise"]) => Self::AuthoriseGet,
            ("GET", ["authorise"]) if accounts => Self::AuthoriseGet,
            ("POST", ["authorise"]) if accounts => Self::AuthorisePost,
            ("POST", ["oauth2", "token"]) if api => Self::Token(GrantType::of(request)),
            ("POST", ["delegation", "token"]) if api => Self::DelegationToken,
            ("GET", ["delegation", "key"]) if api => Self::DelegationKey,
            ("GET", ["delegation", "verify"]) if api => Self::DelegationVerify,
            ("GET", ["user", "me"]) if api => Self::UserMe,
            ("GET", ["user", user, "session"]) if api => Self::UserSessions((*user).to_owned()),
            ("DELETE", ["user", user, "session", session]) if api => {
                Self::EndUserSession((*user).to_owned(), (*session).to_owned())
            }
            (method, path) if api => Self::NotModelled(listed(method, path)?),
            _ => return None,
        })
    }

    /// The name for counts and faults.
    pub(crate) const fn name(&self) -> &'static str {
        match self {
            Self::Login => "login",
            Self::AuthoriseGet => "authorise.get",
            Self::AuthorisePost => "authorise.post",
            Self::Token(GrantType::AuthorizationCode) => "oauth2.token.authorization_code",
            Self::Token(GrantType::RefreshToken) => "oauth2.token.refresh_token",
            Self::Token(GrantType::Password) => "oauth2.token.password",
            Self::Token(GrantType::ClientCredentials) => "oauth2.token.client_credentials",
            Self::Token(GrantType::Other) => "oauth2.token.other",
            Self::DelegationToken => "delegation.token",
            Self::DelegationKey => "delegation.key",
            Self::DelegationVerify => "delegation.verify",
            Self::UserMe => "user.me",
            Self::UserSessions(_) => "account.getUserSessions",
            Self::EndUserSession(..) => "account.deleteUserSession",
            Self::NotModelled(id) => id,
        }
    }

    /// The names that are no ids of the catalogue: those of a sign-in.
    pub(crate) const NAMES: [&'static str; 12] = [
        "login",
        "authorise.get",
        "authorise.post",
        "oauth2.token.authorization_code",
        "oauth2.token.refresh_token",
        "oauth2.token.password",
        "oauth2.token.client_credentials",
        "oauth2.token.other",
        "delegation.token",
        "delegation.verify",
        "delegation.key",
        "user.me",
    ];
}

/// The id of the cloud operation that a method and a path mean; fixed segments win over values.
fn listed(method: &str, path: &[&str]) -> Option<&'static str> {
    let fixed = |template: &str| {
        let mut fixed = 0;
        let segments: Vec<_> = template.split('/').skip(1).collect();
        let fits = segments.len() == path.len()
            && segments.iter().zip(path).all(|(wanted, given)| {
                fixed += usize::from(wanted == given);
                wanted == given || (wanted.starts_with(':') && !given.is_empty())
            });
        fits.then_some(fixed)
    };
    let variants = catalogue::CLOUD
        .iter()
        .flat_map(|operation| operation.variants.iter().map(|variant| (operation.id, variant)));
    variants
        .filter(|(_, variant)| variant.method.as_str() == method)
        .filter_map(|(id, variant)| Some((fixed(variant.path)?, id)))
        .max_by_key(|(fixed, _)| *fixed)
        .map(|(_, id)| id)
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderMap;

    use super::*;

    fn name(site: Site, method: &str, path: &str, body: &str) -> Option<&'static str> {
        let request = Request {
            method: method.into(),
            path: path.into(),
            query: String::new(),
            headers: HeaderMap::new(),
            body: body.to_owned().into(),
            peer: ([127, 0, 0, 1], 1).into(),
        };
        Step::of(site, &request).map(|step| step.name())
    }

    #[test]
    fn each_step_has_its_host_and_path() {
        use Site::{Accounts, Api, Both};
        for (method, path, body, accounts, api) in [
            ("POST", "/login", "", Some("login"), None),
            ("GET", "/oauth2/authorise", "", Some("authorise.get"), Some("authorise.get")),
            ("GET", "/authorise", "", Some("authorise.get"), None),
            ("POST", "/authorise", "", Some("authorise.post"), None),
            ("POST", "/oauth2/authorise", "", None, None),
            ("POST", "/oauth2/token", "grant_type=password", None, Some("oauth2.token.password")),
            ("POST", "/oauth2/token", "grant_type=x", None, Some("oauth2.token.other")),
            ("GET", "/oauth2/token", "", None, None),
            ("POST", "/delegation/token", "", None, Some("delegation.token")),
            ("GET", "/delegation/key", "", None, Some("delegation.key")),
            ("GET", "/delegation/verify", "", None, Some("delegation.verify")),
            ("GET", "/user/me", "", None, Some("user.me")),
            ("GET", "/user/u1/session", "", None, Some("account.getUserSessions")),
            ("DELETE", "/user/u1/session/s1", "", None, Some("account.deleteUserSession")),
            ("GET", "/user/u1", "", None, Some("account.getUser")),
            ("GET", "/user/me/client", "", None, Some("account.getAuthenticatedUserClients")),
            ("GET", "/homey/h1/metadata/k", "", None, Some("account.getHomeyMetadata")),
            ("GET", "/user/", "", None, None),
            ("GET", "/nowhere", "", None, None),
        ] {
            assert_eq!(name(Accounts, method, path, body), accounts, "{method} {path}");
            assert_eq!(name(Api, method, path, body), api, "{method} {path}");
            assert_eq!(name(Both, method, path, body), accounts.or(api), "{method} {path}");
        }
    }
}
