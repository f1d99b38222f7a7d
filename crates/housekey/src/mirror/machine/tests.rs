//! The states of a mirror in sequence, with their reasons.

use serde_json::json;
use serde_json::value::RawValue;

use super::*;

/// A machine with its copy, and a clock that is moved by hand.
struct Bench {
    now: Duration,
    machine: Machine,
    home: Home,
    changes: Vec<Arc<Change>>,
}

const INTERVAL: Duration = Duration::from_secs(30);
const LAMP: &str = r#"{"a":{"id":"a","name":"Lamp","capabilitiesObj":{"onoff":{"value":true}}}}"#;

fn trouble(nature: Nature) -> Trouble {
    Trouble { nature, reason: "no luck".into() }
}

fn event(uri: &str, name: &str, data: &serde_json::Value) -> Event {
    let data = RawValue::from_string(data.to_string()).unwrap().into();
    Event { uri: uri.into(), name: name.into(), data }
}

impl Bench {
    fn new(kinds: &[ItemKind]) -> Self {
        let start = "2026-03-01T12:00:00Z".parse().unwrap();
        let now = StepTime { at: Duration::ZERO, wall: start };
        let machine = Machine::new(kinds.iter().copied().collect(), INTERVAL, now);
        Self { now: Duration::ZERO, machine, home: Home::default(), changes: Vec::new() }
    }

    /// Takes what happens together, and tells what is to be done: `list zone`, `+homey:device:a`.
    fn take(&mut self, inputs: Vec<MachineInput<'_>>) -> Vec<String> {
        let start: Timestamp = "2026-03-01T12:00:00Z".parse().unwrap();
        let wall = start + jiff::SignedDuration::try_from(self.now).unwrap();
        let now = StepTime { at: self.now, wall };
        let mut out = Output::default();
        for input in inputs {
            self.machine.step(now, input, &mut self.home, &mut out);
        }
        self.machine.settle(now, &mut out);
        self.changes.extend(out.changes);
        let name = |action| match action {
            MachineAction::Subscribe(uri) => format!("+{uri}"),
            MachineAction::Unsubscribe(uri) => format!("-{uri}"),
            MachineAction::List(kind) => format!("list {kind}"),
        };
        out.actions.into_iter().map(name).collect()
    }

    fn listed(&mut self, kind: ItemKind, list: &str) -> Vec<String> {
        self.take(vec![MachineInput::Listed(kind, Ok(list.into()))])
    }

    fn granted(&mut self, uri: &str) -> Vec<String> {
        self.take(vec![MachineInput::Subscribed(uri.into(), Ok(()))])
    }

    /// Moves the clock to when the machine wants to look again.
    fn wait(&mut self) -> (u64, Vec<String>) {
        let deadline = self.machine.deadline();
        let waited = deadline.saturating_sub(self.now);
        self.now = self.now.max(deadline);
        (waited.as_secs(), self.take(vec![]))
    }

    fn state(&self) -> (MirrorState, Option<&str>) {
        let status = self.machine.status();
        (status.state, status.reason.as_deref())
    }

    /// Zones alone, live.
    fn live() -> Self {
        let mut bench = Self::new(&[ItemKind::Zone]);
        bench.take(vec![MachineInput::Connected]);
        bench.granted("homey:manager:zones");
        bench.listed(ItemKind::Zone, "{}");
        assert_eq!(bench.state(), (MirrorState::Live, None));
        bench
    }
}

#[test]
fn devices_are_listed_listened_to_and_listed_again() {
    let mut bench = Bench::new(&[ItemKind::Device]);
    assert_eq!(bench.take(vec![]), [""; 0], "nothing is known without a connection");
    assert_eq!(bench.state(), (MirrorState::Connecting, None));
    assert_eq!(bench.take(vec![MachineInput::Connected]), ["+homey:manager:devices"]);
    assert_eq!(bench.granted("homey:manager:devices"), ["list device"]);
    assert_eq!(bench.listed(ItemKind::Device, LAMP), ["+homey:device:a"]);
    assert_eq!(bench.granted("homey:device:a"), ["list device"]);
    assert_eq!(
        (bench.state().0, bench.machine.status().complete),
        (MirrorState::Connecting, false)
    );
    assert_eq!(bench.listed(ItemKind::Device, LAMP), [""; 0]);
    assert_eq!((bench.state().0, bench.machine.status().complete), (MirrorState::Live, true));
    assert!(bench.changes.is_empty(), "no reader can have begun");
    // One that goes is listened to no more; one that comes is, and read once more.
    let gone = event("homey:manager:devices", "device.delete", &json!({ "id": "a" }));
    assert_eq!(bench.take(vec![MachineInput::Event(&gone)]), ["-homey:device:a"]);
    let new = event("homey:manager:devices", "device.create", &json!({ "id": "b", "name": "B" }));
    assert_eq!(bench.take(vec![MachineInput::Event(&new)]), ["+homey:device:b"]);
    assert_eq!(bench.granted("homey:device:b"), ["list device"]);
    assert_eq!(bench.changes.iter().map(|change| change.seq).collect::<Vec<_>>(), [1, 2]);
}

