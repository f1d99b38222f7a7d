//! `housekey login --api-key` and `--local-user`: straight to the Homey, without an account.

use housekey::Homey;
use housekey::Secret;
use housekey::auth::store::{Access, HomeyRecord};
use housekey::auth::{HomeyLogin, check_foreign};
use housekey::config::input;
use housekey::discovery::{Addresses, Candidate, FoundHomey, Route, Strategy, ping};
use housekey::http::Http;
use url::Url;

use super::args::Args;
use super::keep;
use crate::context::Context;
use crate::env;
use crate::error::{Failure, Outcome};
use crate::output::steps::Mark;
use crate::prompt;
use crate::sign_in_records::SignInRecords;

pub(super) async fn run(args: &Args, context: &Context) -> Outcome<SignInRecords> {
    let set = context.env.homey_address(&env::HOMEY_ADDRESS)?;
    let address = args.address.clone().or(set).ok_or_else(|| {
        Failure::usage("the address of the Homey is missing")
            .hint("give it with `--address`, as in `--address http://192.0.2.7`")
    })?;
    let http = context.http()?;
    let address = prompt::complete(address, &http, args.plain_http.plain_http).await?;
    // Before anybody types a key for a router.
    let candidate = Candidate { strategy: Strategy::Local, base: address.clone() };
    let FoundHomey { id, .. } = ping(&http, &candidate, None).await?;
    context.out.steps().done(Mark::Tick, "Homey: found", id.as_deref().unwrap_or_default());
    let addresses = Addresses::only(address.clone());
    let route = Route::new(http.clone(), address.to_string(), id.clone(), addresses.clone());
    let login = HomeyLogin { http: &http, route: &route, clock: &*context.clock };
    let (access, bearer) = match &args.local_user {
        Some(username) => {
            let password = secret(args, "password", None)?;
            let session = login.with_local_user(username, &password).await?;
            context.out.steps().done(Mark::Tick, "Homey: session opened", "");
            let bearer = session.token.clone();
            let password = args.remember.kept_password(password);
            let username = username.clone();
            let access = Access::LocalUser { username, password, password_refused: false, session };
            (access, bearer)
        }
        None => {
            let key = secret(args, "API key", context.env.secret(&env::HOMEY_TOKEN)?)?;
            let key = input::token(&key, "the API key")?;
            check_foreign(&key)?;
            login.check_api_key(&key).await?;
            context.out.steps().done(Mark::Tick, "Homey: API key taken", "");
            (Access::ApiKey { id: None, key: key.clone(), refused: false }, key)
        }
    };
    let id = id.unwrap_or_default();
    let (homey, title) = title(address, bearer, http).await?;
    let name = keep::short_name(args.name.as_deref(), &title, &id, context)?;
    let record =
        HomeyRecord { name, title, id, dialect: homey.dialect().await?, addresses, access };
    Ok(SignInRecords { account: None, homey: record })
}

/// A password or key: the one at hand, else from standard input, else typed.
pub(super) fn secret(args: &Args, what: &str, at_hand: Option<Secret>) -> Outcome<Secret> {
    match at_hand {
        Some(secret) if !args.password_stdin => Ok(secret),
        _ if args.password_stdin => prompt::line_of_stdin(what),
        _ if prompt::can_ask() => prompt::hidden(&format!("{what}:")),
        _ if prompt::is_piped() => prompt::line_of_stdin(what),
        _ => Err(prompt::missing(&format!("the {what}"), "send it on standard input")),
    }
}

/// The Homey with its own name; without one it is named after its host.
async fn title(address: Url, bearer: Secret, http: Http) -> Outcome<(Homey, String)> {
    let host = address.host_str().unwrap_or("homey").to_owned();
    let homey = Homey::at(address, bearer, http).await?;
    let name = homey.system().get_system_name().value().await;
    let title = name.ok().and_then(|name| Some(name.as_str()?.to_owned())).unwrap_or(host);
    Ok((homey, title))
}
