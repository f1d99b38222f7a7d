//! `housekey login`: every way to sign in, from a password to an API key.

mod account;
mod address;
mod args;
mod browser;
mod client;
mod homey_cli;
pub(super) mod keep;
mod mint;
mod personal;
pub(super) mod progress;
mod remember;
mod store;

pub(crate) use self::args::Args;
use crate::context::Context;
use crate::error::{Failure, Outcome};

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let context = &args.store.applied(context)?;
    // Before anybody types a password for nothing.
    context.store.check_writable()?;
    if let Some(name) = &args.name {
        context.store.homey(name).or_else(keep::unless_broken)?;
    }
    let at_the_homey = args.api_key || args.local_user.is_some();
    if args.address.is_some() && !at_the_homey {
        return Err(Failure::usage("--address is for --api-key and --local-user")
            .hint("an account knows the addresses of its Homeys; `--homey` says which one"));
    }
    let records = if at_the_homey {
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
    let records = match args.mint_key {
        Some(preset) => mint::instead(records, preset, args.plain_http.decided(), context).await?,
        None => records,
    };
    records.save(&context.store).await?;
    args.plain_http.remember(&records.homey.name, context)?;
    args.store.remember(context);
    keep::tell(context, records.homey)
}
