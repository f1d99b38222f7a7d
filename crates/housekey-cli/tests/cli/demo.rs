//! `housekey demo`.

use std::io::{BufRead as _, BufReader};
use std::process::Command;

use crate::context::TestContext;

/// What changes from run to run, beside times.
fn steady(text: &str) -> String {
    let port = |line: &str| match line.split_once("http://127.0.0.1:") {
        Some((before, after)) => {
            let rest = after.trim_start_matches(|c: char| c.is_ascii_digit());
            format!("{before}http://127.0.0.1:PORT{rest}")
        }
        None => line.to_owned(),
    };
    // The home lives, so values change.
    let values =
        |line: String| match line.starts_with("   Bathroom") || line.starts_with("   Bedroom") {
            true => line.chars().take(38).collect::<String>().trim_end().to_owned(),
            false => line,
        };
    // In the evening the lamp is on already.
    let lamp = |line: String| line.replace("was on, is off", "was off, is on");
    text.lines().map(|line| lamp(values(port(line))) + "\n").collect()
}

#[test]
fn the_whole_story_is_told_and_nothing_is_left_behind() {
    let context = TestContext::alone();
    let said = context.run(&["demo"]);
    assert_eq!((said.exit, said.stderr.as_str()), (0, ""));
    assert!(said.stdout.lines().all(|line| line.chars().count() <= 80), "{}", said.stdout);
    insta::assert_snapshot!(steady(&said.stdout), @r#"
    A virtual Homey "Canal House" and its account cloud run in this program, at
    http://127.0.0.1:PORT. No account is needed, nothing is left behind.

    Sign in: six steps from a password to a token
       ✓ 1  account: e-mail address and password taken  N ms
       ✓ 2  account: consent page opened  N ms
       ✓ 3  account: consent given, which brings a code  N ms
       ✓ 4  cloud: code exchanged for access and refresh token  N ms
       ✓    cloud: Homeys of the account and their addresses read  N ms
       ✓ 5  cloud: delegation token for the Homey made  N ms
       ✓ 6  Homey: delegation token exchanged for a session  N ms

    The bearer token, which every call needs
       token  326c…:5f2c…:***
       form   user:session:secret, 114 characters
       lives  24 h; housekey renews it long before

    Where the legacy script kept it: the logic variable `accesstoken`
       ✓ variable made, token written  N ms

    The home: `housekey devices list`
       ZONE      NAME              CLASS    STATE
       Bathroom  Bathroom climate  sensor
       Bathroom  Bathroom fan      fan
       Bathroom  Bathroom lamp     light
       Bathroom  Washing machine   socket
       Bedroom   Bedroom curtain   curtain
       Bedroom   Bedroom lamp      light
       ... and 24 more

    A lamp: `housekey devices toggle 'Living room/Floor lamp'`
       ✓ Living room/Floor lamp was off, is on  N ms

    A day later the Homey refuses the token
       ✗ a call with the old token alone is refused                          401
       ✓ the same call with housekey: renewed, sent again, answered  N ms
       ✓ the variable `accesstoken` holds the new token  N ms
       old    326c…:5f2c…:***
       new    326c…:00f7…:***

    Next
       housekey login --email YOU --client-id ID   your own Homey
       housekey login --api-key --address URL      the same with an API key
       housekey emulate                            the virtual Homey, for tests
       housekey demo --keep                        this story, and it stays on
    "#);
    let left = std::fs::read_dir(context.directory()).expect("read").count();
    assert_eq!(left, 0, "nothing is left behind");
}

#[test]
fn the_token_is_shown_to_those_who_ask_for_it() {
    let context = TestContext::alone();
    let token = |said: &str| {
        let line = said.lines().find(|line| line.starts_with("   token")).expect("a token");
        line.split_whitespace().next_back().expect("text").to_owned()
    };
    assert_eq!(token(&context.run(&["demo", "--show-token"]).stdout).len(), 114);
    assert!(token(&context.run(&["demo"]).stdout).ends_with(":***"));
}

#[test]
fn the_virtual_homey_stays_if_it_is_kept() {
    let mut context = TestContext::alone();
    let mut child = context.command(&["demo", "--keep"]).spawn().expect("started");
    let lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
    let mut told = Vec::new();
    for line in lines {
        told.push(line.expect("a line"));
        if told.last().is_some_and(|line| line == "Ctrl-C stops it.") {
            break;
        }
    }
    let word_of = |name: &str| {
        let line = told.iter().find(|line| line.trim_start().starts_with(name)).expect("a line");
        line.split_whitespace().next_back().expect("a word").to_owned()
    };
    context.set("HOMEY_ADDRESS", &word_of("The virtual cloud and Homey answer at"));
    context.set("HOMEY_TOKEN", &word_of("API key"));
    assert_eq!(context.run(&["variables", "get", "accesstoken"]).exit, 0);
    let sent = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(sent.expect("sent").success());
    assert_eq!(child.wait().expect("ended").code(), Some(0));
}
