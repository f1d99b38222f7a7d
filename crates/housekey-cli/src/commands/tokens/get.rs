//! `housekey tokens get`.

use std::borrow::Cow;

use housekey::catalogue::Dialect;
use housekey::model::{FlowToken, OptionValue};

use crate::context::{Context, Purpose};
use crate::error::Outcome;
use crate::lookup::{self, Named};
use crate::output::value::bare;

/// Print the value of a token
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  housekey tokens get 'Thermostat/Temperature'")]
pub(crate) struct Args {
    /// Title, Owner/Title or id
    token: String,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let target = context.homey(Purpose::Read).await?;
    let tokens = target.homey.flowtoken().get_flow_tokens().await?;
    let known: Vec<(Cow<'_, str>, &FlowToken)> =
        tokens.iter().map(|token| (token.id(), token)).collect();
    let (id, _) = lookup::find("token", &known, &args.token, |(id, token)| Named {
        id,
        name: token.title.label().unwrap_or_default(),
        zone: token.owner_name(),
    })?;
    // V2 has the value in the token, newer ones apart from it.
    let flowtoken = target.homey.flowtoken();
    let call = match target.homey.dialect().await? {
        Dialect::V2 => flowtoken.get_flow_token(id).read_as(),
        Dialect::Local | Dialect::Cloud => flowtoken.get_flow_token_value(id),
    };
    let answer = call.bytes().await?;
    context
        .out
        .shown(&answer, "a value", |answer: OptionValue| format!("{}\n", bare(answer.value())))
}
