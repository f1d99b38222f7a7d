//! `housekey agent key delete`.

use super::{Config, tell_the_agent};
use crate::context::Context;
use crate::error::Outcome;
use crate::prompt::Sure;

/// Delete a key: whoever uses it is locked out
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  housekey agent key delete grafana --yes")]
pub(crate) struct Args {
    /// Its name
    name: String,
    #[command(flatten)]
    sure: Sure,
    #[command(flatten)]
    config: Config,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let mut file = args.config.open(context)?;
    let name = file.key(&args.name)?.name.clone();
    args.sure.check(&format!("Delete the key {name}?"))?;
    file.remove(&name)?;
    context.out.note(&format!("The key {name} is deleted."));
    tell_the_agent(&file, context).await;
    Ok(())
}
