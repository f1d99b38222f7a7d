//! Which systemd unit is meant, and talking to its manager.

use std::path::PathBuf;
use std::process::Command;

use housekey_agent::child::withhold_secrets;
use housekey_agent::unit::UNIT;

use crate::context::Context;
use crate::env;
use crate::error::{Failure, Outcome};

/// Which manager.
#[derive(Debug, Clone, Copy, clap::Args)]
#[group(multiple = false)]
pub(super) struct Manager {
    /// The manager of the person who runs this, which is meant if nothing is said
    #[arg(long)]
    user: bool,
    /// The manager of the machine; takes the rights of root
    #[arg(long)]
    pub(super) system: bool,
}

/// Where the unit of the person is, and that of the machine.
pub(crate) fn unit_files(context: &Context) -> [PathBuf; 2] {
    [false, true].map(|system| Manager { user: !system, system }.file(context))
}

impl Manager {
    /// The file of the unit.
    pub(super) fn file(self, context: &Context) -> PathBuf {
        if self.system {
            return PathBuf::from("/etc/systemd/system").join(UNIT);
        }
        let config = context
            .env
            .path(&env::XDG_CONFIG_HOME)
            .unwrap_or_else(|| context.env.path(&env::HOME).unwrap_or_default().join(".config"));
        config.join("systemd/user").join(UNIT)
    }

    /// How a person says it.
    pub(super) fn command(self) -> &'static str {
        if self.system { "systemctl" } else { "systemctl --user" }
    }

    /// Sends a command to the service manager.
    ///
    /// # Errors
    /// Failed, with its own words.
    pub(super) fn ask(self, arguments: &[&str]) -> Outcome {
        let call = format!("{} {}", self.command(), arguments.join(" "));
        let mut systemctl = Command::new("systemctl");
        withhold_secrets(&mut systemctl);
        if !self.system {
            systemctl.arg("--user");
        }
        let hint = "look at `systemctl status`; where there is no systemd, have whatever starts \
                    services run `housekey agent run`";
        match systemctl.args(arguments).output() {
            Ok(output) if output.status.success() => Ok(()),
            Ok(output) => Err(Failure::failed(format!("`{call}` failed"))
                .because_of(String::from_utf8_lossy(&output.stderr).trim())
                .hint(hint)),
            Err(error) => {
                Err(Failure::failed(format!("cannot run `{call}`")).because(&error).hint(hint))
            }
        }
    }
}
