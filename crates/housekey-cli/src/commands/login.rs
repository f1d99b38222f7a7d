//! `housekey login`: with an account, an API key or a local user.

mod account;
mod address;
pub(super) mod keep;
pub(super) mod progress;

use housekey::error::SignInError;
use url::Url;

use crate::address::address;
use crate::context::Context;
use crate::error::{Failure, Outcome};

/// Sign in to a Homey and keep the token
///
/// With an account the token is renewed for good. The password is asked for without being shown,
/// or read from standard input; it is not kept.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  housekey login --email robin@example.org --client-id 5a8d…
  pass show homey | housekey login --email robin@example.org --password-stdin --homey Cabin
  housekey login --api-key --address http://192.0.2.7 --name cabin

The OAuth client is one of your own: make it at https://tools.developer.homey.app/api/clients.
Its secret is taken from HOUSEKEY_CLIENT_SECRET or asked for. Both are remembered for the next
login of the same account.")]
pub(crate) struct Args {
    /// E-mail address of the account
    #[arg(long, value_name = "E-MAIL", conflicts_with_all = ["api_key", "local_user"])]
    email: Option<String>,
    /// Read the password or the API key from the first line of standard input
    #[arg(long)]
    password_stdin: bool,
    /// The current code, where the account has two-factor authentication
    #[arg(long, value_name = "CODE", conflicts_with_all = ["api_key", "local_user"])]
    otp: Option<String>,
    /// Id of the OAuth client
    #[arg(long, value_name = "ID")]
    client_id: Option<String>,
    /// Redirect address that the OAuth client is registered with
    #[arg(long, value_name = "URL", default_value = "http://localhost")]
    redirect_uri: String,
    /// Short name to keep the Homey under; made of its title otherwise
    #[arg(long, value_name = "SHORT")]
    name: Option<String>,
    /// With an API key of the Homey, from HOMEY_TOKEN, standard input or a hidden prompt
    #[arg(long, conflicts_with = "local_user")]
    api_key: bool,
    /// With a user of the Homey itself
    #[arg(long, value_name = "NAME")]
    local_user: Option<String>,
    /// Address of the Homey, for --api-key and --local-user
    #[arg(long, value_name = "URL", value_parser = address)]
    address: Option<Url>,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    // Before anybody types a password for nothing.
    context.store.check_writable()?;
    if let Some(name) = &args.name {
        context.store.homey(name).or_else(keep::unless_broken)?;
    }
    if args.api_key || args.local_user.is_some() {
        return address::run(args, context).await;
    }
    if args.address.is_some() {
        return Err(Failure::usage("--address is for --api-key and --local-user")
            .hint("an account knows the addresses of its Homeys; `--homey` says which one"));
    }
    account::run(args, context).await
}

/// The error for a word that is missing and nobody can be asked for.
fn missing(what: &str, hint: &str) -> Failure {
    Failure::usage(format!("{what} is missing, and there is no terminal to ask at")).hint(hint)
}

/// Whether another try with a code may help.
fn wants_code(error: &housekey::Error) -> bool {
    matches!(error, housekey::Error::SignIn(SignInError::TwoFactorNeeded))
}
