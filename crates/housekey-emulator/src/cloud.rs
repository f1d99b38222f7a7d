//! The account cloud: sign-in, consent, tokens and the user record.
//!
//! A state machine without input or output: a [`Request`] and the time go in, a [`Reply`] comes out.

mod account;
mod consent;
mod delegation;
mod jwt;
mod ledger;
mod page;
mod sign_in;
mod step;
mod token;
mod totp;
mod user;

use std::collections::HashMap;
use std::io;

use jiff::{SignedDuration, Timestamp};

pub(crate) use self::account::{Account, HomeyRecord};
use self::jwt::Signer;
use self::ledger::{Grant, Ledger, Lives};
pub(crate) use self::step::Step;
use crate::options::Options;
use crate::quirk::{Quirk, Quirks};
use crate::reply::Reply;
use crate::request::{Fields, Request};
use crate::state::ids::Seed;

/// The time by the emulator's clock, and the time that was never moved.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Now {
    pub(crate) moved: Timestamp,
    pub(crate) unmoved: Timestamp,
}

/// An answer, or the answer that refuses the request.
type ReplyResult = Result<Reply, Box<Reply>>;

fn refusal(status: u16, error: &str, why: &str) -> Box<Reply> {
    Box::new(Reply::error(status, error, why))
}

/// The fields in the body of a request.
fn body_fields(request: &Request) -> Result<Fields, Box<Reply>> {
    request.body_fields().map_err(|why| refusal(400, "invalid_request", &why))
}

/// A request to the cloud, with the time and the quirks that are on.
pub(crate) struct CloudRequest<'a> {
    pub(crate) request: &'a Request,
    pub(crate) now: Now,
    pub(crate) quirks: &'a Quirks,
}

impl CloudRequest<'_> {
    fn has(&self, quirk: Quirk) -> bool {
        self.quirks.contains(&quirk)
    }
}

/// The cloud with its one account.
pub(crate) struct Cloud {
    pub(crate) account: Account,
    /// Where the listener is: `http://127.0.0.1:PORT`.
    url: String,
    signer: Signer,
    ledger: Ledger,
    /// Cookie value to hidden value of every consent page handed out.
    csrf: HashMap<String, String>,
}

impl Cloud {
    /// A cloud without sign-ins. `round` counts the resets, so that no token is issued twice.
    pub(crate) fn new(options: &Options, url: &str, round: u64) -> io::Result<Self> {
        let lives =
            Lives { access: options.access_life, reuse_window: options.refresh_reuse_window };
        let account = Account::new(options);
        let seed = Seed::new(options.seed(), &format!("cloud/{round}"));
        Ok(Self {
            ledger: Ledger::new(lives, seed, &account.personal_access_token),
            account,
            url: url.to_owned(),
            signer: Signer::new()?,
            csrf: HashMap::new(),
        })
    }

    /// Answers one request.
    pub(crate) fn answer(&mut self, step: &Step, call: &CloudRequest<'_>) -> Reply {
        let answered = match step {
            Step::Login => self.login(call),
            Step::AuthoriseGet => self.show_consent(call),
            Step::AuthorisePost => self.take_consent(call),
            Step::Token(grant) => self.token(call, *grant),
            Step::DelegationToken => self.delegate(call),
            Step::DelegationKey => Ok(Self::delegation_key()),
            Step::DelegationVerify => self.verify(call),
            Step::UserMe => self.user(call),
            Step::UserSessions(user) => self.sessions(call, user),
            Step::EndUserSession(user, session) => self.end_session(call, user, session),
            Step::NotModelled(id) => {
                Err(refusal(501, "not_modelled", &format!("The emulator does not model {id}.")))
            }
        };
        answered.unwrap_or_else(|refusal| *refusal)
    }

    /// The code that the user's phone shows; `None` if the account has no second factor.
    pub(crate) fn otp_code(&self, now: Timestamp) -> Option<String> {
        Some(self.account.totp.as_ref()?.code(now))
    }

    /// Makes every access token refused from now on.
    pub(crate) fn expire_access(&mut self) {
        self.ledger.expire_access();
    }

    /// Makes every refresh token refused from now on.
    pub(crate) fn expire_refresh(&mut self) {
        self.ledger.expire_refresh();
    }

    /// The secrets that no log may contain: issued tokens and the credentials of the account.
    pub(crate) fn secrets(&self) -> Vec<String> {
        let account = &self.account;
        let fixed =
            [&account.password, &account.client.secret, &account.app_token, &account.phone.token]
                .map(Clone::clone);
        let totp = account.totp.as_ref().map(|totp| totp.secret());
        fixed.into_iter().chain(totp).chain(self.ledger.secrets().iter().cloned()).collect()
    }

    /// The Homeys that the account shows.
    fn homeys(&self, quirks: &Quirks) -> impl Iterator<Item = &HomeyRecord> {
        let hidden = usize::from(quirks.contains(&Quirk::HomeyNotInAccount));
        self.account.homeys.iter().skip(hidden)
    }

    /// The grant behind the access token of a request, or the answer to one that is not good: the
    /// only error that makes the vendor's client renew.
    fn bearer(&mut self, call: &CloudRequest<'_>) -> Result<&Grant, Box<Reply>> {
        let token = call.request.bearer().unwrap_or_default();
        let why = "The access token is missing, expired or revoked.";
        self.ledger
            .grant_of(token, call.now.moved)
            .ok_or_else(|| refusal(401, "invalid_token", why))
    }

    /// A token for the user, remembered as a secret.
    fn sign(
        &mut self,
        audience: &str,
        life: SignedDuration,
        now: Timestamp,
    ) -> Result<String, Box<Reply>> {
        let id = self.ledger.mint("jwt");
        let token = self
            .signer
            .sign(audience, &self.account.id, &id, now, life)
            .map_err(|error| refusal(500, "server_error", &error.to_string()))?;
        self.ledger.remember(token.clone());
        Ok(token)
    }
}
