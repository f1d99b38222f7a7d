//! `housekey flows graph`.

use clap::ValueEnum;
use housekey_backup::graph::Graph;
use housekey_backup::picture::{self, Network, NetworkLink, NetworkNode, NodeState};
use serde_json::{Value, json};

use super::named_item::{self, ItemKind};
use super::whole_home::WholeHome;
use crate::context::{Context, Purpose};
use crate::error::{Failure, Outcome};

/// Draw which flows start each other, and which devices, variables and moods they use
///
/// What flows read is on their left, what they change on their right. With names only these flows are drawn, with
/// what they use and the flows that start them.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  housekey flows graph > flows.svg
  housekey flows graph 'Good night' --format mermaid
  housekey flows graph --format dot | dot -Tpdf > flows.pdf")]
pub(crate) struct Args {
    /// Names, Folder/Names or ids; all flows where none is given
    #[arg(value_name = "FLOW")]
    flows: Vec<String>,
    /// In which form
    #[arg(long, value_name = "FORM", default_value = "svg")]
    format: GraphForm,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum GraphForm {
    /// A picture, in light or dark as its reader prefers.
    Svg,
    /// For Mermaid, which Markdown on many sites draws.
    Mermaid,
    /// For Graphviz.
    Dot,
    /// Nodes and links, as `--json` does.
    Json,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let target = context.homey(Purpose::Read).await?;
    let whole = WholeHome::read(&target, context).await?;
    let find = |name: &String| named_item::find(&whole.home, name, Some(ItemKind::Flow));
    let only = args.flows.iter().map(find).collect::<Outcome<Vec<_>>>()?;
    let network = Network::of(&whole.home, &Graph::of(&whole.home), &whole.names, &only);
    if context.out.is_json() {
        return context.out.json(&value(&network));
    }
    let text = match args.format {
        GraphForm::Json => return context.out.json(&value(&network)),
        GraphForm::Svg if context.out.is_terminal() => {
            return Err(Failure::usage("a picture does not go to a terminal")
                .hint("write it to a file: `housekey flows graph > flows.svg`"));
        }
        GraphForm::Svg => {
            let title = match args.flows.as_slice() {
                [] => format!("Flows of {}", target.title),
                flows => flows.join(", "),
            };
            picture::network_svg(&network, &title)
        }
        GraphForm::Mermaid => picture::mermaid(&network),
        GraphForm::Dot => picture::dot(&network),
    };
    context.out.bytes(text.as_bytes())
}

/// `{"nodes": […], "links": […]}`, each link with the ids of its ends.
fn value(network: &Network) -> Value {
    let node = |node: &NetworkNode| {
        json!({
            "id": node.item.id,
            "kind": node.item.part.item(),
            "name": node.name,
            "group": node.group,
            "state": match node.state {
                NodeState::Normal => "normal",
                NodeState::Disabled => "disabled",
                NodeState::Missing => "missing",
            },
        })
    };
    let link = |link: &NetworkLink| {
        json!({
            "from": network.nodes[link.from].item.id,
            "to": network.nodes[link.to].item.id,
            "access": link.access.as_str(),
            "certainty": link.certainty.as_str(),
        })
    };
    json!({
        "nodes": network.nodes.iter().map(node).collect::<Value>(),
        "links": network.links.iter().map(link).collect::<Value>(),
    })
}
