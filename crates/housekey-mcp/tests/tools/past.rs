//! Flow cards, and what was.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use housekey_emulator::Emulator;
use housekey_mcp::{History, HistoryEvent, HistoryQuery, HistoryReading, Options};
use jiff::Timestamp;
use serde_json::json;

use crate::client::Client;
use crate::guarded::device;

#[tokio::test]
async fn a_card_is_found_described_and_completed() {
    let mut client = Client::start().await;
    let found =
        client.text("homey_flowcards", json!({ "q": "text variable", "kind": "action" })).await;
    assert!(found.contains("homey:manager:logic:set_variable_text"), "{found}");
    let card = json!({ "card": "homey:manager:logic:set_variable_text" });
    let text = client.text("homey_flowcards", card).await;
    assert!(
        text.contains("argument: variable · autocomplete · give `argument` for its choices"),
        "{text}"
    );
    let choices = json!({ "card": "homey:manager:logic:variable_changed", "argument": "variable", "q": "gue" });
    let text = client.text("homey_flowcards", choices).await;
    assert!(text.starts_with("1 choices") && text.contains("\"name\":\"Guests\""), "{text}");
    let wrong = json!({ "card": "homey:manager:logic:variable_changed", "argument": "x" });
    assert!(
        client.refusal("homey_flowcards", wrong).await.starts_with("There are no choices of x")
    );
    let pages = client.call("homey_flowcards", json!({ "owner": "logic" })).await;
    assert!(pages["structuredContent"]["cursor"].is_string(), "{pages}");
}

#[tokio::test]
async fn insights_answer_where_nothing_is_recorded() {
    let mut client = Client::start().await;
    let wanted =
        json!({ "device": "Weather station", "capability": "measure_temperature", "from": "24h" });
    let result = client.call("homey_history", wanted).await;
    let text = crate::client::text(&result);
    assert!(text.contains("measure_temperature · mean by 1h in °C"), "{text}");
    let points = result["structuredContent"]["series"][0]["points"].as_array().expect("points");
    assert!((10..=60).contains(&points.len()), "{text}");
    for (arguments, wanted) in [
        (json!({ "device": "Weather station", "capability": "x" }), "keeps no history of x"),
        (json!({ "device": "Weather station", "capability": "x", "from": "soon" }), "is no time"),
        (
            json!({ "device": "Weather station", "capability": "x", "fn": "integral" }),
            "needs a history",
        ),
    ] {
        let text = client.refusal("homey_history", arguments).await;
        assert!(text.contains(wanted), "{text}");
    }
    let events = client.refusal("homey_events", json!({})).await;
    assert!(events.contains("`[history]` in agent.toml"), "{events}");
}

/// A history with the same rows for each query, and one event for a device.
#[derive(Debug, Default)]
pub(crate) struct Recorded {
    pub(crate) device: std::sync::Mutex<String>,
}

impl History for Recorded {
    fn has(&self, homey: &str) -> bool {
        homey == "home"
    }

    fn read(&self, query: HistoryQuery) -> BoxFuture<'_, Result<Option<HistoryReading>, String>> {
        let rows = vec![(query.from, json!(2.5)), (query.to, json!(null))];
        let (function, unit) = ("mean".to_owned(), Some("W".to_owned()));
        Box::pin(async { Ok(Some(HistoryReading { rows, function, unit })) })
    }

    fn events(
        &self,
        _: &str,
        _: Option<&str>,
        (_, to): (Timestamp, Timestamp),
        _: usize,
    ) -> BoxFuture<'_, Result<Vec<HistoryEvent>, String>> {
        let item = self.device.lock().unwrap().clone();
        let (kind, text) = ("value".to_owned(), "locked=false".to_owned());
        Box::pin(async move { Ok(vec![HistoryEvent { at: to, item, kind, text }]) })
    }
}

#[tokio::test]
async fn what_was_recorded_is_read() {
    let recorded = Arc::new(Recorded { device: Default::default() });
    let history = recorded.clone();
    let set_up = |options| Options { history: Some(history), ..options };
    let mut client = Client::with(Emulator::builder().seed(1), set_up).await;
    let devices = ["Ceiling lamp", "Weather station"];
    let both = json!({ "device": devices, "capability": "measure_power", "from": "2026-01-02",
        "to": "2026-01-03", "group": "all" });
    let text = client.text("homey_history", both).await;
    assert!(text.starts_with("2 devices together · measure_power · mean by 1h in W\n"), "{text}");
    assert!(text.ends_with(" 5.0"), "{text}");
    *recorded.device.lock().unwrap() = device(&client, "Front door lock").await;
    crate::guarded::unlocking_flow(&client, true).await;
    let text = client.text("homey_events", json!({ "zone": "Hallway" })).await;
    assert!(text.contains("\"Front door lock\"") && text.contains("\"locked=false\""), "{text}");
    assert!(text.contains("could be by \"Unlocks\""), "{text}");
    let text = client.text("homey_events", json!({ "zone": "Kitchen" })).await;
    assert_eq!(text, "Nothing happened in this time that was recorded");
}
