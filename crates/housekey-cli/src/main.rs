//! The housekey command line: reads the arguments, runs one command, says how it ended.

mod advice;
mod alias;
mod args;
mod commands;
mod completion;
mod context;
mod decode;
mod dry_run;
mod duration;
mod encryption_notice;
mod env;
mod error;
mod file;
mod files;
mod global;
mod help;
mod home_time;
mod inventory;
mod items;
mod listing;
mod logging;
mod lookup;
mod names;
mod natural;
mod nearness;
mod on_off;
mod one_off;
mod output;
mod panic;
mod plain_http;
mod preset;
mod prompt;
mod raw_view;
mod reconnection;
mod runtime;
mod settings;
mod shell_words;
mod sign_out;
mod signal;
mod tree;
mod waiting;
mod watch_limits;
mod write;
mod written_number;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{CommandFactory as _, Parser as _};
use housekey::config::{Directories, SettingsFile};

use crate::args::Cli;
use crate::commands::Command;
use crate::context::Context;
use crate::env::Environment;
use crate::error::{Exit, Failure, Outcome};

fn main() -> ExitCode {
    match completion::answered() {
        Ok(false) => {}
        Ok(true) => return ExitCode::SUCCESS,
        // A shell that asks shows no errors.
        Err(_) => return ExitCode::FAILURE,
    }
    let parsed = match version_alone(std::env::args_os().skip(1)) {
        true => args::version(),
        false => match alias::expanded(std::env::args_os().collect(), Command::is_named, aliases) {
            Ok(words) => Cli::try_parse_from(words),
            Err(failure) => return failed(&failure),
        },
    };
    let cli = match parsed {
        Ok(cli) => cli,
        // Help and version come this way too, with exit 0.
        Err(error) => return printed(error),
    };
    match panic::caught(|| run(cli)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) if failure.is_closed_pipe() => ExitCode::SUCCESS,
        Err(failure) if failure.exit() == Exit::Found => Exit::Found.into(),
        Err(failure) => failed(&failure),
    }
}

/// Prints why it failed.
fn failed(failure: &Failure) -> ExitCode {
    output::failure(failure);
    failure.exit().into()
}

/// The aliases of the settings.
fn aliases() -> Outcome<BTreeMap<String, String>> {
    let directories = Directories::new(&Environment::of_process())?;
    Ok(SettingsFile::in_directory(&directories.config).read()?.alias)
}

/// Prints a usage error or a help; that of the program in its groups.
fn printed(error: clap::Error) -> ExitCode {
    let is_help = matches!(
        error.kind(),
        ErrorKind::DisplayHelp | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand
    );
    let error = match is_help {
        true => help::tree().try_get_matches().err().unwrap_or(error),
        false => error,
    };
    // Where that cannot be printed, neither can another error.
    let _ = error.print();
    ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2))
}

/// Whether the version alone is requested, which does without the tree of all commands: building that takes
/// longer than everything else.
fn version_alone(mut arguments: impl Iterator<Item = OsString>) -> bool {
    let (first, more) = (arguments.next(), arguments.next());
    more.is_none() && first.is_some_and(|first| first == "--version" || first == "-V")
}

fn run(cli: Cli) -> Outcome {
    let env = Environment::of_process();
    logging::start(&env, cli.command.log())?;
    let context = Context::new(&cli.global, env)?;
    let outcome = commands::run(cli.command, Cli::command, &context);
    context.say_notices();
    outcome
}
