//! Connecting, and what may fail in it.

use super::*;

#[test]
fn the_way_to_the_first_event() {
    let mut harness = Harness::new();
    assert_eq!(harness.feed(Input::Subscribe("homey:device:d1")), [""; 0]);
    assert_eq!(harness.elapse(0), ["status Connecting", "connect"]);
    assert_eq!(harness.feed(Input::Opened), [""; 0]);
    let open = r#"0{"sid":"x","upgrades":[],"pingInterval":5000,"pingTimeout":8000}"#;
    assert_eq!(harness.frame(open), [""; 0]);
    assert_eq!(harness.frame("40"), ["token"]);
    assert_eq!(
        harness.feed(token()),
        [r#"> 420["handshakeClient",{"token":"t","homeyId":"5f00"}]"#]
    );
    assert_eq!(harness.frame(r#"430[null,{"namespace":"/api","success":true}]"#), ["> 40/api,"]);
    assert_eq!(harness.frame("40/api,"), [r#"> 42/api,1["subscribe","homey:device:d1"]"#]);
    // The first 25 ms are watched.
    assert_eq!(harness.elapse(25), ["status Live"]);
    // An event may come before the answer.
    assert_eq!(
        harness.frame(
            r#"42/api,["homey:device:d1","capability",{"capabilityId":"onoff","value":true}]"#
        ),
        [r#"homey:device:d1 capability {"capabilityId":"onoff","value":true}"#]
    );
    assert_eq!(harness.frame("43/api,1[null]"), ["subscribed homey:device:d1"]);
    // A second listener shares the subscription.
    assert_eq!(harness.feed(Input::Subscribe("homey:device:d1")), ["subscribed homey:device:d1"]);
    // Not ours, not whole, or without data.
    assert_eq!(harness.frame(r#"42/api,["homey:device:other","capability",{}]"#), [""; 0]);
    assert_eq!(harness.frame(r#"42["homey:device:d1","capability",{}]"#), [""; 0]);
    assert_eq!(harness.frame(r#"42/api,["homey:device:d1"]"#), [""; 0]);
    assert_eq!(
        harness.frame(r#"42/api,["homey:device:d1","a\u0062c"]"#),
        ["homey:device:d1 abc null"]
    );
    assert_eq!(
        harness.feed(Input::Unsubscribe("homey:device:d1")),
        [r#"> 42/api,["unsubscribe","homey:device:d1"]"#]
    );
    assert_eq!(harness.feed(Input::Leave), ["> 41/api,", "> 41", "hang up", "status Ended"]);
    assert_eq!(harness.session.deadline(), None);
}

#[test]
fn a_refused_token_is_renewed_once_on_the_same_connection() {
    let mut harness = Harness::new();
    harness.feed(Input::Elapsed);
    harness.feed(Input::Opened);
    harness.frame(r#"0{"sid":"x","pingInterval":5000,"pingTimeout":8000}"#);
    harness.frame("40");
    harness.feed(token());
    let refusal = r#"[{"error":"Invalid LiveSession","statusCode":401}]"#;
    assert_eq!(harness.frame(&format!("430{refusal}")), ["another token"]);
    assert_eq!(
        harness.feed(Input::Token(Secret::new("new"))),
        [r#"> 421["handshakeClient",{"token":"new","homeyId":"5f00"}]"#]
    );
    assert_eq!(
        harness.frame(&format!("431{refusal}")),
        ["hang up", r#"status Waiting(Refused("Invalid LiveSession"))"#]
    );
    assert_eq!(harness.elapse(1000), ["status Connecting", "connect"]);
}

#[test]
fn other_refusals_end_the_attempt_at_once() {
    for refusal in [
        r#"430[{"error":"Busy","statusCode":503}]"#,
        r#"430["Busy"]"#,
        r#"430[null,{"namespace":7}]"#,
        r#"430[null]"#,
    ] {
        let mut harness = Harness::new();
        harness.feed(Input::Elapsed);
        harness.feed(Input::Opened);
        harness.frame(r#"0{"sid":"x","pingInterval":5000,"pingTimeout":8000}"#);
        harness.frame("40");
        harness.feed(token());
        let done = harness.frame(refusal);
        assert_eq!(done[0], "hang up", "{refusal}");
        assert!(done[1].starts_with("status Waiting(Refused("), "{refusal}: {done:?}");
    }
}

#[test]
fn requests_fail_while_signed_out_and_nothing_is_tried_again() {
    let mut harness = Harness::new();
    harness.feed(Input::Subscribe("a"));
    harness.feed(Input::Call(7, call("getDevice", true)));
    harness.feed(Input::Elapsed);
    harness.feed(Input::Opened);
    harness.frame(r#"0{"sid":"x","pingInterval":5000,"pingTimeout":8000}"#);
    harness.frame("40");
    assert_eq!(
        harness.feed(Input::SignedOut),
        ["> 41", "hang up", "failed 7: Ended", "unsubscribed a: Ended", "status SignedOut"]
    );
    assert_eq!(harness.feed(Input::Subscribe("b")), ["unsubscribed b: Ended"]);
    assert_eq!(harness.feed(Input::Call(8, call("getDevice", true))), ["failed 8: Ended"]);
    // Somebody signs in: it begins anew, without what nobody waits for any more.
    assert_eq!(harness.session.deadline(), None);
    assert_eq!(harness.feed(Input::SignedIn), ["status Connecting", "connect"]);
    assert_eq!(harness.feed(Input::SignedIn), [""; 0]);
    assert_eq!(harness.connected(), ["status Live"]);
    harness.feed(Input::SignedOut);
    assert_eq!(harness.feed(Input::Leave), ["hang up", "status Ended"]);
    assert_eq!(harness.feed(Input::SignedIn), [""; 0]);
}

#[test]
fn every_step_has_a_limit() {
    let mut harness = Harness::new();
    let futures = |what: &str| ["hang up".to_owned(), format!("status Waiting(Slow({what:?}))")];
    harness.elapse(0);
    assert_eq!(harness.elapse(20_000), futures("connecting"));
    // The rest doubles: 1 s, 2 s …
    harness.elapse(21_000);
    harness.feed(Input::Opened);
    assert_eq!(harness.elapse(41_000), futures("connecting"));
    harness.elapse(43_000);
    harness.feed(Input::Opened);
    harness.frame(r#"0{"sid":"x","pingInterval":600000,"pingTimeout":8000}"#);
    harness.frame("40");
    harness.feed(token());
    assert_eq!(harness.elapse(53_000), futures("the handshake"));
    harness.elapse(57_000);
    harness.feed(Input::Opened);
    harness.frame(r#"0{"sid":"x","pingInterval":600000,"pingTimeout":8000}"#);
    harness.frame("40");
    harness.feed(token());
    harness.frame(r#"431[null,{"namespace":"/api"}]"#);
    assert_eq!(harness.elapse(77_000), futures("joining the namespace"));
}

#[test]
fn a_kick_in_the_first_25_ms_fails_the_attempt() {
    let mut harness = Harness::new();
    harness.feed(Input::Subscribe("a"));
    harness.feed(Input::Subscribe("b"));
    harness.feed(Input::Call(1, call("getDevice", true)));
    harness.feed(Input::Call(2, call("deleteDevice", false)));
    harness.feed(Input::Elapsed);
    harness.feed(Input::Opened);
    harness.frame(r#"0{"sid":"x","pingInterval":5000,"pingTimeout":8000}"#);
    harness.frame("40");
    harness.feed(token());
    harness.frame(r#"430[null,{"namespace":"/api"}]"#);
    // What only reads does not wait for them to pass.
    let sent = harness.frame("40/api,");
    assert_eq!(sent.len(), 3, "{sent:?}");
    assert!(sent[2].contains("getDevice"), "{sent:?}");
    assert_eq!(harness.frame("43/api,1[null]"), ["subscribed a"]);
    harness.at_ms = 24;
    assert_eq!(
        harness.frame("41/api,"),
        [
            "failed 1: NotConnected(Kicked)",
            "failed 2: NotConnected(Kicked)",
            "unsubscribed b: NotConnected(Kicked)",
            "status Waiting(Kicked)"
        ]
    );
    // What was granted for a moment is asked for again.
    assert_eq!(harness.elapse(1024), ["status Connecting", "token"]);
    harness.feed(token());
    harness.frame(r#"434[null,{"namespace":"/api"}]"#);
    assert_eq!(harness.frame("40/api,"), [r#"> 42/api,5["subscribe","a"]"#]);
}

#[test]
fn what_changes_the_home_waits_until_the_first_25_ms_are_over() {
    let mut harness = Harness::new();
    harness.feed(Input::Call(1, call("deleteDevice", false)));
    harness.feed(Input::Elapsed);
    harness.feed(Input::Opened);
    harness.frame(r#"0{"sid":"x","pingInterval":5000,"pingTimeout":8000}"#);
    harness.frame("40");
    harness.feed(token());
    harness.frame(r#"430[null,{"namespace":"/api"}]"#);
    assert_eq!(harness.frame("40/api,"), [""; 0]);
    assert_eq!(harness.feed(Input::Call(2, call("deleteDevice", false))), [""; 0]);
    let sent = harness.elapse(25);
    assert!(sent[0].contains("deleteDevice") && sent[1].contains("deleteDevice"), "{sent:?}");
    assert_eq!(sent[2], "status Live");
}

#[test]
fn a_token_that_is_refused_in_the_first_25_ms_is_renewed_as_at_any_time() {
    let mut harness = Harness::new();
    harness.feed(Input::Subscribe("a"));
    harness.feed(Input::Call(1, call("getDevice", true)));
    harness.feed(Input::Elapsed);
    harness.feed(Input::Opened);
    harness.frame(r#"0{"sid":"x","pingInterval":5000,"pingTimeout":8000}"#);
    harness.frame("40");
    harness.feed(token());
    harness.frame(r#"430[null,{"namespace":"/api"}]"#);
    harness.frame("40/api,");
    let refused = harness.frame(r#"43/api,1[{"error":"LiveSession Expired","statusCode":401}]"#);
    assert_eq!(refused, ["hang up", "status Waiting(TokenEnded)"]);
    let sent = harness.connected();
    assert!(sent[0].contains("subscribe") && sent[1].contains("getDevice"), "{sent:?}");
}
