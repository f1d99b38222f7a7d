//! `housekey login` and nothing else, at a terminal: from the first question to a lamp that is on.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::process::Child;

use housekey_emulator::{Builder, Dialect, Emulator};

use crate::announcer::announce;
use crate::browser::Browser;
use crate::context::TestContext;
use crate::terminal::Terminal;

const WHICH: &str = "Which Homey do you have?";
const ADDRESS: &str = "Address of the Homey:";
const KEY: &str = "API key:";
const EMAIL: &str = "E-mail address of the account:";
const CLIENT_ID: &str = "Id of the OAuth client:";
const CLIENT_SECRET: &str = "Secret of the OAuth client:";
const PASSWORD: &str = "Password:";
const CODE: &str = "Two-factor code:";
const PICK: &str = "Which Homey of the account?";

/// Most prompts with an API key, and with an account.
const MOST: [usize; 2] = [4, 7];

/// A person who knows nothing of the Homey yet, in a network where these are announced.
async fn person(builder: Builder, announced: &[&str]) -> TestContext {
    let mut context = TestContext::with(builder).await;
    context.unset("HOUSEKEY_CLIENT_SECRET");
    context.set("TERM", "xterm-256color");
    context.set("NO_COLOR", "1");
    let port =
        context.facts().url.rsplit(':').next().expect("a port").trim_end_matches('/').parse();
    let port = port.expect("a port");
    let homeys: Vec<_> = announced.iter().map(|name| (*name, port)).collect();
    announce(&mut context, &homeys);
    context
}

fn begin(context: &TestContext) -> (Terminal, Child) {
    let terminal = Terminal::of(80);
    let child = terminal.start(context.command(&["login"]));
    (terminal, child)
}

/// Types the answers, and returns what was shown once it ended well. A prompt that is not among them is never
/// answered, so that the program does not end.
fn answered(context: &TestContext, answers: &[(&str, &str)]) -> (String, usize) {
    let (mut terminal, mut child) = begin(context);
    for (question, keys) in answers {
        terminal.answer(question, &format!("{keys}\r"));
    }
    terminal.hear("Try next:");
    assert_eq!(child.wait().expect("ended").code(), Some(0), "{}", terminal.transcript);
    assert!(terminal.echoes());
    let prompts = terminal.prompts;
    (terminal.rest(), prompts)
}

