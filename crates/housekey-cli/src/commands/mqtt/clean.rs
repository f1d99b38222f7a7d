//! `housekey mqtt clean`.

use std::collections::BTreeSet;

use housekey_agent::settings::MqttSettings;
use housekey_mqtt::{Cleaner, Lost, own_topics, preview};
use serde_json::json;

use super::place;
use crate::context::{Context, Purpose, Target};
use crate::dry_run::DryRun;
use crate::error::{Failure, Outcome};
use crate::prompt::Sure;

/// What is done about a broker that does not answer.
const CHECK: &str = "check `url` in [[mqtt]] of agent.toml, and whether the broker runs";

/// Delete retained messages on the broker that housekey left behind
///
/// These are messages about the Homey that it published earlier and would not publish now: of devices that are
/// gone, or under names that they had. Messages of others stay. With --all everything that housekey published
/// of the Homey is deleted; stop the agent first, or take its `[[mqtt]]` out. With --dry-run they are listed only.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  housekey mqtt clean --dry-run
  housekey mqtt clean --all --yes")]
pub(crate) struct Args {
    /// Delete what would be published now as well
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    sure: Sure,
    #[command(flatten)]
    dry_run: DryRun,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let target = context.homey(Purpose::Read).await?;
    let brokers = place::brokers(&target, context)?;
    if brokers.is_empty() {
        return Err(Failure::failed(format!("no [[mqtt]] publishes \"{}\"", target.title))
            .hint("write [[mqtt]] with the `url` of the broker into agent.toml"));
    }
    for broker in brokers {
        clean(&args, &broker, &target, context).await?;
    }
    Ok(())
}

async fn clean(args: &Args, broker: &MqttSettings, target: &Target, context: &Context) -> Outcome {
    let (names, options) = (place::names(target), broker.options.clone());
    let mut published: BTreeSet<_> = BTreeSet::new();
    if !args.all {
        let home = place::home(target, context).await?;
        let messages = preview(&home, names.clone(), options.clone());
        published = messages.into_iter().map(|message| message.topic.to_string()).collect();
    }
    let failure = |lost: Lost| {
        let failure = Failure::failed(format!("{}: {}", broker.url, lost.why));
        failure.hint(lost.advice.unwrap_or(CHECK))
    };
    let id = format!("housekey-clean-{}", std::process::id());
    let client = broker.client(id).map_err(Failure::failed)?;
    let own = own_topics(&options, &names);
    let mut cleaner = Cleaner::connect(&client, options, names).await.map_err(failure)?;
    let mut topics = cleaner.find().await.map_err(failure)?;
    topics.retain(|topic| !published.contains(topic));
    if args.all {
        topics.extend(own);
    }
    for topic in &topics {
        context.out.event(&json!({ "topic": topic }), || topic.clone())?;
    }
    let (count, url) = (topics.len(), &broker.url);
    if topics.is_empty() || args.dry_run.is_given() {
        context
            .out
            .note(&format!("{count} messages of {url} are left behind. Nothing is deleted."));
        return Ok(());
    }
    args.sure.check(&format!("Delete these {count} messages from {url}?"))?;
    cleaner.delete(&topics).await.map_err(failure)?;
    context.out.note(&format!("Deleted {count} messages from {url}."));
    Ok(())
}
