//! `housekey exec`: runs a command that finds the token in its environment.

use std::ffi::OsString;
use std::os::unix::process::CommandExt as _;
use std::process;

use housekey_agent::child::withhold_secrets;
use housekey_agent::credential::Format;
use jiff::SignedDuration;

use super::token::lasting;
use crate::context::{Context, Purpose};
use crate::duration;
use crate::env;
use crate::error::{Failure, Outcome};

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  housekey exec -- ./export.py --all
  housekey exec --min-life 1h -- sh -c 'curl -H \"Authorization: Bearer $HOMEY_TOKEN\" $HOMEY_ADDRESS/api/manager/system/'")]
pub(crate) struct Args {
    /// Renew the token first if it lives shorter than that
    #[arg(long, value_name = "TIME", value_parser = duration::parse)]
    min_life: Option<SignedDuration>,
    /// The command and its arguments
    #[arg(last = true, required = true, value_name = "COMMAND")]
    command: Vec<OsString>,
}

/// A command that is ready to take our place.
pub(crate) struct Prepared(process::Command);

/// Makes the command ready; it is run when nothing of ours is under way any more.
pub(crate) async fn prepare(args: Args, context: &Context) -> Outcome<Prepared> {
    let target = context.homey(Purpose::Read).await?;
    let credential = lasting(&target, Format::Env, args.min_life, context).await?;
    let (program, arguments) = args
        .command
        .split_first()
        .ok_or_else(|| Failure::usage("there is no command to run").hint("name it after `--`"))?;
    let mut command = process::Command::new(program);
    withhold_secrets(&mut command);
    command
        .args(arguments)
        .env(env::HOMEY_TOKEN.name, credential.token.expose())
        .env(env::HOMEY_ADDRESS.name, credential.address.unwrap_or_default());
    Ok(Prepared(command))
}

impl Prepared {
    /// Takes our place; returns only if that does not work.
    pub(crate) fn run(mut self) -> Outcome {
        let error = self.0.exec();
        let program = self.0.get_program().to_string_lossy().into_owned();
        Err(Failure::usage(format!("cannot run {program}"))
            .because(&error)
            .hint("check its name, its path and whether it may be run"))
    }
}
