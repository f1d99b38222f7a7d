//! Frames of the client: what is forwarded, what is refused.

use super::*;

#[test]
fn without_a_key_only_a_handshake_is_forwarded() {
    let mut session = anonymous();
    for frame in ["2", "2probe", "41", "41/api,"] {
        assert_eq!(session.on_client_frame(frame), Action::Forward, "{frame}");
    }
    assert_eq!(session.on_client_frame(r#"40{"token":"x"}"#), sent(&["40"]));
    assert_eq!(reply_of(session.on_client_frame("40/api,")), r#"44/api,"Missing Handshake""#);
    let refusal = reply_of(session.on_client_frame(READ));
    assert!(refusal.starts_with(r#"43/api,1[{"#) && refusal.contains("401"), "{refusal}");
    assert_eq!(session.on_client_frame(&READ.replace(",1[", ",[")), Action::Drop, "nobody waits");
    assert!(matches!(session.on_client_frame(r#"43/api,1["x"]"#), Action::Close(_)));
}

#[test]
fn a_wrong_key_and_one_for_other_homeys_are_refused_as_a_homey_would() {
    let mut session = anonymous();
    let frame = r#"427["handshakeClient",{"token":"hk_x"}]"#;
    let Action::Authenticate(handshake) = session.on_client_frame(frame) else { panic!() };
    let refusal = reply_of(handshake.rejected(&AccessError::WrongKey.body(Local)));
    assert!(
        refusal.starts_with(r#"437[{"#) && refusal.contains(r#""statusCode":401"#),
        "{refusal}"
    );
    let action =
        session.on_key_accepted(handshake, caller(&["full"], Some(&["cabin"])), &token("t1"));
    assert!(reply_of(action).contains(r#""statusCode":403"#));
    assert!(session.caller.is_none());
    for data in ["{}", r#"{"token":7}"#, "7", r#"{"token":"a","token":"b"}"#] {
        let action = session.on_client_frame(&format!(r#"421["handshakeClient",{data}]"#));
        assert!(matches!(action, Action::Authenticate(_)), "{data}: {action:?}");
    }
}

#[test]
fn calls_and_subscriptions_are_held_against_the_scopes() {
    let call = |uri: &str, operation: &str| {
        format!(r#"42/api,5["api",{{"uri":"{uri}","operation":"{operation}","args":{{}}}}]"#)
    };
    let devices = "homey:manager:devices";
    for (frame, lacking) in [
        (call(devices, "getDevices"), None),
        (call(devices, "setCapabilityValue"), Some("homey.device.control")),
        (call(devices, "deleteDevice"), Some("homey.device")),
        (call("homey:manager:users", "createPersonalAccessToken"), Some("homey")),
        (call("homey:manager:nothing", "getDevices"), Some("homey")),
        (r#"42/api,5["subscribe","homey:manager:devices"]"#.to_owned(), None),
        (r#"42/api,5["subscribe","homey:device:d1"]"#.to_owned(), None),
        (r#"42/api,5["subscribe","homey:manager:zones"]"#.to_owned(), Some("homey.zone.readonly")),
        (r#"42/api,5["subscribe","whatever"]"#.to_owned(), Some("homey")),
        (r#"42/api,5["unsubscribe","homey:manager:zones"]"#.to_owned(), None),
        (r#"42/api,5["restart"]"#.to_owned(), Some("homey")),
        // In whatever namespace and spelling.
        (call(devices, "deleteDevice").replace("/api,", ""), Some("homey.device")),
        (call(devices, "deleteDevice").replace("/api,", "/api?x=1,"), Some("homey.device")),
        (call(devices, "deleteDevice").replace("\"api\"", r#""\u0061pi""#), Some("homey.device")),
        (call(devices, "delete\\u0044evice"), Some("homey.device")),
    ] {
        let mut session = authenticated(&["homey.device.readonly"]);
        match (session.on_client_frame(&frame), lacking) {
            (Action::Send(_) | Action::Queue(..), None) => {}
            (Action::Reply(answer), Some(scope)) => {
                let frames = format!("lacks {scope}\"");
                assert!(
                    answer[0].contains(&frames) && answer[0].contains("5[{"),
                    "{frame}: {answer:?}"
                );
            }
            (other, _) => panic!("{frame}: {other:?}"),
        }
    }
    let action = authenticated(&["full"]).on_client_frame(&call(devices, "deleteDevice"));
    assert!(matches!(action, Action::Queue(..)), "{action:?}");
}

#[test]
fn what_can_be_read_in_two_ways_is_refused_to_every_key() {
    for arguments in [
        // Events that parsers may read differently.
        r#"["api",{"operation":"getDevices","uri":"homey:manager:devices","operation":"deleteDevice"}]"#,
        r#"["api",{"operation":"getDevices","uri":"homey:manager:devices","\u006fperation":"deleteDevice"}]"#,
        r#"["api",{"operation":["getDevices"],"uri":"homey:manager:devices"}]"#,
        r#"["api",{"operation":"getDevices","uri":"homey:manager:devices","args":["x"]}]"#,
        r#"["api",{"operation":"getDevices"}]"#,
        r#"["api",7]"#,
        r#"["api"]"#,
        r#"["subscribe",["homey:device:d1"]]"#,
        r#"["subscribe"]"#,
        r#"["unsubscribe",{}]"#,
    ] {
        let frame = format!("42/api,5{arguments}");
        for scopes in ["full", "homey.device.readonly"] {
            let refusal = reply_of(authenticated(&[scopes]).on_client_frame(&frame));
            assert!(refusal.contains("malformed_request"), "{arguments}: {refusal}");
        }
        let refusal = reply_of(anonymous().on_client_frame(&frame));
        assert!(refusal.contains("401"), "{arguments}: {refusal}");
    }
}

#[test]
fn only_what_was_understood_goes_on() {
    for (came, goes) in [
        (
            r#"42/api?x=1,5["api",{"uri":"homey:manager:devices","more":1,"operation":"getDevices","args":{"$validate":true , "query":{}},"path":"/x"},{"operation":"deleteDevice"}]"#,
            r#"42/api,5["api",{"args":{"$validate":true , "query":{}},"operation":"getDevices","uri":"homey:manager:devices"}]"#,
        ),
        (
            r#"42/api,05[ "\u0061pi", {"uri":"homey:manager:\u0064evices","operation":"getDevices"} ]"#,
            r#"42/api,5["api",{"operation":"getDevices","uri":"homey:manager:devices"}]"#,
        ),
        (
            r#"42/api,5["subscribe","homey:manager:devices","homey:manager:users",{"x":1}]"#,
            r#"42/api,5["subscribe","homey:manager:devices"]"#,
        ),
        (
            r#"42/api,["unsubscribe","homey:device:d1",7]"#,
            r#"42/api,["unsubscribe","homey:device:d1"]"#,
        ),
        ("40/api?token=x,", "40/api,"),
        (r#"40/api,{"token":"x"}"#, "40/api,"),
    ] {
        match authenticated(&["homey.device.readonly"]).on_client_frame(came) {
            Action::Send(frames) => assert_eq!(frames, [goes], "{came}"),
            Action::Queue(frame, _) => assert_eq!(frame, goes, "{came}"),
            other => panic!("{came}: {other:?}"),
        }
    }
}

#[test]
fn what_no_client_sends_ends_it() {
    for frame in [
        "",
        "x",
        "5",
        "6",
        "0{}",
        "44/api,1",
        r#"451-["api",{"_placeholder":true,"num":0}]"#,
        r#"461-/api,1[null]"#,
        "42/api,1",
        "42[]",
        r#"42["api""#,
        "42[7]",
        r#"42{"api":1}"#,
    ] {
        let action = authenticated(&["full"]).on_client_frame(frame);
        assert!(matches!(action, Action::Close(_)), "{frame}: {action:?}");
    }
}
