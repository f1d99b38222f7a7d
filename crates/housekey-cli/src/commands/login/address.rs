//! `housekey login --api-key` and `--local-user`: straight to the Homey, without an account.

use housekey::Secret;
use housekey::auth::SignedIn;
use housekey::client::LocalSignIn;
use housekey::config::input;

use super::args::Args;
use crate::context::Context;
use crate::env;
use crate::error::{Failure, Outcome};
use crate::output::steps::Mark;
use crate::prompt;

pub(super) async fn run(args: &Args, context: &Context) -> Outcome<SignedIn> {
    let set = context.env.homey_address(&env::HOMEY_ADDRESS)?;
    let address = args.address.clone().or(set).ok_or_else(|| {
        Failure::usage("the address of the Homey is missing")
            .hint("give it with `--address`, as in `--address http://192.0.2.7`")
    })?;
    let http = context.http()?;
    context.waiting.name("the Homey");
    let address = prompt::complete(address, &http, args.plain_http.plain_http).await?;
    let found = LocalSignIn::at(address, http).await?;
    context.out.steps().done(Mark::Tick, "Homey: found", found.id().unwrap_or_default());
    let (signed_in, done) = match &args.local_user {
        Some(username) => {
            let password = secret(args, "password", None)?;
            let keep = args.remember.remember;
            let signed_in = found.with_local_user(username, password, keep).await?;
            (signed_in, "Homey: session opened")
        }
        None => {
            let key = secret(args, "API key", context.env.secret(&env::HOMEY_TOKEN)?)?;
            let key = input::token(&key, "the API key")?;
            (found.with_api_key(key).await?, "Homey: API key taken")
        }
    };
    context.out.steps().done(Mark::Tick, done, "");
    Ok(signed_in)
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
