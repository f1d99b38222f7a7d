//! `housekey flows export`.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use housekey::model::Items;
use housekey_backup::graph::ItemRef;
use housekey_backup::{card, portable};
use serde_json::Value;

use super::change;
use super::found::{Flows, advanced};
use super::kind::Kind;
use super::named_item::{self, ItemKind};
use super::whole_home::WholeHome;
use crate::commands::backup::home_files;
use crate::context::{Context, Purpose, Target};
use crate::error::{Failure, Outcome};
use crate::file;

/// Write flows as JSON, for `import`, for a backup, or to keep under version control
///
/// One flow is an object, several are an array. They are as the Homey has them. With --portable they
/// are for other homes: without the ids of this one, with a list of what they need.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  housekey flows export 'Good night' > night.json
  housekey flows export --all --output flows.json
  housekey flows export 'Good night' --portable --output night.json")]
pub(crate) struct Args {
    /// Names, Folder/Names or ids
    #[arg(value_name = "FLOW", required_unless_present = "all")]
    flows: Vec<String>,
    /// All flows of the Homey
    #[arg(long, conflicts_with = "flows")]
    all: bool,
    /// For other homes: ids become names and needs, and secrets are left out
    #[arg(long)]
    portable: bool,
    /// Write them to this file; `-` is standard output
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let target = context.homey(Purpose::Read).await?;
    if args.portable {
        let (document, count) = shared(&args.flows, &target, context).await?;
        return put(&document, count, args.output.as_deref(), context);
    }
    let mut exported: Vec<Value> = Vec::new();
    if args.all {
        let Items(standard) = Kind::Standard.get_all(&target.homey).await?;
        let advanced: Option<Items<Value>> = advanced(&target, context).await?;
        exported = standard;
        exported.extend(advanced.into_iter().flatten());
    } else {
        let flows = Flows::read(&target, context).await?;
        let found: Vec<_> =
            args.flows.iter().map(|wanted| flows.find(wanted)).collect::<Outcome<_>>()?;
        for (place, flow) in found.iter().enumerate() {
            if found[..place].iter().any(|known| std::ptr::eq(*known, *flow)) {
                return Err(Failure::usage(format!("{} is named twice", flows.named(flow).full()))
                    .hint("name each flow once"));
            }
            exported.push(change::read(flow.kind, &flow.head.id, &target).await?);
        }
    }
    let count = exported.len();
    let document = match (exported.pop(), args.flows.len()) {
        (Some(flow), 1) => flow,
        (last, _) => exported.into_iter().chain(last).collect::<Value>(),
    };
    put(&document, count, args.output.as_deref(), context)
}

/// Flows as a portable file, all of them where none is named; and their number.
async fn shared(names: &[String], target: &Target, context: &Context) -> Outcome<(Value, usize)> {
    let home = WholeHome::read(target, context).await?.home;
    let now = home_files::now_of(&home, target, context).await?;
    let mut flows: Vec<ItemRef> = match names {
        [] => card::flows(&home).map(|(part, id, _)| ItemRef::new(part, id)).collect(),
        names => names
            .iter()
            .map(|name| named_item::find(&home, name, Some(ItemKind::Flow)))
            .collect::<Outcome<_>>()?,
    };
    let mut seen = BTreeSet::new();
    flows.retain(|flow| seen.insert(flow.clone()));
    Ok((portable::portable(&home, &now.snapshot, &flows), flows.len()))
}

/// Writes the document to its file, or prints it.
fn put(document: &Value, count: usize, output: Option<&Path>, context: &Context) -> Outcome {
    match output.filter(|path| *path != Path::new("-")) {
        None => context.out.json(document),
        Some(path) => {
            file::write(path, format!("{document:#}\n").as_bytes())?;
            let flows = if count == 1 { "flow" } else { "flows" };
            context.out.note(&format!("{} holds {count} {flows}", path.display()));
            Ok(())
        }
    }
}
