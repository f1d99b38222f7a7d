//! `housekey mqtt`. The tests that are ignored need Mosquitto: `cargo xtask servers` runs them.

use std::fs;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use housekey::catalogue::Dialect;
use housekey_emulator::Emulator;
use serde_json::Value;

use crate::agent::{HOMEY, Running};
use crate::context::{Said, TestContext};

#[tokio::test(flavor = "multi_thread")]
async fn a_preview_has_a_line_for_each_message() {
    let context = TestContext::with_key(Dialect::Local).await;
    let said = context.run(&["mqtt", "preview"]);
    assert_eq!(said.exit, 0, "{said}");
    let announced = |line: &&str| line.starts_with("homeassistant/device/");
    let announced: Vec<&str> = said.stdout.lines().filter(announced).collect();
    assert!(announced.len() > 10, "{said}");
    for line in &announced {
        let (topic, payload) = line.split_once(' ').expect("a payload");
        let payload: Value = serde_json::from_str(payload).expect("JSON");
        assert!(payload["components"].is_object(), "{topic}");
    }
    let counts: Vec<_> = said.stdout.lines().filter(|line| line.contains("/devices ")).collect();
    // The bridge is announced as a device of its own.
    assert_eq!(counts, [format!("housekey/home/devices {}", announced.len() - 1)]);
    let json = context.run(&["mqtt", "preview", "--json"]);
    let topics: Vec<String> = json
        .stdout
        .lines()
        .map(|line| {
            let message: Value = serde_json::from_str(line).expect("JSON");
            message["topic"].as_str().expect("a topic").to_owned()
        })
        .collect();
    let shown: Vec<&str> = said.stdout.lines().filter_map(|line| line.split(' ').next()).collect();
    assert_eq!(topics, shown);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_cleaned_where_no_broker_is_named_or_none_answers() {
    let context = TestContext::signed_in().await;
    insta::assert_snapshot!(context.run(&["mqtt", "clean", "--dry-run"]), @r#"
    exit: 1
    stdout: nothing
    stderr:
    error: no [[mqtt]] publishes "Canal House"
    hint: write [[mqtt]] with the `url` of the broker into agent.toml
    "#);
    let free = TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address");
    let settings =
        format!("[[homey]]\nname = \"canal-house\"\n[[mqtt]]\nurl = \"mqtt://{free}\"\n");
    let config = context.directory().join("config");
    fs::create_dir_all(&config).expect("a directory");
    fs::write(config.join("agent.toml"), settings).expect("written");
    let said = context.run(&["mqtt", "clean", "--dry-run"]);
    assert_eq!(said.exit, 1, "{said}");
    assert!(said.stderr.contains(&format!("mqtt://{free}")), "{said}");
    assert!(said.stderr.contains("hint: "), "{said}");
}

/// Mosquitto; it ends when this is dropped.
struct Broker(Child);

impl Drop for Broker {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn mosquitto(context: &TestContext, address: SocketAddr) -> Broker {
    let config = context.directory().join("mosquitto.conf");
    let port = address.port();
    let text = format!("listener {port} 127.0.0.1\npersistence false\nallow_anonymous true\n");
    fs::write(&config, text).expect("written");
    let mut command = Command::new("mosquitto");
    command.arg("-c").arg(config).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let broker = Broker(command.spawn().expect("mosquitto"));
    within("mosquitto", || TcpStream::connect(address).ok().map(drop));
    broker
}

/// Waits until something is there.
#[expect(clippy::disallowed_methods, reason = "a real broker has its own time")]
fn within<T>(what: &str, look: impl Fn() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(begun.elapsed() < Duration::from_secs(60), "{what}");
        sleep(Duration::from_millis(100));
    }
}

/// More messages than Mosquitto keeps for a client that has to acknowledge them.
const MANY: usize = 200;

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Mosquitto"]
async fn what_an_agent_published_is_found_and_cleaned() {
    let free = TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address");
    let context = TestContext::with(Emulator::builder().devices(MANY)).await;
    assert_eq!(context.login(&[]).exit, 0, "signed in");
    let _broker = mosquitto(&context, free);
    let config = context.directory().join("config");
    fs::create_dir_all(&config).expect("a directory");
    let settings = format!("{HOMEY}[[mqtt]]\nurl = \"mqtt://{free}\"\n");
    for place in [context.directory(), &*config] {
        fs::write(place.join("agent.toml"), &settings).expect("written");
    }
    let mut agent = Running::start(&context, &[]);
    agent.hear(&["connected to the broker"]);
    let clean = |further: &[&str]| {
        let said = context.run(&[&["mqtt", "clean"], further].concat());
        assert_eq!(said.exit, 0, "{said}");
        said
    };
    let count = |said: &Said| said.stdout.lines().count();
    let preview = context.run(&["mqtt", "preview"]);
    let published = preview.stdout.lines().count();
    within("all is published", || {
        (count(&clean(&["--all", "--dry-run"])) >= published - 1).then_some(())
    });
    assert_eq!(count(&clean(&["--dry-run"])), 0, "nothing is left behind");
    agent.signal("-TERM");
    assert_eq!(agent.ended().0, Some(0));
    let deleted = count(&clean(&["--all", "--yes"]));
    assert!(deleted > 1_000, "{deleted}");
    assert_eq!(count(&clean(&["--all", "--dry-run"])), 2, "the topics of the bridge");
}
