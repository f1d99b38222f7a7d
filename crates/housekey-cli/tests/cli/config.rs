//! The settings as `housekey config` shows and writes them, and the aliases in them.

use std::fs;

use housekey_emulator::Dialect;

use crate::context::TestContext;

fn file(context: &TestContext) -> String {
    fs::read_to_string(context.directory().join("config/config.toml")).unwrap_or_default()
}

fn with_file(text: &str) -> TestContext {
    let context = TestContext::alone();
    fs::create_dir(context.directory().join("config")).expect("a directory");
    fs::write(context.directory().join("config/config.toml"), text).expect("written");
    context
}

#[test]
fn the_list_shows_where_each_value_comes_from() {
    let mut context = with_file(
        "store = \"age\"\n[homeys.cabin]\nplain_http = true\n[alias]\nl = \"zones list\"\n",
    );
    context.set("HOUSEKEY_HOMEY", "cabin");
    insta::assert_snapshot!(context.run(&["config", "list"]), @"
    exit: 0
    stdout:
    SETTING                  VALUE                             FROM
    homey                    cabin                             HOUSEKEY_HOMEY
    client_id                (that of the last sign-in)        default
    store                    age                               config.toml, else file
    age_key_file             (age-key.txt beside config.toml)  default
    ca_file                  (none)                            default
    homeys.cabin.plain_http  true                              config.toml, else false
    alias.l                  zones list                        config.toml
    stderr:
    The settings are in $HOME/config/config.toml
    ");
    let filter = ".[] | select(.source != \"default\") | del(.about)";
    insta::assert_snapshot!(context.run(&["config", "list", "--jq", filter]), @r#"
    exit: 0
    stdout:
    {"key":"homey","value":"cabin","default":null,"source":"environment","variable":"HOUSEKEY_HOMEY"}
    {"key":"store","value":"age","default":"file","source":"file","variable":null}
    {"key":"homeys.cabin.plain_http","value":true,"default":false,"source":"file","variable":null}
    {"key":"alias.l","value":"zones list","default":null,"source":"file","variable":null}
    stderr: nothing
    "#);
}

#[test]
fn one_value_is_printed_or_missing() {
    let context = with_file("store = \"age\"\n");
    insta::assert_snapshot!(context.run(&["config", "get", "store"]), @"
    exit: 0
    stdout:
    age
    stderr: nothing
    ");
    insta::assert_snapshot!(context.run(&["config", "get", "age_key_file"]), @"
    exit: 0
    stdout:
    $HOME/config/age-key.txt
    stderr: nothing
    ");
    insta::assert_snapshot!(context.run(&["config", "get", "homey"]), @"
    exit: 1
    stdout: nothing
    stderr:
    error: homey is not set
    hint: without it applies: the only one
    ");
    insta::assert_snapshot!(context.run(&["config", "get", "homey", "--json"]), @r#"
    exit: 0
    stdout:
    {
      "key": "homey",
      "value": null,
      "default": null,
      "source": "default",
      "variable": "HOUSEKEY_HOMEY",
      "about": "The Homey to use where none is named, by its short name; `housekey homeys use` sets it"
    }
    stderr: nothing
    "#);
    insta::assert_snapshot!(context.run(&["config", "get", "stor"]), @r#"
    exit: 2
    stdout: nothing
    stderr:
    error: there is no setting "stor"
    hint: did you mean store?
    "#);
}

#[test]
fn a_value_is_written_where_it_belongs_and_the_rest_stays() {
    let context =
        with_file("# mine\nstore = \"file\" # for now\n\n# names\n[alias]\nz = \"zones list\"\n");
    for (key, value) in [
        ("store", "age"),
        ("homeys.cabin.plain_http", "true"),
        ("alias.d", "devices list --json"),
        ("client_id", "c"),
    ] {
        let said = context.run(&["config", "set", key, value]);
        assert_eq!((said.exit, said.stdout.as_str()), (0, ""), "{key}: {said}");
    }
    insta::assert_snapshot!(file(&context), @r#"
    # mine
    store = "age" # for now
    client_id = "c"

    # names
    [alias]
    z = "zones list"
    d = "devices list --json"

    [homeys.cabin]
    plain_http = true
    "#);
    for key in ["homeys.cabin.plain_http", "client_id", "alias.z", "alias.d", "alias.not-there"] {
        assert_eq!(context.run(&["config", "unset", key]).exit, 0, "{key}");
    }
    assert_eq!(file(&context), "# mine\nstore = \"age\" # for now\n");
}

#[test]
fn a_value_that_could_not_be_read_is_refused() {
    let before = "store = \"file\"\n";
    let context = with_file(before);
    fs::write(context.directory().join("empty.pem"), "").expect("written");
    for (key, value, why) in [
        (
            "store",
            "safe",
            "error: store cannot be \"safe\"\n  caused by: \"safe\" is none of file, keyring and age\n",
        ),
        (
            "homeys.cabin.plain_http",
            "on",
            "error: homeys.cabin.plain_http cannot be \"on\"\nhint: it is true or false\n",
        ),
        ("homey", "cabin", "error: not signed in\nhint: run `housekey login`\n"),
        (
            "client_id",
            "",
            "error: client_id cannot be \"\"\nhint: remove it with `housekey config unset client_id`\n",
        ),
        (
            "alias.devices",
            "zones list",
            "error: there can be no alias \"devices\": that is a command\n",
        ),
        ("alias.x", "zone list", "error: there can be no alias \"x\": `zone` is no command\n"),
        (
            "alias.x",
            "x",
            "error: an alias leads to itself: x -> x\nhint: remove one with `housekey config unset alias.x`\n",
        ),
        ("homay", "cabin", "error: there is no setting \"homay\"\nhint: did you mean homey?\n"),
    ] {
        let said = context.run(&["config", "set", key, value]);
        assert_eq!(said.stderr, why, "{key}");
        assert!(matches!(said.exit, 2 | 4) && said.stdout.is_empty(), "{key}: {said}");
    }
    let said = context.run(&["config", "set", "ca_file", "empty.pem"]);
    assert!(said.exit == 1 && said.stderr.contains("it holds no certificate"), "{said}");
    assert_eq!(file(&context), before);
}

#[test]
fn a_variable_that_comes_first_is_named() {
    let mut context = TestContext::alone();
    context.set("HOUSEKEY_CLIENT_ID", "of-the-environment");
    insta::assert_snapshot!(context.run(&["config", "set", "client_id", "of-the-file"]), @r#"
    exit: 0
    stdout: nothing
    stderr:
    client_id = "of-the-file"
    HOUSEKEY_CLIENT_ID is set, and comes before this setting.
    "#);
    insta::assert_snapshot!(context.run(&["config", "unset", "client_id"]), @"
    exit: 0
    stdout: nothing
    stderr:
    client_id is still set by HOUSEKEY_CLIENT_ID.
    ");
}

#[test]
fn paths_of_all_files() {
    let context = with_file("");
    insta::assert_snapshot!(context.run(&["config", "path"]), @"
    exit: 0
    stdout:
    NAME                 PATH                                       THERE
    config               $HOME/config                     yes
    config.toml          $HOME/config/config.toml         yes
    agent.toml           $HOME/config/agent.toml          no
    age-key              $HOME/config/age-key.txt         no
    state                $HOME/state                      no
    credentials          $HOME/state/credentials          no
    names                $HOME/state/names                no
    last-names           $HOME/state/last-names           no
    backups              $HOME/state/backups              no
    homes                $HOME/state/homes                no
    history              $HOME/state/history              no
    applies              $HOME/state/applies              no
    agent.lock           $HOME/state/agent.lock           no
    agent.sock           $HOME/state/agent.sock           no
    dashboard-link.html  $HOME/state/dashboard-link.html  no
    stderr: nothing
    ");
    insta::assert_snapshot!(context.run(&["config", "path", "config.toml", "--json"]), @r#"
    exit: 0
    stdout:
    {
      "name": "config.toml",
      "path": "$HOME/config/config.toml",
      "exists": true,
      "about": "Settings, without secrets"
    }
    stderr: nothing
    "#);
    insta::assert_snapshot!(context.run(&["config", "path", "agent"]), @r#"
    exit: 2
    stdout: nothing
    stderr:
    error: housekey has no file "agent"
    hint: there is: config, config.toml, agent.toml, age-key, state, credentials, names, last-names, backups, homes, history, applies, and 3 more
    "#);
}

#[test]
fn the_page_of_the_settings_is_up_to_date() {
    let page = include_str!("../../../../docs/settings.md");
    let said = TestContext::alone().run(&["config", "reference"]);
    assert_eq!((said.exit, said.stderr.as_str()), (0, ""));
    assert_eq!(said.stdout, page, "run `cargo xtask settings`");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_alias_stands_for_its_command_line() {
    let context = TestContext::with_key(Dialect::Local).await;
    let set = |name: &str, line: &str| context.run(&["config", "set", name, line]).exit;
    assert_eq!(set("alias.light", "devices list --class light --columns zone,name"), 0);
    assert_eq!(set("alias.of", "light --zone $1"), 0);
    insta::assert_snapshot!(context.run(&["--quiet", "of", "Kitchen", "--no-headers"]), @"
    exit: 0
    stdout:
    Kitchen  Ceiling lamp
    stderr: nothing
    ");
    insta::assert_snapshot!(context.run(&["of"]), @r#"
    exit: 2
    stdout: nothing
    stderr:
    error: the alias "of" needs 1 arguments
    hint: it is: light --zone $1
    "#);
    // What is no alias either is answered as before.
    let unknown = context.run(&["lihgt", "--help"]);
    assert_eq!(unknown.exit, 2);
    assert!(unknown.stderr.contains("unrecognized subcommand 'lihgt'"), "{unknown}");
}

#[test]
fn an_alias_in_a_file_that_cannot_be_read_is_an_error_of_the_file() {
    let context = with_file("alias = 1\n");
    let said = context.run(&["lamp"]);
    assert_eq!(said.exit, 2);
    assert!(
        said.stderr.starts_with("error: $HOME/config/config.toml cannot be understood\n"),
        "{said}"
    );
}
