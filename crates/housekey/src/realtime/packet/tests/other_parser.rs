//! The codec against another one, which was written apart from it: that of the crate `socketioxide`.

use socketioxide_core::parser::{Parse as _, ParserState};
use socketioxide_core::{Value, packet};
use socketioxide_parser_common::CommonParser;

use super::*;
use crate::realtime::recorded::damaged;

/// What the other makes of the part behind the engine's digit.
fn other(message: &str) -> Option<packet::Packet> {
    CommonParser
        .decode_str(&Default::default(), &ParserState::default(), message.to_owned().into())
        .ok()
}

fn text(value: &Value) -> &str {
    match value {
        Value::Str(text, _) => text,
        Value::Bytes(_) => "",
    }
}

/// Holds both against each other. Where ours is stricter (a list is wanted) the other may go on; what
/// ours reads the other has to read as the same.
fn compare(frame: &str) {
    let Some(message) = frame.strip_prefix('4') else { return };
    let Ok(ours) = Packet::decode(frame) else { return };
    // It keeps queries, has no errors to read since it is a server's, and counts in `i64`.
    if message.contains('?') || matches!(ours, Packet::Error { .. } | Packet::Ignored) {
        return;
    }
    if let Packet::Event { ack: Some(ack), .. } | Packet::Ack { ack, .. } = ours
        && i64::try_from(ack).is_err()
    {
        return;
    }
    let theirs = other(message).unwrap_or_else(|| panic!("{frame} is refused by the other"));
    let number = |ack: Option<i64>| ack.and_then(|ack| u64::try_from(ack).ok());
    let as_ours = match &theirs.inner {
        packet::PacketData::Connect(_) => Packet::Connect { namespace: &theirs.ns },
        packet::PacketData::Disconnect => Packet::Disconnect { namespace: &theirs.ns },
        packet::PacketData::Event(value, ack) => {
            Packet::Event { namespace: &theirs.ns, ack: number(*ack), arguments: text(value) }
        }
        packet::PacketData::EventAck(value, ack) => Packet::Ack {
            namespace: &theirs.ns,
            ack: number(Some(*ack)).unwrap_or_default(),
            arguments: text(value),
        },
        more => panic!("{frame} is {more:?} for the other"),
    };
    assert_eq!(ours, as_ours, "{frame}");
}

#[test]
fn recorded_frames_mean_the_same_to_both() {
    for (_, frame) in recorded::frames() {
        compare(frame);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn damaged_frames_mean_the_same_to_both(frame in damaged()) {
        compare(&frame);
    }

    #[test]
    fn what_the_other_writes_is_read(
        namespace in namespaces(),
        ack in prop::option::of(0..i64::MAX),
        texts in prop::collection::vec("\\PC*", 1..4),
    ) {
        let arguments = serde_json::Value::from(texts).to_string();
        let mut event = packet::Packet::event(namespace.clone(), Value::Str(arguments.clone().into(), None));
        if let Some(ack) = ack {
            event.inner.set_ack_id(ack);
        }
        let frame = format!("4{}", text(&CommonParser.encode(event)));
        prop_assert_eq!(
            Packet::decode(&frame),
            Ok(Packet::Event {
                namespace: &namespace,
                ack: ack.map(i64::unsigned_abs),
                arguments: &arguments,
            })
        );
    }
}
