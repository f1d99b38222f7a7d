//! `housekey doctor --report`: it names what differs, and holds nothing of the home.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use housekey_emulator::{Emulator, Model};
use serde_json::{Map, Value, json};

use crate::context::TestContext;
use crate::fake;

/// What a home holds that is about people, by kind. Every text is put into every answer, as a value and as a key.
const PERSONAL: [(&str, &str); 60] = [
    ("name of a device", "Robins Nachtkastlamp"),
    ("name of a device with emoji", "Babyfoon \u{1f476} Fenna"),
    ("name of a zone", "Kinderkamer Fenna"),
    ("name of a flow", "Wek Robin als Joris thuis is"),
    ("name of a folder", "Scheiding"),
    ("name of a mood", "Romantisch met Joris"),
    ("name of a variable", "kluiscode_zolder"),
    ("value of a variable", "4711-zolder"),
    ("name of a user", "Robin Vandenberg"),
    ("name of a user, one word", "vandenberg"),
    ("name of a guest", "Oma Geertruida"),
    ("e-mail address", "robin.vandenberg@example.org"),
    ("athom id", "5f2a9c0e1b3d4e6f70819203"),
    ("id of a user", "0b9f4a52-77aa-4c1e-9d3c-5b1a2c3d4e5f"),
    ("id of a device", "8d1c2b3a-4e5f-4a6b-8c7d-9e0f1a2b3c4d"),
    ("cloud id", "5a0000b1c2d3e4f506172839"),
    ("IPv4 address", "192.168.178.23"),
    ("IPv6 address", "fe80::1a2b:3cff:fe4d:5e6f"),
    ("public address", "203.0.113.77"),
    ("MAC address", "a4:cf:12:9b:7e:01"),
    ("SSID", "FamilieVandenbergGast"),
    ("SSID, one word", "zolderwifi"),
    ("password of a network", "Zomer2019!geheim"),
    ("position", "52.370216, 4.895168"),
    ("latitude as text", "52.370216"),
    ("street", "Prinsengracht 263-III"),
    ("postal code", "1016 GV"),
    ("town", "Amstelveen"),
    ("bearer token", "6f1d2c3b-0000-4000-8000-00000000a001:5e0d:0f1e2d3c4b5a6978"),
    ("JWT", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJyb2JpbiJ9.c2lnbmF0dXJl"),
    ("API key of an app", "sk_live_51H8xQ2eZvKYlo2C"),
    ("password in a setting", "hunter2hunter2"),
    ("PIN code", "PIN 0852"),
    ("URL with a key", "https://cam.example.org/feed?key=s3cr3tfeed"),
    ("URL of an image", "https://192.168.178.40/snapshot/fenna.jpg"),
    ("URL of a webhook", "https://hooks.example.org/T0123/B0456/zolder"),
    ("URL with credentials", "rtsp://joris:welkom01@192.168.178.41/stream"),
    ("serial number", "SN-HUE-00178823AF"),
    ("IEEE address", "00:17:88:01:0b:af:23:9c"),
    ("Z-Wave key", "9f3ac1b2d4e5f60718293a4b5c6d7e8f"),
    ("telephone number", "+31 6 12345678"),
    ("date of birth", "1984-05-17"),
    ("licence plate", "Garage 12-ABC-3"),
    ("title of a capability", "Hartslag Geertruida"),
    ("id of a capability", "measure_hartslag.geertruida"),
    ("text of a notification", "Joris kwam thuis om 03:12"),
    ("name of an alarm", "Medicijnen Geertruida"),
    ("time of an alarm", "06:43"),
    ("note on a device", "Sleutel ligt onder de bloempot"),
    ("setting of an app", "calendarOwner=Joris"),
    ("name in a calendar", "Therapie Robin"),
    ("token in a flow", "[[homey:device:8d1c2b3a|hartslag]]"),
    ("message in a flow", "Vergeet je insuline niet, Robin"),
    ("argument of a card", "Spotify: slaapliedjes Fenna"),
    ("value of Insights", "98.7654321"),
    ("host name", "robins-macbook-pro.local"),
    ("serial of a phone", "Robins iPhone 14 Pro"),
    ("account of another service", "vandenberg_thuis_netatmo"),
    ("bank account", "NL91ABNA0417164300"),
    ("name of a session's program", "Joris zijn script"),
];

/// Words of those texts that are also names of operations or fields.
const COMMON: [&str; 7] = ["device", "example", "homey", "https", "local", "measure", "stream"];

/// The fields that a client needs unchanged to go on reading.
const NEEDED: [&str; 8] = [
    "id",
    "uri",
    "ownerUri",
    "homeyPlatform",
    "homeyPlatformVersion",
    "homeyVersion",
    "homeyModelId",
    "type",
];

/// The next personal text, over and over.
fn next(at: &mut usize) -> &'static str {
    *at += 1;
    PERSONAL[*at % PERSONAL.len()].1
}

