//! `housekey migrate`, and flows that are shared.

use std::fs;

use housekey_emulator::{DeviceChange, Emulator};
use insta::assert_snapshot;
use serde_json::Value;

use crate::context::TestContext;

/// Signed in to both Homeys of the account, as `canal-house` and `cabin`.
async fn both() -> TestContext {
    let context = TestContext::with(Emulator::builder().homeys(2)).await;
    assert_eq!(context.login(&["--homey", "Canal House"]).exit, 0);
    assert_eq!(context.login(&["--homey", "beach cabin", "--name", "cabin"]).exit, 0);
    context
}

#[tokio::test(flavor = "multi_thread")]
async fn the_flows_of_one_homey_are_made_on_another() {
    let context = both().await;
    let run = |typed: &[&str]| context.run(typed);
    // The first Homey has a device that the other one lacks.
    let lamp = run(&[
        "devices",
        "list",
        "--homey",
        "canal-house",
        "--jq",
        ".[] | select(.name == \"Floor lamp\") | .id",
    ]);
    let lamp = lamp.stdout.trim().trim_matches('"').to_owned();
    assert!(context.world().change_device(&lamp, DeviceChange::Removed));
    let dry = run(&["migrate", "cabin", "canal-house", "--dry-run"]);
    assert_eq!(dry.exit, 3, "{dry}");
    for line in [
        "  Hallway/Motion sensor → Hallway/Motion sensor  sure: same driver and address\n",
        "  device Living room/Floor lamp: one flow uses it; add it first, or choose one with --map\n",
        "  + folder From Beach Cabin/Evening\n",
        "  + flow From Beach Cabin/Evening/Light in the dark\n",
        "    ! then: Living room/Floor lamp: On: the device Living room/Floor lamp is not there\n",
        "\n4 flows to make, 1 of which will not work as they are\n",
    ] {
        assert!(dry.stdout.contains(line), "{line}{dry}");
    }
    let unsure = run(&["migrate", "cabin", "canal-house"]);
    assert_eq!(unsure.exit, 2, "{unsure}");
    let made = run(&["migrate", "cabin", "canal-house", "--yes", "--json"]);
    assert_eq!(made.exit, 3, "{made}");
    let record: Value = serde_json::from_str(&made.stdout).expect("JSON");
    assert_eq!(record["missing"][0]["name"], "Living room/Floor lamp", "{record}");
    let steps = record["steps"].as_array().expect("steps").len();
    assert_eq!(record["done"], steps, "{record}");
    let list = run(&["flows", "list", "--homey", "canal-house", "--jq", ".[].name"]);
    assert_eq!(list.stdout.matches("Tea\n").count(), 2, "{list}");
    let again = run(&["migrate", "cabin", "canal-house", "--yes"]);
    assert_eq!(again.exit, 0, "{again}");
    assert!(again.stdout.ends_with("0 flows to make; 4 there already\n"), "{again}");
    assert_snapshot!(run(&["migrate", "cabin", "cabin"]), @"
    exit: 2
    stdout: nothing
    stderr:
    error: cabin and cabin are the same Homey
    ");
    assert_eq!(run(&["migrate", "cabin", "villa"]).exit, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shared_flow_is_made_in_another_home() {
    let context = both().await;
    let run = |typed: &[&str]| context.run(typed);
    let file = context.directory().join("shared.json");
    let at = file.display().to_string();
    let shared = ["flows", "export", "Light in the dark", "--portable", "--homey", "cabin"];
    assert_eq!(run(&[&shared[..], &["--output", &at]].concat()).exit, 0);
    let dry = run(&["flows", "import", &at, "--homey", "canal-house", "--dry-run"]);
    assert_eq!(dry.exit, 0, "{dry}");
    assert!(dry.stdout.ends_with("0 flows to make; 1 there already\n"), "{dry}");
    // The home has a flow of that name in that folder.
    let text = fs::read_to_string(&file).expect("a file");
    fs::write(&file, text.replace("\"Evening\"", "\"Shared\"")).expect("written");
    let made = run(&["flows", "import", &at, "--homey", "canal-house"]);
    assert_eq!(made.exit, 0, "{made}");
    let shown = run(&["flows", "show", "Shared/Light in the dark", "--homey", "canal-house"]);
    assert!(shown.stdout.contains("when  Hallway/Motion sensor: Motion turned on\n"), "{shown}");
    fs::write(&file, text.replace("\"format\": 1", "\"format\": 2")).expect("written");
    let newer = run(&["flows", "import", &at, "--homey", "canal-house"]);
    assert_eq!(newer.exit, 2, "{newer}");
    assert!(newer.stderr.contains("which is newer than 1"), "{newer}");
}
