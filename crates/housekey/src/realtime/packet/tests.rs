//! Recorded frames, broken frames, and both directions against each other.

mod hostile;
mod other_parser;

use std::borrow::Cow;

use proptest::prelude::*;

use super::*;
use crate::realtime::recorded::{self, Side};

fn open(sid: &str, ping_interval: u64, ping_timeout: u64) -> Packet<'static> {
    Packet::Open(Open { sid: sid.to_owned(), ping_interval, ping_timeout })
}

/// What the frames that a Homey and its clients exchange mean.
fn known() -> Vec<(&'static str, Packet<'static>)> {
    let event = |namespace, ack, arguments| Packet::Event { namespace, ack, arguments };
    let ack = |namespace, ack, arguments| Packet::Ack { namespace, ack, arguments };
    vec![
        (
            r#"0{"sid":"cTic3iUYBqbuZOyVAAAA","upgrades":[],"pingInterval":5000,"pingTimeout":8000}"#,
            open("cTic3iUYBqbuZOyVAAAA", 5000, 8000),
        ),
        ("40", Packet::Connect { namespace: "/" }),
        ("40/api,", Packet::Connect { namespace: "/api" }),
        ("41", Packet::Disconnect { namespace: "/" }),
        ("41/api,", Packet::Disconnect { namespace: "/api" }),
        ("2", Packet::Ping("")),
        ("2probe", Packet::Ping("probe")),
        ("3", Packet::Pong("")),
        ("1", Packet::Close),
        (
            r#"420["handshakeClient",{"token":"a:b:c","homeyId":"5f0000000000000000000001"}]"#,
            event(
                "/",
                Some(0),
                r#"["handshakeClient",{"token":"a:b:c","homeyId":"5f0000000000000000000001"}]"#,
            ),
        ),
        (
            r#"430[null,{"namespace":"/api","success":true}]"#,
            ack("/", 0, r#"[null,{"namespace":"/api","success":true}]"#),
        ),
        (
            r#"42/api,0["subscribe","homey:manager:devices"]"#,
            event("/api", Some(0), r#"["subscribe","homey:manager:devices"]"#),
        ),
        ("43/api,0[null]", ack("/api", 0, "[null]")),
        (
            r#"42/api,["unsubscribe","homey:manager:forbidden"]"#,
            event("/api", None, r#"["unsubscribe","homey:manager:forbidden"]"#),
        ),
        (
            r#"44/nope,"Invalid namespace""#,
            Packet::Error { namespace: "/nope", data: "\"Invalid namespace\"" },
        ),
    ]
}

#[test]
fn known_frames_are_read_and_written_letter_by_letter() {
    for (frame, packet) in known() {
        assert_eq!(Packet::decode(frame).as_ref(), Ok(&packet), "{frame}");
        assert_eq!(packet.to_string(), frame);
    }
}

#[test]
fn recorded_frames_are_read_and_written_letter_by_letter() {
    let (mut read, mut ignored) = (0, 0);
    for (side, frame) in recorded::frames() {
        let packet = Packet::decode(frame).unwrap_or_else(|error| panic!("{frame}: {error}"));
        match (&packet, side) {
            // The event with an attachment.
            (Packet::Ignored, Side::Server) => ignored += 1,
            // The query is not a part of the namespace's name.
            (Packet::Connect { .. }, Side::Client) if frame.contains('?') => {
                assert_eq!(packet, Packet::Connect { namespace: "/api" });
            }
            _ => assert_eq!(packet.to_string(), frame),
        }
        if let Packet::Event { arguments, .. } | Packet::Ack { arguments, .. } = packet {
            let all = elements(arguments).unwrap();
            let texts: Vec<_> = all.iter().map(|one| one.get()).collect();
            assert_eq!(format!("[{}]", texts.join(",")), arguments);
        }
        read += 1;
    }
    assert_eq!((read > 40, ignored), (true, 1));
}

#[test]
fn recorded_events_are_read() {
    let events = recorded::frames().into_iter().filter(|(side, _)| *side == Side::Server);
    let payload: Vec<_> = events
        .filter_map(|(_, frame)| match Packet::decode(frame) {
            Ok(Packet::Event { arguments, ack: None, .. }) => EventPayload::read(arguments).ok(),
            _ => None,
        })
        .map(|payload| format!("{} {} {}", payload.uri, payload.name, payload.data))
        .collect();
    assert_eq!(
        payload,
        [
            r#"homey:device:d1 capability {"capabilityId":"dim","value":0.25,"transactionId":"homey-api-5d2c","transactionTime":1700000000000}"#,
            r#"homey:device:d1 update {"id":"d1","name":"Läm\"p\\"}"#,
            r#"homey:manager:zones zone.delete {"id":"z1"}"#,
            "homey:app:com.example pressed null",
        ]
    );
}

#[test]
fn an_event_is_read_from_its_first_three_arguments() {
    for (arguments, want) in [
        (r#"["a","b",{"c":1}]"#, Some(("a", "b", r#"{"c":1}"#))),
        (r#"["a","b"]"#, Some(("a", "b", "null"))),
        (r#" [ "a" , "b" , 1 , 2 , [3] ] "#, Some(("a", "b", "1"))),
        (r#"["\u0061\"","b\n",null]"#, Some(("a\"", "b\n", "null"))),
        (r#"["a"]"#, None),
        ("[]", None),
        (r#"["a",7]"#, None),
        (r#"[{},"b"]"#, None),
        (r#"["a","b",{]"#, None),
        (r#"["a","b"]x"#, None),
        ("null", None),
    ] {
        let payload = EventPayload::read(arguments).ok();
        let payload =
            payload.as_ref().map(|payload| (&*payload.uri, &*payload.name, payload.data.get()));
        assert_eq!(payload, want, "{arguments}");
    }
    // Nothing is copied where nothing has to be.
    let payload = EventPayload::read(r#"["a","b"]"#).unwrap();
    assert!(matches!((payload.uri, payload.name), (Cow::Borrowed("a"), Cow::Borrowed("b"))));
}

#[test]
fn other_spellings_of_the_same_are_read_too() {
    for (frame, want) in [
        // A namespace may carry a query, and the last comma may be missing.
        ("40/api?x=1,", Packet::Connect { namespace: "/api" }),
        ("41/api", Packet::Disconnect { namespace: "/api" }),
        // Keys that a client does not need.
        (r#"0{"maxPayload":1,"pingTimeout":2,"pingInterval":1,"sid":"s"}"#, open("s", 1, 2)),
        // What a Homey never sends.
        ("5", Packet::Ignored),
        ("6", Packet::Ignored),
        (r#"451-/api,["x",{"_placeholder":true,"num":0}]"#, Packet::Ignored),
        (r#"461-0["x"]"#, Packet::Ignored),
    ] {
        assert_eq!(Packet::decode(frame), Ok(want), "{frame}");
    }
}

#[test]
fn what_is_no_packet_is_named() {
    for (frame, want) in [
        ("", PacketError::Empty),
        ("4", PacketError::Empty),
        ("7", PacketError::UnknownType),
        ("hello", PacketError::UnknownType),
        ("ä", PacketError::UnknownType),
        ("4ä", PacketError::UnknownType),
        ("47", PacketError::UnknownType),
        ("0", PacketError::Open),
        (r#"0{"sid":"s"}"#, PacketError::Open),
        ("42", PacketError::Arguments),
        ("42{}", PacketError::Arguments),
        ("43[]", PacketError::AckNumber),
        ("4399999999999999999999[]", PacketError::AckNumber),
        ("430", PacketError::Arguments),
    ] {
        assert_eq!(Packet::decode(frame), Err(want), "{frame}");
    }
}

#[test]
fn arguments_are_split_without_being_read() {
    let all = elements(r#"["homey:device:d1", "capability", {"value": [1, {"a":"]"}]}]"#).unwrap();
    let texts: Vec<_> = all.iter().map(|one| one.get()).collect();
    assert_eq!(texts, [r#""homey:device:d1""#, r#""capability""#, r#"{"value": [1, {"a":"]"}]}"#]);
    assert_eq!(elements("[").unwrap_err(), PacketError::Arguments);
    // As deep as a frame may be long, which must not cost the stack.
    let deep = format!("[{}{}]", "[".repeat(200_000), "]".repeat(200_000));
    assert_eq!(elements(&deep).unwrap().len(), 1);
}

fn namespaces() -> impl Strategy<Value = String> {
    prop_oneof![Just("/".to_owned()), "/[a-z0-9_-]{1,8}"]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn any_text_is_read_or_refused(text in "\\PC*") {
        // Not to panic is the point; what is read can be written and is then the same.
        if let Ok(packet) = Packet::decode(&text) {
            let again = packet.to_string();
            prop_assert_eq!(Packet::decode(&again), Ok(packet));
        }
    }

    #[test]
    fn any_text_that_looks_like_a_frame_is_read_or_refused(
        text in "[0-6][0-6]?(/[a-z?=,]*)?,?[0-9]{0,25}[\\[\\]{}\",a-z0-9]*",
    ) {
        if let Ok(packet) = Packet::decode(&text) {
            if let Packet::Event { arguments, .. } | Packet::Ack { arguments, .. } = packet {
                let _ = elements(arguments);
            }
            let again = packet.to_string();
            prop_assert_eq!(Packet::decode(&again), Ok(packet));
        }
    }

    #[test]
    fn what_is_written_is_read(
        namespace in namespaces(),
        number in any::<Option<u64>>(),
        texts in prop::collection::vec("\\PC*", 0..4),
    ) {
        let arguments = serde_json::Value::from(texts.clone()).to_string();
        let (namespace, arguments) = (namespace.as_str(), arguments.as_str());
        let mut packets = vec![
            Packet::Connect { namespace },
            Packet::Disconnect { namespace },
            Packet::Event { namespace, ack: number, arguments },
            Packet::Error { namespace, data: arguments },
        ];
        if let Some(ack) = number {
            packets.push(Packet::Ack { namespace, ack, arguments });
        }
        for packet in packets {
            let frame = packet.to_string();
            prop_assert_eq!(Packet::decode(&frame), Ok(packet));
        }
        let read: Vec<String> = elements(arguments)
            .unwrap()
            .into_iter()
            .map(|one| serde_json::from_str(one.get()).unwrap())
            .collect();
        prop_assert_eq!(read, texts);
    }
}
