//! `housekey logout`: revokes what can be revoked, then forgets.

use housekey::error::SignInError;
use serde_json::json;

use crate::context::Context;
use crate::error::{Failure, Outcome};
use crate::{inventory, sign_out};

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  housekey logout --homey cabin
  housekey logout --account robin@example.org
  housekey logout --all")]
pub(crate) struct Args {
    /// An account, with every Homey it keeps open
    #[arg(long, value_name = "E-MAIL")]
    account: Option<String>,
    /// Every account and every Homey
    #[arg(long, conflicts_with = "account")]
    all: bool,
    /// Only print what would be signed out of, which is ended and forgotten then
    #[arg(long)]
    dry_run: bool,
}

/// The Homeys and accounts to sign out of.
#[derive(Debug, Default)]
struct Leaving {
    accounts: Vec<String>,
    homeys: Vec<String>,
}

impl Leaving {
    /// Prints them, as a dry run does.
    fn show(self, context: &Context) -> Outcome {
        let Self { accounts, homeys } = self;
        let lines = || {
            let homeys = homeys.iter().map(|name| format!("Homey {name}\n"));
            homeys.chain(accounts.iter().map(|name| format!("account {name}\n"))).collect()
        };
        context.out.value(&json!({ "accounts": accounts, "homeys": homeys }), lines)?;
        context.out.note("Nothing is sent, and nothing is deleted.");
        Ok(())
    }
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let is_dry_run = args.dry_run;
    let leaving = leaving(args, context)?;
    if is_dry_run {
        return leaving.show(context);
    }
    for name in &leaving.homeys {
        sign_out::homey(name, context).await?;
    }
    for name in &leaving.accounts {
        sign_out::account(name, context).await?;
    }
    match context.out.is_json() {
        true => {
            let Leaving { accounts, homeys } = leaving;
            context.out.value(&json!({ "accounts": accounts, "homeys": homeys }), String::new)
        }
        false => Ok(()),
    }
}

/// What the flags mean: everything, an account with its Homeys, or a Homey, whose account goes with
/// it when it keeps no other open.
fn leaving(args: Args, context: &Context) -> Outcome<Leaving> {
    let homeys = inventory::homeys(context)?;
    let accounts = inventory::accounts(context, &homeys)?;
    if homeys.is_empty() && accounts.is_empty() {
        return Err(SignInError::NotSignedIn.into());
    }
    let names =
        |homeys: &[inventory::Homey]| homeys.iter().map(|homey| homey.name.clone()).collect();
    if args.all {
        let accounts = accounts.into_iter().map(|account| account.name).collect();
        return Ok(Leaving { accounts, homeys: names(&homeys) });
    }
    if let Some(wanted) = args.account {
        let known: Vec<_> = accounts.iter().map(|account| account.name.clone()).collect();
        return match accounts.into_iter().find(|account| account.name == wanted) {
            Some(account) => Ok(Leaving { accounts: vec![account.name], homeys: account.homeys }),
            None => Err(Failure::usage(format!("there is no account \"{wanted}\""))
                .hint(format!("there is: {}", known.join(", ")))),
        };
    }
    let wanted = match (&context.homey_named, homeys.as_slice()) {
        (Some(wanted), _) => match homeys.iter().find(|homey| homey.name == *wanted) {
            Some(homey) => homey.name.clone(),
            None => context.find_homey(wanted)?.name,
        },
        (None, [only]) => only.name.clone(),
        (None, _) => {
            let all: Vec<String> = names(&homeys);
            return Err(Failure::usage("it is not clear what to sign out of").hint(format!(
                "name a Homey with `--homey` ({}), an account with `--account`, or say `--all`",
                all.join(", ")
            )));
        }
    };
    let alone = |account: &inventory::Account| account.homeys == [wanted.clone()];
    let accounts = accounts.into_iter().filter(alone).map(|account| account.name).collect();
    Ok(Leaving { accounts, homeys: vec![wanted] })
}
