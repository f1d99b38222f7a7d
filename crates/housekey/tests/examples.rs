//! The examples, run as programs against the virtual Homey.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use housekey::Homey;
use housekey_emulator::{Emulator, Expire};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};

/// Far more than an example takes.
const LIMIT: Duration = Duration::from_secs(20);

/// A virtual Homey with its cloud, and the directory of a user who has signed in to nothing.
struct Place {
    world: Emulator,
    directory: TempDir,
}

impl Place {
    async fn new() -> Self {
        let world = Emulator::builder().start().await.expect("a free port");
        Self { world, directory: tempfile::tempdir().expect("a directory") }
    }

    /// The example as a command of that user.
    fn example(&self, name: &str, arguments: &[&str]) -> Command {
        // `target/debug/deps/examples-…` stands beside `target/debug/examples`.
        let test = std::env::current_exe().expect("this program");
        let profile = test.ancestors().nth(2).map(PathBuf::from).expect("a directory of cargo");
        let facts = self.world.facts();
        let mut command = Command::new(profile.join("examples").join(name));
        command
            .args(arguments)
            .env("HOUSEKEY_CONFIG", self.directory.path().join("config"))
            .env("HOUSEKEY_STATE", self.directory.path().join("state"))
            .env("HOUSEKEY_ACCOUNTS_URL", &facts.accounts_url)
            .env("HOUSEKEY_API_URL", &facts.api_url)
            .env("HOUSEKEY_CLIENT_ID", &facts.client_id)
            .env("HOUSEKEY_CLIENT_SECRET", &facts.client_secret)
            .kill_on_drop(true)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// The example for the Homey of the environment, without a store.
    fn with_key(&self, name: &str, arguments: &[&str]) -> Command {
        let facts = self.world.facts();
        let mut command = self.example(name, arguments);
        command.env("HOMEY_ADDRESS", &facts.homey_url).env("HOMEY_TOKEN", &facts.api_key);
        command
    }

    /// The Homey, for changes that the examples do not make.
    async fn homey(&self) -> Homey {
        let facts = self.world.facts();
        Homey::builder(facts.homey_url).token(facts.api_key).connect().await.expect("a Homey")
    }

    async fn sign_in(&self) -> String {
        let facts = self.world.facts();
        let (status, out, error) =
            ended(self.example("sign_in", &[&facts.email]), &facts.password).await;
        assert!(status, "{error}");
        out
    }
}

/// Whether an example ended well, what it printed, and what it printed on standard error.
async fn ended(mut command: Command, input: &str) -> (bool, String, String) {
    let mut child = command.spawn().expect("it runs");
    let mut stdin = child.stdin.take().expect("a pipe");
    // One that reads nothing may have ended already.
    let _ = stdin.write_all(input.as_bytes()).await;
    drop(stdin);
    let output = tokio::time::timeout(LIMIT, child.wait_with_output());
    let output = output.await.expect("it ends").expect("it runs");
    let text = |bytes| String::from_utf8(bytes).expect("text");
    (output.status.success(), text(output.stdout), text(output.stderr))
}

async fn output(command: Command) -> String {
    let (status, out, error) = ended(command, "").await;
    assert!(status, "{error}");
    out
}

/// An example that goes on, and its lines.
fn started(mut command: Command) -> (Child, Lines<BufReader<ChildStdout>>) {
    let mut child = command.spawn().expect("it runs");
    let lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
    (child, lines)
}

async fn line(lines: &mut Lines<BufReader<ChildStdout>>) -> String {
    let line = tokio::time::timeout(LIMIT, lines.next_line());
    line.await.expect("a line in time").expect("text").expect("a line")
}

#[tokio::test]
async fn the_devices_are_listed_and_one_is_switched() {
    let place = Place::new().await;
    for (state, value) in [("on", "onoff = true"), ("off", "onoff = false")] {
        let said = output(place.with_key("switch", &["Floor lamp", state])).await;
        assert_eq!(said, format!("Floor lamp is {state}\n"));
        let listed = output(place.with_key("list", &[])).await;
        let lamp = listed.lines().skip_while(|line| *line != "Floor lamp").skip(1);
        let mut values = lamp.take_while(|line| line.starts_with(' '));
        assert!(values.any(|line| line.trim() == value), "{listed}");
    }
}

#[tokio::test]
async fn events_are_watched() {
    let place = Place::new().await;
    let (_child, mut lines) = started(place.with_key("watch", &["homey:manager:logic"]));
    assert_eq!(line(&mut lines).await, "listening to homey:manager:logic");
    place.homey().await.logic().add_variable("guests", 2).await.expect("made");
    let event = line(&mut lines).await;
    assert!(event.starts_with("variable.create ") && event.contains("guests"), "{event}");
}

#[tokio::test]
async fn a_home_is_mirrored() {
    let place = Place::new().await;
    let (_child, mut lines) = started(place.with_key("mirror", &[]));
    assert!(line(&mut lines).await.ends_with(" devices"));
    place.homey().await.logic().add_variable("guests", 2).await.expect("made");
    loop {
        let change = line(&mut lines).await;
        if change.contains("\"guests\"") {
            assert!(change.contains("\"added\""), "{change}");
            return;
        }
    }
}

#[tokio::test]
async fn a_sign_in_is_stored_and_used_by_the_next_program() {
    let place = Place::new().await;
    let (status, _, error) = ended(place.example("list", &[]), "").await;
    assert!(!status && error.contains("hint: sign in"), "{error}");

    let title = place.world.facts().homeys.remove(0).name;
    let said = place.sign_in().await;
    assert!(said.starts_with(&format!("signed in to {title}\n")), "{said}");
    assert!(output(place.example("list", &[])).await.contains("Floor lamp"));
    let mut by_title = place.example("list", &[]);
    by_title.env("HOUSEKEY_HOMEY", title.to_uppercase());
    assert!(output(by_title).await.contains("Floor lamp"));

    let mut unknown = place.example("list", &[]);
    unknown.env("HOUSEKEY_HOMEY", "castle");
    let (status, _, error) = ended(unknown, "").await;
    assert!(!status && error.contains("no configured Homey \"castle\""), "{error}");
    assert!(error.contains("hint: there is: "), "{error}");
}

#[tokio::test]
async fn an_api_key_is_stored_and_used_by_the_next_program() {
    let place = Place::new().await;
    let facts = place.world.facts();
    let sign_in = || place.example("sign_in", &[&facts.homey_url]);
    let (status, _, error) = ended(sign_in(), "not-the-key").await;
    assert!(!status && error.contains("does not take this API key"), "{error}");
    let (status, _, error) = ended(sign_in(), &facts.api_key).await;
    assert!(status, "{error}");
    assert!(output(place.example("list", &[])).await.contains("Floor lamp"));
    let (status, _, error) = ended(place.example("keep_token", &[]), "").await;
    assert!(!status && error.contains("this token does not end"), "{error}");
}

#[tokio::test]
async fn a_token_that_is_refused_is_renewed_and_stored() {
    let place = Place::new().await;
    place.sign_in().await;
    let (_child, mut lines) = started(place.example("keep_token", &["1"]));
    assert_eq!(line(&mut lines).await, "holding a session");
    place.world.expire(Expire::Session);
    let renewed = line(&mut lines).await;
    assert!(renewed.starts_with("renewed, until "), "{renewed}");
    let renewals = place.world.calls("users.login");
    assert!(output(place.example("list", &[])).await.contains("Floor lamp"));
    assert_eq!(place.world.calls("users.login"), renewals, "the new token is stored");
}

#[tokio::test]
async fn an_address_that_is_no_url_is_named() {
    let error = Homey::builder("192.0.2.7").token("t").connect().await.expect_err("no URL");
    assert!(error.to_string().contains("192.0.2.7"), "{error}");
}
