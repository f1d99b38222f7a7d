//! `housekey agent`: the real service, started, steered and stopped as its users do it.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::process::{Child, ChildStderr, Command};

use housekey_emulator::{Dialect, Emulator, Expire};
use insta::assert_snapshot;
use jiff::SignedDuration;

use crate::context::TestContext;

/// A running agent, whose log is read line by line: there is no other waiting.
pub(crate) struct Running {
    child: Child,
    log: BufReader<ChildStderr>,
    heard: String,
}

impl Running {
    pub(crate) fn start(context: &TestContext, further: &[&str]) -> Self {
        let arguments = [&["agent", "run", "--config", "agent.toml"], further].concat();
        let mut child = context.command(&arguments).spawn().expect("started");
        let log = BufReader::new(child.stderr.take().expect("a pipe"));
        Self { child, log, heard: String::new() }
    }

    /// Reads the log up to the line that holds all of these words.
    pub(crate) fn hear(&mut self, words: &[&str]) -> String {
        loop {
            let mut line = String::new();
            let read = self.log.read_line(&mut line).expect("a line");
            assert_ne!(read, 0, "ended before it said {words:?}:\n{}", self.heard);
            self.heard.push_str(&line);
            if words.iter().all(|word| line.contains(word)) {
                return line;
            }
        }
    }

    pub(crate) fn signal(&self, signal: &str) {
        let sent = Command::new("kill").args([signal, &self.child.id().to_string()]).status();
        assert!(sent.expect("sent").success());
    }

    /// Waits for its end: exit code, and all that it said on both streams.
    pub(crate) fn ended(mut self) -> (Option<i32>, String) {
        self.log.read_to_string(&mut self.heard).expect("read");
        let mut stdout = String::new();
        self.child.stdout.take().expect("a pipe").read_to_string(&mut stdout).expect("read");
        (self.child.wait().expect("ended").code(), self.heard + &stdout)
    }
}

pub(crate) fn write(context: &TestContext, text: &str) -> PathBuf {
    let path = context.directory().join("agent.toml");
    fs::write(&path, text).expect("written");
    path
}

pub(crate) const HOMEY: &str = "[[homey]]\nname = \"canal-house\"\n";
const FILE: &str = "[[sink]]\nhomey = \"canal-house\"\nkind = \"file\"\npath = \"home.token\"\n";
const VARIABLE: &str =
    "[[sink]]\nhomey = \"canal-house\"\nkind = \"variable\"\nname = \"accesstoken\"\n";

