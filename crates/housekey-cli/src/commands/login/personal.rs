//! `housekey login --pat`: with a token that the person made on the vendor's developer tools site.

use housekey::auth::SignedIn;
use housekey::config::input;

use super::address::secret;
use super::args::Args;
use crate::context::Context;
use crate::env;
use crate::error::Outcome;

pub(super) async fn run(args: &Args, context: &Context) -> Outcome<SignedIn> {
    let token = secret(args, "personal access token", context.env.secret(&env::HOMEY_PAT)?)?;
    let token = input::token(&token, "the personal access token")?;
    Ok(args.sign_in(context)?.with_access_token(token).await?)
}
