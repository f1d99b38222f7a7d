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
use housekey_emulator::Emulator;
use tokio::io::{AsyncBufReadExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};

/// Far more than an example takes.
const LIMIT: Duration = Duration::from_secs(20);

/// The example as a command, for the first Homey of a world.
fn example(name: &str, arguments: &[&str], world: &Emulator) -> Command {
    // `target/debug/deps/examples-…` stands beside `target/debug/examples`.
    let test = std::env::current_exe().expect("this program");
    let profile = test.ancestors().nth(2).map(PathBuf::from).expect("a directory of cargo");
    let facts = world.facts();
    let mut command = Command::new(profile.join("examples").join(name));
    command
        .args(arguments)
        .env("HOMEY_ADDRESS", &facts.homey_url)
        .env("HOMEY_TOKEN", &facts.api_key);
    command.kill_on_drop(true).stdout(Stdio::piped());
    command
}

/// What an example prints that ends.
async fn output(name: &str, arguments: &[&str], world: &Emulator) -> String {
    let output = tokio::time::timeout(LIMIT, example(name, arguments, world).output());
    let output = output.await.expect("it ends").expect("it runs");
    assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text")
}

/// An example that goes on, and its lines.
fn started(
    name: &str,
    arguments: &[&str],
    world: &Emulator,
) -> (Child, Lines<BufReader<ChildStdout>>) {
    let mut child = example(name, arguments, world).spawn().expect("it runs");
    let lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
    (child, lines)
}

async fn line(lines: &mut Lines<BufReader<ChildStdout>>) -> String {
    let line = tokio::time::timeout(LIMIT, lines.next_line());
    line.await.expect("a line in time").expect("text").expect("a line")
}

async fn world() -> (Emulator, Homey) {
    let world = Emulator::builder().start().await.expect("a free port");
    let facts = world.facts();
    let homey =
        Homey::builder(facts.homey_url).token(facts.api_key).connect().await.expect("a Homey");
    (world, homey)
}

#[tokio::test]
async fn the_devices_are_listed_and_one_is_switched() {
    let (world, _homey) = world().await;
    for (state, value) in [("on", "onoff = true"), ("off", "onoff = false")] {
        let said = output("switch", &["Floor lamp", state], &world).await;
        assert_eq!(said, format!("Floor lamp is {state}\n"));
        let listed = output("list", &[], &world).await;
        let lamp = listed.lines().skip_while(|line| *line != "Floor lamp").skip(1);
        let mut values = lamp.take_while(|line| line.starts_with(' '));
        assert!(values.any(|line| line.trim() == value), "{listed}");
    }
}

#[tokio::test]
async fn events_are_watched() {
    let (world, homey) = world().await;
    let (_child, mut lines) = started("watch", &["homey:manager:logic"], &world);
    assert_eq!(line(&mut lines).await, "listening to homey:manager:logic");
    homey.logic().add_variable("guests", 2).await.expect("made");
    let event = line(&mut lines).await;
    assert!(event.starts_with("variable.create ") && event.contains("guests"), "{event}");
}

#[tokio::test]
async fn a_home_is_mirrored() {
    let (world, homey) = world().await;
    let (_child, mut lines) = started("mirror", &[], &world);
    assert!(line(&mut lines).await.ends_with(" devices"));
    homey.logic().add_variable("guests", 2).await.expect("made");
    loop {
        let change = line(&mut lines).await;
        if change.contains("\"guests\"") {
            assert!(change.contains("\"added\""), "{change}");
            return;
        }
    }
}

#[tokio::test]
async fn an_address_that_is_no_url_is_named() {
    let error = Homey::builder("192.0.2.7").token("t").connect().await.expect_err("no URL");
    assert!(error.to_string().contains("192.0.2.7"), "{error}");
}
