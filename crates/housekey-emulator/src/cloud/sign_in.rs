//! Step 1: e-mail, password and second factor become a user token.

use jiff::{SignedDuration, Timestamp};

use super::{Cloud, CloudRequest, Now, ReplyResult, body_fields, refusal};
use crate::reply::Reply;
use crate::request::Fields;

/// Unknown at the real site; long enough for a person to read the consent page.
const USER_TOKEN_LIFE: SignedDuration = SignedDuration::from_mins(10);
/// The audience of a user token, which no delegation token has.
const AUDIENCE: &str = "accounts";

impl Cloud {
    /// `POST /login`, as a form or as JSON.
    pub(super) fn login(&mut self, call: &CloudRequest<'_>) -> ReplyResult {
        let fields = body_fields(call.request)?;
        self.check_credentials(fields.get("email"), fields.get("password"), &fields, call.now)
            .map_err(|why| refusal(why.status, why.error, why.description))?;
        let token = self.sign(AUDIENCE, USER_TOKEN_LIFE, call.now.moved)?;
        Ok(Reply::json(200, &serde_json::json!({ "token": token })))
    }

    /// Whether a user token of step 1 is good.
    pub(super) fn knows_user_token(&self, token: &str, now: Timestamp) -> bool {
        self.signer.check(token, AUDIENCE, now).is_ok()
    }

    /// Checks e-mail, password and, where the account has a second factor, `otptoken`.
    ///
    /// What the real site answers to a bad sign-in is not known; statuses and words are inferred,
    /// but each case has its own.
    pub(super) fn check_credentials(
        &self,
        email: Option<&str>,
        password: Option<&str>,
        fields: &Fields,
        now: Now,
    ) -> Result<(), SignInRefusal> {
        let refused =
            |status, error, description| Err(SignInRefusal { status, error, description });
        let (Some(email), Some(password)) = (email, password) else {
            return refused(400, "invalid_request", "E-mail and password are needed.");
        };
        let account = &self.account;
        if !email.eq_ignore_ascii_case(account.email) || password != account.password {
            return refused(401, "invalid_credentials", "The e-mail or the password is wrong.");
        }
        let Some(totp) = &account.totp else { return Ok(()) };
        match fields.get("otptoken").map(str::trim) {
            None | Some("") => {
                refused(401, "otp_required", "This account needs a two-factor code as well.")
            }
            Some(code) if totp.accepts(code, now.moved) || totp.accepts(code, now.unmoved) => {
                Ok(())
            }
            Some(_) => refused(401, "invalid_otp", "The two-factor code is wrong or too old."),
        }
    }
}

/// Why a sign-in was refused.
pub(super) struct SignInRefusal {
    pub(super) status: u16,
    pub(super) error: &'static str,
    pub(super) description: &'static str,
}
