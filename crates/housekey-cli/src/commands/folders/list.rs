//! `housekey folders list`.

use housekey::model::FlowFolder;
use serde_json::Number;

use crate::context::{Context, Purpose};
use crate::error::Outcome;
use crate::output::table::Table;
use crate::tree::{self, Leaf};

/// List the folders, each below the one it lies in
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  housekey folders list")]
pub(crate) struct Args {}

pub(crate) async fn run(_: Args, context: &Context) -> Outcome {
    let target = context.homey(Purpose::Read).await?;
    let answer = target.homey.flow().get_flow_folders().bytes().await?;
    context.out.listed(&answer, "folders", |folders: Vec<FlowFolder>| {
        let mut table = Table::new(["folder", "id"]);
        for (depth, folder) in tree::ordered(&folders, leaf) {
            table.row([format!("{}{}", "  ".repeat(depth), folder.name()), folder.id.clone()]);
        }
        table
    })
}

fn leaf(folder: &FlowFolder) -> Leaf<'_> {
    Leaf {
        id: &folder.id,
        parent: folder.parent.text(),
        place: folder.order.get().and_then(Number::as_f64),
        name: folder.name(),
    }
}
