//! `housekey keys`.

use insta::assert_snapshot;

use serde_json::json;

use crate::context::TestContext;

#[tokio::test(flavor = "multi_thread")]
async fn a_key_may_do_what_its_preset_says_and_no_more() {
    let mut context = TestContext::signed_in().await;
    // Whether it is on at first depends on the time of day.
    assert_eq!(context.run(&["devices", "off", "Ceiling lamp"]).exit, 0);
    let said = context.run(&["keys", "create", "grafana"]);
    assert_snapshot!(said.stderr, @r#"The key grafana is made (Homey "Canal House")"#);
    let key = said.stdout.trim().to_owned();
    assert_eq!(key.split(':').count(), 3, "only the key is on stdout");
    let url = context.facts().homey_url;
    context.set("HOMEY_ADDRESS", &url);
    context.set("HOMEY_TOKEN", &key);
    assert_eq!(context.run(&["devices", "get", "Ceiling lamp", "onoff"]).stdout, "false\n");
    assert_snapshot!(context.run(&["devices", "on", "Ceiling lamp"]), @"
    exit: 1
    stdout: nothing
    stderr:
    error: devices.setCapabilityValue is not allowed with this token: it needs the scope homey.device.control
    hint: use an API key with that scope: in the Homey's web app, Settings, API Keys (Homeys of 2023 and later)
    ");
    context.unset("HOMEY_ADDRESS");
    context.unset("HOMEY_TOKEN");
    assert_snapshot!(context.run(&["keys", "list", "--jq", ".[].name"]), @"
    exit: 0
    stdout:
    housekey
    grafana
    stderr: nothing
    ");
    assert_snapshot!(context.run(&["keys", "delete", "grafana"]), @"
    exit: 2
    stdout: nothing
    stderr:
    error: this has to be confirmed, and there is no terminal for a prompt
    hint: say `--yes` if you are sure
    ");
    assert_snapshot!(context.run(&["keys", "delete", "grafana", "-y"]), @r#"
    exit: 0
    stdout: nothing
    stderr:
    The API key grafana is deleted (Homey "Canal House")
    "#);
    assert_snapshot!(context.run(&["keys", "list", "--jq", ".[].name"]), @"
    exit: 0
    stdout:
    housekey
    stderr: nothing
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_was_deleted_has_to_be_made_anew() {
    let context = TestContext::signed_in().await;
    let key = context.run(&["keys", "create", "mine", "--preset", "full"]).stdout;
    let address = context.facts().homey_url;
    let login = ["login", "--api-key", "--address", &address, "--name", "by-key"];
    assert_eq!(context.run_with(&login, &key).exit, 0);
    assert_eq!(context.run(&["keys", "delete", "mine", "-y", "--homey", "canal-house"]).exit, 0);
    assert_snapshot!(context.run(&["zones", "list", "--homey", "by-key"]), @"
    exit: 4
    stdout: nothing
    stderr:
    error: the Homey does not take this token: the API key was removed on the Homey
    hint: run `housekey login`, or make a new API key on the Homey
    ");
}

/// The Homey shows it only this once.
#[tokio::test(flavor = "multi_thread")]
async fn a_new_key_is_printed_whatever_its_answer_and_the_filter() {
    let context = TestContext::signed_in().await;
    let create = "users.createPersonalAccessToken";
    let answer = json!({"id": "k", "name": "mine", "token": "made:up:key", "scopes": "odd"});
    for (filter, exit) in [("error", 1), (".token | tonumber", 1), (".token", 0)] {
        context.world().script(create).reply(200).body(answer.clone());
        let said = context.run(&["keys", "create", "mine", "--jq", filter]);
        assert_eq!(said.exit, exit, "{filter}: {said}");
        assert!(said.stdout.contains("made:up:key"), "{filter}: {said}");
    }
    for body in [json!({"token": "made:up:key"}), json!("made:up:key"), answer] {
        context.world().script(create).reply(200).body(body.clone());
        let said = context.run(&["keys", "create", "mine"]);
        assert_eq!((said.exit, &*said.stdout), (0, "made:up:key\n"), "{body}: {said}");
    }
    for further in [&[][..], &["--json"], &["--jq", ".token"]] {
        context.world().script(create).reply(200).page("<p>made:up:key</p>");
        let said = context.run(&[&["keys", "create", "mine"][..], further].concat());
        assert_eq!(said.exit, 1, "{further:?}: {said}");
        assert!(said.stdout.contains("made:up:key"), "{further:?}: {said}");
    }
}
