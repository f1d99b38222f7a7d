//! `housekey mqtt`, as far as no broker is needed.

use std::fs;
use std::net::TcpListener;

use housekey::catalogue::Dialect;
use serde_json::Value;

use crate::context::TestContext;

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
