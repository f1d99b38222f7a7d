//! `housekey login --pat`: with a token that the person made on the vendor's developer tools site.

use super::address::secret;
use super::{Args, Came, homey_wanted, keep, progress};
use crate::context::Context;
use crate::env;
use crate::error::Outcome;
use crate::personal::sign_in;
use crate::typed;

pub(super) async fn run(args: &Args, context: &Context) -> Outcome<Came> {
    let token = secret(args, "personal access token", context.env.secret(&env::HOMEY_PAT)?)?;
    let token = typed::token(&token, "the personal access token")?;
    let steps = context.out.steps();
    let told = |step| progress::tell(steps, step);
    let plain_http = args.plain_http.decides(context)?;
    let wanted = homey_wanted(context);
    let signed_in = sign_in(token, wanted.as_deref(), &told, &plain_http, context).await?;
    keep::came(args, context, context.cloud()?, None, signed_in)
}
