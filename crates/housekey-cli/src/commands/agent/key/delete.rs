//! `housekey agent key delete`.

use super::config::Config;
use super::reload::{Reached, reach_the_agent};
use crate::context::Context;
use crate::error::{Failure, Outcome};
use crate::prompt::Sure;

/// Delete a key: the programs that use it are locked out
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
    let reached = reach_the_agent(&file, context).await;
    let path = file.path().display();
    match reached {
        Reached::Yes => {
            context.out.note(&format!("The key {name} is deleted."));
            context.out.note("The agent works by it: what the key had open has ended.");
            Ok(())
        }
        Reached::NoAgent => {
            context.out.note(&format!("The key {name} is deleted."));
            context
                .out
                .note("It counts once the agent reads these settings: `housekey agent reload`.");
            Ok(())
        }
        Reached::Elsewhere(other) => Err(Failure::failed(format!(
            "the key {name} is deleted in {path}, but the agent that runs works by {}",
            other.display()
        ))
        .hint("name that file with `--config` if the key is meant that the agent takes")),
        Reached::No(why) => Err(Failure::failed(format!(
            "the key {name} is deleted in {path}, but the agent that runs still takes it"
        ))
        .because_of(&why)
        .hint("correct that and run `housekey agent reload`, or stop the agent")),
    }
}