#[test]
fn a_lost_connection_is_waited_for_then_polled_around_then_caught_up_with() {
    let mut bench = Bench::live();
    bench.now += Duration::from_secs(5);
    assert_eq!(bench.take(vec![MachineInput::Disconnected(Loss::Silent)]), [""; 0]);
    let why = Some("the Homey stopped answering");
    assert_eq!(bench.state(), (MirrorState::Connecting, why));
    assert_eq!(bench.machine.status().since.to_string(), "2026-03-01T12:00:05Z");
    assert_eq!(bench.wait(), (10, vec!["list zone".to_owned()]));
    assert_eq!(bench.state(), (MirrorState::Connecting, why), "nothing is known yet");
    bench.listed(ItemKind::Zone, r#"{"z":{"id":"z"}}"#);
    assert_eq!(bench.state(), (MirrorState::Polling, why));
    assert_eq!(bench.changes[0].origin, Origin::Polled);
    assert_eq!(bench.wait(), (30, vec!["list zone".to_owned()]));
    bench.take(vec![MachineInput::Listed(ItemKind::Zone, Err(trouble(Nature::Passing)))]);
    assert_eq!(bench.state(), (MirrorState::Offline, Some("no luck")));
    assert_eq!(bench.wait(), (30, vec!["list zone".to_owned()]));
    bench.listed(ItemKind::Zone, "{}");
    assert_eq!(bench.state().0, MirrorState::Polling);
    // Back: nothing is read before everything is in place again.
    assert_eq!(bench.take(vec![MachineInput::Connected]), [""; 0]);
    assert_eq!(bench.state(), (MirrorState::CatchingUp, why));
    let gap = MachineInput::Gap("homey:manager:zones".into(), Loss::Silent);
    assert_eq!(bench.take(vec![gap]), ["list zone"]);
    assert_eq!(bench.state(), (MirrorState::CatchingUp, why));
    bench.listed(ItemKind::Zone, r#"{"y":{"id":"y"}}"#);
    assert_eq!(bench.state(), (MirrorState::Live, None));
    assert_eq!(bench.changes.last().unwrap().origin, Origin::CaughtUp);
}

#[test]
fn without_any_connection_at_the_start_everything_is_read_at_once() {
    let mut bench = Bench::new(&[ItemKind::Zone]);
    assert_eq!(bench.take(vec![MachineInput::Disconnected(Loss::Silent)]), ["list zone"]);
    bench.listed(ItemKind::Zone, "{}");
    assert_eq!(bench.state(), (MirrorState::Polling, Some("the Homey stopped answering")));
    assert!(bench.machine.status().complete);
    // A connection that is neither made nor refused is not waited for either.
    let mut bench = Bench::new(&[ItemKind::Zone]);
    assert_eq!(bench.wait(), (10, vec!["list zone".to_owned()]));
}

#[test]
fn live_everything_is_read_again_every_five_minutes_without_a_word() {
    let mut bench = Bench::live();
    assert_eq!(bench.wait(), (300, vec!["list zone".to_owned()]));
    assert_eq!(bench.state(), (MirrorState::Live, None));
    bench.listed(ItemKind::Zone, r#"{"z":{"id":"z"}}"#);
    assert_eq!((bench.state().0, bench.changes[0].origin), (MirrorState::Live, Origin::CaughtUp));
    assert_eq!(bench.wait(), (300, vec!["list zone".to_owned()]));
    // One that fails is tried again, and the copy still has what events brought.
    bench.take(vec![MachineInput::Listed(ItemKind::Zone, Err(trouble(Nature::Passing)))]);
    assert_eq!(bench.state(), (MirrorState::Live, Some("no luck")));
    assert_eq!(bench.wait(), (1, vec!["list zone".to_owned()]));
    bench.take(vec![MachineInput::Listed(ItemKind::Zone, Ok(b"<html>".to_vec()))]);
    assert!(bench.state().1.unwrap().starts_with("zones.getZones answered something else"));
    assert_eq!(bench.wait(), (2, vec!["list zone".to_owned()]));
}

#[test]
fn a_mirror_too_slow_for_the_events_catches_up() {
    let mut bench = Bench::live();
    assert_eq!(bench.take(vec![MachineInput::Lost(7)]), ["list zone"]);
    assert_eq!(
        bench.state(),
        (MirrorState::CatchingUp, Some("7 events were not read fast enough"))
    );
    bench.listed(ItemKind::Zone, "{}");
    assert_eq!(bench.state(), (MirrorState::Live, None));
}

#[test]
fn what_is_not_allowed_is_left_out_and_what_cannot_be_listened_to_is_polled() {
    let mut bench = Bench::new(&[ItemKind::Zone, ItemKind::Mood]);
    bench.take(vec![MachineInput::Connected]);
    bench.granted("homey:manager:zones");
    let refused =
        MachineInput::Subscribed("homey:manager:moods".into(), Err(trouble(Nature::Refused)));
    assert_eq!(bench.take(vec![refused]), ["list zone", "list mood"]);
    bench.listed(ItemKind::Zone, "{}");
    bench.take(vec![MachineInput::Listed(ItemKind::Mood, Err(trouble(Nature::Refused)))]);
    assert_eq!(bench.state(), (MirrorState::Live, Some("no luck")));
    assert!(bench.machine.status().complete);
    bench.wait();
    assert_eq!(bench.wait().0, 30, "since an event cannot tell");
}

#[test]
fn a_token_refused_for_good_is_reported_and_tried_now_and_then() {
    let mut bench = Bench::live();
    bench.take(vec![MachineInput::SignedOut("the token is refused".into())]);
    assert_eq!(bench.state(), (MirrorState::SignedOut, Some("the token is refused")));
    assert_eq!(bench.wait().1, ["list zone"]);
    bench.take(vec![MachineInput::Listed(ItemKind::Zone, Err(trouble(Nature::SignedOut)))]);
    assert_eq!(bench.state(), (MirrorState::SignedOut, Some("no luck")));
    assert_eq!(bench.wait(), (60, vec!["list zone".to_owned()]));
    bench.listed(ItemKind::Zone, "{}");
    assert_eq!(bench.state(), (MirrorState::Polling, Some("the token is refused")));
}

#[test]
fn after_a_new_sign_in_it_listens_again_and_catches_up() {
    let mut bench = Bench::live();
    let signed_out = || trouble(Nature::SignedOut);
    let over = || MachineInput::Over("homey:manager:zones".into(), signed_out());
    // The end of what is listened to may be heard of before that of the connection, or after it.
    for over_first in [true, false] {
        let mut inputs = vec![MachineInput::SignedOut("the token is refused".into()), over()];
        if over_first {
            inputs.reverse();
        }
        bench.take(inputs);
        bench.wait();
        bench.take(vec![MachineInput::Listed(ItemKind::Zone, Err(signed_out()))]);
        assert_eq!(bench.state().0, MirrorState::SignedOut);
        assert_eq!(bench.take(vec![MachineInput::Connected]), ["+homey:manager:zones"]);
        assert_eq!(bench.granted("homey:manager:zones"), ["list zone"]);
        bench.listed(ItemKind::Zone, "{}");
        assert_eq!(bench.state(), (MirrorState::Live, None));
    }
}

#[test]
fn an_item_that_is_in_no_list_does_not_keep_us_reading() {
    let mut bench = Bench::live();
    let mark_stale = event("homey:manager:zones", "zone.update", &json!({ "id": "ghost" }));
    let mut lists = 0;
    for _ in 0..100 {
        lists += bench.take(vec![MachineInput::Event(&mark_stale)]).len();
        bench.listed(ItemKind::Zone, "{}");
        bench.now += Duration::from_secs(1);
    }
    assert_eq!((lists, bench.state().0), (9, MirrorState::Live), "one every ten seconds");
}

#[test]
fn an_event_that_tells_an_id_alone_makes_us_look() {
    for name in ["zone.create", "zone.update"] {
        let mut bench = Bench::live();
        bench.now += Duration::from_secs(60);
        let bare = event("homey:manager:zones", name, &json!({ "id": "z" }));
        assert_eq!(bench.take(vec![MachineInput::Event(&bare)]), ["list zone"], "{name}");
        bench.listed(ItemKind::Zone, r#"{"z":{"id":"z","name":"Attic"}}"#);
        assert_eq!((bench.changes.len(), bench.state().0), (1, MirrorState::Live), "{name}");
        bench.now += Duration::from_secs(60);
        assert_eq!(
            bench.take(vec![MachineInput::Event(&bare)]),
            ["list zone"],
            "{name}, known by now"
        );
    }
}

#[test]
fn an_event_received_twice_is_recorded_once() {
    let mut bench = Bench::new(&[ItemKind::Device]);
    bench.take(vec![MachineInput::Connected]);
    bench.granted("homey:manager:devices");
    bench.listed(ItemKind::Device, LAMP);
    bench.granted("homey:device:a");
    bench.listed(ItemKind::Device, LAMP);
    let report = |value: bool, time: Option<u64>| {
        let data = json!({ "capabilityId": "onoff", "value": value, "transactionTime": time });
        event("homey:device:a", "capability", &data)
    };
    let first = 1_772_366_400_000;
    let events = [
        report(false, Some(first)),
        report(false, Some(first)),
        // The same value reported again is news; without a time it is not known to be.
        report(false, Some(first + 1)),
        report(false, None),
        report(true, None),
    ];
    bench.take(events.iter().map(MachineInput::Event).collect());
    assert_eq!(bench.changes.len(), 3);
    let unlisted =
        event("homey:device:a", "capability", &json!({ "capabilityId": "x", "value": 1 }));
    bench.take(vec![MachineInput::Event(&unlisted)]);
    assert_eq!(
        bench.changes.len(),
        4,
        "a capability that the device does not list is still recorded"
    );
}
