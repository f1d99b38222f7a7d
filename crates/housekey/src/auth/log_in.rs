//! The answer to step 1: a token, or what was refused.

use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimeParser;
use serde_json::Value;

use super::answer::LenientAnswer;
use super::cloud::{refusal_code, refusal_text, refused};
use super::password::Password;
use crate::Secret;
use crate::error::{Error, SignInError};
use crate::http::HttpResponse;

/// Words by which a refusal speaks of the second factor, and of the rest.
const SECOND_FACTOR: [&str; 5] = ["otp", "two-factor", "two factor", "2fa", "second factor"];
const CREDENTIALS: [&str; 4] = ["password", "credential", "e-mail", "email"];

/// The user token in an answer.
pub(super) fn read(answer: &HttpResponse, password: &Password) -> Result<Secret, Error> {
    if !answer.is_success() {
        return Err(refusal(answer, password).into());
    }
    let token = LenientAnswer::of(&answer.text()).secret(&["token"]);
    token.ok_or_else(|| answer.unreadable("a JSON object with a token").into())
}

/// The time that the server shows.
pub(super) fn date(answer: &HttpResponse) -> Option<Timestamp> {
    DateTimeParser::new().parse_timestamp(answer.header("date")?).ok()
}

/// Of a refused log-in only this is known: it is JSON, and its `code` is 401 both for a wrong password
/// and for a code that is wanted. Words about either decide; without them nothing does. What is no JSON
/// comes from something between, such as a hotel's network, and says nothing about the credentials.
fn refusal(answer: &HttpResponse, password: &Password) -> SignInError {
    let sent = [Some(&password.password), password.otp.as_ref()];
    let sent: Vec<_> = sent.into_iter().flatten().collect();
    let other = || refused("the log-in", answer, &sent);
    let body = serde_json::from_slice::<Value>(&answer.body);
    let is_judged = matches!(answer.status, 400 | 401 | 403 | 422);
    if !is_judged || !(answer.body.is_empty() || body.is_ok_and(|body| body.is_object())) {
        return other();
    }
    let words = format!(
        "{} {}",
        refusal_code(answer).unwrap_or_default(),
        refusal_text(answer, &[&password.password])
    )
    .to_lowercase();
    let speaks_of = |of: &[&str]| of.iter().any(|word| words.contains(word));
    let code_given = password.otp.as_ref().is_some_and(|code| !code.is_empty());
    match (speaks_of(&SECOND_FACTOR), code_given) {
        (true, false) => SignInError::TwoFactorNeeded,
        (true, true) => SignInError::TwoFactorWrong,
        (false, _) if speaks_of(&CREDENTIALS) => SignInError::WrongPassword,
        (false, code_given) if answer.status == 401 => SignInError::LogInRefused { code_given },
        (false, _) => other(),
    }
}
