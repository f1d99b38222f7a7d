//! `housekey flows heal`: a device was removed and added again.

use std::fs;

use housekey_emulator::{DeviceChange, Dialect};
use serde_json::Value;

use crate::context::TestContext;
use crate::nouns::home;

fn id_of(context: &TestContext, name: &str) -> String {
    let filter = format!(".[] | select(.name == \"{name}\") | .id");
    let said = context.run(&["devices", "list", "--jq", &filter]);
    said.stdout.trim().trim_matches('"').to_owned()
}

/// A home whose floor lamp was removed; the bedroom lamp, of the same driver, has its name and place now.
async fn with_another_lamp(dialect: Dialect) -> TestContext {
    let context = home(dialect).await;
    let backup = context.directory().join("home").display().to_string();
    assert_eq!(context.run(&["backup", "create", &backup]).exit, 0);
    // The names of today are kept by any command on flows.
    assert_eq!(context.run(&["flows", "show", "Tea"]).exit, 0);
    let old = id_of(&context, "Floor lamp");
    assert!(context.world().change_device(&old, DeviceChange::Removed));
    for typed in [["rename", "Bedroom lamp", "Floor lamp"], ["move", "Floor lamp", "Living room"]] {
        let said = context.run(&[&["devices"], &typed[..]].concat());
        assert_eq!(said.exit, 0, "{said}");
    }
    context
}

#[tokio::test(flavor = "multi_thread")]
async fn flows_and_moods_get_the_device_that_was_added_again() {
    for dialect in [Dialect::V2, Dialect::Local] {
        let context = with_another_lamp(dialect).await;
        let run = |typed: &[&str]| context.run(typed);
        assert_eq!(run(&["flows", "check", "--severity", "error"]).exit, 3);
        let dry = run(&["flows", "heal", "--from", "home", "--dry-run"]);
        assert_eq!(dry.exit, 0, "{dry}");
        for line in [
            "~ Living room/Floor lamp → Living room/Floor lamp  strong: same driver, name and zone\n",
            "    mood Living room/Cosy\n",
            "    flow Evening/Light in the dark\n",
            "      then: Living room/Floor lamp: On\n",
            "\n4 to change\n",
        ] {
            assert!(dry.stdout.contains(line), "{line}{dry}");
        }
        let unsure = run(&["flows", "heal"]);
        assert_eq!(unsure.exit, 2, "{unsure}");
        assert!(unsure.stderr.contains("say `--yes`"), "{unsure}");
        let healed = run(&["flows", "heal", "--from", "home", "--yes", "--json"]);
        assert_eq!(healed.exit, 0, "{healed}");
        let record: Value = serde_json::from_str(&healed.stdout).expect("JSON");
        assert_eq!(record["matches"][0]["strength"], "strong", "{record}");
        assert_eq!(record["done"], 4, "{record}");
        assert_eq!(run(&["flows", "check", "--severity", "error"]).exit, 0);
        let uses = run(&["flows", "uses", "Living room/Floor lamp", "--jq", ".[].name"]);
        assert_eq!(uses.stdout, "Light in the dark\nCinema\nCosy\nWall\n", "{uses}");
        let again = run(&["flows", "heal", "--yes"]);
        assert_eq!(again.exit, 0, "{again}");
        assert_eq!(again.stdout, "Nothing uses a device that is gone\n", "{again}");
        // The Homey takes no mood with a device that is gone: everything else is undone, and the moods are named.
        let undone = run(&["apply", "--undo", "last", "--yes"]);
        assert_eq!(undone.exit, 1, "{undone}");
        for line in [
            "2 changes are made",
            "error: 2 changes were not made; everything else is as planned\n",
            "  caused by: mood Living room/Cosy: the Homey refused moods.updateMood: ",
            "goes on\n",
        ] {
            assert!(undone.stderr.contains(line), "{line}{undone}");
        }
        let check = run(&["flows", "check", "--severity", "error"]);
        assert_eq!(check.exit, 3, "the flow uses the lamp that is gone again {check}");
        // Undone again by its name, only the moods are left.
        let name = undone.stderr.split("--undo ").last().and_then(|rest| rest.split('`').next());
        let name = name.unwrap_or_default();
        let again = run(&["apply", "--undo", name, "--yes", "--json"]);
        assert_eq!(again.exit, 1, "{again}");
        let record: Value = serde_json::from_str(&again.stdout).expect("JSON");
        assert_eq!(record["done"], 0, "{record}");
        assert_eq!(record["refused"][0]["path"], "Living room/Cosy", "{record}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_found_again_is_named_and_a_map_says_what_it_is() {
    let context = home(Dialect::Local).await;
    let run = |typed: &[&str]| context.run(typed);
    assert_eq!(run(&["flows", "show", "Tea"]).exit, 0);
    let old = id_of(&context, "Floor lamp");
    assert!(context.world().change_device(&old, DeviceChange::Removed));
    let nothing = run(&["flows", "heal"]);
    assert_eq!(nothing.exit, 3, "{nothing}");
    let line =
        "  Living room/Floor lamp: no device is like it; add it again, or choose one with --map\n";
    assert!(nothing.stdout.contains(line), "{nothing}");
    let map = context.directory().join("devices.toml");
    let at = map.display().to_string();
    fs::write(&map, "\"Living room/Floor lamp\" = \"Garden/Garden lights\"\n").expect("written");
    let dry = run(&["flows", "heal", "--map", &at, "--dry-run"]);
    assert!(
        dry.stdout.contains(
            "\nLeft out of moods, since the new device cannot do that:\n  mood Living room/"
        ),
        "{dry}"
    );
    let healed = run(&["flows", "heal", "--map", &at, "--yes"]);
    let line = "~ Living room/Floor lamp → Garden/Garden lights  sure: as the map says\n";
    assert!(healed.stdout.contains(line), "{healed}");
    assert_eq!(healed.exit, 0, "{healed}");
    fs::write(&map, "\"Floor lamp\" = 7\n").expect("written");
    let wrong = run(&["flows", "heal", "--map", &at]);
    assert_eq!(wrong.exit, 2, "{wrong}");
    assert!(wrong.stderr.contains("is no map of devices"), "{wrong}");
    fs::write(&map, "\"Floor lamp\" = \"No lamp\"\n").expect("written");
    assert_eq!(run(&["flows", "heal", "--map", &at]).exit, 2);
    assert_eq!(run(&["flows", "heal", "--from", "nowhere"]).exit, 2);
}
