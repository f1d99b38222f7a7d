//! Lost connections, and their return.

use super::*;

#[test]
fn pings_are_ours_and_their_answers_are_due_at_an_absolute_time() {
    let mut harness = Harness::new();
    harness.feed(Input::Subscribe("a"));
    harness.connected();
    harness.frame("43/api,1[null]");
    assert_eq!(harness.elapse(5000), ["> 2"]);
    assert_eq!(harness.frame("3"), [""; 0]);
    assert_eq!(harness.elapse(10_000), ["> 2"]);
    // Events go on, the answer does not come.
    assert_eq!(harness.elapse(15_000), ["> 2"]);
    harness.at_ms = 17_999;
    assert_eq!(harness.frame(r#"42/api,["a","b",1]"#), ["a b 1"]);
    assert_eq!(harness.elapse(18_000), ["hang up", "status Waiting(Silent)"]);
}

#[test]
fn a_kick_is_followed_by_a_new_handshake_on_the_same_connection() {
    let mut harness = Harness::new();
    harness.feed(Input::Subscribe("a"));
    harness.feed(Input::Subscribe("b"));
    harness.connected();
    harness.frame("43/api,1[null]");
    harness.frame("43/api,2[null]");
    assert_eq!(harness.frame("41/api,"), ["status Waiting(Kicked)"]);
    assert_eq!(harness.elapse(1025), ["status Connecting", "token"]);
    assert_eq!(
        harness.feed(token()),
        [r#"> 423["handshakeClient",{"token":"t","homeyId":"5f00"}]"#]
    );
    assert_eq!(harness.frame(r#"433[null,{"namespace":"/api"}]"#), ["> 40/api,"]);
    assert_eq!(
        harness.frame("40/api,"),
        [r#"> 42/api,4["subscribe","a"]"#, r#"> 42/api,5["subscribe","b"]"#]
    );
    assert_eq!(harness.elapse(1050), ["status Live"]);
    // Each is notified that something may be missing once it is in place again.
    let kicked = "the Homey ended the session of this connection";
    assert_eq!(harness.frame("43/api,4[null]"), [format!("restored a: {kicked}")]);
    assert_eq!(harness.frame("43/api,5[null]"), [format!("restored b: {kicked}")]);
}

#[test]
fn a_transport_that_ends_while_it_rests_does_not_end_the_rest() {
    let mut harness = Harness::new();
    harness.connected();
    harness.frame("41/api,");
    harness.feed(Input::Subscribe("a"));
    harness.feed(Input::Call(1, call("deleteDevice", false)));
    assert_eq!(harness.feed(Input::Closed(Loss::Silent)), ["hang up"]);
    assert_eq!(harness.feed(Input::Closed(Loss::Silent)), [""; 0]);
    assert_eq!(harness.elapse(1025), ["status Connecting", "connect"]);
}

#[test]
fn everything_that_was_granted_comes_back_after_the_transport_is_lost() {
    let mut harness = Harness::new();
    harness.feed(Input::Subscribe("a"));
    harness.connected();
    harness.frame("43/api,1[null]");
    // This one was asked for and not granted yet: it is still wanted.
    harness.feed(Input::Subscribe("b"));
    let reset = || Input::Closed(Loss::Transport("reset".to_owned()));
    let futures = r#"status Waiting(Transport("reset"))"#;
    assert_eq!(harness.feed(reset()), ["hang up", futures]);
    assert_eq!(harness.elapse(1025), ["status Connecting", "connect"]);
    // An attempt that fails tells those who were never granted anything.
    assert_eq!(
        harness.feed(reset()),
        ["hang up", r#"unsubscribed b: NotConnected(Transport("reset"))"#, futures,]
    );
    harness.at_ms = 3025;
    assert_eq!(harness.connected(), [r#"> 42/api,4["subscribe","a"]"#, "status Live"]);
    assert_eq!(harness.frame("43/api,4[null]"), ["restored a: reset"]);
    // A restored subscription that is refused is over.
    harness.feed(reset());
    harness.at_ms = 60_000;
    harness.connected();
    assert_eq!(
        harness.frame(r#"43/api,6[{"error":"Missing Scopes","statusCode":403}]"#),
        [
            r#"> 42/api,["unsubscribe","a"]"#.to_owned(),
            format!(
                "unsubscribed a: {:?}",
                RequestFailure::Refused(HomeyRefusal {
                    status: Some(403),
                    code: Some("Missing Scopes".to_owned()),
                    message: "Missing Scopes".to_owned(),
                })
            ),
        ]
    );
}

#[test]
fn a_session_that_held_starts_to_count_failures_anew() {
    for (held_ms, rest_ms) in [(9_999, 2000), (10_000, 1000)] {
        let mut harness = Harness::new();
        harness.feed(Input::Elapsed);
        harness.feed(Input::Closed(Loss::Silent));
        harness.at_ms = 1000;
        harness.connected();
        harness.at_ms += held_ms;
        harness.feed(Input::Closed(Loss::Silent));
        let until = Duration::from_millis(harness.at_ms + rest_ms);
        assert_eq!(harness.session.deadline(), Some(until), "held {held_ms} ms");
    }
}

#[test]
fn a_subscription_that_is_not_answered_fails_the_first_time_and_reconnects_later() {
    let mut harness = Harness::new();
    harness.feed(Input::Subscribe("a"));
    harness.connected();
    harness.elapse(5000);
    harness.frame("3");
    let failed = ["> 2", r#"> 42/api,["unsubscribe","a"]"#, "unsubscribed a: TimedOut(10s)"];
    assert_eq!(harness.elapse(10_000), failed);
    harness.frame("3");
    harness.feed(Input::Subscribe("a"));
    harness.frame("43/api,2[null]");
    harness.frame("41/api,");
    harness.elapse(11_000);
    harness.feed(token());
    harness.frame(r#"433[null,{"namespace":"/api"}]"#);
    harness.frame("40/api,");
    harness.elapse(11_025);
    for at in [15_000, 20_000] {
        harness.elapse(at);
        harness.frame("3");
    }
    assert_eq!(
        harness.elapse(21_000),
        ["hang up", r#"status Waiting(Slow("restoring a subscription"))"#]
    );
}
