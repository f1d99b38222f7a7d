//! `housekey login --pat`: with a token that the person made on the vendor's developer tools site.

use housekey::config::input;

use super::address::secret;
use super::args::{Args, homey_wanted};
use super::progress::with_steps;
use super::{keep, progress};
use crate::access_token::{no_client, without_refresh};
use crate::context::Context;
use crate::env;
use crate::error::Outcome;
use crate::sign_in_records::SignInRecords;

pub(super) async fn run(args: &Args, context: &Context) -> Outcome<SignInRecords> {
    let token = secret(args, "personal access token", context.env.secret(&env::HOMEY_PAT)?)?;
    let token = input::token(&token, "the personal access token")?;
    let steps = context.out.steps();
    let plain_http = args.plain_http.decides(context)?;
    let (http, cloud) = (context.http()?, context.cloud()?);
    let (client, on_progress) = (no_client(), |step| progress::tell(steps, step));
    let sign_in = with_steps(&http, &cloud, &client, context, &on_progress, &plain_http);
    let tokens = without_refresh(token, context.clock.now());
    let signed_in = sign_in.with_tokens(tokens, homey_wanted(context).as_deref()).await?;
    keep::records(args, context, cloud, None, signed_in)
}
