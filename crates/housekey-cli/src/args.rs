//! The command line as a tree of types.

use clap::{FromArgMatches as _, Parser};

use crate::commands::Command;
use crate::env::VARIABLES;
use crate::global::Global;

/// The command line of housekey.
#[derive(Debug, Parser)]
#[command(
    name = "housekey",
    version,
    about = "Your Homey from the command line and from any program, with a sign-in that never runs out",
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
    let head = "Exit codes: 0 success, 1 failure, 2 usage error, 4 sign-in required, 70 internal error.\n\nEnvironment:\n";
    std::iter::once(head.to_owned()).chain(lines).collect::<String>().trim_end().to_owned()
}
