//! `--dry-run`: the flag of every command that changes something on a Homey or in the cloud.

use housekey::Secret;

use crate::error::Outcome;
use crate::prompt;

// What every command takes that changes a Homey. A doc comment would become the help of the commands.
#[derive(Debug, Default, clap::Args)]
pub(crate) struct DryRun {
    /// Print what would be sent, and send nothing
    #[arg(long)]
    dry_run: bool,
    /// The value that came from standard input, which keeps it out of the process list.
    #[arg(skip)]
    pub(crate) hidden: Option<Secret>,
}

impl DryRun {
    pub(crate) fn is_given(&self) -> bool {
        self.dry_run
    }

    /// A value as it was given, or for `-` the first line of standard input, which a dry run does not print.
    pub(crate) fn value(&mut self, given: String) -> Outcome<String> {
        let is_piped = given == "-";
        let value = prompt::value(given)?;
        if is_piped {
            self.hide(&value);
        }
        Ok(value)
    }

    /// Keeps a value that came from standard input out of what is printed.
    pub(crate) fn hide(&mut self, value: &str) {
        self.hidden = Some(Secret::new(value));
    }
}
