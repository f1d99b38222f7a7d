//! `housekey login`: every way in, from a password to an API key.

mod account;
mod address;
mod browser;
mod client;
mod homey_cli;
pub(super) mod keep;
mod mint;
mod personal;
pub(super) mod progress;
mod remember;
mod store;

use housekey::auth::store::{AccountRecord, HomeyRecord};
use housekey::auth::{AccountHomey, SignIn};
use housekey::catalogue::Preset;
use housekey::discovery::PlainHttp;
use housekey::error::SignInError;
use housekey::http::Http;

use crate::address::{HomeyAddress, homey_address};
use crate::context::Context;
use crate::error::{Failure, Outcome};
use crate::plain_http::PlainHttpArgs;

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  housekey login --email robin@example.org --client-id 5a8d…
  pass show homey | housekey login --email robin@example.org --password-stdin --homey Cabin
  housekey login --browser
  housekey login --api-key --address http://192.0.2.7 --name cabin
  housekey login --import-homey-cli --mint-key readonly

The OAuth client is one of your own: make it at https://tools.developer.homey.app/api/clients.
Its secret is taken from HOUSEKEY_CLIENT_SECRET or asked for. Both are remembered for the next
login of the same account. docs/signing-in.md has every way in, and what each of them keeps.")]
#[command(group = clap::ArgGroup::new("way").multiple(false).args([
    "email", "browser", "no_browser", "pat", "import_homey_cli", "api_key", "local_user",
]))]
pub(crate) struct Args {
    /// E-mail address of the account
    #[arg(long, value_name = "E-MAIL")]
    email: Option<String>,
    /// Sign in on the account's own page, in the browser
    #[arg(long)]
    browser: bool,
    /// The same without opening one: go to the address that is shown, anywhere, and paste the address
    /// that the browser ends at
    #[arg(long)]
    no_browser: bool,
    /// With a personal access token of the account, from HOMEY_PAT, standard input or a hidden prompt;
    /// those that begin with pat-apps- publish apps and open no Homey
    #[arg(long)]
    pat: bool,
    /// With what the vendor's command line tool is signed in with; its file is only read. With an OAuth
    /// client the sign-in is renewed here, which signs that tool out
    #[arg(long)]
    import_homey_cli: bool,
    /// With an API key of the Homey, from HOMEY_TOKEN, standard input or a hidden prompt
    #[arg(long)]
    api_key: bool,
    /// With a user of the Homey itself
    #[arg(long, value_name = "NAME")]
    local_user: Option<String>,
    /// Read the password, the token or the API key from the first line of standard input
    #[arg(long)]
    password_stdin: bool,
    /// The current code, where the account has two-factor authentication
    #[arg(long, value_name = "CODE", conflicts_with_all = ["api_key", "local_user", "pat"])]
    otp: Option<String>,
    #[command(flatten)]
    remember: remember::RememberArgs,
    /// Make an API key on the Homey that may do so much, and keep that alone
    #[arg(long, value_name = "PRESET", value_parser = mint::presets(), conflicts_with = "api_key")]
    mint_key: Option<Preset>,
    /// Id of the OAuth client
    #[arg(long, value_name = "ID")]
    client_id: Option<String>,
    /// Redirect address that the OAuth client is registered with
    #[arg(long, value_name = "URL", default_value = "http://localhost")]
    redirect_uri: String,
    /// Short name to keep the Homey under; made of its title otherwise
    #[arg(long, value_name = "SHORT")]
    name: Option<String>,
    /// Address of the Homey, for --api-key and --local-user
    #[arg(long, value_name = "URL", value_parser = homey_address)]
    address: Option<HomeyAddress>,
    #[command(flatten)]
    plain_http: PlainHttpArgs,
    #[command(flatten)]
    store: store::StoreArgs,
}

/// What a way in brought; nothing of it is stored yet.
struct Came {
    /// None where the Homey lets us in without one.
    account: Option<AccountRecord>,
    homey: HomeyRecord,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let context = &args.store.applied(context)?;
    // Before anybody types a password for nothing.
    context.store.check_writable()?;
    if let Some(name) = &args.name {
        context.store.homey(name).or_else(keep::unless_broken)?;
    }
    let at_the_homey = args.api_key || args.local_user.is_some();
    if args.address.is_some() && !at_the_homey {
        return Err(Failure::usage("--address is for --api-key and --local-user")
            .hint("an account knows the addresses of its Homeys; `--homey` says which one"));
    }
    let came = if at_the_homey {
        address::run(&args, context).await?
    } else if args.browser || args.no_browser {
        browser::run(&args, context).await?
    } else if args.pat {
        personal::run(&args, context).await?
    } else if args.import_homey_cli {
        homey_cli::run(&args, context).await?
    } else {
        account::run(&args, context).await?
    };
    let Came { account, homey } = match args.mint_key {
        Some(preset) => mint::instead(came, preset, args.plain_http.decided(), context).await?,
        None => came,
    };
    keep::store(account.as_ref(), &homey, context).await?;
    args.plain_http.remember(&homey.name, context)?;
    args.store.remember(context);
    keep::tell(context, homey)
}

/// The error for a word that is missing and nobody can be asked for.
fn missing(what: &str, hint: &str) -> Failure {
    Failure::usage(format!("{what} is missing, and there is no terminal to ask at")).hint(hint)
}

/// Whether another try with a code may help.
fn wants_code(error: &housekey::Error) -> bool {
    matches!(
        error,
        housekey::Error::SignIn(
            SignInError::TwoFactorNeeded | SignInError::LogInRefused { code_given: false }
        )
    )
}

/// The Homey that is named, as the account knows it: the short name of one that is stored stands
/// for its cloud id.
fn homey_wanted(context: &Context) -> Option<String> {
    let named = context.homey_named.as_ref()?;
    let stored = context.store.homey(named).ok().flatten();
    Some(stored.map_or_else(|| named.clone(), |record| record.id))
}

/// The steps of a sign-in, each told when it is done.
fn with_steps<'a>(
    http: &'a Http,
    cloud: &'a housekey::auth::Cloud,
    client: &'a housekey::auth::OAuthClient,
    context: &'a Context,
    told: &'a (dyn Fn(housekey::auth::Progress) + Send + Sync),
    plain_http: &'a (dyn Fn(&AccountHomey) -> PlainHttp + Send + Sync),
) -> SignIn<'a> {
    SignIn { http, cloud, client, clock: &*context.clock, on_progress: told, plain_http }
}
