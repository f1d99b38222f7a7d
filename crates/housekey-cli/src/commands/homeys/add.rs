//! `housekey homeys add`.

use housekey::auth::store::{Access, HomeyRecord, Key, unless_broken};
use housekey::auth::{Account, AccountAccess, AccountHomey, HomeyLogin, short_name};
use housekey::discovery::Route;
use housekey::error::SignInError;

use crate::commands::login::keep;
use crate::context::Context;
use crate::error::{Failure, Outcome};
use crate::plain_http::PlainHttpArgs;
use crate::prompt;

/// Add another Homey of an account that is signed in, without its password
///
/// For one without an account: `housekey login --api-key --address URL`. With --plain-http for one that
/// is configured already, that is allowed and nothing else changes.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  housekey homeys add
  housekey homeys add \"Beach Cabin\" --name cabin")]
pub(crate) struct Args {
    /// Name or cloud id, as the account has it; needed where it has several that are not here yet
    title: Option<String>,
    /// E-mail address of the account, where several are signed in
    #[arg(long, value_name = "E-MAIL")]
    account: Option<String>,
    /// Short name to keep it under; made of its name otherwise
    #[arg(long, value_name = "SHORT")]
    name: Option<String>,
    #[command(flatten)]
    plain_http: PlainHttpArgs,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    context.store.check_writable()?;
    if let Some(stored) = args.title.as_ref().and_then(|title| context.find_homey(title).ok())
        && args.plain_http.plain_http
    {
        args.plain_http.remember(&stored.name, context)?;
        context.out.note(&format!("Plain HTTP is allowed for \"{}\".", stored.title));
        return Ok(());
    }
    let account_name = account_name(args.account, context)?;
    let http = context.http()?;
    let access = AccountAccess::new(&account_name, &context.store, &http, &*context.clock);
    let account = access.account().await?;
    let homey = match &args.title {
        Some(wanted) => account.homey(Some(wanted)).map_err(unknown)?.clone(),
        None => the_other(&account, context)?,
    };
    let plain_http = args.plain_http.decides(context)?(&homey)?;
    let AccountHomey { id, name: title, dialect, api_version, addresses, .. } = homey;
    let dialect =
        dialect.ok_or_else(|| SignInError::TooOld { name: title.clone(), version: api_version })?;
    let name = short_name(args.name.as_deref(), &title, &id, &context.store)?;
    let route = Route::new(http.clone(), title.clone(), Some(id.clone()), addresses.clone())
        .with_plain_http(plain_http);
    let login = HomeyLogin { http: &http, route: &route, clock: &*context.clock };
    let session = access.log_in(&login).await?;
    let access = Access::Account { account: account_name.clone(), session };
    let record = HomeyRecord { name, title, id, dialect, addresses, access };
    let _lock = context.store.lock(Key::Homey(record.name.clone())).await?;
    context.store.save_homey(&record)?;
    args.plain_http.remember(&record.name, context)?;
    keep::tell(context, record)
}

/// The account that is meant: the one named, else the only one.
fn account_name(named: Option<String>, context: &Context) -> Outcome<String> {
    let mut known = context.store.accounts()?;
    match (named, known.len()) {
        (_, 0) => Err(SignInError::NotSignedIn.into()),
        (Some(named), _) if known.contains(&named) => Ok(named),
        (Some(named), _) => Err(Failure::usage(format!("there is no account \"{named}\""))
            .hint(format!("there is: {}", known.join(", ")))),
        (None, 1) => Ok(known.remove(0)),
        (None, _) => Err(Failure::usage("there are several accounts, and none is named")
            .hint(format!("name one with `--account`: {}", known.join(", ")))),
    }
}

/// A Homey is named here without the flag that the library's advice speaks of.
fn unknown(error: SignInError) -> Failure {
    let hint = match &error {
        SignInError::UnknownHomey { known, .. } | SignInError::SeveralHomeys { known } => {
            format!("there is: {}", known.join(", "))
        }
        _ => return error.into(),
    };
    Failure::from(error).hint(hint)
}

/// The only Homey of the account that is not configured here, or the one that is chosen of several.
fn the_other(account: &Account, context: &Context) -> Outcome<AccountHomey> {
    let mut known = Vec::new();
    for name in context.store.homeys()? {
        known.extend(context.store.homey(&name).or_else(unless_broken)?);
    }
    let is_new = |homey: &&AccountHomey| known.iter().all(|record| record.id != homey.id);
    let new: Vec<_> = account.homeys.iter().filter(is_new).collect();
    let titles = || new.iter().map(ToString::to_string).collect::<Vec<_>>();
    match *new {
        [only] => Ok(only.clone()),
        [] => Err(Failure::usage("every Homey of this account is configured already")
            .hint("name one to sign in to it anew: `housekey homeys add NAME`")),
        _ if prompt::can_ask() => {
            let chosen = prompt::which("Which Homey?", titles())?;
            let chosen = new.iter().find(|homey| homey.to_string() == chosen);
            chosen.map(|homey| (*homey).clone()).ok_or_else(|| SignInError::NoHomey.into())
        }
        _ => Err(Failure::usage("the account has several Homeys that are not configured here")
            .hint(format!("name one: {}", titles().join(", ")))),
    }
}
