//! `housekey completions`: what teaches a shell to complete.

use clap_complete::env::{EnvCompleter, Fish, Zsh};

use crate::completion::bash::Bash;
use crate::context::Context;
use crate::env::HOUSEKEY_COMPLETE;
use crate::error::{Failure, Outcome};

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples, each for the file that the shell reads when it starts:
  source <(housekey completions bash)     ~/.bashrc
  source <(housekey completions zsh)      ~/.zshrc, below compinit
  housekey completions fish | source      ~/.config/fish/config.fish")]
pub(crate) struct Args {
    /// The shell to teach
    shell: Shell,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Shell {
    Bash,
    Zsh,
    Fish,
}

pub(crate) fn run(args: Args, context: &Context) -> Outcome {
    let shell: &dyn EnvCompleter = match args.shell {
        Shell::Bash => &Bash,
        Shell::Zsh => &Zsh,
        Shell::Fish => &Fish,
    };
    let mut script = Vec::new();
    let (variable, name) = (HOUSEKEY_COMPLETE.name, "housekey");
    shell
        .write_registration(variable, name, name, name, &mut script)
        .map_err(|error| Failure::failed("cannot make the script").because(&error))?;
    match args.shell {
        Shell::Bash | Shell::Fish => context.out.bytes(&script),
        Shell::Zsh => {
            context.out.text(&String::from_utf8_lossy(&script).replace(OFFER, OFFER_APART))
        }
    }
}

/// How the script for zsh offers the completions. It would put a blank behind `name=`, which bash
/// and fish do not.
const OFFER: &str = "        [[ -n $other ]] && _describe -V 'values' other\n";

/// The same, with what a value has to follow offered apart and without a blank.
const OFFER_APART: &str = r#"        local -a open=("${(@M)other:#*=:*}")
        other=("${(@)other:#*=:*}")
        [[ -n $open ]] && _describe -V 'values' open -S ''
        [[ -n $other ]] && _describe -V 'values' other
"#;
