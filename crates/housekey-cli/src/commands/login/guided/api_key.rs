//! A Homey that makes API keys: its address, then the key.

use housekey::Secret;
use housekey::auth::SignedIn;
use housekey::client::LocalSignIn;
use housekey::config::input;
use housekey::discovery::Announced;
use housekey::error::{ConfigError, Error, SignInError};

use super::address;
use super::dialogue::{TRIES, explain, try_again};
use crate::context::Context;
use crate::error::{Failure, Outcome};
use crate::output::steps::Mark;
use crate::prompt;

const HOW: &str = "
Make an API key, if you have none yet:
  1. Open https://my.homey.app and choose the Homey.
  2. Open Settings, API Keys, New API Key.
  3. Tick what the key may do (everything, if in doubt), and copy the key. It is
     shown once.
";

pub(super) async fn run(found: Vec<Announced>, context: &Context) -> Outcome<SignedIn> {
    let homey = address::homey(found, context).await?;
    explain(context, HOW);
    for tries_left in (0..TRIES).rev() {
        let key = prompt::hidden_with("API key:", Some("paste it; it is not shown"))?;
        match accepted(&homey, &key).await {
            Ok(signed_in) => {
                context.out.steps().done(Mark::Tick, "Homey: API key accepted", "");
                return Ok(signed_in);
            }
            Err(error) if is_about_key(&error) => try_again(error.into(), tries_left)?,
            Err(error) => return Err(error.into()),
        }
    }
    Err(Failure::failed("no API key was accepted"))
}

async fn accepted(homey: &LocalSignIn, key: &Secret) -> Result<SignedIn, Error> {
    homey.with_api_key(input::token(key, "the API key")?).await
}

fn is_about_key(error: &Error) -> bool {
    matches!(
        error,
        Error::Config(ConfigError::NotAToken { .. })
            | Error::SignIn(SignInError::ApiKeyRefused { .. } | SignInError::PublishesApps)
    )
}
