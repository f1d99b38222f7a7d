//! One function for each fuzz target of this crate. It reads any bytes and panics where a promise
//! is broken. Not part of the API: compiled for tests and for `fuzz/` alone.
//!
//! `fuzz/fuzz_targets` calls these under a fuzzer; the test below replays the corpus of `fuzz/corpus` on any
//! toolchain.

use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use crate::model;
use crate::realtime::packet::{EventPayload, Packet, elements};

pub use crate::auth::fuzz_consent as consent;
pub use crate::discovery::fuzz_mdns as mdns;

/// Socket.IO frames: what is read is written again as the same packet, and an event that is read is the
/// list that it came as.
pub fn packet(data: &[u8]) {
    let Ok(frame) = std::str::from_utf8(data) else { return };
    let Ok(packet) = Packet::decode(frame) else { return };
    if let Packet::Event { arguments, .. } | Packet::Ack { arguments, .. } = packet {
        let all = elements(arguments);
        if let (Ok(all), Ok(payload)) = (all, EventPayload::read(arguments)) {
            assert_eq!(all.get(2).map_or("null", |data| data.get()), payload.data.get());
        }
    }
    assert_eq!(Packet::decode(&packet.to_string()), Ok(packet), "written and read again");
}

/// Items of the Web API: what is read is written again as the same JSON.
pub fn model(data: &[u8]) {
    let Ok(json) = serde_json::from_slice::<Value>(data) else { return };
    let each = |json: &Value| {
        exact::<model::AdvancedFlow>(json);
        exact::<model::Alarm>(json);
        exact::<model::ApiKey>(json);
        exact::<model::App>(json);
        exact::<model::Capability>(json);
        exact::<model::Device>(json);
        exact::<model::Driver>(json);
        exact::<model::Flow>(json);
        exact::<model::FlowCard>(json);
        exact::<model::FlowFolder>(json);
        exact::<model::FlowToken>(json);
        exact::<model::Image>(json);
        exact::<model::LiveReport>(json);
        exact::<model::Log>(json);
        exact::<model::LogEntries>(json);
        exact::<model::Mood>(json);
        exact::<model::Notification>(json);
        exact::<model::NotificationOwner>(json);
        exact::<model::OptionValue>(json);
        exact::<model::PairSession>(json);
        exact::<model::SessionInfo>(json);
        exact::<model::SystemInfo>(json);
        exact::<model::User>(json);
        exact::<model::Variable>(json);
        exact::<model::Weather>(json);
        exact::<model::Zone>(json);
    };
    each(&json);
    match &json {
        Value::Object(items) => items.values().for_each(each),
        Value::Array(items) => items.iter().for_each(each),
        _ => {}
    }
    // Whole answers, read as they come: from text, where keys may stand twice.
    let _ = serde_json::from_slice::<model::Items<model::Device>>(data);
    let _ = serde_json::from_slice::<model::Items<model::Flow>>(data);
    let _ = serde_json::from_slice::<model::Items<model::Zone>>(data);
    let device = serde_json::from_slice::<model::Device>(data);
    for capability in device.iter().flat_map(model::Device::all_capabilities) {
        let _ = (capability.kind(), capability.value());
    }
}

fn exact<T: DeserializeOwned + Serialize>(json: &Value) {
    let Ok(item) = T::deserialize(json) else { return };
    let again = serde_json::to_value(item);
    assert!(
        again.as_ref().is_ok_and(|again| again == json),
        "{} came back as {again:?} of {json}",
        std::any::type_name::<T>(),
    );
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    /// Runs the target on each file of its corpus, and on each cut in half.
    fn replay(target: fn(&[u8]), name: &str) {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus").join(name);
        let mut count = 0;
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let data = fs::read(&path).unwrap();
            for data in [&data[..], &data[..data.len() / 2]] {
                // The panic itself is printed by then.
                let held = std::panic::catch_unwind(|| target(data)).is_ok();
                assert!(held, "{}, {} bytes of it", path.display(), data.len());
            }
            count += 1;
        }
        assert!(count > 0, "there is nothing in {}", folder.display());
    }

    #[test]
    fn the_corpus_of_the_consent_page_is_replayed() {
        replay(super::consent, "consent");
    }

    #[test]
    fn the_corpus_of_the_frames_is_replayed() {
        replay(super::packet, "packet");
    }

    #[test]
    fn the_corpus_of_the_models_is_replayed() {
        replay(super::model, "model");
    }

    #[test]
    fn the_corpus_of_the_mdns_packets_is_replayed() {
        replay(super::mdns, "mdns");
    }
}
