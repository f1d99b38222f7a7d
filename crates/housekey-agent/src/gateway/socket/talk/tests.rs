//! Conversations as transcripts: what comes, and what becomes of it.

use housekey::catalogue::Dialect::Local;

use super::*;
use crate::key::new_key;
use crate::settings::KeySettings;

fn caller(scopes: &[&str], homeys: Option<&[&str]>) -> Arc<Caller> {
    let key = KeySettings {
        name: "board".to_owned(),
        hash: new_key().1,
        scopes: scopes.iter().map(|scope| scope.parse().unwrap()).collect(),
        homeys: homeys.map(|homeys| homeys.iter().map(|&homey| homey.to_owned()).collect()),
        expires: None,
    };
    Arc::new(Caller::with(&key))
}

fn token(text: &str) -> Secret {
    Secret::new(text)
}

fn stranger() -> Talk {
    Talk::new("home".to_owned(), Local, Some("id-1".to_owned()), None)
}

/// Somebody who has shaken hands.
fn friend(scopes: &[&str]) -> Talk {
    let mut talk = stranger();
    let act = talk.hear_caller(r#"420["handshakeClient",{"token":"hk_x","homeyId":"other"}]"#);
    let Act::Admit(shake) = act else { panic!("{act:?}") };
    assert_eq!(shake.key.expose(), "hk_x");
    let act = talk.shake(shake, caller(scopes, None), &token("t1"));
    assert_eq!(act, sent(&[r#"420["handshakeClient",{"homeyId":"id-1","token":"t1"}]"#]));
    assert_eq!(talk.hear_homey(r#"430[null,{"namespace":"/api"}]"#), Act::Pass);
    talk
}

fn sent(frames: &[&str]) -> Act {
    Act::Send(frames.iter().map(|&frame| frame.to_owned()).collect())
}

fn errand(ack: Option<u64>, long: bool) -> Errand {
    Errand { namespace: "/api".to_owned(), ack, long }
}

fn answered(act: Act) -> String {
    match act {
        Act::Answer(frames) => frames.join("\n"),
        other => panic!("{other:?}"),
    }
}

const READ: &str =
    r#"42/api,1["api",{"args":{},"operation":"getDevices","uri":"homey:manager:devices"}]"#;

#[test]
fn strangers_may_shake_hands_and_nothing_else() {
    let mut talk = stranger();
    for frame in ["2", "2probe", "40", "41", "41/api,"] {
        assert_eq!(talk.hear_caller(frame), Act::Pass, "{frame}");
    }
    assert_eq!(answered(talk.hear_caller("40/api,")), r#"44/api,"Missing Handshake""#);
    let refusal = answered(talk.hear_caller(READ));
    assert!(refusal.starts_with(r#"43/api,1[{"#) && refusal.contains("401"), "{refusal}");
    assert_eq!(talk.hear_caller(&READ.replace(",1[", ",[")), Act::Drop, "nobody waits");
    assert!(matches!(talk.hear_caller(r#"43/api,1["x"]"#), Act::Close(_)));
}

#[test]
fn a_wrong_key_and_one_for_other_homeys_are_refused_as_a_homey_would() {
    let mut talk = stranger();
    let frame = r#"427["handshakeClient",{"token":"hk_x"}]"#;
    let Act::Admit(shake) = talk.hear_caller(frame) else { panic!() };
    let refusal = answered(shake.refused(&Refusal::WrongKey.body(Local)));
    assert!(
        refusal.starts_with(r#"437[{"#) && refusal.contains(r#""statusCode":401"#),
        "{refusal}"
    );
    let act = talk.shake(shake, caller(&["full"], Some(&["cabin"])), &token("t1"));
    assert!(answered(act).contains(r#""statusCode":403"#));
    assert!(talk.caller.is_none());
    for data in ["{}", r#"{"token":7}"#, "7", r#"{"token":"a","token":"b"}"#] {
        let act = talk.hear_caller(&format!(r#"421["handshakeClient",{data}]"#));
        assert!(matches!(act, Act::Admit(_)), "{data}: {act:?}");
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
        (r#"42/api,5["subscribe",["homey:device:d1"]]"#.to_owned(), Some("homey")),
        (r#"42/api,5["subscribe"]"#.to_owned(), Some("homey")),
        (r#"42/api,5["unsubscribe","homey:manager:zones"]"#.to_owned(), None),
        (r#"42/api,5["restart"]"#.to_owned(), Some("homey")),
        // In whatever namespace and spelling.
        (call(devices, "deleteDevice").replace("/api,", ""), Some("homey.device")),
        (call(devices, "deleteDevice").replace("/api,", "/api?x=1,"), Some("homey.device")),
        (call(devices, "deleteDevice").replace("\"api\"", r#""\u0061pi""#), Some("homey.device")),
        (call(devices, "delete\\u0044evice"), Some("homey.device")),
        // What one reader may take for this and another for that.
        (
            r#"42/api,5["api",{"operation":"getDevices","uri":"homey:manager:devices","operation":"deleteDevice"}]"#.to_owned(),
            Some("homey"),
        ),
        (
            r#"42/api,5["api",{"operation":"getDevices","uri":"homey:manager:devices","\u006fperation":"deleteDevice"}]"#.to_owned(),
            Some("homey"),
        ),
        (r#"42/api,5["api",{"operation":["getDevices"],"uri":"homey:manager:devices"}]"#.to_owned(), Some("homey")),
        (r#"42/api,5["api",7]"#.to_owned(), Some("homey")),
    ] {
        let mut talk = friend(&["homey.device.readonly"]);
        match (talk.hear_caller(&frame), lacking) {
            (Act::Pass | Act::Call(_), None) => {}
            (Act::Answer(answer), Some(scope)) => {
                let says = format!("lacks {scope}\"");
                assert!(answer[0].contains(&says) && answer[0].contains("5[{"), "{frame}: {answer:?}");
            }
            (other, _) => panic!("{frame}: {other:?}"),
        }
    }
    let act = friend(&["full"]).hear_caller(&call(devices, "deleteDevice"));
    assert_eq!(act, Act::Call(errand(Some(5), false)));
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
        let act = friend(&["full"]).hear_caller(frame);
        assert!(matches!(act, Act::Close(_)), "{frame}: {act:?}");
    }
}

#[test]
fn the_homeys_frames_are_handed_on() {
    let mut talk = friend(&["full"]);
    for frame in [
        "3",
        "40/api,",
        "41/api,",
        r#"42/api,["homey:device:d1","capability",{"value":true}]"#,
        r#"43/api,9[{"statusCode":401}]"#,
        r#"43/api,1[{"statusCode":404,"error":"Not Found"}]"#,
        "43/api,1",
        "not a frame",
    ] {
        assert_eq!(talk.hear_homey(frame), Act::Pass, "{frame}");
    }
}

const ENDED: &str = r#"[{"error":"Session Not Found","statusCode":401}]"#;

#[test]
fn a_session_that_has_ended_is_replaced_and_nobody_notices() {
    let mut talk = friend(&["full"]);
    let other = READ.replace(",1[", ",2[");
    assert_eq!(talk.hear_caller(READ), Act::Call(errand(Some(1), false)));
    assert_eq!(talk.hear_caller(&other), Act::Call(errand(Some(2), false)));
    assert_eq!(talk.hear_homey(&format!("43/api,1{ENDED}")), Act::Renew);
    assert_eq!(talk.hear_homey(&format!("43/api,2{ENDED}")), Act::Drop, "once for both");
    let shake = format!(r#"42{OURS}["handshakeClient",{{"homeyId":"id-1","token":"t2"}}]"#);
    assert_eq!(talk.renewed(Some(&token("t2"))), sent(&[&shake]));
    let shaken = format!(r#"43{OURS}[null,{{"namespace":"/api"}}]"#);
    assert_eq!(talk.hear_homey(&shaken), sent(&[READ, &other]));
    assert_eq!(talk.hear_homey("43/api,1[null,{}]"), Act::Pass);
    // The second refusal is final.
    assert_eq!(talk.hear_homey(&format!("43/api,2{ENDED}")), Act::Pass);
    assert!(talk.asked.is_empty() && talk.again.is_empty());
}

#[test]
fn a_handshake_that_was_refused_is_repeated_with_another_token() {
    let mut talk = stranger();
    let Act::Admit(shake) = talk.hear_caller(r#"420["handshakeClient",{"token":"k"}]"#) else {
        panic!()
    };
    talk.shake(shake, caller(&["full"], None), &token("t1"));
    assert_eq!(talk.hear_homey(&format!("430{ENDED}")), Act::Renew);
    let again = r#"420["handshakeClient",{"homeyId":"id-1","token":"t2"}]"#;
    assert_eq!(talk.renewed(Some(&token("t2"))), sent(&[again]));
    assert_eq!(talk.hear_homey(r#"430[null,{"namespace":"/api"}]"#), Act::Pass);
}

#[test]
fn where_no_token_helps_the_homeys_own_words_arrive() {
    let mut talk = friend(&["full"]);
    talk.hear_caller(READ);
    let refusal = format!("43/api,1{ENDED}");
    assert_eq!(talk.hear_homey(&refusal), Act::Renew);
    assert_eq!(answered(talk.renewed(None)), refusal);
    talk.hear_caller(READ);
    assert_eq!(talk.hear_homey(&refusal), Act::Renew);
    talk.renewed(Some(&token("t2")));
    assert_eq!(answered(talk.hear_homey(&format!("43{OURS}{ENDED}"))), refusal);
}

#[test]
fn little_is_kept() {
    let mut talk = friend(&["full"]);
    let large = READ.replace("{}", &format!(r#"{{"x":"{}"}}"#, "x".repeat(KEPT_BYTES)));
    assert_eq!(talk.hear_caller(&large), Act::Call(errand(Some(1), false)));
    assert!(talk.asked.is_empty());
    for number in 0..2 * KEPT {
        let act = talk.hear_caller(&READ.replace(",1[", &format!(",{number}[")));
        assert_eq!(act, Act::Call(errand(Some(number as u64), false)));
    }
    assert_eq!(talk.asked.len(), KEPT);
}

#[test]
fn a_call_that_had_no_turn_is_forgotten() {
    let mut talk = friend(&["full"]);
    let long = READ.replace("getDevices", "getLogEntries").replace(",1[", ",[");
    assert_eq!(talk.hear_caller(&long), Act::Call(errand(None, true)));
    assert_eq!(talk.had_no_turn(errand(None, true), &json!({})), Act::Drop, "nobody waits");
    let Act::Call(errand) = talk.hear_caller(READ) else { panic!() };
    let act = talk.had_no_turn(errand, &json!({"statusCode": 503}));
    assert_eq!(answered(act), r#"43/api,1[{"statusCode":503}]"#);
    assert!(talk.asked.is_empty());
}