fn token_in(context: &TestContext, file: &str) -> String {
    fs::read_to_string(context.directory().join(file)).expect("a token").trim().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_wrong_line_is_told_before_anything_is_started() {
    let context = TestContext::signed_in().await;
    write(
        &context,
        "listen = \"0.0.0.0:80\"\n[[homey]]\nname = \"canal-huose\"\n[[sink]]\nhomey = \"attic\"\n\
         kind = \"fle\"\n[[sink]]\nhomey = \"canal-huose\"\nkind = \"file\"\npath = \"t\"\nmode = \"0666\"\nmod = 1\n",
    );
    assert_snapshot!(context.run(&["agent", "run", "--config", "agent.toml"]), @r#"
    exit: 2
    stdout: nothing
    stderr:
    error: agent.toml has wrong lines
        agent.toml:1: "0.0.0.0:80" is no address of this machine alone: write "127.0.0.1:4747", the path of a socket, or any address and a `certificate` in [gateway]
        agent.toml:3: no Homey "canal-huose" is configured; there is: canal-house
        agent.toml:5: no [[homey]] is called "attic"; there is: canal-huose
        agent.toml:6: "fle" is no kind of sink: write "file", "variable" or "command"
        agent.toml:11: with the mode "0666" every user could use the token: write "0600", or "0640" for a group
        agent.toml:12: `mod` means nothing in [[sink]]; did you mean `mode`?
    hint: correct the lines; nothing was started
    "#);
    assert!(!context.directory().join("state/agent.lock").exists(), "nothing was started");
    assert_snapshot!(context.run(&["agent", "run", "--config", "not-there.toml"]), @"
    exit: 2
    stdout: nothing
    stderr:
    error: cannot read not-there.toml: No such file or directory (os error 2)
    hint: write it, or name another with `--config`
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn once_hands_every_token_over_and_changes_nothing_the_next_time() {
    let context = TestContext::signed_in().await;
    let script = context.directory().join("on-new-token.sh");
    fs::write(&script, "#!/bin/sh\nprintf %s \"$HOMEY_TOKEN $HOMEY_ADDRESS $1\" > got\n")
        .expect("written");
    fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).expect("runnable");
    let command = "[[sink]]\nhomey = \"canal-house\"\nkind = \"command\"\nrun = [\"./on-new-token.sh\", \"now\"]\n";
    write(&context, &format!("{HOMEY}{FILE}mode = \"0640\"\n{VARIABLE}{command}"));
    let once = ["agent", "run", "--config", "agent.toml", "--once"];
    let said = context.run(&once);
    assert_eq!((said.exit, said.stderr.as_str()), (0, ""), "{said}");
    assert_eq!(said.stdout.matches("has the token").count(), 3, "{said}");
    let token = context.run(&["token"]).stdout.trim().to_owned();
    assert_eq!(token_in(&context, "home.token"), token);
    let mode = fs::metadata(context.directory().join("home.token")).expect("there").permissions();
    assert_eq!(mode.mode() & 0o7777, 0o640);
    assert_eq!(token_in(&context, "got"), format!("{token} {} now", context.facts().url));
    let value = context.run(&["variables", "get", "accesstoken"]).stdout;
    assert_eq!(value.trim(), token);
    let again = context.run(&[&once[..], &["--json"]].concat());
    let status: serde_json::Value = serde_json::from_str(&again.stdout).expect("JSON");
    assert_eq!((&status["format"], again.exit), (&1.into(), 0));
    let given: Vec<_> = status["sinks"].as_array().expect("sinks").iter().collect();
    let given: Vec<_> = given.iter().map(|sink| sink["deliveries"].as_u64()).collect();
    assert_eq!(given, [Some(0), Some(0), Some(1)], "a command is run each time");
    assert_eq!(context.world().calls("logic.createVariable"), 1);
    assert_eq!(context.world().calls("logic.updateVariable"), 0);
}

/// What a command is run with is what it is for: the agent's own secrets stay with the agent.
#[tokio::test(flavor = "multi_thread")]
async fn a_command_inherits_the_environment_without_our_secrets() {
    let mut context = TestContext::signed_in().await;
    for name in ["HOUSEKEY_AGE_PASSPHRASE", "HOUSEKEY_CLIENT_SECRET", "HOMEY_TOKEN", "HOMEY_PAT"] {
        context.set(name, "s3cret-of-ours");
    }
    context.set("TZ", "Europe/Amsterdam");
    let command = "[[sink]]\nhomey = \"canal-house\"\nkind = \"command\"\nrun = [\"sh\", \"-c\", \"env > got\"]\n";
    write(&context, &format!("{HOMEY}{FILE}{command}"));
    let said = context.run(&["agent", "run", "--config", "agent.toml", "--once"]);
    assert_eq!(said.exit, 0, "{said}");
    let got = token_in(&context, "got");
    assert!(!got.contains("s3cret-of-ours"), "{got}");
    assert!(got.contains("TZ=Europe/Amsterdam") && got.contains("HOMEY_TOKEN="), "{got}");
}

#[tokio::test(flavor = "multi_thread")]
async fn once_tells_by_its_exit_code_what_was_not_done() {
    let context = TestContext::signed_in().await;
    write(&context, &format!("{HOMEY}{FILE}"));
    fs::create_dir(context.directory().join("home.token")).expect("in the way");
    let once = ["agent", "run", "--config", "agent.toml", "--once", "--quiet"];
    let said = context.run(&once);
    assert_eq!(said.exit, 1, "{said}");
    assert!(said.stderr.contains("sink canal-house file $HOME/home.token"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sink_that_cannot_be_written_keeps_it_from_starting() {
    let context = TestContext::signed_in().await;
    let elsewhere = FILE.replace("home.token", "not/there");
    write(&context, &format!("{HOMEY}{elsewhere}"));
    context.run(&["variables", "create", "accesstoken", "3", "--type", "number"]);
    assert_snapshot!(context.run(&["agent", "run", "--config", "agent.toml"]), @"
    exit: 1
    stdout: nothing
    stderr:
    error: not every sink can be written
        sink file $HOME/not/there: cannot write $HOME/not/there: No such file or directory (os error 2)
    hint: check that the directory is there, who owns it, and its mode
    ");
    write(&context, &format!("{HOMEY}{VARIABLE}"));
    assert_snapshot!(context.run(&["agent", "run", "--config", "agent.toml"]), @r#"
    exit: 1
    stdout: nothing
    stderr:
    error: not every sink can be written
        sink variable accesstoken: the variable "accesstoken" is a number, and a token is a text
    hint: give the sink another name, or delete the variable
    "#);
}

#[tokio::test(flavor = "multi_thread")]
async fn it_runs_until_it_is_told_to_stop_and_never_twice() {
    for signal in ["-TERM", "-INT"] {
        let context = TestContext::signed_in().await;
        write(&context, &format!("{HOMEY}{FILE}{VARIABLE}"));
        let mut agent = Running::start(&context, &[]);
        agent.hear(&["given", "home.token"]);
        let token = context.run(&["token"]).stdout;
        assert_eq!(token_in(&context, "home.token"), token.trim());
        let pid = agent.child.id().to_string();
        let second = context.run(&["agent", "run", "--config", "agent.toml"]);
        let told = format!(
            "error: another agent keeps this store: process {pid}\n\
             hint: stop it, or use another store with HOUSEKEY_STATE\n"
        );
        assert_eq!((second.exit, second.stderr), (1, told));
        agent.signal(signal);
        let (exit, said) = agent.ended();
        assert_eq!(exit, Some(0), "{said}");
        assert!(said.contains("stopping") && !said.contains("ERROR"), "{said}");
        // The lock is free again.
        assert_eq!(context.run(&["agent", "run", "--config", "agent.toml", "--once"]).exit, 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hang_up_makes_it_read_its_settings_again_and_wrong_ones_change_nothing() {
    let context = TestContext::signed_in().await;
    write(&context, &format!("{HOMEY}{FILE}"));
    let mut agent = Running::start(&context, &["--log", "json"]);
    agent.hear(&["given", "home.token"]);
    write(&context, &format!("{HOMEY}{FILE}mood = 1\n"));
    agent.signal("-HUP");
    let line = agent.hear(&["the settings stay as they were"]);
    let line: serde_json::Value = serde_json::from_str(&line).expect("a line of JSON");
    assert!(line["why"].as_str().is_some_and(|why| why.contains(":7: `mood`")), "{line}");
    let other = FILE.replace("home.token", "other.token");
    write(&context, &format!("{HOMEY}{other}"));
    agent.signal("-HUP");
    agent.hear(&["given", "other.token"]);
    assert_eq!(token_in(&context, "other.token"), token_in(&context, "home.token"));
    agent.signal("-TERM");
    assert_eq!(agent.ended().0, Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_are_renewed_and_handed_on_and_no_log_shows_one() {
    let life = SignedDuration::from_secs(4);
    let builder = Emulator::builder().dialect(Dialect::V2).session_life(life);
    let mut context = TestContext::with(builder).await;
    assert_eq!(context.login(&[]).exit, 0);
    context.set("HOUSEKEY_LOG", "trace");
    write(&context, &format!("{HOMEY}{FILE}{VARIABLE}"));
    let mut agent = Running::start(&context, &["--log", "json"]);
    agent.hear(&["given", "home.token"]);
    let first = token_in(&context, "home.token");
    agent.hear(&["given", "home.token"]);
    assert_ne!(token_in(&context, "home.token"), first, "a new one, without a command");
    agent.signal("-TERM");
    let (exit, said) = agent.ended();
    assert_eq!(exit, Some(0));
    assert!(said.contains("\"DEBUG\""), "there was a log to search");
    for secret in context.world().secrets().iter().filter(|secret| secret.len() >= 8) {
        assert!(!said.contains(secret.as_str()), "{secret} is in the log:\n{said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_renewal_that_a_caller_of_the_gateway_caused_is_counted() {
    let context = TestContext::signed_in().await;
    let socket = context.directory().join("gateway.sock");
    write(&context, &format!("listen = \"{}\"\n{HOMEY}{FILE}", socket.display()));
    let mut agent = Running::start(&context, &[]);
    agent.hear(&["given", "home.token"]);
    context.world().expire(Expire::Session);
    let mut stream = std::os::unix::net::UnixStream::connect(&socket).expect("connected");
    stream
        .write_all(b"GET /api/manager/zones/zone HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
        .expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("answered");
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    // Whoever keeps it hears of the new token beside the caller.
    agent.hear(&["given", "home.token"]);
    let renewals = || context.run(&["agent", "status", "--jq", ".homeys[0].renewals"]).stdout;
    let told = (0..100).map(|_| renewals()).find(|told| told.trim() != "0");
    assert_eq!(told.as_deref().map(str::trim), Some("1"));
    agent.signal("-TERM");
    assert_eq!(agent.ended().0, Some(0));
}

/// The answer to a GET of this path of the agent: status and body.
fn get(address: &str, path: &str) -> (String, String) {
    ask(address, path, "")
}

/// The status of a request with a key.
pub(crate) fn get_with(address: &str, path: &str, key: &str) -> u16 {
    let (status, _) = ask(address, path, &format!("Authorization: Bearer {key}\r\n"));
    status.parse().expect("a status")
}

fn ask(address: &str, path: &str, lines: &str) -> (String, String) {
    let mut stream = std::net::TcpStream::connect(address).expect("connected");
    let request =
        format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n{lines}\r\n");
    stream.write_all(request.as_bytes()).expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("answered");
    let (head, body) = answer.split_once("\r\n\r\n").expect("a body");
    let status = head.split(' ').nth(1).expect("a status").to_owned();
    (status, body.to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn it_can_be_asked_and_told_over_its_socket() {
    let context = TestContext::signed_in().await;
    let none = context.run(&["agent", "status"]);
    assert_snapshot!(none, @r"
    exit: 1
    stdout: nothing
    stderr:
    error: no agent keeps this store
    hint: start one with `housekey agent run`
    ");
    write(&context, &format!("{HOMEY}{FILE}"));
    let mut agent = Running::start(&context, &[]);
    agent.hear(&["given", "home.token"]);
    let socket = context.directory().join("state/agent.sock");
    let mode = fs::metadata(&socket).expect("a socket").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let said = context.run(&["agent", "status", "--json"]);
    let status: serde_json::Value = serde_json::from_str(&said.stdout).expect("JSON");
    assert_eq!(status["pid"], agent.child.id());
    assert_eq!(status["homeys"][0]["state"], "fresh");
    assert_eq!(status["sinks"][0]["state"], "delivered");
    assert!(!said.stdout.contains(&token_in(&context, "home.token")), "{said}");
    write(&context, &format!("{HOMEY}{FILE}mood = 1\n"));
    let refused = context.run(&["agent", "reload"]);
    assert_eq!(refused.exit, 1, "{refused}");
    assert!(refused.stderr.contains("agent.toml:7: `mood` means nothing"), "{refused}");
    write(&context, &format!("{HOMEY}{VARIABLE}"));
    assert_eq!(context.run(&["agent", "reload"]).exit, 0);
    agent.hear(&["given", "accesstoken"]);
    assert_eq!(context.run(&["agent", "stop"]).exit, 0);
    assert_eq!(context.run(&["agent", "status"]).exit, 1, "it has stopped");
    let (exit, said) = agent.ended();
    assert_eq!(exit, Some(0), "{said}");
    assert!(!socket.exists(), "nothing is left behind");
}

#[tokio::test(flavor = "multi_thread")]
async fn health_readiness_and_metrics_are_told_and_the_service_manager_hears_of_it() {
    let mut context = TestContext::signed_in().await;
    let path = context.directory().join("notify");
    let manager = std::os::unix::net::UnixDatagram::bind(&path).expect("bound");
    context.set("NOTIFY_SOCKET", &path.display().to_string());
    context.set("WATCHDOG_USEC", "200000");
    let told = || {
        let mut text = [0; 100];
        let count = manager.recv(&mut text).expect("told");
        String::from_utf8_lossy(&text[..count]).into_owned()
    };
    write(&context, &format!("listen = \"127.0.0.1:0\"\n{HOMEY}{FILE}"));
    let mut agent = Running::start(&context, &["--log", "json"]);
    assert_eq!(told(), "READY=1");
    assert_eq!((told().as_str(), told().as_str()), ("WATCHDOG=1", "WATCHDOG=1"));
    agent.hear(&["given", "home.token"]);
    let address = context.run(&["agent", "status", "--jq", ".listen"]).stdout.trim().to_owned();
    assert_eq!(get(&address, "/healthz"), ("200".to_owned(), "ok\n".to_owned()));
    assert_eq!(get(&address, "/readyz"), ("200".to_owned(), "ready\n".to_owned()));
    assert_eq!(get(&address, "/api/manager/zones/zone").0, "401");
    let gateway =
        context.run(&["agent", "status", "--jq", ".gateway | [.refused, .homeys[].answers]"]);
    let none = r#"[1,{"1xx":0,"2xx":0,"3xx":0,"4xx":0,"5xx":0}]"#;
    assert_eq!(gateway.stdout.split_whitespace().collect::<String>(), none);
    let told_to_people = context.run(&["agent", "status"]).stdout;
    assert!(told_to_people.contains("requests refused: 1\n"), "{told_to_people}");
    let (status, metrics) = get(&address, "/metrics");
    assert_eq!(status, "200");
    for line in [
        "housekey_token_fresh{homey=\"canal-house\"} 1.0",
        "housekey_renewals_total{homey=\"canal-house\"} 0.0",
        "housekey_part_running{part=\"keeper canal-house\"} 1.0",
        "housekey_gateway_refused_total{} 1.0",
        "# UNIT housekey_token_age_seconds seconds",
        "# EOF",
    ] {
        assert!(metrics.lines().any(|found| found == line), "{line}\n{metrics}");
    }
    assert!(metrics.contains("housekey_sink_deliveries_total{homey=\"canal-house\",kind=\"file\""));
    assert!(metrics.contains("housekey_security_events_total{event=\"wrong_key\"} 0"), "{metrics}");
    assert!(!metrics.contains(&token_in(&context, "home.token")));
    agent.signal("-TERM");
    while told() != "STOPPING=1" {}
    assert_eq!(agent.ended().0, Some(0));
}
