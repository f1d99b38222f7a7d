//! `housekey login --email`: the six steps.

use housekey::Secret;
use housekey::auth::store::{StoredCredentials, unless_broken};
use housekey::auth::{Password, SignIn, SignedIn};
use housekey::error::SignInError;

use super::args::Args;
use super::client;
use crate::context::Context;
use crate::error::Outcome;
use crate::prompt;

pub(super) async fn run(args: &Args, context: &Context) -> Outcome<SignedIn> {
    let email = match &args.email {
        Some(email) => email.clone(),
        None if prompt::can_ask() => prompt::text("E-mail address of the account:")?,
        None => return Err(prompt::missing("the e-mail address", "give it with `--email`")),
    };
    // Before a password is typed in vain: cloud and client must be usable.
    let sign_in = args.sign_in(context)?;
    let known = context.store.account(&email).or_else(unless_broken)?;
    client::id(args, context, known.as_ref().and_then(|account| account.client.as_ref()))?;
    let password = match args.password_stdin {
        true => prompt::line_of_stdin("password")?,
        false if prompt::can_ask() => prompt::hidden("Password:")?,
        false => {
            return Err(prompt::missing(
                "the password",
                "send it on standard input with `--password-stdin`",
            ));
        }
    };
    let totp = args.remember.totp(args.password_stdin)?;
    let client = client::client(args, context, known.as_ref())?;
    let mut otp = args.otp.clone().map(Secret::new);
    if known.is_some_and(|account| account.two_factor == Some(true))
        && otp.is_none()
        && totp.is_none()
        && prompt::can_ask()
    {
        otp = code("Two-factor code:")?;
    }
    let mut password = Password { email, password, otp };
    let kept = args.remember.kept(&password, totp);
    let signed_in = signed_in(&sign_in.client(client), &mut password, kept.as_ref()).await??;
    Ok(signed_in.remembering(kept))
}

/// A code that was typed; none for an empty line.
pub(super) fn code(question: &str) -> Outcome<Option<Secret>> {
    let code = prompt::text(question)?;
    Ok(Some(code.trim()).filter(|code| !code.is_empty()).map(Secret::new))
}

/// Signs in. Where a code is or may be required, the terminal is prompted for it once; nothing is sent a
/// second time without it. The inner error is that of the sign-in.
pub(super) async fn signed_in(
    sign_in: &SignIn,
    password: &mut Password,
    kept: Option<&StoredCredentials>,
) -> Outcome<Result<SignedIn, housekey::Error>> {
    let outcome = match kept.filter(|kept| kept.totp.is_some() && password.otp.is_none()) {
        Some(kept) => sign_in.with_remembered(kept).await,
        None => sign_in.with_password(password).await,
    };
    match outcome {
        Err(error) if wants_code(&error) && prompt::can_ask() => {
            password.otp = code(question(&error))?;
            Ok(match password.otp {
                Some(_) => sign_in.with_password(password).await,
                None => Err(error),
            })
        }
        outcome => Ok(outcome),
    }
}

/// The prompt for a code, where the cloud requires one and where it does not say.
fn question(error: &housekey::Error) -> &'static str {
    match error {
        housekey::Error::SignIn(SignInError::TwoFactorNeeded) => "Two-factor code:",
        _ => "Refused. If the account has two-factor authentication, its code:",
    }
}

/// Whether another try with a code may help.
fn wants_code(error: &housekey::Error) -> bool {
    matches!(
        error,
        housekey::Error::SignIn(
            SignInError::TwoFactorNeeded | SignInError::LogInRefused { code_given: false }
        )
    )
}
