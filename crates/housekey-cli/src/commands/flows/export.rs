//! `housekey flows export`.

use std::path::{Path, PathBuf};

use housekey::model::Items;
use serde_json::Value;

use super::change;
use super::found::{Flows, advanced};
use super::kind::Kind;
use crate::context::{Context, Purpose};
use crate::error::{Failure, Outcome};
use crate::file;

/// Write flows as JSON, for `import`, for a backup, or to keep under version control
///
/// One flow is an object, several are an array. They are as the Homey has them.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  housekey flows export 'Good night' > night.json
  housekey flows export --all --output flows.json")]
pub(crate) struct Args {
    /// Names, Folder/Names or ids
    #[arg(value_name = "FLOW", required_unless_present = "all")]
    flows: Vec<String>,
    /// All flows of the Homey
    #[arg(long, conflicts_with = "flows")]
    all: bool,
    /// Write them to this file; `-` is standard output
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let target = context.homey(Purpose::Read).await?;
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
    match args.output.as_deref().filter(|path| *path != Path::new("-")) {
        None => context.out.json(&document),
        Some(path) => {
            file::write(path, format!("{document:#}\n").as_bytes())?;
            let flows = if count == 1 { "flow" } else { "flows" };
            context.out.note(&format!("{} holds {count} {flows}", path.display()));
            Ok(())
        }
    }
}
