//! `housekey zigbee state`.

use serde_json::Value;

use crate::commands::radio::{self, Node};
use crate::context::{Context, Purpose};
use crate::decode;
use crate::error::Outcome;
use crate::listing::arguments::ListArgs;

/// Show the Zigbee network and its nodes
///
/// The columns type, sent, lost, received and id are there for --columns.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  housekey zigbee state
  housekey zigbee state --where 'last seen<2026-01-01'")]
pub(crate) struct Args {
    #[command(flatten)]
    list: ListArgs,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let target = context.homey(Purpose::Read).await?;
    let answer = target.homey.zigbee().get_state().bytes().await?;
    if args.list.is_whole_answer(&context.out)? {
        return context.out.answer(&answer);
    }
    let state: Value = decode::read_bytes(&answer, "the state of the network")?;
    let devices = radio::devices(&target, &context.out).await?;
    radio::print(&args.list, network(&state), &devices, &answer, &target, context).await
}

/// The line about the network, and its nodes.
fn network(state: &Value) -> (String, Vec<Node>) {
    let controller = &state["controllerState"];
    let ready = radio::readiness(&state["zigbee_ready"], &state["zigbee_error"]);
    let mut head = format!("Zigbee: {ready}");
    for (what, value) in
        [("channel", &controller["channel"]), ("version", &controller["softwareVersion"])]
    {
        if let Some(value) = radio::word(value) {
            head += &format!(", {what} {value}");
        }
    }
    if let Some(id) = controller["panId"].as_u64() {
        head += &format!(", PAN id {id:#06x}");
    }
    let nodes = state["nodes"].as_object().into_iter().flatten();
    // Old firmware calls the network address otherwise.
    let address =
        |node: &Value| radio::word(&node["networkAddress"]).or(radio::word(&node["nwkAddr"]));
    let named = |wanted: &str| {
        let mut nodes = state["nodes"].as_object().into_iter().flatten();
        let found = nodes.find(|(_, node)| address(node).as_deref() == Some(wanted));
        found.and_then(|(_, node)| radio::word(&node["name"])).unwrap_or_else(|| wanted.to_owned())
    };
    let node = |(key, node): (&String, &Value)| {
        let route = address(node).and_then(|address| {
            let relays = controller["routes"][&address].as_array()?;
            Some(relays.iter().filter_map(radio::word).map(|relay| named(&relay)).collect())
        });
        let owner = node["ownerUri"].as_str();
        Node {
            name: radio::word(&node["ieeeAddress"]).unwrap_or_else(|| key.clone()),
            device: owner.and_then(|owner| owner.strip_prefix("homey:device:")).map(str::to_owned),
            title: radio::word(&node["name"]),
            route,
            last_seen: radio::time(&node["lastSeen"]),
            kind: radio::word(&node["type"]),
            frames: ["tx", "txError", "rx"].map(|key| node["stats"][key].as_u64()),
        }
    };
    (head, nodes.map(node).collect())
}
