//! Homes on a broker: what is published, and what commands do.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use housekey_agent::status::{PartState, Status};
use housekey_mqtt::{Broker as _, Client, Connection, Event, Message, Request};
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio::time::{sleep, timeout};

use super::fixture::Fixture;
use super::server::{Server, free_address};

/// A client that follows everything.
struct Watcher {
    requests: mpsc::Sender<Request>,
    seen: Arc<Mutex<Seen>>,
}

#[derive(Default)]
struct Seen {
    /// What the broker keeps, as far as it was seen.
    kept: BTreeMap<String, String>,
    /// Everything, in order.
    all: Vec<(String, String)>,
    lost: Option<String>,
}

impl Seen {
    fn kept(&self, topic: &str) -> Option<&str> {
        self.kept.get(topic).map(String::as_str)
    }

    /// The topic that ends so.
    fn ending(&self, end: &str) -> Option<String> {
        self.kept.keys().find(|topic| topic.ends_with(end)).cloned()
    }

    fn count(&self, topic: &str) -> usize {
        self.all.iter().filter(|(one, _)| one == topic).count()
    }
}

fn client(address: SocketAddr, id: &str) -> Client {
    let (host, port) = (address.ip().to_string(), address.port());
    Client { host, port, id: id.to_owned(), login: None, tls: None }
}

fn message(topic: &str, payload: &str, retain: bool) -> Message {
    Message { topic: topic.into(), payload: payload.to_owned(), retain }
}

impl Watcher {
    fn new(address: SocketAddr, id: &str) -> Self {
        let will = message("watcher/state", "offline", true);
        let Connection { requests, mut events } = client(address, id).open(&will);
        let seen = Arc::<Mutex<Seen>>::default();
        let (noting, subscribing) = (seen.clone(), requests.clone());
        tokio::spawn(async move {
            while let Some(event) = events.recv().await {
                match event {
                    Event::Connected => {
                        subscribing.send(Request::Subscribe(vec!["#".to_owned()])).await.ok();
                    }
                    Event::Message { topic, payload, .. } => {
                        let payload = String::from_utf8(payload).unwrap();
                        let mut seen = noting.lock().unwrap();
                        match payload.is_empty() {
                            true => seen.kept.remove(&topic),
                            false => seen.kept.insert(topic.clone(), payload.clone()),
                        };
                        seen.all.push((topic, payload));
                    }
                    Event::Refused(lost) | Event::Lost(lost) => {
                        noting.lock().unwrap().lost = Some(lost.why)
                    }
                }
            }
        });
        Self { requests, seen }
    }

    async fn publish(&self, topic: &str, payload: &str, retain: bool) {
        self.requests.send(Request::Publish(message(topic, payload, retain))).await.unwrap();
    }

    async fn until<T>(&self, what: &str, found: impl Fn(&Seen) -> Option<T>) -> T {
        let wait = async {
            loop {
                if let Some(found) = found(&self.seen.lock().unwrap()) {
                    return found;
                }
                sleep(Duration::from_millis(20)).await;
            }
        };
        let waited = timeout(Duration::from_secs(60), wait).await;
        waited.unwrap_or_else(|_| {
            let seen = self.seen.lock().unwrap();
            let last: Vec<_> = seen.all.iter().rev().take(20).collect();
            panic!("{what}: {} messages, the last {last:#?}", seen.all.len())
        })
    }

    async fn until_kept(&self, topic: &str, payload: &str) {
        let is_kept = |seen: &Seen| (seen.kept(topic) == Some(payload)).then_some(());
        self.until(&format!("{topic} = {payload}"), is_kept).await;
    }
}

async fn mosquitto(fixture: &Fixture, address: SocketAddr, lines: &str) -> Server {
    let config = fixture.path("mosquitto.conf");
    let port = address.port();
    let text = format!("listener {port} 127.0.0.1\npersistence false\n{lines}\n");
    std::fs::write(&config, text).unwrap();
    let mut command = Command::new("mosquitto");
    command.arg("-c").arg(config);
    Server::listening(command, address, &fixture.path("mosquitto.log")).await
}

fn settings(address: SocketAddr, more: &str) -> String {
    format!("[[mqtt]]\nurl = \"mqtt://{address}\"\nhomey = \"home\"\nclient_id = \"agent\"\n{more}")
}

