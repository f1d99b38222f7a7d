//! `housekey agent key`: what it writes, what it tells, and what it leaves alone.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use insta::assert_snapshot;

use crate::agent::{Running, get_with};
use crate::context::TestContext;

const SETTINGS: &str = "# ours
[[homey]]
name = \"canal-house\" # the big one

[[sink]]
homey = \"canal-house\"
kind = \"file\"
path = \"home.token\"
";

fn settings(context: &TestContext) -> String {
    fs::read_to_string(context.directory().join("agent.toml")).expect("there")
}

fn write(context: &TestContext, text: &str) {
    fs::write(context.directory().join("agent.toml"), text).expect("written");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_told_once_and_kept_as_a_digest() {
    let context = TestContext::signed_in().await;
    write(&context, SETTINGS);
    let path = context.directory().join("agent.toml");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).expect("changed");
    let config = ["--config", "agent.toml"];
    let create = [&["agent", "key", "create", "grafana", "--scopes", "readonly"], &config[..]];
    let said = context.run(&create.concat());
    assert_eq!(said.exit, 0, "{said}");
    assert_snapshot!(said.stderr, @r#"
    The key grafana is made; it is shown only this once.
    It counts once the agent reads these settings: `housekey agent reload`.
    There is no gateway to use it at: add `listen = "127.0.0.1:4747"` to agent.toml.
    "#);
    let key = said.stdout.trim_end();
    assert!(
        key.starts_with("hk_") && key.len() == 46 && said.stdout == format!("{key}\n"),
        "{said}"
    );
    let now = settings(&context);
    assert!(now.starts_with(SETTINGS), "{now}");
    assert!(!now.contains(key), "{now}");
    assert_eq!(fs::metadata(&path).expect("there").permissions().mode() & 0o777, 0o640);

    let scopes = "homey.device.readonly,homey.device.control";
    let further =
        ["--homeys", "canal-house", "--expires", "2031-01-31", "--json", "--jq", ".expires"];
    let create = [&["agent", "key", "create", "lights", "--scopes", scopes], &config[..], &further];
    assert_eq!(context.run(&create.concat()).stdout, "2031-01-31T00:00:00Z\n");
    let list = [&["agent", "key", "list"], &config[..]].concat();
    assert_snapshot!(context.run(&list), @"
    exit: 0
    stdout:
    NAME     SCOPES                                      HOMEYS       EXPIRES
    grafana  readonly                                    all          never
    lights   homey.device.readonly homey.device.control  canal-house  2031-01-31T00:00:00Z
    stderr: nothing
    ");
    let delete = |name| [&["agent", "key", "delete", name, "--yes"], &config[..]].concat();
    assert_snapshot!(context.run(&delete("lights")), @"
    exit: 0
    stdout: nothing
    stderr:
    The key lights is deleted.
    It counts once the agent reads these settings: `housekey agent reload`.
    ");
    assert_eq!(settings(&context), now, "as it was before it");
    assert_eq!(context.run(&delete("grafana")).exit, 0);
    assert_eq!(settings(&context).trim_end(), SETTINGS.trim_end());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_would_not_work_is_not_written() {
    let context = TestContext::signed_in().await;
    write(&context, SETTINGS);
    let create = |more: &[&str]| {
        let said = context
            .run(&[&["agent", "key", "create", "k", "--config", "agent.toml"], more].concat());
        assert_eq!((said.exit, said.stdout.as_str()), (2, ""), "{said}");
        assert_eq!(settings(&context), SETTINGS);
        said.stderr
    };
    assert_snapshot!(create(&["--scopes", "homey.device.readnly"]), @"
    error: invalid value 'homey.device.readnly' for '--scopes <SCOPES>': no operation needs the scope `homey.device.readnly`; did you mean `homey.device.readonly`?

    For more information, try '--help'.
    ");
    assert_snapshot!(create(&["--scopes", "full", "--homeys", "attic"]), @r#"
    error: no [[homey]] is called "attic"
    hint: there is: canal-house
    "#);
    assert_snapshot!(create(&["--scopes", "full", "--expires", "2001-01-01"]), @"
    error: the key would have ended already
    hint: name a later time
    ");
    assert!(create(&[]).contains("--scopes <SCOPES>"));
    assert_snapshot!(context.run(&["agent", "key", "delete", "k", "--config", "agent.toml"]), @r#"
    exit: 2
    stdout: nothing
    stderr:
    error: no key is called "k"
    hint: there is none yet
    "#);
    assert_snapshot!(context.run(&["agent", "key", "list", "--config", "not-there.toml"]), @"
    exit: 2
    stdout: nothing
    stderr:
    error: cannot read not-there.toml: No such file or directory (os error 2)
    hint: write it, or name another with `--config`
    ");
    write(&context, &format!("lisen = 1\n{SETTINGS}"));
    assert_snapshot!(context.run(&["agent", "key", "list", "--config", "agent.toml"]), @"
    exit: 2
    stdout: nothing
    stderr:
    error: agent.toml has a wrong line
        agent.toml:1: `lisen` means nothing in here; did you mean `listen`?
    hint: correct that first; nothing was changed
    ");
}

/// Deleting is done when the agent that runs does not take the key any more, however its settings
/// were named when it was started.
#[tokio::test(flavor = "multi_thread")]
async fn a_delete_reaches_the_agent_that_runs_or_fails() {
    let context = TestContext::signed_in().await;
    write(&context, &format!("listen = \"127.0.0.1:0\"\n{SETTINGS}"));
    let directory = context.directory().canonicalize().expect("a directory");
    let path = directory.join("agent.toml").display().to_string();
    let create = |name| {
        let said = context
            .run(&["agent", "key", "create", name, "--scopes", "readonly", "--config", &path]);
        assert_eq!(said.exit, 0, "{said}");
        said.stdout.trim_end().to_owned()
    };
    let (one, other) = (create("one"), create("other"));
    // `Running` names its settings as `agent.toml`.
    let mut agent = Running::start(&context, &["--log", "json"]);
    agent.hear(&["ready"]);
    let address = || context.run(&["agent", "status", "--jq", ".listen"]).stdout.trim().to_owned();
    let settings = context.run(&["agent", "status", "--jq", ".settings"]).stdout;
    assert_eq!(
        settings.trim(),
        "$HOME/agent.toml",
        "it says where they are, for others to find them"
    );
    let zones = |key: &str| get_with(&address(), "/api/manager/zones/zone", key);
    assert_eq!((zones(&one), zones(&other)), (200, 200));

    let delete = |name, config: &str| {
        context.run(&["agent", "key", "delete", name, "--yes", "--config", config])
    };
    assert_snapshot!(delete("one", &path), @"
    exit: 0
    stdout: nothing
    stderr:
    The key one is deleted.
    The agent works by it: what the key had open has ended.
    ");
    assert_eq!((zones(&one), zones(&other)), (401, 200));

    // The same key in another file, by which no agent works.
    fs::copy(&path, directory.join("copy.toml")).expect("copied");
    let said = delete("other", "copy.toml");
    assert_eq!(said.exit, 1, "{said}");
    assert!(said.stderr.contains("the agent that runs works by $HOME/agent.toml"), "{said}");
    assert_eq!(zones(&other), 200);

    // It cannot read its settings again: a sink that cannot be written.
    let broken = settings_of(&path).replace("home.token", "not/there/home.token");
    fs::write(&path, broken).expect("written");
    let said = delete("other", &path);
    assert_eq!(said.exit, 1, "{said}");
    assert!(said.stderr.contains("the agent that runs still takes it"), "{said}");
    assert!(said.stderr.contains("not/there"), "it says why: {said}");
    assert_eq!(zones(&other), 200, "it does");
    assert_eq!(context.run(&["agent", "stop"]).exit, 0);
    agent.ended();
}

fn settings_of(path: &str) -> String {
    fs::read_to_string(path).expect("there")
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_on_one_line_are_understood_too() {
    let context = TestContext::signed_in().await;
    let key = "key = [{ name = \"old\", hash = \"sha256:00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff\", scopes = [\"full\"] }]\n";
    write(&context, &format!("{key}{SETTINGS}"));
    let config = ["--config", "agent.toml"];
    let create = [&["agent", "key", "create", "new", "--scopes", "control"], &config[..]].concat();
    assert_eq!(context.run(&create).exit, 0);
    let list = [&["agent", "key", "list", "--jq", ".[].name"], &config[..]].concat();
    assert_eq!(context.run(&list).stdout, "old\nnew\n");
    let delete = [&["agent", "key", "delete", "old", "-y"], &config[..]].concat();
    assert_eq!(context.run(&delete).exit, 0);
    assert_eq!(context.run(&list).stdout, "new\n");
}
