//! `housekey flows get`.

use housekey::model;

use super::cards;
use super::cards::Owners;
use super::found::Flows;
use super::kind::Kind;
use crate::context::{Context, Purpose};
use crate::error::Outcome;
use crate::output::HumanText as _;

/// Show a flow: when it starts, what must be so, what it does
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  housekey flows get 'Good night'
  housekey flows get 'Good night' --jq .trigger")]
pub(crate) struct Args {
    /// Name, Folder/Name or id
    flow: String,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let target = context.homey(Purpose::Read).await?;
    let flows = Flows::read(&target, context).await?;
    let flow = flows.find(&args.flow)?;
    let answer = flow.kind.get(&target.homey, &flow.head.id).bytes().await?;
    if context.out.is_json() {
        return context.out.answer(&answer);
    }
    let owners = Owners::read(&target, &context.out).await;
    let (name, kind) = (flows.named(flow).full(), flow.kind.as_str());
    let head = format!("{name}  {kind}  {}  {}\n\n", flow.state(), flow.head.id);
    match flow.kind {
        Kind::Standard => context.out.shown(&answer, "a flow", |flow: model::Flow| {
            head + &cards::standard(&flow, &owners).text()
        }),
        Kind::Advanced => {
            context.out.shown(&answer, "an advanced flow", |flow: model::AdvancedFlow| {
                head + &cards::advanced(&flow, &owners).text()
            })
        }
    }
}
