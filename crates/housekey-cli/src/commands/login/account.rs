//! `housekey login --email`: the six steps.

use housekey::Secret;
use housekey::auth::{Cloud, OAuthClient, Password, SignedIn};

use super::{Args, Came, client, homey_wanted, keep, missing, progress, wants_code, with_steps};
use crate::context::Context;
use crate::error::Outcome;
use crate::prompt;

pub(super) async fn run(args: &Args, context: &Context) -> Outcome<Came> {
    let email = match &args.email {
        Some(email) => email.clone(),
        None if prompt::can_ask() => prompt::text("E-mail address of the account:")?,
        None => return Err(missing("the e-mail address", "give it with `--email`")),
    };
    let cloud = context.cloud()?;
    let known = context.store.account(&email).or_else(keep::unless_broken)?;
    // Whoever cannot say who is asking does not type a password for nothing.
    client::id(args, context, known.as_ref().and_then(|account| account.client.as_ref()))?;
    let password = match args.password_stdin {
        true => prompt::line_of_stdin("password")?,
        false if prompt::can_ask() => prompt::hidden("Password:")?,
        false => {
            return Err(missing(
                "the password",
                "send it on standard input with `--password-stdin`",
            ));
        }
    };
    let totp = args.remember.totp(args.password_stdin)?;
    let client = client::client(args, context, known.as_ref())?;
    let code = totp.as_ref().map(|totp| totp.code_at(context.clock.now()));
    let otp = args.otp.clone().map(Secret::new).or(code);
    let password = Password { email, password, otp };
    let signed_in = sign_in(context, &cloud, &client, password.clone()).await?;
    let mut came = keep::came(args, context, cloud, Some(client), signed_in)?;
    if let Some(account) = &mut came.account {
        // What the person typed is what they will type again.
        keep::rename(account, &mut came.homey, args.email.as_deref());
        account.remembered = args.remember.kept(&password, totp);
    }
    Ok(came)
}

/// Signs in; where a code turns out to be wanted and there is somebody to ask, it is asked for.
async fn sign_in(
    context: &Context,
    cloud: &Cloud,
    client: &OAuthClient,
    mut password: Password,
) -> Outcome<SignedIn> {
    let (http, steps) = (context.http()?, context.out.steps());
    let told = |step| progress::tell(steps, step);
    let sign_in = with_steps(&http, cloud, client, context, &told);
    let homey = homey_wanted(context);
    match sign_in.with_password(&password, homey.as_deref()).await {
        Err(error) if wants_code(&error) && prompt::can_ask() => {
            password.otp = Some(Secret::new(prompt::text("Two-factor code:")?));
            Ok(sign_in.with_password(&password, homey.as_deref()).await?)
        }
        outcome => Ok(outcome?),
    }
}
