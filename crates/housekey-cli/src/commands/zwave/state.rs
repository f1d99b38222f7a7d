//! `housekey zwave state`.

use housekey::model::Device;
use serde_json::Value;

use crate::commands::radio::{self, Node};
use crate::context::{Context, Purpose};
use crate::decode;
use crate::error::Outcome;
use crate::items::Collection;
use crate::listing::arguments::ListArgs;

/// Show the Z-Wave network and its nodes
///
/// The columns type, sent, lost, received and id are there for --columns. A route that the Homey does not
/// send is `-`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  housekey zwave state
  housekey zwave state --sort -lost --columns node,device,sent,lost")]
pub(crate) struct Args {
    #[command(flatten)]
    list: ListArgs,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let target = context.homey(Purpose::Read).await?;
    let answer = target.homey.zwave().get_state().bytes().await?;
    if args.list.is_whole_answer(&context.out)? {
        return context.out.answer(&answer);
    }
    let state: Value = decode::read_bytes(&answer, "the state of the network")?;
    let devices = radio::devices(&target, &context.out).await?;
    let network = network(&state, &devices);
    radio::print(&args.list, network, &devices, &answer, &target, context).await
}

/// The line about the network, and its nodes. Ids come as numbers and as text.
fn network(state: &Value, devices: &Collection<Device>) -> (String, Vec<Node>) {
    let of = &state["zw_state"];
    let own = radio::word(&of["nodeId"]);
    let mut head = format!("Z-Wave: {}", radio::readiness(&state["zw_ready"], &state["zw_error"]));
    for (what, value) in
        [("region", &of["softwareRegion"]), ("version", &of["version"]), ("home id", &of["homeId"])]
    {
        if let Some(value) = radio::word(value) {
            head += &format!(", {what} {value}");
        }
    }
    let names = of["nodes"].as_array().into_iter().flatten().filter_map(radio::word);
    let node = |name: String| {
        let stats = &of["stats"][&format!("node_{name}_network")];
        let settings = &of["nodeSettings"][&name];
        let is_own = own.as_ref() == Some(&name);
        Node {
            device: device_of(&name, devices),
            title: is_own.then(|| "(this Homey)".to_owned()),
            route: route(&settings["route"]).or_else(|| route(&of["routes"][&name])),
            last_seen: radio::time(&settings["lastSeen"]),
            kind: radio::word(&settings["deviceClassGeneric"]["name"]),
            frames: ["tx", "tx_err", "rx"].map(|key| stats[key].as_u64()),
            name,
        }
    };
    (head, names.map(node).collect())
}

fn route(value: &Value) -> Option<Vec<String>> {
    Some(value.as_array()?.iter().filter_map(radio::word).collect())
}

/// The device whose settings hold the number of the node.
fn device_of(node: &str, devices: &Collection<Device>) -> Option<String> {
    let number = |device: &Device| radio::word(device.settings.get()?.get("zw_node_id")?);
    devices
        .iter()
        .find(|device| number(device).as_deref() == Some(node))
        .map(|device| device.id.clone())
}
