//! Steps 2 and 3: the consent page, and the redirect with the authorisation code.

use jiff::Timestamp;
use url::{Url, form_urlencoded};

use super::{Cloud, CloudRequest, ReplyResult, page, refusal};
use crate::quirk::Quirk;
use crate::reply::Reply;
use crate::request::Fields;

/// The name of the cookie and of the hidden input that belong together.
const CSRF: &str = "_csrf";

/// An authorise request that has been checked.
struct AuthoriseRequest {
    redirect_uri: String,
    state: Option<String>,
    user_token: Option<String>,
}

impl Cloud {
    /// `GET /oauth2/authorise` and `GET /authorise`.
    pub(super) fn show_consent(&mut self, call: &CloudRequest<'_>) -> ReplyResult {
        let (request, now) = (call.request, call.now.moved);
        let query = request.query_fields();
        let authorise = self.check(&query, call)?;
        if call.has(Quirk::UserTokenAsBearer) && self.knows(request.bearer(), now) {
            return Ok(self.redirect_with_code(&authorise, call));
        }
        if !self.knows(authorise.user_token.as_deref(), now) {
            return Ok(Reply::html(200, page::login(&request.query)));
        }
        if let Some(foreign) = self.foreign_resource(query.all("resource"), call) {
            return Ok(Reply::html(400, page::error(&foreign)));
        }
        if call.has(Quirk::ConsentGiven) {
            return Ok(self.redirect_with_code(&authorise, call));
        }
        let pair = (!call.has(Quirk::ConsentWithoutCsrf)).then(|| {
            let (cookie, hidden) = (self.ledger.mint("csrf-cookie"), self.ledger.mint("csrf"));
            self.csrf.insert(cookie.clone(), hidden.clone());
            (cookie, hidden)
        });
        let text = page::consent(
            &self.account.client,
            &self.homeys(call.quirks).collect::<Vec<_>>(),
            &format!("/authorise?{}", request.query),
            pair.as_ref().map(|(_, hidden)| hidden.as_str()),
            call.has(Quirk::ConsentReordered),
        );
        let reply = Reply::html(200, text);
        Ok(match pair {
            // No `=` in the value and `Path` first: scripts cut the header at its `=` signs.
            Some((cookie, _)) => {
                reply.header("Set-Cookie", format!("{CSRF}={cookie}; Path=/; HttpOnly"))
            }
            None => reply,
        })
    }

    /// `POST /authorise`.
    pub(super) fn take_consent(&mut self, call: &CloudRequest<'_>) -> ReplyResult {
        let (request, now) = (call.request, call.now.moved);
        let query = request.query_fields();
        let authorise = self.check(&query, call)?;
        if !self.knows(authorise.user_token.as_deref(), now) {
            return Ok(Reply::html(200, page::login(&request.query)));
        }
        let wrong = |why: &str| Box::new(Reply::html(400, page::error(why)));
        let form = request.body_fields().map_err(|why| wrong(&why))?;
        let expected = request.cookie(CSRF).and_then(|cookie| self.csrf.get(cookie));
        if expected.is_none() || form.get(CSRF) != expected.map(String::as_str) {
            let why = "The form is too old or came from elsewhere: invalid CSRF value or cookie.";
            return Ok(Reply::html(403, page::error(why)));
        }
        if form.get("allow") != Some("Allow") {
            return Ok(redirect(&authorise, "error=access_denied"));
        }
        let mut resources = form.all("resource").chain(query.all("resource")).peekable();
        if resources.peek().is_none() {
            return Err(wrong("Choose a Homey to give access to."));
        }
        if let Some(foreign) = self.foreign_resource(resources, call) {
            return Ok(Reply::html(400, page::error(&foreign)));
        }
        Ok(self.redirect_with_code(&authorise, call))
    }

    /// Checks client, redirect and response type. What the real site answers to a wrong one is
    /// not known; status and words are those of OAuth 2.0.
    fn check(
        &self,
        query: &Fields,
        call: &CloudRequest<'_>,
    ) -> Result<AuthoriseRequest, Box<Reply>> {
        let client = &self.account.client;
        if query.get("client_id") != Some(&client.id) {
            return Err(refusal(400, "invalid_client", "There is no client with this client_id."));
        }
        let redirect_uri = query.get("redirect_uri").unwrap_or_default();
        let exact = call.has(Quirk::RedirectExact);
        if !is_registered(redirect_uri, client.redirect_uri, exact) {
            let why = "The redirect_uri does not belong to this client.";
            return Err(refusal(400, "invalid_request", why));
        }
        // The public documentation prints `authorization_type`, which the real site does not take.
        // That it calls `response_type` invalid is certain, the words are not.
        if query.get("response_type") != Some("code") {
            return Err(refusal(400, "invalid_request", "Invalid \"response_type\" parameter"));
        }
        Ok(AuthoriseRequest {
            redirect_uri: redirect_uri.to_owned(),
            state: query.get("state").map(str::to_owned),
            user_token: query.get("user_token").map(str::to_owned),
        })
    }

    fn knows(&self, user_token: Option<&str>, now: Timestamp) -> bool {
        user_token.is_some_and(|token| self.knows_user_token(token, now))
    }

    /// Says so if one of the resources is no Homey of the account.
    fn foreign_resource<'a>(
        &self,
        resources: impl Iterator<Item = &'a str>,
        call: &CloudRequest<'_>,
    ) -> Option<String> {
        let is_ours = |resource: &str| {
            let id = resource.strip_prefix("resource.homey.");
            self.homeys(call.quirks).any(|homey| Some(homey.id.as_str()) == id)
        };
        let mut foreign = resources.filter(|resource| !is_ours(resource));
        foreign.next().map(|one| format!("There is no Homey `{one}` in this account."))
    }

    fn redirect_with_code(
        &mut self,
        authorise: &AuthoriseRequest,
        call: &CloudRequest<'_>,
    ) -> Reply {
        let code = self.ledger.new_code(call.now.moved);
        let before = if call.has(Quirk::CodeNotFirst) { "scope=homey&" } else { "" };
        redirect(authorise, &format!("{before}code={code}"))
    }
}

/// Whether the redirect address belongs to the client: the same, or the same but for the port where
/// both are of the machine itself.
fn is_registered(given: &str, registered: &str, exact: bool) -> bool {
    let without_port = |text: &str| {
        let mut url = Url::parse(text).ok()?;
        url.set_port(None).ok()?;
        matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]")).then_some(url)
    };
    given == registered
        || !exact && without_port(given).is_some_and(|url| without_port(registered) == Some(url))
}

/// A redirect back to the client with the answer, and the `state` of the request after it.
fn redirect(authorise: &AuthoriseRequest, answer: &str) -> Reply {
    let join = if authorise.redirect_uri.contains('?') { '&' } else { '?' };
    let mut location = format!("{}{join}{answer}", authorise.redirect_uri);
    if let Some(state) = &authorise.state {
        location.push_str("&state=");
        location.extend(form_urlencoded::byte_serialize(state.as_bytes()));
    }
    Reply::empty(302).header("Location", location)
}
