//! The snapshots that the agent keeps, and what is made of them: `flows versions`, `flows undo`, `backup log`.

use insta::assert_snapshot;

use crate::agent::{HOMEY, Running, write};
use crate::context::TestContext;

/// Runs the agent until it has kept a snapshot.
fn keep_snapshot(context: &TestContext) {
    let mut agent = Running::start(context, &[]);
    agent.hear(&["a snapshot of the home was kept"]);
    agent.signal("-TERM");
    assert_eq!(agent.ended().0, Some(0));
}

/// What a command says, with the times replaced.
fn said(context: &TestContext, arguments: &[&str]) -> String {
    let said = context.run(arguments).to_string();
    let mut text = String::new();
    for line in said.lines() {
        let is_time = |word: &str| word.len() == 16 && word.as_bytes()[10] == b' ';
        let time = line.char_indices().map(|(at, _)| at).find_map(|at| {
            line.get(at..at + 16).filter(|word| {
                is_time(word) && word.starts_with("20") && word.as_bytes()[13] == b':'
            })
        });
        let line = time.map_or_else(|| line.to_owned(), |time| line.replace(time, "(time)"));
        text += &(line + "\n");
    }
    text
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flow_is_shown_as_it_was_and_made_so_again() {
    let context = TestContext::signed_in().await;
    assert_snapshot!(said(&context, &["flows", "versions", "Good night"]));
    write(&context, &format!("{HOMEY}[backup]\nkeep = \"1 day\"\n"));
    keep_snapshot(&context);
    assert_eq!(context.run(&["flows", "rename", "Good night", "Sleep well"]).exit, 0);
    assert_snapshot!(said(&context, &["flows", "versions", "Sleep well"]));
    assert_snapshot!(said(&context, &["flows", "undo", "Sleep well", "--to", "7"]));
    assert_snapshot!(said(&context, &["flows", "undo", "Sleep well", "--dry-run"]));
    assert_eq!(context.run(&["flows", "undo", "Sleep well", "--yes"]).exit, 0);
    assert_eq!(context.run(&["flows", "get", "Good night"]).exit, 0);

    assert_eq!(context.run(&["flows", "delete", "Good night", "--yes"]).exit, 0);
    keep_snapshot(&context);
    assert_snapshot!(said(&context, &["backup", "log"]));
    let undone = context.run(&["flows", "undo", "Good night", "--yes"]);
    assert_eq!(undone.exit, 0, "{}", undone.stderr);
    assert_eq!(context.run(&["flows", "get", "Good night"]).exit, 0);
    keep_snapshot(&context);
    let log = context.run(&["backup", "log", "--json", "--jq", ".[0].changes[0].by[0]"]);
    assert!(log.stdout.starts_with("housekey apply "), "{}", log.stdout);
}
