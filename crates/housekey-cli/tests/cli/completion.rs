//! What a shell is answered that asks for completions, and the scripts that make it ask.

use crate::context::{TestContext, feed};

/// What the program offers for the last of these words, as the shell's script asks for it.
fn offered(context: &TestContext, shell: &str, words: &[&str]) -> Vec<String> {
    let mut command = context.command(&["--", "housekey"]);
    command.args(words).env("HOUSEKEY_COMPLETE", shell);
    command.env("_CLAP_COMPLETE_INDEX", words.len().to_string()).env("_CLAP_IFS", "\n");
    let said = context.said(&feed(&mut command, ""));
    assert_eq!((said.exit, said.stderr.as_str()), (0, ""), "{words:?}");
    said.stdout.lines().map(str::to_owned).collect()
}

/// Without the options, which every command has.
fn words_offered(context: &TestContext, words: &[&str]) -> Vec<String> {
    let mut offered = offered(context, "bash", words);
    offered.retain(|word| !word.starts_with('-'));
    offered
}

#[test]
fn commands_operations_and_arguments() {
    let context = TestContext::alone();
    for (words, want) in [
        (&["op"][..], &["operations", "open"][..]),
        (&["completions", ""], &["bash", "zsh", "fish"]),
        (&["operations", "--dialect", ""], &["v2", "local", "cloud"]),
        (&["call", "zones.c"], &["zones.createZone"]),
        (&["operations", "zones.c"], &["zones.createZone"]),
        (&["call", "zones.updateZone", ""], &["id=", "zone:="]),
        (&["call", "zones.updateZone", "id=1", "z"], &["zone:="]),
        (&["call", "nothing.here", ""], &[]),
        (&["watch", "zo"], &["zones"]),
        (&["insights", "get", "log", "-r", "last2"], &["last24Hours", "last2Years"]),
    ] {
        assert_eq!(words_offered(&context, words), want, "{words:?}");
    }
    let all = words_offered(&context, &["call", ""]);
    assert_eq!(all.len(), 436);
}

#[test]
fn zsh_and_fish_are_told_what_each_is() {
    let context = TestContext::alone();
    let words = ["call", "zones.createZ"];
    let told = "POST /api/manager/zones/zone";
    assert_eq!(offered(&context, "zsh", &words), [format!("zones.createZone:{told}")]);
    assert_eq!(offered(&context, "fish", &words), [format!("zones.createZone\t{told}")]);
}

#[tokio::test(flavor = "multi_thread")]
async fn stored_homeys_are_offered_and_nobody_is_asked() {
    let context = TestContext::signed_in().await;
    let before = context.world().seen();
    assert_eq!(words_offered(&context, &["devices", "list", "--homey", ""]), ["canal-house"]);
    assert_eq!(words_offered(&context, &["homeys", "use", "c"]), ["canal-house"]);
    assert_eq!(context.world().seen(), before);
}

#[test]
fn the_scripts_ask_by_the_variable_that_is_answered() {
    let context = TestContext::alone();
    for shell in ["bash", "zsh", "fish"] {
        let said = context.run(&["completions", shell]);
        assert_eq!((said.exit, said.stderr.as_str()), (0, ""), "{shell}");
        assert!(
            said.stdout.contains(&format!("HOUSEKEY_COMPLETE=\"{shell}\""))
                || said.stdout.contains(&format!("HOUSEKEY_COMPLETE={shell}")),
            "{}",
            said.stdout
        );
    }
    assert_eq!(context.run(&["completions", "tcsh"]).exit, 2);
}

#[test]
fn zsh_puts_no_blank_behind_an_argument_that_wants_a_value() {
    let script = TestContext::alone().run(&["completions", "zsh"]).stdout;
    assert_eq!(script.matches("_describe -V 'values' open -S ''").count(), 1, "{script}");
}

/// What is offered at the end of a line as bash cuts it, in the words of bash.
#[tokio::test(flavor = "multi_thread")]
async fn names_are_offered_from_the_last_lists() {
    let context = TestContext::signed_in().await;
    assert_eq!(context.run(&["devices", "list", "--json"]).exit, 0, "for programs");
    assert!(words_offered(&context, &["devices", "on", ""]).is_empty(), "nothing is known yet");
    for list in [
        &["devices", "list"][..],
        &["flows", "list"],
        &["variables", "list"],
        &["insights", "list"],
    ] {
        assert_eq!(context.run(list).exit, 0, "{list:?}");
    }
    let before = context.world().seen();
    for (words, want) in [
        (&["devices", "on", "kitchen/ce"][..], &[r"Kitchen/Ceiling\ lamp"][..]),
        (&["devices", "on", "'Kitchen/Ce"], &["Kitchen/Ceiling lamp"]),
        (&["devices", "on", r"Kitchen/Ceiling\ l"], &[r"Kitchen/Ceiling\ lamp"]),
        (&["devices", "get", "'Kitchen/Ceiling lamp'", "d"], &["dim"]),
        (&["devices", "set", "'Kitchen/Ceiling lamp'", "o"], &["onoff"]),
        (&["devices", "set", "'Kitchen/Ceiling lamp'", "onoff", ""], &["on", "off"]),
        (&["devices", "set", "--device", "'Kitchen/Ceiling lamp'", "onoff", ""], &["on", "off"]),
        (&["devices", "list", "--zone", "Kit"], &["Kitchen"]),
        (&["zones", "rename", "kit"], &["Kitchen"]),
        (&["devices", "on", "--homey", "cabin", "Kit"], &[]),
    ] {
        assert_eq!(words_offered(&context, words), want, "{words:?}");
    }
    for words in [&["flows", "run", ""], &["variables", "set", ""], &["insights", "get", ""]] {
        assert!(!words_offered(&context, words).is_empty(), "{words:?}");
    }
    assert_eq!(context.world().seen(), before, "no request is sent");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_file_of_names_is_private_and_goes_with_the_sign_in() {
    use std::os::unix::fs::PermissionsExt as _;

    let context = TestContext::signed_in().await;
    assert_eq!(context.run(&["devices", "list"]).exit, 0);
    let path = context.directory().join("state/names/canal-house.json");
    let mode = std::fs::metadata(&path).expect("a file").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let text = std::fs::read_to_string(&path).expect("text");
    assert!(text.contains("Ceiling lamp"), "{text}");
    assert_eq!(context.run(&["logout"]).exit, 0);
    assert!(!path.exists());
}

#[test]
fn aliases_and_settings_are_offered() {
    let context = TestContext::alone();
    assert_eq!(context.run(&["config", "set", "alias.lamp", "devices toggle Lamp"]).exit, 0);
    assert_eq!(words_offered(&context, &["la"]), ["lamp", "language"]);
    assert_eq!(
        words_offered(&context, &["config", "get", "ho"]),
        ["homey", "homeys.NAME.plain_http"]
    );
    assert_eq!(
        words_offered(&context, &["config", "path", "agent."]),
        ["agent.toml", "agent.lock", "agent.sock"]
    );
}
