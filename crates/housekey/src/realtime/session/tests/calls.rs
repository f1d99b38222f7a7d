//! Calls and their outcomes.

use super::*;

#[test]
fn calls_are_answered_refused_or_late() {
    let mut harness = Harness::new();
    // Before there is a connection they wait for it.
    assert_eq!(harness.feed(Input::Call(1, call("getDevice", true))), [""; 0]);
    let send = |ack: u64, name: &str| {
        format!(
            r#"> 42/api,{ack}["api",{{"args":{{"id":"d1"}},"operation":"{name}","uri":"homey:manager:devices"}}]"#
        )
    };
    assert_eq!(harness.connected(), [send(1, "getDevice"), "status Live".to_owned()]);
    assert_eq!(
        harness.feed(Input::Call(2, call("deleteDevice", false))),
        [send(2, "deleteDevice")]
    );
    assert_eq!(harness.frame(r#"43/api,1[null,{"id":"d1"}]"#), [r#"answer 1: {"id":"d1"}"#]);
    assert_eq!(harness.frame(r#"43/api,1[null,{"id":"d1"}]"#), [""; 0]);
    assert_eq!(
        harness.frame(r#"43/api,2[{"error":"Not Found","statusCode":404}]"#),
        [
            r#"failed 2: Refused(HomeyRefusal { status: Some(404), code: Some("Not Found"), message: "Not Found" })"#
        ]
    );
    harness.at_ms = 100;
    assert_eq!(harness.feed(Input::Call(3, call("getDevice", true))), [send(3, "getDevice")]);
    harness.frame("43/api,3[null]");
    assert_eq!(harness.feed(Input::Call(4, call("getDevice", true))), [send(4, "getDevice")]);
    for at in [5000, 10_000] {
        harness.elapse(at);
        harness.frame("3");
    }
    assert_eq!(harness.elapse(10_100), ["failed 4: TimedOut(10s)"]);
    assert_eq!(harness.frame("43/api,4[null,1]"), [""; 0]);
}

#[test]
fn a_write_whose_connection_was_lost_is_reported_and_a_read_is_sent_again() {
    let mut harness = Harness::new();
    harness.connected();
    harness.feed(Input::Call(1, call("deleteDevice", false)));
    harness.feed(Input::Call(2, call("getDevice", true)));
    assert_eq!(
        harness.feed(Input::Closed(Loss::Silent)),
        ["hang up", "failed 1: Dropped", "status Waiting(Silent)"]
    );
    // Made while there is no connection: it was certainly not carried out, so it waits.
    harness.feed(Input::Call(3, call("deleteDevice", false)));
    harness.at_ms = 1025;
    let sent = harness.connected();
    assert!(sent[0].contains("getDevice") && sent[1].contains("deleteDevice"), "{sent:?}");
    assert_eq!(harness.frame("43/api,4[null,1]"), ["answer 2: 1"]);
    assert_eq!(harness.frame("43/api,5[null,2]"), ["answer 3: 2"]);
}

#[test]
fn what_was_refused_for_the_token_is_asked_once_more_with_another() {
    let mut harness = Harness::new();
    harness.connected();
    harness.feed(Input::Call(1, call("deleteDevice", false)));
    let refusal = r#"[{"error":"LiveSession Expired","statusCode":401}]"#;
    assert_eq!(
        harness.frame(&format!("43/api,1{refusal}")),
        ["hang up", "status Waiting(TokenEnded)"]
    );
    // At once, since this is the first failure.
    assert_eq!(harness.elapse(25), ["status Connecting", "connect"]);
    harness.feed(Input::Opened);
    harness.frame(r#"0{"sid":"x","pingInterval":5000,"pingTimeout":8000}"#);
    assert_eq!(harness.frame("40"), ["another token"]);
    harness.feed(token());
    harness.frame(r#"432[null,{"namespace":"/api"}]"#);
    harness.frame("40/api,");
    let sent = harness.elapse(50);
    assert!(sent[0].starts_with(r#"> 42/api,3["api""#), "{sent:?}");
    assert_eq!(
        harness.frame(&format!("43/api,3{refusal}")),
        [
            r#"failed 1: Refused(HomeyRefusal { status: Some(401), code: Some("LiveSession Expired"), message: "LiveSession Expired" })"#
        ]
    );
}

#[test]
fn calls_do_not_pile_up() {
    let mut harness = Harness::new();
    for number in 0..1024 {
        assert_eq!(harness.feed(Input::Call(number, call("getDevice", true))), [""; 0]);
    }
    assert_eq!(harness.feed(Input::Call(1024, call("getDevice", true))), ["failed 1024: Busy"]);
}
