//! A sign-in that the person finishes in the browser: where to send them, and how the code comes back.
//!
//! The code comes to a listener on this machine's own address, as RFC 8252 has it, or the person pastes
//! the address that the browser ended at. PKCE is not sent: nothing that is known of the cloud says
//! that it takes it.

mod listener;

use std::collections::VecDeque;
use std::time::Duration;

use futures_util::FutureExt as _;
use futures_util::future::select_all;
use tokio::io::{AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use url::Url;

use self::listener::{accept, listen, target};

use super::cloud::{Cloud, OAuthClient};
use super::consent::{Redirect, read_redirect};
use crate::Secret;
use crate::error::{Error, SignInError};
use crate::http::join_path;

/// How long the person has to finish: as long as the vendor's tool waits.
const LIMIT: Duration = Duration::from_secs(5 * 60);

/// How long one request of the browser may take.
const REQUEST_LIMIT: Duration = Duration::from_secs(10);

/// How many connections are served side by side. With one more the oldest is closed: a client that
/// opens many and sends nothing keeps no browser out.
const CONNECTIONS: usize = 32;

/// A sign-in in the browser that has been begun.
#[derive(Debug)]
pub struct BrowserSignIn {
    url: Url,
    /// Where the cloud sends the browser.
    redirect: Url,
    /// Comes back with the code, so that no other site can bring a code of its own.
    state: Secret,
    listeners: Vec<TcpListener>,
}

impl BrowserSignIn {
    /// Listens where the client's redirect address leads: on its port where it has one, else on a
    /// free one, which a cloud has to allow for an address of the machine itself (RFC 8252, 7.3; that
    /// the vendor's does is inferred).
    ///
    /// # Errors
    /// [`SignInError::NoListener`], also for an address that is not this machine's, and where another
    /// program listens at one of those that the browser may go to: it would get the code;
    /// [`SignInError::UnknownClient`] for a redirect address that is none.
    pub async fn listening(cloud: &Cloud, client: &OAuthClient) -> Result<Self, Error> {
        cloud.check()?;
        let mut redirect = redirect_of(client)?;
        let listeners = listen(&redirect).await?;
        if let Some(address) = listeners.first().and_then(|one| one.local_addr().ok()) {
            // Cannot fail: a URL that was listened at has a host.
            let _ = redirect.set_port(Some(address.port()));
        }
        Ok(Self::begun(cloud, client, redirect, listeners))
    }

    /// Listens nowhere: the person pastes what the browser ended at. The redirect address is sent as
    /// the client is registered with it, to the letter.
    ///
    /// # Errors
    /// [`SignInError::UnknownClient`] for a redirect address that is none.
    pub fn pasted(cloud: &Cloud, client: &OAuthClient) -> Result<Self, Error> {
        cloud.check()?;
        Ok(Self::begun(cloud, client, redirect_of(client)?, Vec::new()))
    }

    fn begun(
        cloud: &Cloud,
        client: &OAuthClient,
        redirect: Url,
        listeners: Vec<TcpListener>,
    ) -> Self {
        let state = Secret::new(format!("{:032x}", rand::random::<u128>()));
        let mut url = join_path(&cloud.api, "/oauth2/authorise");
        let shown = match listeners.is_empty() {
            true => client.redirect_uri.as_str(),
            // Registered without one, it is compared without one.
            false => redirect.as_str().strip_suffix('/').unwrap_or(redirect.as_str()),
        };
        url.query_pairs_mut()
            .append_pair("client_id", &client.id)
            .append_pair("redirect_uri", shown)
            .append_pair("response_type", "code")
            .append_pair("state", state.expose());
        Self { url, redirect, state, listeners }
    }

    /// Where the person has to go.
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// The code, as the browser brings it.
    ///
    /// # Errors
    /// [`SignInError::ConsentRefused`] when the person said no, [`SignInError::BrowserTimedOut`] after
    /// five minutes.
    pub async fn code(&self) -> Result<Secret, Error> {
        let limit_s = LIMIT.as_secs();
        match tokio::time::timeout(LIMIT, self.brought()).await {
            Ok(outcome) => outcome.map_err(Error::from),
            Err(_) => Err(SignInError::BrowserTimedOut { limit_s }.into()),
        }
    }

    /// What the first connection brings that is an answer to this sign-in.
    async fn brought(&self) -> Result<Secret, SignInError> {
        let mut served = VecDeque::new();
        loop {
            let any = async {
                match served.is_empty() {
                    true => std::future::pending().await,
                    false => {
                        let (outcome, at, _) = select_all(served.iter_mut()).await;
                        (outcome, at)
                    }
                }
            };
            tokio::select! {
                (outcome, at) = any => {
                    drop(served.remove(at));
                    if let Ok(Some(outcome)) = outcome {
                        return outcome;
                    }
                }
                browser = accept(&self.listeners) => {
                    if served.len() == CONNECTIONS {
                        served.pop_front();
                    }
                    let answered = tokio::time::timeout(REQUEST_LIMIT, self.answer(browser));
                    served.push_back(answered.boxed());
                }
            }
        }
    }

    /// The code in what a person pasted: the address that the browser ended at, or the code alone.
    ///
    /// # Errors
    /// [`SignInError::ForeignAnswer`], [`SignInError::ConsentRefused`].
    pub fn code_in(&self, pasted: &str) -> Result<Secret, SignInError> {
        let pasted = pasted.trim();
        match Url::parse(pasted) {
            Ok(url) => self.code_of(&url),
            Err(_) if pasted.is_empty() || pasted.contains(char::is_whitespace) => {
                Err(SignInError::ForeignAnswer { why: "it is neither an address nor a code" })
            }
            Err(_) => Ok(Secret::new(pasted)),
        }
    }

    fn code_of(&self, url: &Url) -> Result<Secret, SignInError> {
        let foreign = |why| Err(SignInError::ForeignAnswer { why });
        let state = url.query_pairs().find(|(key, _)| key == "state").map(|(_, value)| value);
        match (read_redirect(&self.redirect, url.as_str()), state) {
            (Redirect::Page(_) | Redirect::Nowhere, _) => foreign("it has no code"),
            (_, None) => foreign("it has no state"),
            (_, Some(state)) if state != self.state.expose() => foreign("its state is another"),
            (Redirect::Code(code), _) => Ok(code),
            (Redirect::Refused(message), _) => Err(SignInError::ConsentRefused { message }),
        }
    }

    /// Answers one request; `None` where it is none of ours, such as for the icon of the page. A request
    /// without our state is refused, and does not end the waiting.
    async fn answer(&self, browser: TcpStream) -> Option<Result<Secret, SignInError>> {
        let mut browser = BufReader::new(browser);
        let target = target(&mut browser).await?;
        let url = self.redirect.join(&target).ok().filter(|url| url.path() == self.redirect.path());
        let outcome = url.map(|url| self.code_of(&url));
        let (status, text) = match &outcome {
            Some(Ok(_)) => ("200 OK", "Signed in. You can close this page."),
            Some(Err(SignInError::ConsentRefused { .. })) => {
                ("200 OK", "No access was given. You can close this page.")
            }
            Some(Err(_)) => ("400 Bad Request", "This is not the answer that is waited for."),
            None => ("404 Not Found", "There is nothing here."),
        };
        let page = format!(
            "<!DOCTYPE html><html lang=\"en\"><meta charset=\"utf-8\"><title>housekey</title><p>{text}</p>\n"
        );
        let head = format!(
            "HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {}\r\n\
             Cache-Control: no-store\r\nReferrer-Policy: no-referrer\r\nConnection: close\r\n\r\n",
            page.len()
        );
        // That the person sees the page is a courtesy; the code is here.
        let _ = browser.write_all((head + &page).as_bytes()).await;
        let _ = browser.shutdown().await;
        outcome.filter(|outcome| !matches!(outcome, Err(SignInError::ForeignAnswer { .. })))
    }
}

fn redirect_of(client: &OAuthClient) -> Result<Url, SignInError> {
    Url::parse(&client.redirect_uri).ok().filter(Url::has_host).ok_or_else(|| {
        let message = format!("\"{}\" is no redirect address", client.redirect_uri);
        SignInError::UnknownClient { message }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(redirect_uri: &str) -> OAuthClient {
        OAuthClient {
            id: "made-up".to_owned(),
            secret: Secret::new("made-up-secret"),
            redirect_uri: redirect_uri.to_owned(),
        }
    }

    fn begun(redirect_uri: &str) -> BrowserSignIn {
        BrowserSignIn::pasted(&Cloud::default(), &client(redirect_uri)).unwrap()
    }

    #[test]
    fn a_pasted_address_must_be_the_answer_to_this_sign_in() {
        let sign_in = begun("http://localhost");
        let state = sign_in.state.expose();
        let code = |pasted: &str| match sign_in.code_in(pasted) {
            Ok(code) => code.expose().to_owned(),
            Err(error) => error.to_string(),
        };
        assert_eq!(code(&format!("http://localhost/?code=c0de&state={state}")), "c0de");
        assert_eq!(code(&format!(" http://localhost/?state={state}&code=c0de\n")), "c0de");
        assert_eq!(code("c0de"), "c0de");
        for (pasted, want) in [
            ("http://localhost/?code=c0de", "no state"),
            ("http://localhost/?code=c0de&state=another", "another"),
            ("http://localhost/?state=x", "no code"),
            ("", "neither an address nor a code"),
            ("two words", "neither an address nor a code"),
        ] {
            assert!(code(pasted).contains(want), "{pasted}: {}", code(pasted));
        }
        let refused = code(&format!("http://localhost/?error=access_denied&state={state}"));
        assert!(refused.contains("access_denied"), "{refused}");
    }

    #[test]
    fn the_page_is_asked_for_with_what_the_client_is_registered_with() {
        let sign_in = begun("http://localhost");
        let query: Vec<_> = sign_in.url().query_pairs().map(|(k, v)| format!("{k}={v}")).collect();
        assert_eq!(
            query[..3],
            ["client_id=made-up", "redirect_uri=http://localhost", "response_type=code"]
        );
        assert_eq!(query[3], format!("state={}", sign_in.state.expose()));
        assert!(!sign_in.url().as_str().contains("made-up-secret"));
        assert_ne!(sign_in.state, begun("http://localhost").state);
    }

    #[tokio::test]
    async fn silent_connections_keep_no_browser_out() {
        let (cloud, client) = (Cloud::default(), client("http://localhost"));
        let sign_in = BrowserSignIn::listening(&cloud, &client).await.unwrap();
        let port = sign_in.redirect.port().unwrap();
        let connect = || TcpStream::connect(("127.0.0.1", port));
        let browse = async {
            let mut silent = Vec::new();
            for _ in 0..CONNECTIONS + 8 {
                silent.push(connect().await.unwrap());
            }
            let mut browser = connect().await.unwrap();
            let state = sign_in.state.expose();
            let head = format!("GET /?code=c0de&state={state} HTTP/1.1\r\nHost: localhost\r\n\r\n");
            browser.write_all(head.as_bytes()).await.unwrap();
            // Held open until the end.
            std::future::pending::<()>().await;
            drop((silent, browser));
        };
        // One after another they would take more than six minutes.
        let limit = Duration::from_secs(60);
        let code = async { tokio::time::timeout(limit, sign_in.code()).await };
        tokio::select! {
            code = code => assert_eq!(code.unwrap().unwrap().expose(), "c0de"),
            () = browse => {}
        }
    }

    #[tokio::test]
    async fn only_this_machine_is_listened_on() {
        for redirect_uri in ["http://example.com", "http://192.0.2.7:80/back"] {
            let outcome = BrowserSignIn::listening(&Cloud::default(), &client(redirect_uri)).await;
            let error = outcome.err().map(|error| error.to_string()).unwrap_or_default();
            assert!(error.contains("cannot listen at"), "{redirect_uri}: {error}");
        }
        assert!(BrowserSignIn::pasted(&Cloud::default(), &client("localhost")).is_err());
    }
}
