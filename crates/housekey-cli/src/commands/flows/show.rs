//! `housekey flows show`.

use housekey_backup::graph::ItemRef;
use housekey_backup::picture::flow_svg;
use housekey_backup::words::{OutlineLine, Words, outline_text};
use housekey_backup::{Part, label};
use serde_json::{Value, json};

use super::named_item::{self, ItemKind};
use super::whole_home::WholeHome;
use crate::context::{Context, Purpose};
use crate::error::{Failure, Outcome};
use crate::output::terminal::one_line;

/// Show a flow in words: when, and, then
///
/// An advanced flow is an outline from its starts along its lines: `yes` and `no` follow a condition, `failed` an
/// action that failed.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  housekey flows show 'Good night'
  housekey flows show Evening/Tea --svg > tea.svg")]
pub(crate) struct Args {
    /// Name, Folder/Name or id
    flow: String,
    /// Draw an advanced flow as a picture, to standard output
    #[arg(long, conflicts_with_all = ["json", "jq"])]
    svg: bool,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let target = context.homey(Purpose::Read).await?;
    let whole = WholeHome::read(&target, context).await?;
    let item = named_item::find(&whole.home, &args.flow, Some(ItemKind::Flow))?;
    let flow = whole.home.item(item.part, &item.id).unwrap_or(&Value::Null);
    let words = whole.words();
    if args.svg {
        return picture(&words, flow, &label::item(&whole.home, &item), context);
    }
    let lines = words.outline(flow);
    context.out.value(&json(&whole, &item, flow, &lines), || {
        let kind = if item.part == Part::AdvancedFlows { "advanced" } else { "standard" };
        let state = if flow["enabled"] == false { "off" } else { "on" };
        let head = format!("{}  {kind}  {state}", label::item(&whole.home, &item));
        let body: String = outline_text(&lines).lines().map(|line| one_line(line) + "\n").collect();
        format!("{}\n\n{body}", one_line(&head))
    })
}

fn picture(words: &Words<'_>, flow: &Value, title: &str, context: &Context) -> Outcome {
    if context.out.is_terminal() {
        return Err(Failure::usage("a picture does not go to a terminal")
            .hint("write it to a file: `housekey flows show FLOW --svg > flow.svg`"));
    }
    let picture = flow_svg(words, flow, title).ok_or_else(|| {
        Failure::usage(format!("{title} is a standard flow, whose cards have no places"))
            .hint("`housekey flows graph` draws what it uses")
    })?;
    context.out.bytes(picture.as_bytes())
}

fn json(whole: &WholeHome, item: &ItemRef, flow: &Value, lines: &[OutlineLine]) -> Value {
    let line =
        |line: &OutlineLine| json!({ "depth": line.depth, "lead": line.lead, "text": line.text });
    json!({
        "name": whole.home.name(item.part, &item.id),
        "kind": item.part.item(),
        "id": item.id,
        "folder": named_item::outer(&whole.home, item),
        "enabled": flow["enabled"],
        "lines": lines.iter().map(line).collect::<Value>(),
    })
}