/// Runs the command that the end of the sign-in shows, which switches a lamp on.
fn switches_a_lamp(context: &TestContext, shown: &str) {
    let line = shown.lines().find(|line| line.contains("housekey devices on ")).expect("a lamp");
    let (_, lamp) = line.split_once("housekey devices on '").expect("a name");
    let (lamp, rest) = lamp.split_once('\'').expect("a name in quotes");
    let options: Vec<&str> = rest.split_whitespace().collect();
    let run = |arguments: &[&str]| context.run(&[arguments, &options[..]].concat());
    assert_eq!(run(&["devices", "off", lamp]).exit, 0, "{lamp}");
    assert_eq!(run(&["devices", "on", lamp]).exit, 0, "{lamp}");
    assert_eq!(run(&["devices", "get", lamp, "onoff"]).stdout, "true\n", "{lamp}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_homey_that_is_found_takes_an_api_key() {
    let context = person(Emulator::builder(), &["Canal House"]).await;
    let key = context.facts().api_key;
    let (shown, prompts) = answered(&context, &[(WHICH, ""), (ADDRESS, ""), (KEY, &key)]);
    assert!(prompts <= MOST[0], "{prompts} prompts");
    assert!(shown.contains("Found \"Canal House\" in this network."), "{shown}");
    assert!(shown.contains("https://my.homey.app") && shown.contains("New API Key"), "{shown}");
    assert!(!shown.contains(&key), "the key is not shown");
    switches_a_lamp(&context, &shown);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_of_several_that_are_found_is_picked_or_another_is_typed() {
    let context = person(Emulator::builder(), &["Beach Cabin", "Canal House"]).await;
    let (address, key) = (context.facts().homey_url, context.facts().api_key);
    let list = "Which one, of those in this network?";
    let picked = [(WHICH, ""), (list, "2"), (KEY, &key)];
    let typed = [(WHICH, ""), (list, "3"), (ADDRESS, &address), (KEY, &key)];
    for answers in [&picked[..], &typed[..]] {
        let (shown, prompts) = answered(&context, answers);
        assert!(prompts <= MOST[0], "{prompts} prompts");
        switches_a_lamp(&context, &shown);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_address_and_a_wrong_key_are_prompted_for_again() {
    let context = person(Emulator::builder(), &[]).await;
    let (address, key) = (context.facts().homey_url, context.facts().api_key);
    let (mut terminal, mut child) = begin(&context);
    terminal.answer(WHICH, "\r");
    terminal.answer(ADDRESS, "http://\r");
    terminal.answer(ADDRESS, "127.0.0.1:9\r");
    terminal.answer(ADDRESS, &format!("{address}\r"));
    terminal.answer(KEY, "pat-apps-made-up\r");
    terminal.hear("this token (pat-apps-…) is for publishing apps");
    terminal.answer(KEY, "a:b:c\r");
    terminal.hear("the Homey does not take this API key");
    assert!(context.stored().is_empty(), "{:?}", context.stored());
    terminal.answer(KEY, &format!("{key}\r"));
    terminal.hear("Try next:");
    assert_eq!(child.wait().expect("ended").code(), Some(0));

    // The third wrong answer is the last.
    let context = person(Emulator::builder(), &["Canal House"]).await;
    let (mut terminal, mut child) = begin(&context);
    terminal.answer(WHICH, "\r");
    terminal.answer(ADDRESS, "\r");
    for _ in 0..3 {
        terminal.answer(KEY, "a:b:c\r");
        terminal.hear("the Homey does not take this API key");
    }
    assert_eq!(child.wait().expect("ended").code(), Some(4));
    assert!(context.stored().is_empty(), "{:?}", context.stored());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_with_everything_takes_seven_prompts() {
    for dialect in [Dialect::V2, Dialect::Local] {
        let builder = Emulator::builder().dialect(dialect).homeys(2).otp(true);
        let context = person(builder, &[]).await;
        let facts = context.facts();
        let code = context.world().otp_code().expect("a code");
        let (shown, prompts) = answered(
            &context,
            &[
                (WHICH, "2"),
                (EMAIL, &facts.email),
                (CLIENT_ID, &facts.client_id),
                (CLIENT_SECRET, &facts.client_secret),
                (PASSWORD, &facts.password),
                (CODE, &code),
                (PICK, "2"),
            ],
        );
        assert!(prompts <= MOST[1], "{prompts} prompts");
        let limits = shown.find("may not  change flows, moods or dashboards").expect("the limits");
        assert!(limits < shown.find(EMAIL).expect("a prompt"), "before anything is typed");
        assert!(shown.contains("https://tools.developer.homey.app/api/clients"), "{shown}");
        assert!(shown.contains("exactly http://localhost"), "{shown}");
        assert!(shown.contains("homey.device.control"), "{shown}");
        assert!(!shown.contains(&facts.password) && !shown.contains(&facts.client_secret));
        assert!(shown.contains("Signed in to \"Beach Cabin\" as beach-cabin."), "{shown}");
        assert_eq!(context.world().calls("login"), 2, "the code is sent with the second");
        switches_a_lamp(&context, &shown);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stored_client_is_not_prompted_for_again_and_the_first_homey_stays_the_default() {
    let context = person(Emulator::builder().homeys(2), &[]).await;
    let facts = context.facts();
    let account =
        |pick: &'static str| [(PASSWORD, facts.password.clone()), (PICK, pick.to_owned())];
    let mut first = vec![
        (WHICH, "2".to_owned()),
        (EMAIL, facts.email.clone()),
        (CLIENT_ID, facts.client_id.clone()),
        (CLIENT_SECRET, facts.client_secret.clone()),
    ];
    first.extend(account("1"));
    let mut second = vec![(WHICH, "2".to_owned()), (EMAIL, facts.email.clone())];
    second.extend(account("2"));
    let run = |answers: &[(&str, String)]| {
        let answers: Vec<_> = answers.iter().map(|(question, keys)| (*question, &**keys)).collect();
        answered(&context, &answers).0
    };
    let shown = run(&first);
    switches_a_lamp(&context, &shown);
    let shown = run(&second);
    assert!(
        shown.contains("housekey homeys use beach-cabin   (commands use canal-house otherwise)"),
        "{shown}"
    );
    switches_a_lamp(&context, &shown);
    let name = ["system", "name", "--jq", "."];
    assert_eq!(context.run(&name).stdout, "Canal House\n");
    assert_eq!(context.run(&["homeys", "use", "beach-cabin"]).exit, 0);
    assert_eq!(context.run(&name).stdout, "Beach Cabin\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_cloud_refuses_is_prompted_for_again() {
    let context = person(Emulator::builder().homeys(2), &[]).await;
    let facts = context.facts();
    let (mut terminal, mut child) = begin(&context);
    terminal.answer(WHICH, "2\r");
    terminal.answer(EMAIL, &format!("{}\r", facts.email));
    terminal.answer(CLIENT_ID, &format!("{}\r", facts.client_id));
    terminal.answer(CLIENT_SECRET, "wrong\r");
    terminal.answer(PASSWORD, "wrong\r");
    terminal.hear("the account cloud refused this e-mail address and password");
    terminal.answer(EMAIL, "\r");
    terminal.answer(PASSWORD, &format!("{}\r", facts.password));
    // The Homey is picked once.
    terminal.answer(PICK, "2\r");
    terminal.hear("the account cloud does not accept the OAuth client");
    terminal.answer(CLIENT_ID, "\r");
    assert!(context.stored().is_empty(), "{:?}", context.stored());
    terminal.answer(CLIENT_SECRET, &format!("{}\r", facts.client_secret));
    terminal.hear("Signed in to \"Beach Cabin\" as beach-cabin.");
    assert_eq!(child.wait().expect("ended").code(), Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_may_sign_in_in_the_browser() {
    let mut context = person(Emulator::builder().homeys(2), &[]).await;
    let facts = context.facts();
    // A browser that notes where it is sent.
    let stand_in = context.directory().join("xdg-open");
    fs::write(&stand_in, "#!/bin/sh\necho \"$1\" >\"${0%/*}/sent-to\"\n").expect("written");
    fs::set_permissions(&stand_in, fs::Permissions::from_mode(0o755)).expect("executable");
    let path = context.directory().display().to_string();
    context.set("PATH", &path);
    let (mut terminal, mut child) = begin(&context);
    terminal.answer(WHICH, "2\r");
    terminal.answer(EMAIL, "\r");
    terminal.answer(CLIENT_ID, &format!("{}\r", facts.client_id));
    terminal.answer(CLIENT_SECRET, &format!("{}\r", facts.client_secret));
    terminal.hear("If that page does not take the redirect address");
    let url = terminal.heard.lines().find(|line| line.starts_with("http")).expect("an address");
    let url = url.trim().to_owned();
    let browser = Browser::new();
    let back = browser.consent(&url, &facts, "Allow").await;
    assert!(browser.get(&back).await.text().contains("Signed in"));
    terminal.answer(PICK, "1\r");
    terminal.hear("Try next:");
    assert!(terminal.prompts <= MOST[1], "{} prompts", terminal.prompts);
    assert_eq!(child.wait().expect("ended").code(), Some(0));
    let sent_to = fs::read_to_string(context.directory().join("sent-to")).expect("a browser");
    assert_eq!(sent_to.trim(), url);
    switches_a_lamp(&context, &terminal.rest());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_end_at_any_prompt_leaves_nothing_half_written() {
    let code = "000000".to_owned();
    let context = person(Emulator::builder().homeys(2).otp(true), &["Canal House"]).await;
    let facts = context.facts();
    let by_key = vec![(WHICH, "1".to_owned()), (ADDRESS, String::new()), (KEY, String::new())];
    let by_account = vec![
        (WHICH, "2".to_owned()),
        (EMAIL, facts.email.clone()),
        (CLIENT_ID, facts.client_id.clone()),
        (CLIENT_SECRET, facts.client_secret.clone()),
        (PASSWORD, facts.password.clone()),
        (CODE, code),
    ];
    for answers in [by_key, by_account] {
        for last in 0..answers.len() {
            for end in ["\u{3}", "\u{4}", "\u{1b}"] {
                let (mut terminal, mut child) = begin(&context);
                for (question, keys) in &answers[..last] {
                    terminal.answer(question, &format!("{keys}\r"));
                }
                let (question, _) = &answers[last];
                terminal.answer(question, end);
                terminal.hear("stopped; nothing was changed");
                assert_eq!(child.wait().expect("ended").code(), Some(1), "{question} {end:?}");
                assert!(terminal.echoes(), "{question} {end:?}");
                assert!(context.stored().is_empty(), "{question} {end:?}: {:?}", context.stored());
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_new_with_an_option_or_without_a_terminal() {
    let context = person(Emulator::builder(), &["Canal House"]).await;
    insta::assert_snapshot!(context.run(&["login"]), @"
    exit: 2
    stdout: nothing
    stderr:
    error: the e-mail address is missing, and there is no terminal for a prompt
    hint: give it with `--email`
    ");
    for option in ["--quiet", "--remember", "--homey=canal-house"] {
        let mut terminal = Terminal::of(80);
        let mut child = terminal.start(context.command(&["login", option]));
        terminal.hear(EMAIL);
        assert!(!terminal.heard.contains(WHICH), "{option}: {}", terminal.heard);
        terminal.answer(EMAIL, "\u{3}");
        assert_eq!(child.wait().expect("ended").code(), Some(1), "{option}");
    }
    assert!(context.stored().is_empty());
    assert_eq!(context.world().calls("login"), 0);
}
