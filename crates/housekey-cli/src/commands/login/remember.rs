//! `housekey login --remember`: what is kept for the day when the refresh token is refused.

use std::path::PathBuf;

use housekey::Secret;
use housekey::auth::store::StoredCredentials;
use housekey::auth::{Password, TotpSecret};
use housekey::config::input;
use housekey::whole_file::{self, SETTINGS_LIMIT_BYTES};

use crate::error::{Failure, Outcome};
use crate::prompt;

// The flags about it. As a doc comment this would become what `login` says of itself.
#[derive(Debug, clap::Args)]
pub(super) struct RememberArgs {
    /// Store the password too, for a new sign-in without a person should the cloud ever end the session
    #[arg(long, conflicts_with_all = ["browser", "no_browser", "pat", "import_homey_cli", "api_key", "mint_key"])]
    pub(super) remember: bool,
    /// Store the secret of the two-factor codes as well: the second line of standard input, or a hidden
    /// prompt
    #[arg(long, requires = "remember", conflicts_with = "local_user")]
    otp_secret: bool,
    /// The same from a file
    #[arg(long, value_name = "FILE", requires = "remember")]
    #[arg(conflicts_with_all = ["otp_secret", "local_user", "otp"])]
    otp_secret_file: Option<PathBuf>,
}

impl RememberArgs {
    /// The secret of the two-factor codes, with `--otp-secret` or its file.
    pub(super) fn totp(&self, stdin: bool) -> Outcome<Option<TotpSecret>> {
        let text = match &self.otp_secret_file {
            Some(file) => {
                Secret::new(whole_file::read_text(file, SETTINGS_LIMIT_BYTES).map_err(|error| {
                    Failure::usage(format!("cannot read {}", file.display())).because(&error)
                })?)
            }
            None if !self.otp_secret => return Ok(None),
            None if stdin => prompt::line_of_stdin("two-factor secret")?,
            None if prompt::can_ask() => prompt::hidden("Secret of the two-factor codes:")?,
            None => {
                return Err(prompt::missing(
                    "the two-factor secret",
                    "name its file: `--otp-secret-file`",
                ));
            }
        };
        let parsed = TotpSecret::parse(input::text(text.expose()));
        parsed.map(Some).map_err(|error| {
            Failure::usage(error.to_string()).hint(
                "it is what the account showed beside the QR code; its address will do as well",
            )
        })
    }

    /// What is kept of an account.
    pub(super) fn kept(
        &self,
        password: &Password,
        totp: Option<TotpSecret>,
    ) -> Option<StoredCredentials> {
        let Password { email, password, .. } = password.clone();
        self.remember.then_some(StoredCredentials { email, password, totp, refused: false })
    }
}
