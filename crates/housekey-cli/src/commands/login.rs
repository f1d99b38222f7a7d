//! `housekey login`: every way to sign in, from a password to an API key.

mod account;
mod address;
mod args;
pub(super) mod browser;
mod client;
mod guided;
mod homey_cli;
pub(super) mod keep;
mod mint;
mod personal;
pub(super) mod progress;
mod remember;
mod store;

use housekey::auth::store::unless_broken;

pub(crate) use self::args::Args;
use crate::context::Context;
use crate::error::{Failure, Outcome};

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let context = &args.store.applied(context)?;
    if guided::is_wanted() {
        return guided::run(&args, context).await;
    }
    // Before anybody types a password for nothing.
    context.store.check_writable()?;
    if let Some(name) = &args.name {
        context.store.homey(name).or_else(unless_broken)?;
    }
    let at_the_homey = args.api_key || args.local_user.is_some();
    if args.address.is_some() && !at_the_homey {
        return Err(Failure::usage("--address is for --api-key and --local-user")
            .hint("an account knows the addresses of its Homeys; `--homey` says which one"));
    }
    let signed_in = if at_the_homey {
        address::run(&args, context).await?
    } else if args.browser || args.no_browser {
        browser::run(&args, context).await?
    } else if args.pat {
        personal::run(&args, context).await?
    } else if args.import_homey_cli {
        homey_cli::run(&args, context).await?
    } else {
        account::run(&args, context).await?
    };
    let signed_in = signed_in.named(args.name.as_deref(), &context.store)?;
    let signed_in = match args.mint_key {
        Some(preset) => {
            mint::instead(signed_in, preset, args.plain_http.decided(), context).await?
        }
        None => signed_in,
    };
    signed_in.save(&context.store).await?;
    args.plain_http.remember(&signed_in.homey.name, context)?;
    args.store.remember(context);
    keep::tell(context, signed_in.homey)
}
