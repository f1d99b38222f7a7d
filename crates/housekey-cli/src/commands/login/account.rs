//! `housekey login --email`: the six steps.

use housekey::Secret;
use housekey::auth::store::StoredCredentials;
use housekey::auth::{Cloud, OAuthClient, Password, SignedIn};
use housekey::error::SignInError;

use super::args::{Args, homey_wanted};
use super::progress::with_steps;
use super::{client, keep, progress};
use crate::context::Context;
use crate::error::Outcome;
use crate::prompt;
use crate::sign_in_records::SignInRecords;

pub(super) async fn run(args: &Args, context: &Context) -> Outcome<SignInRecords> {
    let email = match &args.email {
        Some(email) => email.clone(),
        None if prompt::can_ask() => prompt::text("E-mail address of the account:")?,
        None => return Err(prompt::missing("the e-mail address", "give it with `--email`")),
    };
    let cloud = context.cloud()?;
    let known = context.store.account(&email).or_else(keep::unless_broken)?;
    // Before a password is typed in vain: the client must be known.
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
    let signed_in = sign_in(args, context, &cloud, &client, &mut password, kept.as_ref()).await?;
    let mut came = keep::records(args, context, cloud, Some(client), signed_in)?;
    if let Some(account) = &mut came.account {
        // The cloud has taken a code, whether or not its record says so.
        let code_taken =
            password.otp.is_some() || kept.as_ref().is_some_and(|kept| kept.totp.is_some());
        account.two_factor = account.two_factor.or(code_taken.then_some(true));
        // What the person typed is what they will type again.
        keep::rename(account, &mut came.homey, args.email.as_deref());
        account.remembered = kept;
    }
    Ok(came)
}

/// A code that was typed; none for an empty line.
fn code(question: &str) -> Outcome<Option<Secret>> {
    let code = prompt::text(question)?;
    Ok(Some(code.trim()).filter(|code| !code.is_empty()).map(Secret::new))
}

/// Signs in. Where a code is or may be required, the terminal is prompted for it once; nothing is sent a
/// second time without it.
async fn sign_in(
    args: &Args,
    context: &Context,
    cloud: &Cloud,
    client: &OAuthClient,
    password: &mut Password,
    kept: Option<&StoredCredentials>,
) -> Outcome<SignedIn> {
    let (http, steps) = (context.http()?, context.out.steps());
    let on_progress = |step| progress::tell(steps, step);
    let plain_http = args.plain_http.decides(context)?;
    let sign_in = with_steps(&http, cloud, client, context, &on_progress, &plain_http);
    let homey = homey_wanted(context);
    let homey = homey.as_deref();
    let outcome = match kept.filter(|kept| kept.totp.is_some() && password.otp.is_none()) {
        Some(kept) => sign_in.with_remembered(kept, homey).await,
        None => sign_in.with_password(password, homey).await,
    };
    match outcome {
        Err(error) if wants_code(&error) && prompt::can_ask() => {
            password.otp = code(question(&error))?;
            match password.otp {
                Some(_) => Ok(sign_in.with_password(password, homey).await?),
                None => Err(error.into()),
            }
        }
        outcome => Ok(outcome?),
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
