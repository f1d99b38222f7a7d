//! `housekey exec`.

use std::collections::BTreeSet;
use std::process::Command;

use insta::assert_snapshot;

use crate::context::TestContext;

#[tokio::test(flavor = "multi_thread")]
async fn the_command_finds_the_token_and_its_exit_code_is_ours() {
    let context = TestContext::signed_in().await;
    let token = context.run(&["token"]).stdout;
    let script = "echo $HOMEY_ADDRESS; echo $HOMEY_TOKEN; cat; exit 7";
    let said = context.run_with(&["exec", "--", "/bin/sh", "-c", script], "fed\n");
    let shown = said.to_string().replace(token.trim_end(), "TOKEN");
    assert_snapshot!(shown, @"
    exit: 7
    stdout:
    http://HOMEY
    TOKEN
    fed
    stderr: nothing
    ");
}

/// The command has the token, and nothing that would bring it another one.
#[tokio::test(flavor = "multi_thread")]
async fn no_other_secret_of_the_help_reaches_the_command() {
    let mut context = TestContext::signed_in().await;
    let token = context.run(&["token"]).stdout;
    let help = context.run(&["--help"]).stdout;
    let words = ["SECRET", "PASSPHRASE", "PASSWORD", "TOKEN", "PAT"];
    let mut secrets = BTreeSet::new();
    for name in ["HOUSEKEY_AGE_PASSPHRASE", "HOUSEKEY_CLIENT_SECRET", "HOMEY_TOKEN", "HOMEY_PAT"] {
        context.set(name, "s3cret-of-ours");
        secrets.insert(name);
    }
    let in_help = help.split_whitespace().filter(|word| {
        word.starts_with("HO") && words.iter().any(|end| word.ends_with(&format!("_{end}")))
    });
    assert_eq!(in_help.collect::<BTreeSet<_>>(), secrets, "a new one belongs here too");
    let address = context.facts().homey_url;
    context.set("HOMEY_ADDRESS", &address);
    let said = context.run(&["exec", "--homey", "canal-house", "--", "/usr/bin/env"]);
    assert_eq!(said.exit, 0, "{said}");
    assert!(!said.stdout.contains("s3cret-of-ours"), "{}", said.stdout);
    assert!(said.stdout.contains(&format!("HOMEY_TOKEN={token}")), "it has what it is for");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signal_reaches_the_command_and_no_argument_shows_the_token() {
    let context = TestContext::signed_in().await;
    let script = "trap 'exit 9' TERM; tr '\\0' ' ' < /proc/$$/cmdline; echo; echo $$; \
                  kill -TERM $$; exit 1";
    let mut child = context.command(&["exec", "--", "/bin/sh", "-c", script]);
    let child = child.spawn().expect("started");
    let pid = child.id().to_string();
    let output = child.wait_with_output().expect("ended");
    let text = String::from_utf8(output.stdout).expect("text");
    assert_eq!(output.status.code(), Some(9), "{text}");
    assert_eq!(text.lines().last(), Some(pid.as_str()), "it runs in our place");
    let token = context.run(&["token"]).stdout;
    assert!(text.starts_with("/bin/sh -c") && !text.contains(token.trim_end()), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_run_is_told() {
    let context = TestContext::signed_in().await;
    assert_snapshot!(context.run(&["exec", "--", "/not/there"]), @"
    exit: 2
    stdout: nothing
    stderr:
    error: cannot run /not/there
      caused by: No such file or directory (os error 2)
    hint: check its name, its path and whether it may be run
    ");
    let missing = Command::new(env!("CARGO_BIN_EXE_housekey")).arg("exec").output();
    assert_eq!(missing.expect("ran").status.code(), Some(2));
}
