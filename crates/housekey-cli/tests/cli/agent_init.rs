//! `housekey agent init`: settings for the Homeys that are signed in, never over a file that exists.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use insta::assert_snapshot;

use crate::context::TestContext;

#[test]
fn without_a_sign_in_there_is_nothing_to_keep() {
    let context = TestContext::alone();
    assert_snapshot!(context.run(&["agent", "init"]), @"
    exit: 4
    stdout: nothing
    stderr:
    error: no Homey is signed in
    hint: run `housekey login`
    ");
    assert!(!context.directory().join("config").exists(), "nothing is written");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_new_file_is_one_that_the_agent_starts_with() {
    let context = TestContext::signed_in().await;
    let file = context.directory().join("config/agent.toml");
    let printed = context.run(&["agent", "init", "--print"]);
    assert_eq!(printed.exit, 0, "{printed}");
    assert!(!file.exists(), "nothing is written");

    assert_snapshot!(context.run(&["agent", "init"]), @"
    exit: 0
    stdout: nothing
    stderr:
    Wrote $HOME/config/agent.toml for canal-house.
    Start the agent with `housekey agent run`, or install it as a service with `housekey agent install`.
    ");
    let text = fs::read_to_string(&file).expect("written");
    assert_eq!(printed.stdout, text);
    assert_eq!(fs::metadata(&file).expect("a file").permissions().mode() & 0o777, 0o600);
    let once = context.run(&["agent", "run", "--once"]);
    assert_eq!(once.exit, 0, "{once}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_exists_is_never_changed() {
    let context = TestContext::signed_in().await;
    let file = context.directory().join("mine.toml");
    fs::write(&file, "# mine\n").expect("written");
    assert_snapshot!(context.run(&["agent", "init", "--config", "mine.toml"]), @"
    exit: 2
    stdout: nothing
    stderr:
    error: mine.toml exists already; it was not changed
    hint: see what a new one would hold: `housekey agent init --print`
    ");
    assert_eq!(fs::read_to_string(&file).expect("there"), "# mine\n");
    let left = fs::read_dir(context.directory()).expect("a directory");
    let left = left.filter(|entry| {
        entry
            .as_ref()
            .is_ok_and(|entry| entry.file_name().to_string_lossy().starts_with(".housekey"))
    });
    assert_eq!(left.count(), 0, "no temporary file is left over");
}

#[tokio::test(flavor = "multi_thread")]
async fn where_it_cannot_be_written_it_says_what_to_check() {
    let context = TestContext::signed_in().await;
    fs::write(context.directory().join("file"), "").expect("written");
    assert_snapshot!(context.run(&["agent", "init", "--config", "file/agent.toml"]), @"
    exit: 1
    stdout: nothing
    stderr:
    error: cannot write file/agent.toml
      caused by: File exists (os error 17)
    hint: check who owns the directory, its mode, and whether the disk is full
    ");
}
