//! An account: its OAuth client, then a password or the browser, and one of its Homeys.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use housekey::auth::store::unless_broken;
use housekey::auth::{
    AccountHomey, BrowserSignIn, ListedHomey, OAuthClient, Password, SignIn, SignedIn,
};
use housekey::discovery::PlainHttp;
use housekey::error::{Error, SignInError};

use super::super::{account, args::Args, browser, client};
use super::dialogue::{TRIES, explain};
use crate::context::Context;
use crate::error::{Failure, Outcome};
use crate::output::steps::Mark;
use crate::plain_http::lacks_encryption_at_home;
use crate::prompt;

const LIMITS: &str = "
An account signs in through an OAuth client of your own. The vendor limits what
such a client may do, also for the owner of the Homey:
  may      see and switch devices, start flows, set variables, and read zones,
           users, energy and insights
  may not  change flows, moods or dashboards, manage apps, or anything of the
           system: its information, restart, updates, location
An API key has no such limits. Homeys of 2023 or later make one.
";

const CLIENT: &str = "
Make the OAuth client; this is needed once:
  1. Open https://tools.developer.homey.app/api/clients and sign in.
  2. Make a new client. Its callback URL is exactly http://localhost
  3. Tick the scopes homey.device.readonly, homey.device.control,
     homey.zone.readonly, homey.flow.readonly, homey.flow.start, homey.logic,
     homey.user.readonly, homey.energy.readonly and homey.insights.readonly.
  4. Copy its id and its secret. Both are stored with the account.
";

pub(super) async fn run(args: &Args, context: &Context) -> Outcome<SignedIn> {
    explain(context, LIMITS);
    let email = email(None)?;
    let known = match email.is_empty() {
        true => browser::known(context),
        false => context.store.account(&email).or_else(unless_broken)?,
    };
    if client::is_unknown(args, context, known.as_ref())? {
        explain(context, CLIENT);
    }
    let client = client::client(args, context, known.as_ref())?;
    let unencrypted = Arc::new(AtomicBool::new(false));
    let sign_in = sign_in(args, unencrypted.clone(), context)?;
    let signed_in = match email.is_empty() {
        true => in_browser(&sign_in, client, context).await?,
        false => {
            let two_factor = known.is_some_and(|account| account.two_factor == Some(true));
            with_password(&sign_in, client, email, two_factor, context).await?
        }
    };
    if unencrypted.load(Ordering::Relaxed) {
        let title = &signed_in.homey.title;
        explain(
            context,
            &format!(
                "\"{title}\" has no encrypted address in its network, so it is reached over the internet.\n\
             `housekey homeys add '{title}' --plain-http` allows plain HTTP, which others there can read."
            ),
        );
    }
    Ok(signed_in)
}

fn email(before: Option<&str>) -> Outcome<String> {
    let help = "leave it empty to sign in in the browser";
    let email = prompt::text_or(
        "E-mail address of the account:",
        before,
        if before.is_none() { help } else { "" },
    )?;
    Ok(email.trim().to_owned())
}

/// The sign-in, with a list to pick from where the account has several Homeys. Plain HTTP is not used;
/// `unencrypted` becomes true where the Homey has nothing else at home.
fn sign_in(args: &Args, unencrypted: Arc<AtomicBool>, context: &Context) -> Outcome<SignIn> {
    let chosen = Mutex::new(None::<String>);
    let choose = move |homeys: &[ListedHomey]| {
        let mut chosen = chosen.lock().unwrap_or_else(PoisonError::into_inner);
        // At another try the answer is known.
        let place = homeys.iter().position(|homey| chosen.as_ref() == Some(&homey.id));
        let place = place.map_or_else(|| pick(homeys), Ok)?;
        *chosen = homeys.get(place).map(|homey| homey.id.clone());
        Ok(place)
    };
    let plain_http = move |homey: &AccountHomey| {
        unencrypted.store(lacks_encryption_at_home(homey), Ordering::Relaxed);
        Ok(PlainHttp::Forbidden)
    };
    Ok(args.sign_in(context)?.choose_homey(choose).plain_http(plain_http))
}

/// One of several Homeys, by a numbered list; the id is shown where names are equal.
fn pick(homeys: &[ListedHomey]) -> Result<usize, SignInError> {
    let is_single = |name: &str| homeys.iter().filter(|homey| homey.name == name).count() == 1;
    let option = |(number, homey): (usize, &ListedHomey)| match is_single(&homey.name) {
        true => format!("{number}  {}", homey.name),
        false => format!("{number}  {} ({})", homey.name, homey.id),
    };
    let options: Vec<_> = (1..).zip(homeys).map(option).collect();
    prompt::position("Which Homey of the account?", &options, |option| option)
        .map_err(|failure| SignInError::Stopped { why: failure.to_string() })
}

async fn in_browser(sign_in: &SignIn, client: OAuthClient, context: &Context) -> Outcome<SignedIn> {
    let listening = BrowserSignIn::listening(&context.cloud()?, &client).await?;
    let code = browser::brought(&listening, context).await?;
    Ok(sign_in.clone().client(client).with_code(&code).await?)
}

/// Signs in with a password; what the cloud refuses is prompted for again.
async fn with_password(
    sign_in: &SignIn,
    mut client: OAuthClient,
    email_typed: String,
    two_factor: bool,
    context: &Context,
) -> Outcome<SignedIn> {
    let password = prompt::hidden("Password:")?;
    let otp = if two_factor { account::code("Two-factor code:")? } else { None };
    let mut password = Password { email: email_typed, password, otp };
    for tries_left in (0..TRIES).rev() {
        let attempt = sign_in.clone().client(client.clone());
        let error = match account::signed_in(&attempt, &mut password, None).await? {
            Ok(signed_in) => return Ok(signed_in),
            Err(Error::SignIn(error)) => error,
            Err(error) => return Err(error.into()),
        };
        match error {
            SignInError::WrongPassword | SignInError::LogInRefused { .. } => {
                again(error, tries_left, context)?;
                let email = email(Some(&password.email))?;
                password = Password::new(email, prompt::hidden("Password:")?);
            }
            SignInError::TwoFactorWrong | SignInError::TwoFactorNeeded => {
                again(error, tries_left, context)?;
                password.otp = account::code("Two-factor code:")?;
            }
            SignInError::UnknownClient { .. } => {
                again(error, tries_left, context)?;
                client.id = prompt::text_or("Id of the OAuth client:", Some(&client.id), "")?;
                client.secret = prompt::hidden("Secret of the OAuth client:")?;
            }
            error => return Err(error.into()),
        }
    }
    Err(Failure::failed("the sign-in was refused"))
}

/// Reports what the cloud refused, where there is another try; else it is the end.
fn again(error: SignInError, tries_left: usize, context: &Context) -> Outcome {
    match tries_left {
        0 => Err(error.into()),
        _ => {
            context.out.steps().done(Mark::Cross, &error.to_string(), "");
            Ok(())
        }
    }
}