fn trouble(status: &Status) -> Option<String> {
    let part = status.parts.iter().find(|part| part.name.starts_with("mqtt "))?;
    assert_eq!(part.state, PartState::Running);
    part.trouble.as_ref().map(|trouble| trouble.text.clone())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broker_that_does_not_answer_is_shown_and_stops_nothing() {
    let address = free_address();
    let mut fixture = Fixture::start(&settings(address, "")).await;
    let is_shown = |status: &Status| {
        trouble(status).is_some_and(|text| text.contains("the broker cannot be reached"))
    };
    fixture.until(is_shown).await;
    assert!(fixture.status().await.homeys.iter().all(|homey| homey.name != "none"));
    fixture.reload("").await;
    assert!(fixture.status().await.parts.iter().all(|part| !part.name.starts_with("mqtt ")));
    fixture.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Mosquitto"]
async fn mosquitto_has_the_home_and_passes_commands_on() {
    let address = free_address();
    let mut fixture = Fixture::start("").await;
    let _broker = mosquitto(&fixture, address, "allow_anonymous true").await;
    let watcher = Watcher::new(address, "watcher");
    let id = fixture.rename("Test lamp #1").await;
    fixture.run(&settings(address, "exclude = [\"measure_luminance\"]\n")).await;

    // The home is there.
    watcher.until_kept("housekey/bridge/state", "online").await;
    watcher.until_kept("housekey/home/state", "online").await;
    let state = watcher.until("a value", |seen| seen.ending("/test-lamp-1/onoff")).await;
    let short = id.replace('-', "");
    let config = format!("/hk_{}_{short}/config", fixture.world.facts().cloud_id);
    let config = watcher.until("its announcement", |seen| seen.ending(&config)).await;
    let announced =
        |seen: &Seen| seen.kept(&config).map(|text| serde_json::from_str::<Value>(text).unwrap());
    let payload = watcher.until("its announcement", announced).await;
    assert_eq!(payload["device"]["name"], "Test lamp #1");
    let is_left_out = |seen: &Seen| seen.ending("/measure_luminance").is_none().then_some(());
    watcher.until("what is left out", is_left_out).await;

    // Values follow, and commands are carried out.
    for on in [true, false, true] {
        fixture.set(&id, "onoff", on).await;
        watcher.until_kept(&state, &on.to_string()).await;
    }
    watcher.publish(&format!("{state}/set"), "false", false).await;
    watcher.until_kept(&state, "false").await;

    // What is wrong is refused, and the value published again.
    let before = watcher.seen.lock().unwrap().count(&state);
    watcher.publish(&format!("{state}/set"), "lamp", false).await;
    let refused = |seen: &Seen| (seen.count("housekey/bridge/log") == 1).then_some(());
    watcher.until("a refusal", refused).await;
    let repeated = |seen: &Seen| (seen.count(&state) > before).then_some(());
    watcher.until("the old value again", repeated).await;

    // Home Assistant starts.
    let before = watcher.seen.lock().unwrap().count(&config);
    watcher.publish("homeassistant/status", "online", false).await;
    let again = |seen: &Seen| (seen.count(&config) > before).then_some(());
    watcher.until("the announcement again", again).await;

    // Another name: new topics, then the old ones are deleted; the id stays.
    fixture.rename("Another lamp").await;
    let new = watcher.until("the new topic", |seen| seen.ending("/another-lamp/onoff")).await;
    let is_gone = |seen: &Seen| seen.kept(&state).is_none().then_some(());
    watcher.until("the old topic is deleted", is_gone).await;
    {
        let seen = watcher.seen.lock().unwrap();
        let place = |topic: &str, payload: &str| {
            seen.all.iter().rposition(|one| one.0 == *topic && one.1 == payload).unwrap()
        };
        assert!(place(&new, "false") < place(&state, ""));
    }
    let renamed =
        |seen: &Seen| (announced(seen)?["device"]["name"] == "Another lamp").then_some(());
    watcher.until("the new name", renamed).await;

    // A retained command is none, also after a restart of the agent.
    watcher.publish(&format!("{new}/set"), "true", true).await;
    fixture.stop().await;
    watcher.until_kept("housekey/bridge/state", "offline").await;
    fixture.run(&settings(address, "")).await;
    watcher.until_kept("housekey/bridge/state", "online").await;
    watcher.publish(&format!("{new}/set"), "lamp", false).await;
    let wrong = |seen: &Seen| (seen.count("housekey/bridge/log") >= 2).then_some(());
    let spurred = async {
        loop {
            // Commands are taken once everything is published.
            watcher.publish(&format!("{new}/set"), "lamp", false).await;
            sleep(Duration::from_millis(200)).await;
        }
    };
    tokio::select! {
        () = watcher.until("commands are taken", wrong) => {}
        () = spurred => {}
    }
    watcher.until_kept(&new, "false").await;
    assert_eq!(trouble(&fixture.status().await), None);
    fixture.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Mosquitto"]
async fn mosquitto_gets_everything_again_and_loses_what_is_left_behind() {
    let address = free_address();
    let mut fixture = Fixture::start("").await;
    let broker = mosquitto(&fixture, address, "allow_anonymous true").await;
    let watcher = Watcher::new(address, "watcher");
    let cloud = fixture.world.facts().cloud_id.clone();
    let left = |base: &str, origin: &str| {
        json!({
            "device": { "identifiers": ["x"], "name": "x" },
            "origin": { "name": origin },
            "availability": [{ "topic": format!("{base}/bridge/state") }],
            "components": {},
        })
        .to_string()
    };
    let gone = [
        (format!("homeassistant/device/hk_{cloud}_gone/config"), left("housekey", "housekey")),
        (format!("homeassistant/sensor/hk_{cloud}_gone/x/config"), left("housekey", "housekey")),
        ("housekey/home/hall/gone/onoff".to_owned(), "true".to_owned()),
    ];
    let stays = [
        (format!("homeassistant/device/hk_{cloud}_other/config"), left("other", "housekey")),
        (format!("homeassistant/device/hk_{cloud}_alien/config"), left("housekey", "zigbee2mqtt")),
        ("housekey/cabin/hall/lamp/onoff".to_owned(), "true".to_owned()),
        ("home/hall/lamp/onoff".to_owned(), "true".to_owned()),
    ];
    for (topic, payload) in gone.iter().chain(&stays) {
        watcher.publish(topic, payload, true).await;
        watcher.until_kept(topic, payload).await;
    }
    let id = fixture.rename("Test lamp").await;
    fixture.run(&settings(address, "")).await;
    let state = watcher.until("a value", |seen| seen.ending("/test-lamp/onoff")).await;
    for (topic, _) in &gone {
        watcher.until(topic, |seen| seen.kept(topic).is_none().then_some(())).await;
    }
    for (topic, payload) in &stays {
        watcher.until_kept(topic, payload).await;
    }

    // The broker starts again, and has nothing any more.
    let published = watcher.seen.lock().unwrap().kept.len();
    drop(broker);
    fixture.until(|status| trouble(status).is_some()).await;
    fixture.set(&id, "onoff", true).await;
    let _broker = mosquitto(&fixture, address, "allow_anonymous true").await;
    let watcher = Watcher::new(address, "another watcher");
    watcher.until_kept(&state, "true").await;
    let all = |seen: &Seen| (seen.kept.len() >= published - stays.len()).then_some(());
    watcher.until("everything", all).await;
    fixture.until(|status| trouble(status).is_none()).await;

    // Another client with the same id.
    let _twin = Watcher::new(address, "agent");
    let shown = async {
        loop {
            if let Some(text) = trouble(&fixture.status().await) {
                return text;
            }
        }
    };
    let shown = timeout(Duration::from_secs(60), shown).await.unwrap();
    // Where the end of the connection overtakes the reason, the advice says it.
    let known =
        ["another client with the same id has connected", "the broker has closed the connection"];
    assert!(known.contains(&&*shown), "{shown}");
    fixture.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Mosquitto"]
async fn mosquitto_refuses_a_login_and_publishes_a_will() {
    let address = free_address();
    let mut fixture = Fixture::start("").await;
    let broker = mosquitto(&fixture, address, "allow_anonymous false").await;
    fixture.file("mqtt.password", &housekey::Secret::new("wr0ng\n"));
    let login = "user = \"home\"\npassword_file = \"mqtt.password\"\n";
    fixture.run(&settings(address, login)).await;
    let refused =
        |status: &Status| trouble(status).is_some_and(|text| text.contains("refuses the user"));
    fixture.until(refused).await;
    drop(broker);

    let _broker = mosquitto(&fixture, address, "allow_anonymous true").await;
    let watcher = Watcher::new(address, "watcher");
    fixture.until(|status| trouble(status).is_none()).await;
    watcher.until_kept("housekey/bridge/state", "online").await;
    // A connection that ends without a word.
    let Connection { requests, mut events } =
        client(address, "short").open(&message("short/state", "offline", true));
    assert_eq!(events.recv().await, Some(Event::Connected));
    drop((requests, events));
    watcher.until_kept("short/state", "offline").await;
    assert_eq!(watcher.seen.lock().unwrap().lost, None);
    fixture.stop().await;
}
