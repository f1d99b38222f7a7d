//! What `housekey login` takes.

use housekey::auth::{Progress, SignIn};
use housekey::catalogue::Preset;
use housekey::config::HomeyAddress;

use super::progress;
use super::remember::RememberArgs;
use super::store::StoreArgs;
use crate::context::Context;
use crate::error::Outcome;
use crate::plain_http::PlainHttpArgs;
use crate::preset;

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  housekey login
  housekey login --email robin@example.org --client-id 5a8d…
  pass show homey | housekey login --email robin@example.org --password-stdin --homey Cabin
  housekey login --browser
  housekey login --api-key --address http://192.0.2.7 --name cabin
  housekey login --import-homey-cli --mint-key readonly

The OAuth client is one of your own: make it at https://tools.developer.homey.app/api/clients.
Its secret is taken from HOUSEKEY_CLIENT_SECRET or a prompt. Both are remembered for the next
login of the same account. docs/signing-in.md has every way in, and what each of them keeps.")]
#[command(group = clap::ArgGroup::new("way").multiple(false).args([
    "email", "browser", "no_browser", "pat", "import_homey_cli", "api_key", "local_user",
]))]
pub(crate) struct Args {
    /// E-mail address of the account
    #[arg(long, value_name = "E-MAIL")]
    pub(super) email: Option<String>,
    /// Sign in on the account's own page, in the browser
    #[arg(long)]
    pub(super) browser: bool,
    /// The same without opening one: go to the address that is shown, anywhere, and paste the address
    /// that the browser ends at
    #[arg(long)]
    pub(super) no_browser: bool,
    /// With a personal access token of the account, from HOMEY_PAT, standard input or a hidden prompt;
    /// those that begin with pat-apps- publish apps and open no Homey
    #[arg(long)]
    pub(super) pat: bool,
    /// With what the vendor's command line tool is signed in with; its file is only read. With an OAuth
    /// client the sign-in is renewed here, which signs that tool out
    #[arg(long)]
    pub(super) import_homey_cli: bool,
    /// With an API key of the Homey, from HOMEY_TOKEN, standard input or a hidden prompt
    #[arg(long)]
    pub(super) api_key: bool,
    /// With a user of the Homey itself
    #[arg(long, value_name = "NAME")]
    pub(super) local_user: Option<String>,
    /// Read the password, the token or the API key from the first line of standard input
    #[arg(long)]
    pub(super) password_stdin: bool,
    /// The current code, where the account has two-factor authentication
    #[arg(long, value_name = "CODE", conflicts_with_all = ["api_key", "local_user", "pat"])]
    pub(super) otp: Option<String>,
    #[command(flatten)]
    pub(super) remember: RememberArgs,
    /// Make an API key on the Homey that may do so much, and keep that alone
    #[arg(long, value_name = "PRESET", value_parser = preset::parser(), conflicts_with = "api_key")]
    pub(super) mint_key: Option<Preset>,
    /// Id of the OAuth client
    #[arg(long, value_name = "ID")]
    pub(super) client_id: Option<String>,
    /// Redirect address that the OAuth client is registered with
    #[arg(long, value_name = "URL", default_value = "http://localhost")]
    pub(super) redirect_uri: String,
    /// Short name to keep the Homey under; made of its title otherwise
    #[arg(long, value_name = "SHORT")]
    pub(super) name: Option<String>,
    /// Address of the Homey, for --api-key and --local-user
    #[arg(long, value_name = "URL", value_parser = str::parse::<HomeyAddress>)]
    pub(super) address: Option<HomeyAddress>,
    #[command(flatten)]
    pub(super) plain_http: PlainHttpArgs,
    #[command(flatten)]
    pub(super) store: StoreArgs,
}

impl Args {
    /// The sign-in that the options describe, without its client.
    pub(super) fn sign_in(&self, context: &Context) -> Outcome<SignIn> {
        let (steps, waiting) = (context.out.steps(), context.waiting.clone());
        let plain_http = self.plain_http.decides(context)?;
        let sign_in = SignIn::at(context.cloud()?, context.http()?)
            .on_progress(move |progress| {
                if let Progress::Started(step) = progress {
                    waiting.name(progress::server(step));
                }
                progress::tell(steps, progress);
            })
            .plain_http(plain_http);
        Ok(match homey_wanted(context) {
            Some(homey) => sign_in.homey(homey),
            None => sign_in,
        })
    }
}

/// The Homey that is named, as the account knows it: the short name of one that is stored stands
/// for its cloud id.
fn homey_wanted(context: &Context) -> Option<String> {
    let named = context.homey_named.as_ref()?;
    let stored = context.store.homey(named).ok().flatten();
    Some(stored.map_or_else(|| named.clone(), |record| record.id))
}
