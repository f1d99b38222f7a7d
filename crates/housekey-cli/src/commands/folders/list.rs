//! `housekey folders list`.

use housekey::model::FlowFolder;
use serde_json::Number;

use crate::context::{Context, Purpose};
use crate::error::Outcome;
use crate::listing::Listing;
use crate::listing::arguments::ListArgs;
use crate::listing::cell::Cell;
use crate::tree::{self, Leaf};

/// List the folders, each below the one it lies in
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  housekey folders list")]
pub(crate) struct Args {
    #[command(flatten)]
    list: ListArgs,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let target = context.homey(Purpose::Read).await?;
    let answer = target.homey.flow().get_flow_folders().bytes().await?;
    args.list.show(context, &answer, "folders", |folders: Vec<FlowFolder>| {
        let mut list = Listing::new(&["folder", "id"]).with_more_columns(&["parent"]);
        for (depth, folder) in tree::ordered(&folders, leaf) {
            let parent = folders.iter().find(|one| Some(one.id.as_str()) == folder.parent.text());
            let cells = vec![
                Cell::text_shown(folder.name(), format!("{}{}", "  ".repeat(depth), folder.name())),
                Cell::text(&folder.id),
                Cell::maybe(parent.map(FlowFolder::name)),
            ];
            list.row(&folder.id, cells);
        }
        list
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
