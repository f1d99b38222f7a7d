//! Listeners on a ring: what they get, when they come back, and when there are many.

use housekey::mirror::{Change, ChangeKind, ItemKind, Kinds, Origin};
use serde_json::json;
use tokio_util::sync::CancellationToken;

use super::*;
use crate::events::filter::EventQuery;

fn change(seq: u64, device: &str) -> Arc<Change> {
    let value = json!(seq);
    let what = ChangeKind::Value { capability: "dim".into(), value, previous: json!(0), at: None };
    Arc::new(Change { seq, origin: Origin::Live, kind: ItemKind::Device, id: device.into(), what })
}

/// Changes of the devices `d0`, `d1` and `d2` in rotation.
fn changes(seqs: std::ops::RangeInclusive<u64>) -> Vec<Arc<Change>> {
    seqs.map(|seq| change(seq, &format!("d{}", seq % 3))).collect()
}

fn ring() -> Arc<Ring> {
    Arc::new(Ring::new("e1".to_owned(), 0))
}

fn listener(
    ring: &Arc<Ring>,
    query: &str,
    start: StartPosition<'_>,
) -> (CancellationToken, EventListener) {
    let parsed = EventQuery::parse(query).unwrap();
    let filter = Filter::new(&parsed, Kinds::all(), &Arc::default()).unwrap();
    let stop = CancellationToken::new();
    (stop.clone(), EventListener::of(ring.clone(), "live", filter, start, stop))
}

/// The numbers of all events that are there, gaps as negative ones.
async fn received(listener: &mut EventListener) -> Vec<i64> {
    let mut numbers = Vec::new();
    loop {
        let next = tokio::select! {
            biased;
            next = listener.next() => next.unwrap(),
            () = tokio::task::yield_now() => return numbers,
        };
        let text = String::from_utf8(next.to_vec()).unwrap();
        for event in text.split("\n\n").filter(|event| event.contains("data:")) {
            let field = |name: &str| {
                let line = event.lines().find_map(|line| line.strip_prefix(name));
                line.unwrap_or_default().to_owned()
            };
            let data: serde_json::Value = serde_json::from_str(&field("data: ")).unwrap();
            match &*field("event: ") {
                "value" => {
                    assert_eq!(field("id: "), format!("e1-{}", data["seq"]));
                    numbers.push(data["seq"].as_i64().unwrap());
                }
                "gap" => numbers.push(-data["missed"].as_i64().unwrap_or(i64::MAX)),
                "ready" => assert_eq!(data["state"], "live"),
                other => panic!("{other}"),
            }
        }
    }
}

#[tokio::test]
async fn every_listener_gets_its_events_from_its_position() {
    let ring = ring();
    let (_stop, mut first) = listener(&ring, "", StartPosition::Now);
    let (_stop, mut filtered) = listener(&ring, "uri=homey:device:d1", StartPosition::Now);
    ring.push(changes(1..=4));
    assert_eq!(received(&mut first).await, [1, 2, 3, 4]);
    ring.push(changes(5..=8));
    let (_stop, mut late) = listener(&ring, "", StartPosition::Now);
    let (_stop, mut back) = listener(&ring, "", StartPosition::After("e1-3"));
    ring.push(changes(9..=9));
    assert_eq!(received(&mut first).await, [5, 6, 7, 8, 9]);
    assert_eq!(received(&mut filtered).await, [1, 4, 7]);
    assert_eq!(received(&mut late).await, [9]);
    assert_eq!(received(&mut back).await, [4, 5, 6, 7, 8, 9]);
}

#[tokio::test]
async fn what_is_missing_is_reported() {
    let ring = ring();
    let (_stop, mut slow) = listener(&ring, "", StartPosition::Now);
    for seq in (1..=10_000).step_by(10) {
        ring.push(changes(seq..=seq + 9));
    }
    let kept = 8190;
    let numbers = received(&mut slow).await;
    assert_eq!(numbers[0], -(10_000 - kept));
    assert_eq!(numbers[1..], (10_000 - kept + 1..=10_000).collect::<Vec<_>>());
    // Changes that the mirror itself has missed.
    ring.push(changes(10_006..=10_006));
    assert_eq!(received(&mut slow).await, [-5, 10_006]);
    let (_stop, mut of_another_start) = listener(&ring, "", StartPosition::After("e0-17"));
    assert_eq!(received(&mut of_another_start).await, [-i64::MAX]);
}

#[tokio::test]
async fn thousands_get_everything_and_share_the_text() {
    let ring = ring();
    let mut listeners: Vec<_> =
        (0..5000).map(|_| listener(&ring, "", StartPosition::Now)).collect();
    ring.push(changes(1..=100));
    let mut texts = Vec::new();
    for (_, listener) in &mut listeners {
        listener.next().await.unwrap();
        texts.push(listener.next().await.unwrap());
        assert_eq!(listener.seq, 100);
    }
    let one = texts[0].as_ptr();
    assert!(texts.iter().all(|text| text.as_ptr() == one), "no copies");
}

#[tokio::test]
async fn a_quiet_home_sends_heartbeats_and_the_end_comes() {
    let ring = ring();
    let (stop, mut quiet) = listener(&ring, "uri=homey:device:d2", StartPosition::Now);
    quiet.next().await.unwrap();
    ring.heartbeat();
    assert_eq!(quiet.next().await.unwrap(), ":\n\n");
    // Heartbeats are sent although no event matches.
    ring.push(changes(1..=1));
    ring.heartbeat();
    assert_eq!(quiet.next().await.unwrap(), ":\n\n");
    stop.cancel();
    assert_eq!(quiet.next().await, None);
}

#[test]
fn ids_of_others_are_no_place_here() {
    for (id, want) in [
        ("e1-7", Ok(7)),
        ("e1-9", Ok(9)),
        ("e1-0", Ok(0)),
        ("e1-10", Err(UnknownId)),
        ("e0-7", Err(UnknownId)),
        ("7", Err(UnknownId)),
        ("e1-", Err(UnknownId)),
        ("e1-x", Err(UnknownId)),
    ] {
        assert_eq!(resume(id, "e1", 9), want, "{id}");
    }
}