/// Puts personal texts into all values, and as keys into all objects.
fn plant(value: &mut Value, at: &mut usize) {
    match value {
        Value::String(text) => next(at).clone_into(text),
        Value::Array(items) if items.iter().all(Value::is_string) => {}
        Value::Array(items) => items.iter_mut().for_each(|item| plant(item, at)),
        Value::Object(fields) => {
            for _ in 0..3 {
                fields.insert(next(at).to_owned(), json!(PERSONAL[*at % 7].1));
            }
            let of_each = |(name, value): (&String, &mut Value)| {
                if !NEEDED.contains(&name.as_str()) {
                    plant(value, at);
                }
            };
            fields.iter_mut().for_each(of_each);
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Differences that the report has to name.
fn differ(path: &str, answer: &mut Value) {
    let items = |answer: &mut Value, change: &dyn Fn(&mut Map<String, Value>)| {
        let items = answer.as_object_mut().expect("a map").values_mut();
        items.filter_map(Value::as_object_mut).for_each(change);
    };
    match path {
        "/api/manager/devices/device" => items(answer, &|device| {
            device.insert("batteryHealth".to_owned(), json!({ "level": 81, "Fenna": "Joris" }));
            device.insert("available".to_owned(), json!("Joris"));
            device.remove("class");
        }),
        "/api/manager/flow/flow" => items(answer, &|flow| {
            flow.insert("enabled".to_owned(), Value::Null);
        }),
        _ => {}
    }
}

/// A Homey whose every answer is full of personal data; also all texts that it sent.
fn home(model: Model) -> (TestContext, Arc<Mutex<BTreeSet<String>>>) {
    let emulator = Emulator::builder().model(model).unserved().expect("built");
    let facts = emulator.facts();
    let (sent, key) = (Arc::new(Mutex::new(BTreeSet::new())), facts.api_key.clone());
    let all = Arc::clone(&sent);
    let at = Mutex::new(0);
    let address = fake::homey(move |path, stream| {
        let path = path.trim_end_matches('/');
        if path == "/api/manager/weather/weather" {
            let words: Vec<_> = PERSONAL.iter().map(|(_, text)| *text).collect();
            let text = format!("Weather service timed out for {}", words.join(" and "));
            let body = json!({ "error": text, "error_description": words.concat() }).to_string();
            return fake::answer(stream, 500, "application/json", body.as_bytes());
        }
        if path == "/api/manager/zones/zone" {
            #[allow(clippy::disallowed_methods, reason = "a slow server, in a thread of its own")]
            thread::sleep(Duration::from_millis(2100));
        }
        let request = http::Request::get(path).header("host", "homey.invalid");
        let request = request.header("authorization", format!("Bearer {key}"));
        let request = request.body(Default::default()).expect("a request");
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let answer = runtime.block_on(emulator.call(request)).map_err(std::io::Error::other)?;
        let status = answer.status().as_u16();
        let mut body = answer.into_body().to_vec();
        if let Ok(mut json) = serde_json::from_slice::<Value>(&body)
            && !path.ends_with("/ping")
        {
            plant(&mut json, &mut at.lock().expect("no panic"));
            differ(path, &mut json);
            texts(&json, &mut all.lock().expect("no panic"));
            body = json.to_string().into_bytes();
        }
        fake::answer(stream, status, "application/json", &body)
    });
    let mut context = TestContext::alone();
    context.set("HOMEY_ADDRESS", &address);
    context.set("HOMEY_TOKEN", &facts.api_key);
    (context, sent)
}

/// Every text and every key that is no name of a field.
fn texts(value: &Value, all: &mut BTreeSet<String>) {
    match value {
        Value::String(text) => drop(all.insert(text.clone())),
        Value::Array(items) => items.iter().for_each(|item| texts(item, all)),
        Value::Object(fields) => {
            for (key, value) in fields {
                all.insert(key.clone());
                texts(value, all);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Whether a text may stand in a report because it is a name in a program: `lastSeenAt`, `homey.device`.
fn is_word_of_a_program(text: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphabetic() || b"_.:".contains(&byte);
    // Firmware and model are named on purpose.
    let is_system = text.starts_with("13.") || text.starts_with("homey") && text.len() < 9;
    text.len() < 5 || is_system || text.bytes().all(is_plain)
}

#[test]
fn a_report_names_what_differs_and_nothing_of_the_home() {
    check_report_of(Model::Pro2023);
}

#[test]
fn a_report_of_an_old_homey_does_so_too() {
    check_report_of(Model::Pro2019);
}

fn check_report_of(model: Model) {
    let (context, sent) = home(model);
    let said = context.run(&["doctor", "--report", "report.json"]);
    assert_eq!(said.exit, 0, "{said}");
    let path = context.directory().join("report.json");
    assert_eq!(fs::metadata(&path).expect("a file").permissions().mode() & 0o777, 0o600);
    let text = fs::read_to_string(&path).expect("a report");
    let report: Value = serde_json::from_str(&text).expect("JSON");

    let lower = text.to_lowercase();
    for (kind, planted) in PERSONAL {
        assert!(!lower.contains(&planted.to_lowercase()), "{model:?}: {kind}: {planted}");
        let words = planted.split(|letter: char| !letter.is_alphanumeric());
        for word in words.filter(|word| word.len() > 4 && !COMMON.contains(word)) {
            assert!(!lower.contains(&word.to_lowercase()), "{model:?}: {kind}: {word}");
        }
    }
    let sent = sent.lock().expect("no panic");
    assert!(sent.len() > 500, "{}", sent.len());
    for value in sent.iter().filter(|value| !is_word_of_a_program(value)) {
        assert!(!lower.contains(&value.to_lowercase()), "{model:?}: {value}");
    }
    assert!(!said.stdout.contains("Vandenberg"), "{said}");

    let of = |operation: &str| report["different"][operation]["differences"].to_string();
    let devices = of("devices.getDevices");
    for want in [
        "new field: *.batteryHealth: object",
        "new field: *.batteryHealth.*: number|string",
        "other type: *.available: string, known as boolean",
        "missing: *.class",
    ] {
        assert!(devices.contains(want), "{model:?}: {want}: {devices}");
    }
    let flows = of("flow.getFlows");
    assert!(flows.contains("null: *.enabled, known as boolean"), "{model:?}: {flows}");
    let weather = of("weather.getWeather");
    assert!(weather.contains("status 500: weather service timed out for …"), "{weather}");
    assert!(of("zones.getZones").contains("slow: 2"), "{}", of("zones.getZones"));
    let left_out = report["left_out"].as_object().expect("an object");
    assert!(left_out.len() > 5, "{left_out:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_homey_that_answers_as_known_has_no_differences() {
    for model in [Model::Pro2023, Model::Pro2019, Model::Cloud] {
        let mut context = TestContext::with(Emulator::builder().model(model)).await;
        if model == Model::Pro2023 {
            assert_eq!(context.login(&[]).exit, 0);
        } else {
            context.set("HOMEY_ADDRESS", &context.facts().homey_url);
            context.set("HOMEY_TOKEN", &context.facts().api_key);
        }
        let said = context.run(&["doctor", "--report", "-"]);
        assert_eq!(said.exit, 0, "{said}");
        let report: Value = serde_json::from_str(&said.stdout).expect("JSON");
        let different: Vec<_> =
            report["different"].as_object().expect("an object").iter().collect();
        let unexpected = different.iter().filter(|(_, about)| {
            let lines = about["differences"].as_array().expect("lines").iter();
            !lines.clone().all(|line| line.as_str().is_some_and(|line| line.starts_with("status ")))
        });
        assert_eq!(unexpected.collect::<Vec<_>>(), Vec::<&(&String, &Value)>::new(), "{model:?}");
        assert!(report["same"].as_object().expect("an object").len() > 80, "{model:?}: {report:#}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_there_is_kept_unless_it_is_forced() {
    let context = TestContext::signed_in().await;
    let path = context.directory().join("report.json");
    fs::write(&path, "mine").expect("written");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).expect("open");
    let said = context.run(&["doctor", "--report", "report.json"]);
    assert_eq!(said.exit, 2, "{said}");
    assert_eq!(fs::read_to_string(&path).expect("read"), "mine");
    let said = context.run(&["doctor", "--report", "report.json", "--force"]);
    assert_eq!(said.exit, 0, "{said}");
    assert!(fs::read_to_string(&path).expect("read").starts_with("{\n"));
    assert_eq!(fs::metadata(&path).expect("a file").permissions().mode() & 0o777, 0o600);
}
