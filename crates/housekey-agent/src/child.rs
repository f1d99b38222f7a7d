//! Programs that we start: they inherit our environment, but none of our secrets.

use std::process::Command;

/// Every variable that holds a secret of ours: credentials, passphrases, tokens. The command line compares
/// this list with the variables that its help names.
pub const SECRET_VARIABLES: [&str; 4] =
    ["HOUSEKEY_AGE_PASSPHRASE", "HOUSEKEY_CLIENT_SECRET", "HOMEY_TOKEN", "HOMEY_PAT"];

/// Takes our secrets out of the environment of a program. A token that it is meant to have is set after
/// this.
pub fn withhold_secrets(command: &mut Command) {
    for name in SECRET_VARIABLES {
        command.env_remove(name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_secret_is_inherited_and_the_rest_is() {
        let mut command = Command::new("/usr/bin/env");
        command.env_clear().env("KEPT", "yes");
        for name in SECRET_VARIABLES {
            command.env(name, "s3cret");
        }
        withhold_secrets(&mut command);
        let printed = String::from_utf8(command.output().unwrap().stdout).unwrap();
        assert_eq!(printed, "KEPT=yes\n");
    }
}
