//! The command line as a tree of types.

use clap::{FromArgMatches as _, Parser};

use crate::commands::Command;
use crate::env::VARIABLES;
use crate::global::Global;

/// Keeps a working key to your Homey.
#[derive(Debug, Parser)]
#[command(
    name = "housekey",
    version,
    about = "Keeps a working key to your Homey, and puts its whole Web API at hand",
    after_help = "Start with `housekey demo`: a virtual Homey, no account needed.",
    after_long_help = environment(),
    max_term_width = 100,
    arg_required_else_help = true
)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What `--version` comes to, without the tree of commands.
pub(crate) fn version() -> clap::error::Result<Cli> {
    let bare = clap::Command::new("housekey").version(env!("CARGO_PKG_VERSION"));
    let matches = bare.try_get_matches_from(["housekey", "--version"])?;
    Cli::from_arg_matches(&matches)
}

/// The environment as the manual shows it.
fn environment() -> String {
    let width = VARIABLES.iter().map(|variable| variable.name.len()).max().unwrap_or(0);
    let lines = VARIABLES
        .iter()
        .map(|variable| format!("  {:width$}  {}\n", variable.name, variable.about));
    let head = "Exit codes: 0 done, 1 refused or unreachable, 2 wrong usage, 4 sign in, 70 a bug.\n\nEnvironment:\n";
    std::iter::once(head.to_owned()).chain(lines).collect::<String>().trim_end().to_owned()
}
