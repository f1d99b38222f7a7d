//! Conversations as transcripts: what comes, and what becomes of it.

use housekey::catalogue::Dialect::Local;
use housekey::redaction::TokenVariables;
use proptest::prelude::*;

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

/// A token as Homeys make them.
const TOKEN: &str = "u1:s1:0f1e2d3c4b5a69788796a5b4c3d2e1f0a1b2c3d4";

/// The variable that a sink writes.
const VARIABLE: &str = "0f3ba1c2-77aa-4d0c-9001-5d0c00000001";

fn stranger() -> RelaySession {
    let variables = TokenVariables::named(["accesstoken"]);
    variables.add_id(VARIABLE);
    let redactor = Redactor::new(Local, variables);
    redactor.sends(&token(TOKEN));
    RelaySession::new("home".to_owned(), Local, Some("id-1".to_owned()), None, redactor.into())
}

/// Somebody who has shaken hands.
fn friend(scopes: &[&str]) -> RelaySession {
    let mut talk = stranger();
    let act = talk.hear_caller(r#"420["handshakeClient",{"token":"hk_x","homeyId":"other"}]"#);
    let Action::Admit(shake) = act else { panic!("{act:?}") };
    assert_eq!(shake.key.expose(), "hk_x");
    let act = talk.shake(shake, caller(scopes, None), &token("t1"));
    assert_eq!(act, sent(&[r#"420["handshakeClient",{"homeyId":"id-1","token":"t1"}]"#]));
    assert_eq!(answered(talk.hear_homey(r#"430[null,{"namespace":"/api"}]"#)), SHAKEN);
    talk
}

/// What a caller hears that has shaken hands with its key.
const SHAKEN: &str = r#"430[null,{"token":"hk_x","namespace":"/api","success":true}]"#;

/// A call that goes on as it came.
fn call(frame: &str, ack: Option<u64>, long: bool) -> Action {
    Action::Call(frame.to_owned(), errand(ack, long))
}

fn sent(frames: &[&str]) -> Action {
    Action::Send(frames.iter().map(|&frame| frame.to_owned()).collect())
}

fn errand(ack: Option<u64>, long: bool) -> QueuedCall {
    QueuedCall { namespace: "/api".to_owned(), ack, long }
}

fn answered(act: Action) -> String {
    match act {
        Action::Answer(frames) => frames.join("\n"),
        other => panic!("{other:?}"),
    }
}

const READ: &str =
    r#"42/api,1["api",{"args":{},"operation":"getDevices","uri":"homey:manager:devices"}]"#;

#[test]
fn strangers_may_shake_hands_and_nothing_else() {
    let mut talk = stranger();
    for frame in ["2", "2probe", "41", "41/api,"] {
        assert_eq!(talk.hear_caller(frame), Action::Pass, "{frame}");
    }
    assert_eq!(talk.hear_caller(r#"40{"token":"x"}"#), sent(&["40"]));
    assert_eq!(answered(talk.hear_caller("40/api,")), r#"44/api,"Missing Handshake""#);
    let refusal = answered(talk.hear_caller(READ));
    assert!(refusal.starts_with(r#"43/api,1[{"#) && refusal.contains("401"), "{refusal}");
    assert_eq!(talk.hear_caller(&READ.replace(",1[", ",[")), Action::Drop, "nobody waits");
    assert!(matches!(talk.hear_caller(r#"43/api,1["x"]"#), Action::Close(_)));
}

#[test]
fn a_wrong_key_and_one_for_other_homeys_are_refused_as_a_homey_would() {
    let mut talk = stranger();
    let frame = r#"427["handshakeClient",{"token":"hk_x"}]"#;
    let Action::Admit(shake) = talk.hear_caller(frame) else { panic!() };
    let refusal = answered(shake.refused(&AccessError::WrongKey.body(Local)));
    assert!(
        refusal.starts_with(r#"437[{"#) && refusal.contains(r#""statusCode":401"#),
        "{refusal}"
    );
    let act = talk.shake(shake, caller(&["full"], Some(&["cabin"])), &token("t1"));
    assert!(answered(act).contains(r#""statusCode":403"#));
    assert!(talk.caller.is_none());
    for data in ["{}", r#"{"token":7}"#, "7", r#"{"token":"a","token":"b"}"#] {
        let act = talk.hear_caller(&format!(r#"421["handshakeClient",{data}]"#));
        assert!(matches!(act, Action::Admit(_)), "{data}: {act:?}");
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
        let mut talk = friend(&["homey.device.readonly"]);
        match (talk.hear_caller(&frame), lacking) {
            (Action::Send(_) | Action::Call(..), None) => {}
            (Action::Answer(answer), Some(scope)) => {
                let says = format!("lacks {scope}\"");
                assert!(
                    answer[0].contains(&says) && answer[0].contains("5[{"),
                    "{frame}: {answer:?}"
                );
            }
            (other, _) => panic!("{frame}: {other:?}"),
        }
    }
    let act = friend(&["full"]).hear_caller(&call(devices, "deleteDevice"));
    assert!(matches!(act, Action::Call(..)), "{act:?}");
}

#[test]
fn what_can_be_read_in_two_ways_is_refused_to_every_key() {
    for arguments in [
        // What one reader may take for this and another for that.
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
            let refusal = answered(friend(&[scopes]).hear_caller(&frame));
            assert!(refusal.contains("malformed_request"), "{arguments}: {refusal}");
        }
        let refusal = answered(stranger().hear_caller(&frame));
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
        match friend(&["homey.device.readonly"]).hear_caller(came) {
            Action::Send(frames) => assert_eq!(frames, [goes], "{came}"),
            Action::Call(frame, _) => assert_eq!(frame, goes, "{came}"),
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
        let act = friend(&["full"]).hear_caller(frame);
        assert!(matches!(act, Action::Close(_)), "{frame}: {act:?}");
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
        "not a frame",
    ] {
        assert_eq!(talk.hear_homey(frame), Action::Pass, "{frame}");
    }
    // What nobody waits for, and what cannot be looked into.
    for frame in [
        r#"43/api,9[{"statusCode":401}]"#,
        r#"43/api,1[null,{"token":"x"}]"#,
        r#"451-["x",{"_placeholder":true,"num":0}]"#,
    ] {
        assert_eq!(talk.hear_homey(frame), Action::Drop, "{frame}");
    }
    talk.hear_caller(READ);
    let refusal = r#"43/api,1[{"statusCode":404,"error":"Not Found"}]"#;
    assert_eq!(talk.hear_homey(refusal), Action::Pass);
    assert_eq!(talk.hear_homey(refusal), Action::Drop, "a second time");
}

#[test]
fn the_answer_to_a_handshake_is_made_here() {
    for (caller_sent, homey_said, want) in [
        (
            r#"{"token":"hk_x"}"#,
            format!(r#"[null,{{"token":"{TOKEN}","namespace":"/api","success":true}}]"#),
            r#"[null,{"token":"hk_x","namespace":"/api","success":true}]"#,
        ),
        (
            r#"{"token":7}"#,
            "[null,{}]".to_owned(),
            r#"[null,{"token":7,"namespace":"/api","success":true}]"#,
        ),
        (
            r#"{"token":"\"\\"}"#,
            "[null]".to_owned(),
            r#"[null,{"token":"\"\\","namespace":"/api","success":true}]"#,
        ),
        ("{}", "[]".to_owned(), r#"[null,{"token":"***","namespace":"/api","success":true}]"#),
        (
            "{}",
            r#"[null,{"namespace":"/api2"},"more"]"#.to_owned(),
            r#"[null,{"token":"***","namespace":"/api2","success":true}]"#,
        ),
        // A name that is none.
        (
            "{}",
            format!(r#"[null,{{"namespace":"/{TOKEN}"}}]"#),
            r#"[null,{"token":"***","namespace":"/api","success":true}]"#,
        ),
    ] {
        let mut talk = stranger();
        let frame = format!(r#"420["handshakeClient",{caller_sent}]"#);
        let Action::Admit(shake) = talk.hear_caller(&frame) else { panic!() };
        talk.shake(shake, caller(&["readonly"], None), &token(TOKEN));
        assert_eq!(answered(talk.hear_homey(&format!("430{homey_said}"))), format!("430{want}"));
        assert_eq!(talk.hear_homey(&format!("430{homey_said}")), Action::Drop, "a second answer");
    }
}

#[test]
fn nothing_that_goes_wrong_repeats_the_token() {
    let escaped: String = TOKEN.chars().map(|c| format!("\\u{:04x}", u32::from(c))).collect();
    for said in [TOKEN, &TOKEN.replace(':', "%3a"), &escaped] {
        let mut talk = friend(&["full"]);
        talk.hear_caller(READ);
        let act =
            talk.hear_homey(&format!(r#"43/api,1[{{"error":"Bearer {said}","statusCode":400}}]"#));
        assert_eq!(answered(act), r#"43/api,1[{"error":"Bearer ***","statusCode":400}]"#);
        let act = talk.hear_homey(&format!(r#"44/api,"{said}""#));
        assert_eq!(answered(act), r#"44/api,"***""#);
        assert_eq!(talk.farewell(&format!("{said} has ended")), "*** has ended");
    }
}

#[test]
fn the_value_of_a_token_variable_ends_here() {
    let logic = |operation: &str, args: &str| {
        format!(
            r#"42/api,1["api",{{"args":{args},"operation":"{operation}","uri":"homey:manager:logic"}}]"#
        )
    };
    let named = format!(r#"{{"id":"{VARIABLE}"}}"#);
    let variable = |value: &str| {
        format!(r#"{{"id":"{VARIABLE}","name":"renamed","type":"string","value":"{value}"}}"#)
    };
    for (frame, said, want) in [
        (
            logic("getVariables", "{}"),
            format!(r#"[null,{{"{VARIABLE}":{}}}]"#, variable("T")),
            format!(r#"[null,{{"{VARIABLE}":{}}}]"#, variable("***")),
        ),
        (
            logic("getVariable", &named),
            r#"[null,{"value":"T"}]"#.to_owned(),
            r#"[null,{"value":"***"}]"#.to_owned(),
        ),
        (
            logic("updateVariable", &named),
            format!("[null,{}]", variable("T")),
            format!("[null,{}]", variable("***")),
        ),
        (
            logic("getVariables", "{}"),
            format!(r#"[null,{{"x":{{"id":"x","name":"other","value":"{TOKEN}"}}}}]"#),
            r#"[null,{"x":{"id":"x","name":"other","value":"***"}}]"#.to_owned(),
        ),
    ] {
        let mut talk = friend(&["full"]);
        assert!(matches!(talk.hear_caller(&frame), Action::Call(..)), "{frame}");
        assert_eq!(
            answered(talk.hear_homey(&format!("43/api,1{said}"))),
            format!("43/api,1{want}")
        );
    }
    let mut talk = friend(&["full"]);
    talk.hear_caller(&logic("getVariables", "{}"));
    let cut = answered(talk.hear_homey(r#"43/api,1[null,{"name":"accesstoken","value":"T""#));
    assert!(cut.contains("answer_unreadable") && !cut.contains("\"T"), "{cut}");
    let event = |value: &str| {
        format!(r#"42/api,["homey:manager:logic","variable.update",{}]"#, variable(value))
    };
    assert_eq!(answered(talk.hear_homey(&event("T"))), event("***"));
}

const ENDED: &str = r#"[{"error":"Session Not Found","statusCode":401}]"#;

#[test]
fn a_session_that_has_ended_is_replaced_and_nobody_notices() {
    let mut talk = friend(&["full"]);
    let other = READ.replace(",1[", ",2[");
    assert_eq!(talk.hear_caller(READ), call(READ, Some(1), false));
    assert_eq!(talk.hear_caller(&other), call(&other, Some(2), false));
    assert_eq!(talk.hear_homey(&format!("43/api,1{ENDED}")), Action::Renew);
    assert_eq!(talk.hear_homey(&format!("43/api,2{ENDED}")), Action::Drop, "once for both");
    let shake = format!(r#"42{OURS}["handshakeClient",{{"homeyId":"id-1","token":"t2"}}]"#);
    assert_eq!(talk.renewed(Ok(&token("t2"))), sent(&[&shake]));
    let shaken = format!(r#"43{OURS}[null,{{"namespace":"/api"}}]"#);
    assert_eq!(talk.hear_homey(&shaken), sent(&[READ, &other]));
    assert_eq!(talk.hear_homey("43/api,1[null,{}]"), Action::Pass);
    // The next session has ended as well.
    assert_eq!(talk.hear_homey(&format!("43/api,2{ENDED}")), Action::Renew);
    talk.renewed(Ok(&token("t3")));
    assert_eq!(talk.hear_homey(&shaken), sent(&[&other]));
    assert_eq!(talk.hear_homey("43/api,2[null,{}]"), Action::Pass);
    assert!(talk.asked.is_empty() && talk.again.is_empty());
    assert_eq!(talk.kept_bytes, 0);
}

#[test]
fn where_session_and_newest_token_are_refused_another_one_is_made() {
    let mut talk = friend(&["full"]);
    talk.hear_caller(READ);
    assert_eq!(talk.hear_homey(&format!("43/api,1{ENDED}")), Action::Renew);
    talk.renewed(Ok(&token("t2")));
    // What was held is as dead as what was used.
    assert_eq!(talk.hear_homey(&format!("43{OURS}{ENDED}")), Action::Renew);
    let shake = format!(r#"42{OURS}["handshakeClient",{{"homeyId":"id-1","token":"t3"}}]"#);
    assert_eq!(talk.renewed(Ok(&token("t3"))), sent(&[&shake]));
    let shaken = format!(r#"43{OURS}[null,{{"namespace":"/api"}}]"#);
    assert_eq!(talk.hear_homey(&shaken), sent(&[READ]));
    assert_eq!(talk.hear_homey("43/api,1[null,{}]"), Action::Pass);
}

#[test]
fn two_handshakes_that_were_refused_are_both_repeated() {
    let mut talk = stranger();
    for number in [0, 1] {
        let frame = format!(r#"42{number}["handshakeClient",{{"token":"hk_x"}}]"#);
        let Action::Admit(shake) = talk.hear_caller(&frame) else { panic!() };
        talk.shake(shake, caller(&["full"], None), &token("t1"));
    }
    assert_eq!(talk.hear_homey(&format!("430{ENDED}")), Action::Renew);
    assert_eq!(talk.hear_homey(&format!("431{ENDED}")), Action::Drop);
    let again = |n| format!(r#"42{n}["handshakeClient",{{"homeyId":"id-1","token":"t2"}}]"#);
    assert_eq!(talk.renewed(Ok(&token("t2"))), sent(&[&again(0), &again(1)]));
    assert_eq!(answered(talk.hear_homey("430[null,{}]")), SHAKEN);
}

#[test]
fn a_handshake_that_was_refused_is_repeated_with_another_token() {
    let mut talk = stranger();
    let frame = r#"420["handshakeClient",{"token":"hk_x"}]"#;
    let Action::Admit(shake) = talk.hear_caller(frame) else { panic!() };
    talk.shake(shake, caller(&["full"], None), &token("t1"));
    assert_eq!(talk.hear_homey(&format!("430{ENDED}")), Action::Renew);
    let again = r#"420["handshakeClient",{"homeyId":"id-1","token":"t2"}]"#;
    assert_eq!(talk.renewed(Ok(&token("t2"))), sent(&[again]));
    assert_eq!(answered(talk.hear_homey(r#"430[null,{"namespace":"/api"}]"#)), SHAKEN);
}

#[test]
fn no_refusal_of_a_token_reaches_the_caller() {
    let mut talk = friend(&["full"]);
    talk.hear_caller(READ);
    let refusal = format!("43/api,1{ENDED}");
    assert_eq!(talk.hear_homey(&refusal), Action::Renew);
    let signed_out = json!({"error": "signed_out", "statusCode": 503});
    let answer = answered(talk.renewed(Err(&signed_out)));
    assert_eq!(answer, format!("43/api,1[{signed_out}]"));
    // A Homey that takes no token at all: each way ends.
    for refused_shakes in [true, false] {
        talk.hear_caller(READ);
        let mut renewals = 0;
        let mut act = talk.hear_homey(&refusal);
        while act == Action::Renew {
            renewals += 1;
            assert!(renewals < 10);
            talk.renewed(Ok(&token("t2")));
            act = match refused_shakes {
                true => talk.hear_homey(&format!("43{OURS}{ENDED}")),
                false => {
                    talk.hear_homey(&format!("43{OURS}[null]"));
                    talk.hear_homey(&refusal)
                }
            };
        }
        let answer = answered(act);
        assert!(answer.contains("token_refused") && answer.contains("503"), "{answer}");
        assert!(talk.asked.is_empty() && talk.again.is_empty());
        assert_eq!(talk.kept_bytes, 0);
    }
}

#[test]
fn a_call_too_large_to_be_kept_is_told_that_it_was_not_done() {
    let mut talk = friend(&["full"]);
    let large = READ.replace("{}", &format!(r#"{{"x":"{}"}}"#, "x".repeat(KEPT_BYTES)));
    assert_eq!(talk.hear_caller(&large), call(&large, Some(1), false));
    assert_eq!(talk.kept_bytes, 0);
    assert_eq!(talk.hear_homey(&format!("43/api,1{ENDED}")), Action::Renew);
    talk.renewed(Ok(&token("t2")));
    let Action::Both(answers, frames) = talk.hear_homey(&format!("43{OURS}[null]")) else {
        panic!()
    };
    assert!(answers[0].contains("token_renewed") && frames.is_empty(), "{answers:?}");
}

#[test]
fn little_is_kept() {
    let mut talk = friend(&["full"]);
    let some = READ.replace("{}", &format!(r#"{{"x":"{}"}}"#, "x".repeat(KEPT_BYTES / 2)));
    for number in 0..2 * WAITING as u64 {
        let frame = some.replace(",1[", &format!(",{number}["));
        assert!(matches!(talk.hear_caller(&frame), Action::Call(..)));
        assert!(talk.asked.len() <= WAITING && talk.kept_bytes <= KEPT_BYTES_IN_ALL);
    }
    // The newest are waited for.
    let last = 2 * WAITING - 1;
    assert_eq!(talk.hear_homey(&format!("43/api,{last}[null]")), Action::Pass);
    assert_eq!(talk.hear_homey("43/api,0[null]"), Action::Drop);
}

#[test]
fn a_call_that_had_no_turn_is_forgotten() {
    let mut talk = friend(&["full"]);
    let long = READ.replace("getDevices", "getLogEntries").replace(",1[", ",[");
    assert_eq!(talk.hear_caller(&long), call(&long, None, true));
    assert_eq!(talk.had_no_turn(errand(None, true), &json!({})), Action::Drop, "nobody waits");
    let Action::Call(_, errand) = talk.hear_caller(READ) else { panic!() };
    let act = talk.had_no_turn(errand, &json!({"statusCode": 503}));
    assert_eq!(answered(act), r#"43/api,1[{"statusCode":503}]"#);
    assert!(talk.asked.is_empty());
}

proptest! {
    /// Whatever a Homey says, a caller never reads its token, nor a 401.
    #[test]
    fn no_conversation_gets_a_token_out(
        says in prop::collection::vec((0..8_usize, 0..3_u64), 1..40),
    ) {
        let mut talk = friend(&["full"]);
        for (number, (what, ack)) in says.into_iter().enumerate() {
            talk.hear_caller(&READ.replace(",1[", &format!(",{ack}[")));
            let frame = match what {
                0 => format!("43/api,{ack}{ENDED}"),
                1 => format!(r#"43/api,{ack}[{{"error":"{TOKEN}","statusCode":500}}]"#),
                2 => format!("43{OURS}{ENDED}"),
                3 => format!(r#"43{OURS}[null,{{"token":"{TOKEN}"}}]"#),
                4 => format!(r#"43{ack}[null,{{"token":"{TOKEN}"}}]"#),
                5 => format!(r#"44/api,"{TOKEN}""#),
                6 => format!(r#"42/api,["homey:manager:logic","variable.update",{{"id":"{VARIABLE}","value":"{TOKEN}"}}]"#),
                _ => format!("43/api,{ack}[null,{{}}]"),
            };
            let mut act = talk.hear_homey(&frame);
            if act == Action::Renew {
                act = talk.renewed(Ok(&token(&format!("t{number}"))));
            }
            let told = match act {
                Action::Pass => frame,
                Action::Answer(frames) | Action::Both(frames, _) => frames.concat(),
                _ => String::new(),
            };
            prop_assert!(!told.contains(&TOKEN[6..]) && !told.contains(r#""statusCode":401"#), "{}", told);
        }
    }
}
