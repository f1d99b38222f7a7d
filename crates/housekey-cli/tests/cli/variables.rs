//! `housekey variables`.

use insta::assert_snapshot;

use crate::context::TestContext;

#[tokio::test(flavor = "multi_thread")]
async fn a_variable_is_made_read_changed_and_deleted() {
    let context = TestContext::signed_in().await;
    let run = |arguments: &[&str]| context.run(&[&["variables"], arguments].concat());
    assert_snapshot!(run(&["create", "guests today", "2"]), @r#"
    exit: 0
    stdout: nothing
    stderr:
    guests today is made (Homey "Canal House")
    "#);
    assert_snapshot!(run(&["create", "Guests Today", "3"]), @r#"
    exit: 2
    stdout: nothing
    stderr:
    error: there is a variable "Guests Today" already
    hint: give it another value with `housekey variables set`
    "#);
    assert_snapshot!(run(&["get", "guests today"]), @"
    exit: 0
    stdout:
    2
    stderr: nothing
    ");
    assert_snapshot!(run(&["get", "guests today", "--jq", "[.type, .value]"]), @r#"
    exit: 0
    stdout:
    ["number",2]
    stderr: nothing
    "#);
    assert_snapshot!(run(&["set", "guests today", "-5"]), @r#"
    exit: 0
    stdout: nothing
    stderr:
    guests today is set (Homey "Canal House")
    "#);
    assert_snapshot!(run(&["get", "guests today"]), @"
    exit: 0
    stdout:
    -5
    stderr: nothing
    ");
    assert_snapshot!(run(&["set", "guests today", "many"]), @"
    exit: 2
    stdout: nothing
    stderr:
    error: `guests today` takes a number, not a string
    hint: nothing was sent
    ");
    assert_snapshot!(run(&["delete", "guests today"]), @"
    exit: 2
    stdout: nothing
    stderr:
    error: this has to be confirmed, and there is no terminal for a prompt
    hint: say `--yes` if you are sure
    ");
    assert_snapshot!(run(&["delete", "guests today", "--yes"]), @r#"
    exit: 0
    stdout: nothing
    stderr:
    The variable guests today is deleted (Homey "Canal House")
    "#);
    assert_snapshot!(run(&["get", "guests today"]), @r#"
    exit: 2
    stdout: nothing
    stderr:
    error: there is no variable "guests today"
    hint: there is: Holiday, Guests, Good morning
    "#);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_type_can_be_chosen_and_a_value_come_from_standard_input() {
    let context = TestContext::signed_in().await;
    let create = ["variables", "create", "code", "-", "--type", "string", "--jq", ".type"];
    assert_snapshot!(context.run_with(&create, "0420\n"), @r#"
    exit: 0
    stdout:
    string
    stderr:
    code is made (Homey "Canal House")
    "#);
    assert_snapshot!(context.run(&["variables", "get", "code"]), @"
    exit: 0
    stdout:
    0420
    stderr: nothing
    ");
    let token = context.run(&["token"]).stdout;
    assert_eq!(context.run_with(&["variables", "set", "code", "-"], &token).exit, 0);
    assert_eq!(context.run(&["variables", "get", "code"]).stdout, token);
    let listed = context.run(&["variables", "list"]).stdout;
    assert!(!listed.contains(token.trim()) && listed.contains('…'), "{listed}");
}
