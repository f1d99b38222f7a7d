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
    insta::assert_snapshot!(context.run(&["config", "list"]), @"");
    let filter = ".[] | select(.source != \"default\") | del(.about)";
    insta::assert_snapshot!(context.run(&["config", "list", "--jq", filter]), @"");
}

#[test]
fn one_value_is_printed_or_missing() {
    let context = with_file("store = \"age\"\n");
    insta::assert_snapshot!(context.run(&["config", "get", "store"]), @"");
    insta::assert_snapshot!(context.run(&["config", "get", "age_key_file"]), @"");
    insta::assert_snapshot!(context.run(&["config", "get", "homey"]), @"");
    insta::assert_snapshot!(context.run(&["config", "get", "homey", "--json"]), @"");
    insta::assert_snapshot!(context.run(&["config", "get", "stor"]), @"");
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
    insta::assert_snapshot!(file(&context), @"");
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
        ("homie", "cabin", "error: there is no setting \"homie\"\nhint: did you mean homey?\n"),
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
    insta::assert_snapshot!(context.run(&["config", "set", "client_id", "of-the-file"]), @"");
    insta::assert_snapshot!(context.run(&["config", "unset", "client_id"]), @"");
}

#[test]
fn paths_of_all_files() {
    let context = with_file("");
    insta::assert_snapshot!(context.run(&["config", "path"]), @"");
    insta::assert_snapshot!(context.run(&["config", "path", "config.toml", "--json"]), @"");
    insta::assert_snapshot!(context.run(&["config", "path", "agent"]), @"");
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
    insta::assert_snapshot!(context.run(&["--quiet", "of", "Kitchen", "--no-headers"]), @"");
    insta::assert_snapshot!(context.run(&["of"]), @"");
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
