//! `housekey login --email`: the six steps, then the store.

use housekey::Secret;
use housekey::auth::store::{Access, AccountRecord, HomeyRecord};
use housekey::auth::{Cloud, OAuthClient, Password, SignIn, SignedIn};
use housekey::error::SignInError;

use super::{Args, keep, missing, progress, wants_code};
use crate::context::Context;
use crate::env;
use crate::error::Outcome;
use crate::prompt;

pub(super) async fn run(args: Args, context: &Context) -> Outcome {
    let email = match &args.email {
        Some(email) => email.clone(),
        None if prompt::can_ask() => prompt::text("E-mail address of the account:")?,
        None => return Err(missing("the e-mail address", "give it with `--email`")),
    };
    let cloud = context.cloud()?;
    let known = context.store.account(&email).or_else(keep::unless_broken)?;
    let client_id = client_id(&args, context, known.as_ref())?;
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
    let client = OAuthClient {
        secret: client_secret(context, &client_id, known)?,
        id: client_id,
        redirect_uri: args.redirect_uri.clone(),
    };
    let otp = args.otp.clone().map(Secret::new);
    let password = Password { email, password, otp };
    let signed_in = sign_in(context, &cloud, &client, password).await?;
    store(&args, context, cloud, client, signed_in).await
}

/// The id of the OAuth client: as told, as set, or the one this account was signed in with before.
fn client_id(args: &Args, context: &Context, known: Option<&AccountRecord>) -> Outcome<String> {
    let set = context.env.text(&env::HOUSEKEY_CLIENT_ID)?.map(str::to_owned);
    let id = match args.client_id.clone().or(set) {
        Some(id) => Some(id),
        None => context.settings.read()?.client_id,
    };
    match id.or_else(|| known.map(|account| account.client.id.clone())) {
        Some(id) => Ok(id),
        None if prompt::can_ask() => prompt::text("Id of the OAuth client:"),
        None => Err(missing(
            "the id of the OAuth client",
            "give it with `--client-id`; you make one at https://tools.developer.homey.app/api/clients",
        )),
    }
}

fn client_secret(context: &Context, id: &str, known: Option<AccountRecord>) -> Outcome<Secret> {
    if let Some(secret) = context.env.secret(&env::HOUSEKEY_CLIENT_SECRET)? {
        return Ok(secret);
    }
    match known.filter(|account| account.client.id == id) {
        Some(account) => Ok(account.client.secret),
        None if prompt::can_ask() => prompt::hidden("Secret of the OAuth client:"),
        None => Err(missing(
            "the secret of the OAuth client",
            "set it in the environment variable HOUSEKEY_CLIENT_SECRET",
        )),
    }
}

/// Signs in; where a code turns out to be wanted and there is somebody to ask, it is asked for.
async fn sign_in(
    context: &Context,
    cloud: &Cloud,
    client: &OAuthClient,
    mut password: Password,
) -> Outcome<SignedIn> {
    let (http, steps) = (context.http()?, context.out.steps());
    let sign_in = SignIn {
        http: &http,
        cloud,
        client,
        clock: &*context.clock,
        on_progress: &|step| progress::tell(steps, step),
    };
    let homey = homey_wanted(context);
    match sign_in.with_password(&password, homey.as_deref()).await {
        Err(error) if wants_code(&error) && prompt::can_ask() => {
            password.otp = Some(Secret::new(prompt::text("Two-factor code:")?));
            Ok(sign_in.with_password(&password, homey.as_deref()).await?)
        }
        outcome => Ok(outcome?),
    }
}

/// The Homey that is named, as the account knows it: the short name of one that is stored stands
/// for its cloud id.
fn homey_wanted(context: &Context) -> Option<String> {
    let named = context.homey_named.as_ref()?;
    let stored = context.store.homey(named).ok().flatten();
    Some(stored.map_or_else(|| named.clone(), |record| record.id))
}

/// Both records or none.
async fn store(
    args: &Args,
    context: &Context,
    cloud: Cloud,
    client: OAuthClient,
    signed_in: SignedIn,
) -> Outcome {
    let SignedIn { account, homey, tokens, session } = signed_in;
    let dialect = homey.dialect.ok_or_else(|| SignInError::TooOld {
        name: homey.name.clone(),
        version: homey.api_version,
    })?;
    let name = keep::short_name(args.name.as_deref(), &homey.name, &homey.id, context)?;
    // What the person typed is what they will type again.
    let account_name = args.email.clone().or(account.email).unwrap_or(account.id.clone());
    let access = Access::Account { account: account_name.clone(), session };
    let record = HomeyRecord {
        name,
        title: homey.name,
        id: homey.id,
        dialect,
        addresses: homey.addresses,
        access,
    };
    let account = AccountRecord { name: account_name, id: account.id, cloud, client, tokens };
    context.store.save_sign_in(&account, &record).await?;
    keep::tell(context, record)
}
