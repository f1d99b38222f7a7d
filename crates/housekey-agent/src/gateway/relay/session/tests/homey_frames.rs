//! Frames of the Homey: what is forwarded, what is redacted.

use super::*;

#[test]
fn the_homeys_frames_are_forwarded() {
    let mut session = authenticated(&["full"]);
    for frame in [
        "3",
        "40/api,",
        "41/api,",
        r#"42/api,["homey:device:d1","capability",{"value":true}]"#,
        "not a frame",
    ] {
        assert_eq!(session.on_homey_frame(frame), Action::Forward, "{frame}");
    }
    // Replies without a request, and frames that cannot be redacted.
    for frame in [
        r#"43/api,9[{"statusCode":401}]"#,
        r#"43/api,1[null,{"token":"x"}]"#,
        r#"451-["x",{"_placeholder":true,"num":0}]"#,
    ] {
        assert_eq!(session.on_homey_frame(frame), Action::Drop, "{frame}");
    }
    session.on_client_frame(READ);
    let refusal = r#"43/api,1[{"statusCode":404,"error":"Not Found"}]"#;
    assert_eq!(session.on_homey_frame(refusal), Action::Forward);
    assert_eq!(session.on_homey_frame(refusal), Action::Drop, "a second time");
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
        let mut session = anonymous();
        let frame = format!(r#"420["handshakeClient",{caller_sent}]"#);
        let Action::Authenticate(handshake) = session.on_client_frame(&frame) else { panic!() };
        session.on_key_accepted(handshake, caller(&["readonly"], None), &token(TOKEN));
        assert_eq!(
            reply_of(session.on_homey_frame(&format!("430{homey_said}"))),
            format!("430{want}")
        );
        assert_eq!(
            session.on_homey_frame(&format!("430{homey_said}")),
            Action::Drop,
            "a second answer"
        );
    }
}

#[test]
fn nothing_that_goes_wrong_repeats_the_token() {
    let escaped: String = TOKEN.chars().map(|c| format!("\\u{:04x}", u32::from(c))).collect();
    for sent in [TOKEN, &TOKEN.replace(':', "%3a"), &escaped] {
        let mut session = authenticated(&["full"]);
        session.on_client_frame(READ);
        let action = session
            .on_homey_frame(&format!(r#"43/api,1[{{"error":"Bearer {sent}","statusCode":400}}]"#));
        assert_eq!(reply_of(action), r#"43/api,1[{"error":"Bearer ***","statusCode":400}]"#);
        let action = session.on_homey_frame(&format!(r#"44/api,"{sent}""#));
        assert_eq!(reply_of(action), r#"44/api,"***""#);
        assert_eq!(session.close_reason(&format!("{sent} has ended")), "*** has ended");
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
    for (frame, sent, want) in [
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
        let mut session = authenticated(&["full"]);
        assert!(matches!(session.on_client_frame(&frame), Action::Queue(..)), "{frame}");
        assert_eq!(
            reply_of(session.on_homey_frame(&format!("43/api,1{sent}"))),
            format!("43/api,1{want}")
        );
    }
    let mut session = authenticated(&["full"]);
    session.on_client_frame(&logic("getVariables", "{}"));
    let cut =
        reply_of(session.on_homey_frame(r#"43/api,1[null,{"name":"accesstoken","value":"T""#));
    assert!(cut.contains("answer_unreadable") && !cut.contains("\"T"), "{cut}");
    let event = |value: &str| {
        format!(r#"42/api,["homey:manager:logic","variable.update",{}]"#, variable(value))
    };
    assert_eq!(reply_of(session.on_homey_frame(&event("T"))), event("***"));
}
