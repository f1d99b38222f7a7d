//! `housekey login` and nothing else, at a terminal: leads to a sign-in, prompt by prompt.

mod account;
mod address;
mod api_key;
mod dialogue;
mod next;

use std::time::Duration;

use housekey::discovery::browse;

use self::dialogue::up_to;
use super::args::Args;
use super::keep;
use crate::context::Context;
use crate::error::Outcome;
use crate::prompt;

/// How long Homeys are looked for in the network; they answer within a second.
const BROWSE_LIMIT: Duration = Duration::from_secs(2);

const WAYS: [&str; 2] = [
    "1  Homey Pro (2023 or later), Homey Pro mini, Self-Hosted Server",
    "2  Homey Pro (2016–2019), Homey Bridge, Homey Cloud, or several Homeys",
];

/// Whether there are no options, and a person at a terminal.
pub(super) fn is_wanted() -> bool {
    std::env::args_os().skip(1).eq(["login"]) && prompt::can_ask()
}

pub(super) async fn run(args: &Args, context: &Context) -> Outcome {
    context.store.check_writable()?;
    let mdns = context.mdns()?;
    let before = context.store.homeys()?;
    // In the background, for when the first question is answered.
    let found = tokio::spawn(async move { browse(mdns, BROWSE_LIMIT).await.unwrap_or_default() });
    let way = prompt::beside(|| {
        prompt::position("Which Homey do you have?", &WAYS.map(str::to_owned), up_to(","))
    })
    .await?;
    let signed_in = match way {
        0 => {
            let looking = context.waiting.time("Looking for Homeys in this network", BROWSE_LIMIT);
            let found = found.await.unwrap_or_default();
            drop(looking);
            api_key::run(found, context).await?
        }
        _ => {
            found.abort();
            account::run(args, context).await?
        }
    };
    let signed_in = signed_in.named(None, &context.store)?;
    signed_in.save(&context.store).await?;
    keep::tell(context, signed_in.homey.clone())?;
    next::run(signed_in.homey, &before, context).await;
    Ok(())
}
