//! Transcripts: what happens on the left, what is done about it on the right.

use serde_json::json;

use super::*;
use crate::Secret;

/// A session with a clock of its own, which tells its actions as short texts.
pub(super) struct Talk {
    pub(super) session: Session,
    pub(super) at_ms: u64,
}

impl Talk {
    fn new() -> Self {
        Self { session: Session::new(Some("5f00".to_owned())), at_ms: 0 }
    }

    fn feed(&mut self, input: Input<'_>) -> Vec<String> {
        let mut todo = Vec::new();
        let now = Moment { at: Duration::from_millis(self.at_ms), chance: 0.0 };
        self.session.step(now, input, &mut todo);
        todo.iter().map(text).collect()
    }

    fn frame(&mut self, frame: &str) -> Vec<String> {
        self.feed(Input::Frame(frame))
    }

    /// Moves to the deadline, which must be the one expected.
    fn elapse(&mut self, until_ms: u64) -> Vec<String> {
        let deadline = self.session.deadline().map(|deadline| deadline.as_millis());
        assert_eq!(deadline, Some(u128::from(until_ms)), "the next deadline");
        self.at_ms = until_ms;
        self.feed(Input::Elapsed)
    }

    /// Through to the namespace, at the same moment but for the 25 ms.
    fn connected(&mut self) -> Vec<String> {
        self.feed(Input::Elapsed);
        self.feed(Input::Opened);
        self.frame(r#"0{"sid":"x","upgrades":[],"pingInterval":5000,"pingTimeout":8000}"#);
        self.frame("40");
        self.feed(token());
        let ack = self.session.requests.next_ack - 1;
        self.frame(&format!(r#"43{ack}[null,{{"namespace":"/api","success":true}}]"#));
        self.frame("40/api,");
        self.at_ms += 25;
        self.feed(Input::Elapsed)
    }
}

pub(super) fn token() -> Input<'static> {
    Input::Token(Secret::new("t"))
}

fn text(action: &Action) -> String {
    match action {
        Action::Connect => "connect".to_owned(),
        Action::HangUp => "hang up".to_owned(),
        Action::Authenticate { refused: false } => "token".to_owned(),
        Action::Authenticate { refused: true } => "another token".to_owned(),
        Action::Send(say) => format!("> {}", say.frame().expose()),
        Action::Deliver(event) => format!("{} {} {}", event.uri, event.name, event.data),
        Action::Subscribed(uri) => format!("subscribed {uri}"),
        Action::Restored(uri, loss) => format!("restored {uri}: {loss}"),
        Action::Unsubscribed(uri, failure) => format!("unsubscribed {uri}: {failure:?}"),
        Action::Answer(number, Ok(result)) => format!("answer {number}: {result}"),
        Action::Answer(number, Err(failure)) => format!("failed {number}: {failure:?}"),
        Action::Status(status) => format!("status {status:?}"),
    }
}

pub(super) fn call(name: &str, repeatable: bool) -> Call {
    let arguments = serde_json::Map::from_iter([("id".to_owned(), json!("d1"))]);
    let payload = payload("homey:manager:devices", name, &arguments);
    Call { payload, repeatable, limit: Duration::from_secs(10) }
}

#[test]
fn the_way_to_the_first_event() {
    let mut talk = Talk::new();
    assert_eq!(talk.feed(Input::Subscribe("homey:device:d1")), [""; 0]);
    assert_eq!(talk.elapse(0), ["status Connecting", "connect"]);
    assert_eq!(talk.feed(Input::Opened), [""; 0]);
    let open = r#"0{"sid":"x","upgrades":[],"pingInterval":5000,"pingTimeout":8000}"#;
    assert_eq!(talk.frame(open), [""; 0]);
    assert_eq!(talk.frame("40"), ["token"]);
    assert_eq!(talk.feed(token()), [r#"> 420["handshakeClient",{"token":"t","homeyId":"5f00"}]"#]);
    assert_eq!(talk.frame(r#"430[null,{"namespace":"/api","success":true}]"#), ["> 40/api,"]);
    assert_eq!(talk.frame("40/api,"), [""; 0]);
    // The first 25 ms are watched.
    assert_eq!(talk.elapse(25), [r#"> 42/api,1["subscribe","homey:device:d1"]"#, "status Live"]);
    // An event may come before the answer.
    assert_eq!(
        talk.frame(
            r#"42/api,["homey:device:d1","capability",{"capabilityId":"onoff","value":true}]"#
        ),
        [r#"homey:device:d1 capability {"capabilityId":"onoff","value":true}"#]
    );
    assert_eq!(talk.frame("43/api,1[null]"), ["subscribed homey:device:d1"]);
    // A second listener shares the subscription.
    assert_eq!(talk.feed(Input::Subscribe("homey:device:d1")), ["subscribed homey:device:d1"]);
    // Not ours, not whole, or without data.
    assert_eq!(talk.frame(r#"42/api,["homey:device:other","capability",{}]"#), [""; 0]);
    assert_eq!(talk.frame(r#"42["homey:device:d1","capability",{}]"#), [""; 0]);
    assert_eq!(talk.frame(r#"42/api,["homey:device:d1"]"#), [""; 0]);
    assert_eq!(
        talk.frame(r#"42/api,["homey:device:d1","a\u0062c"]"#),
        ["homey:device:d1 abc null"]
    );
    assert_eq!(
        talk.feed(Input::Unsubscribe("homey:device:d1")),
        [r#"> 42/api,["unsubscribe","homey:device:d1"]"#]
    );
    assert_eq!(talk.feed(Input::Leave), ["> 41/api,", "> 41", "hang up", "status Ended"]);
    assert_eq!(talk.session.deadline(), None);
}

#[test]
fn a_refused_token_is_renewed_once_on_the_same_connection() {
    let mut talk = Talk::new();
    talk.feed(Input::Elapsed);
    talk.feed(Input::Opened);
    talk.frame(r#"0{"sid":"x","pingInterval":5000,"pingTimeout":8000}"#);
    talk.frame("40");
    talk.feed(token());
    let refusal = r#"[{"error":"Invalid Session","statusCode":401}]"#;
    assert_eq!(talk.frame(&format!("430{refusal}")), ["another token"]);
    assert_eq!(
        talk.feed(Input::Token(Secret::new("new"))),
        [r#"> 421["handshakeClient",{"token":"new","homeyId":"5f00"}]"#]
    );
    assert_eq!(
        talk.frame(&format!("431{refusal}")),
        ["hang up", r#"status Waiting(Refused("Invalid Session"))"#]
    );
    assert_eq!(talk.elapse(1000), ["status Connecting", "connect"]);
}

#[test]
fn other_refusals_end_the_attempt_at_once() {
    for refusal in [
        r#"430[{"error":"Busy","statusCode":503}]"#,
        r#"430["Busy"]"#,
        r#"430[null,{"namespace":7}]"#,
        r#"430[null]"#,
    ] {
        let mut talk = Talk::new();
        talk.feed(Input::Elapsed);
        talk.feed(Input::Opened);
        talk.frame(r#"0{"sid":"x","pingInterval":5000,"pingTimeout":8000}"#);
        talk.frame("40");
        talk.feed(token());
        let done = talk.frame(refusal);
        assert_eq!(done[0], "hang up", "{refusal}");
        assert!(done[1].starts_with("status Waiting(Refused("), "{refusal}: {done:?}");
    }
}

#[test]
fn whoever_signed_out_is_told_and_nothing_is_tried_again() {
    let mut talk = Talk::new();
    talk.feed(Input::Subscribe("a"));
    talk.feed(Input::Call(7, call("getDevice", true)));
    talk.feed(Input::Elapsed);
    talk.feed(Input::Opened);
    talk.frame(r#"0{"sid":"x","pingInterval":5000,"pingTimeout":8000}"#);
    talk.frame("40");
    assert_eq!(
        talk.feed(Input::SignedOut),
        ["> 41", "hang up", "failed 7: Ended", "unsubscribed a: Ended", "status Ended"]
    );
    assert_eq!(talk.feed(Input::Subscribe("b")), ["unsubscribed b: Ended"]);
    assert_eq!(talk.feed(Input::Call(8, call("getDevice", true))), ["failed 8: Ended"]);
}

#[test]
fn every_step_has_a_limit() {
    let mut talk = Talk::new();
    let waiting = |what: &str| ["hang up".to_owned(), format!("status Waiting(Slow({what:?}))")];
    talk.elapse(0);
    assert_eq!(talk.elapse(20_000), waiting("connecting"));
    // The rest doubles: 1 s, 2 s …
    talk.elapse(21_000);
    talk.feed(Input::Opened);
    assert_eq!(talk.elapse(41_000), waiting("connecting"));
    talk.elapse(43_000);
    talk.feed(Input::Opened);
    talk.frame(r#"0{"sid":"x","pingInterval":600000,"pingTimeout":8000}"#);
    talk.frame("40");
    talk.feed(token());
    assert_eq!(talk.elapse(53_000), waiting("the handshake"));
    talk.elapse(57_000);
    talk.feed(Input::Opened);
    talk.frame(r#"0{"sid":"x","pingInterval":600000,"pingTimeout":8000}"#);
    talk.frame("40");
    talk.feed(token());
    talk.frame(r#"431[null,{"namespace":"/api"}]"#);
    assert_eq!(talk.elapse(77_000), waiting("joining the namespace"));
}

#[test]
fn pings_are_ours_and_their_answers_are_due_at_an_absolute_time() {
    let mut talk = Talk::new();
    talk.feed(Input::Subscribe("a"));
    talk.connected();
    talk.frame("43/api,1[null]");
    assert_eq!(talk.elapse(5000), ["> 2"]);
    assert_eq!(talk.frame("3"), [""; 0]);
    assert_eq!(talk.elapse(10_000), ["> 2"]);
    // Events go on, the answer does not come.
    assert_eq!(talk.elapse(15_000), ["> 2"]);
    talk.at_ms = 17_999;
    assert_eq!(talk.frame(r#"42/api,["a","b",1]"#), ["a b 1"]);
    assert_eq!(talk.elapse(18_000), ["hang up", "status Waiting(Silent)"]);
}

#[test]
fn a_kick_is_followed_by_a_new_handshake_on_the_same_connection() {
    let mut talk = Talk::new();
    talk.feed(Input::Subscribe("a"));
    talk.feed(Input::Subscribe("b"));
    talk.connected();
    talk.frame("43/api,1[null]");
    talk.frame("43/api,2[null]");
    assert_eq!(talk.frame("41/api,"), ["status Waiting(Kicked)"]);
    assert_eq!(talk.elapse(1025), ["status Connecting", "token"]);
    assert_eq!(talk.feed(token()), [r#"> 423["handshakeClient",{"token":"t","homeyId":"5f00"}]"#]);
    assert_eq!(talk.frame(r#"433[null,{"namespace":"/api"}]"#), ["> 40/api,"]);
    talk.frame("40/api,");
    assert_eq!(
        talk.elapse(1050),
        [r#"> 42/api,4["subscribe","a"]"#, r#"> 42/api,5["subscribe","b"]"#, "status Live"]
    );
    // Each is told that something may be missing once it is in place again.
    let kicked = "the Homey ended the session of this connection";
    assert_eq!(talk.frame("43/api,4[null]"), [format!("restored a: {kicked}")]);
    assert_eq!(talk.frame("43/api,5[null]"), [format!("restored b: {kicked}")]);
}

#[test]
fn a_kick_in_the_first_25_ms_fails_the_attempt() {
    let mut talk = Talk::new();
    talk.feed(Input::Elapsed);
    talk.feed(Input::Opened);
    talk.frame(r#"0{"sid":"x","pingInterval":5000,"pingTimeout":8000}"#);
    talk.frame("40");
    talk.feed(token());
    talk.frame(r#"430[null,{"namespace":"/api"}]"#);
    talk.frame("40/api,");
    talk.feed(Input::Call(1, call("getDevice", true)));
    talk.at_ms = 24;
    assert_eq!(talk.frame("41/api,"), ["failed 1: NotConnected(Kicked)", "status Waiting(Kicked)"]);
}

#[test]
fn everything_that_was_granted_comes_back_after_the_transport_is_lost() {
    let mut talk = Talk::new();
    talk.feed(Input::Subscribe("a"));
    talk.connected();
    talk.frame("43/api,1[null]");
    // This one was asked for and not granted yet: it is still wanted.
    talk.feed(Input::Subscribe("b"));
    let reset = || Input::Closed(Loss::Transport("reset".to_owned()));
    let waiting = r#"status Waiting(Transport("reset"))"#;
    assert_eq!(talk.feed(reset()), ["hang up", waiting]);
    assert_eq!(talk.elapse(1025), ["status Connecting", "connect"]);
    // An attempt that fails tells those who were never granted anything.
    assert_eq!(
        talk.feed(reset()),
        ["hang up", r#"unsubscribed b: NotConnected(Transport("reset"))"#, waiting,]
    );
    talk.at_ms = 3025;
    assert_eq!(talk.connected(), [r#"> 42/api,4["subscribe","a"]"#, "status Live"]);
    assert_eq!(talk.frame("43/api,4[null]"), ["restored a: reset"]);
    // A restored subscription that is refused is over.
    talk.feed(reset());
    talk.at_ms = 60_000;
    talk.connected();
    assert_eq!(
        talk.frame(r#"43/api,6[{"error":"Missing Scopes","statusCode":403}]"#),
        [
            r#"> 42/api,["unsubscribe","a"]"#.to_owned(),
            format!(
                "unsubscribed a: {:?}",
                Failure::Refused(Refusal {
                    status: Some(403),
                    code: Some("Missing Scopes".to_owned()),
                    message: "Missing Scopes".to_owned(),
                })
            ),
        ]
    );
}

#[test]
fn a_subscription_that_is_not_answered_fails_the_first_time_and_reconnects_later() {
    let mut talk = Talk::new();
    talk.feed(Input::Subscribe("a"));
    talk.connected();
    for at in [5000, 10_000] {
        talk.elapse(at);
        talk.frame("3");
    }
    let failed = [r#"> 42/api,["unsubscribe","a"]"#, "unsubscribed a: TimedOut(10s)"];
    assert_eq!(talk.elapse(10_025), failed);
    talk.feed(Input::Subscribe("a"));
    talk.frame("43/api,2[null]");
    talk.frame("41/api,");
    talk.elapse(11_025);
    talk.feed(token());
    talk.frame(r#"433[null,{"namespace":"/api"}]"#);
    talk.frame("40/api,");
    talk.elapse(11_050);
    for at in [15_000, 20_000] {
        talk.elapse(at);
        talk.frame("3");
    }
    assert_eq!(
        talk.elapse(21_050),
        ["hang up", r#"status Waiting(Slow("restoring a subscription"))"#]
    );
}

#[test]
fn calls_are_answered_refused_or_late() {
    let mut talk = Talk::new();
    // Before there is a connection they wait for it.
    assert_eq!(talk.feed(Input::Call(1, call("getDevice", true))), [""; 0]);
    let send = |ack: u64, name: &str| {
        format!(
            r#"> 42/api,{ack}["api",{{"args":{{"id":"d1"}},"operation":"{name}","uri":"homey:manager:devices"}}]"#
        )
    };
    assert_eq!(talk.connected(), [send(1, "getDevice"), "status Live".to_owned()]);
    assert_eq!(talk.feed(Input::Call(2, call("deleteDevice", false))), [send(2, "deleteDevice")]);
    assert_eq!(talk.frame(r#"43/api,1[null,{"id":"d1"}]"#), [r#"answer 1: {"id":"d1"}"#]);
    assert_eq!(talk.frame(r#"43/api,1[null,{"id":"d1"}]"#), [""; 0]);
    assert_eq!(
        talk.frame(r#"43/api,2[{"error":"Not Found","statusCode":404}]"#),
        [
            r#"failed 2: Refused(Refusal { status: Some(404), code: Some("Not Found"), message: "Not Found" })"#
        ]
    );
    talk.at_ms = 100;
    assert_eq!(talk.feed(Input::Call(3, call("getDevice", true))), [send(3, "getDevice")]);
    talk.frame("43/api,3[null]");
    assert_eq!(talk.feed(Input::Call(4, call("getDevice", true))), [send(4, "getDevice")]);
    for at in [5000, 10_000] {
        talk.elapse(at);
        talk.frame("3");
    }
    assert_eq!(talk.elapse(10_100), ["failed 4: TimedOut(10s)"]);
    assert_eq!(talk.frame("43/api,4[null,1]"), [""; 0]);
}

#[test]
fn a_write_whose_connection_was_lost_is_reported_and_a_read_is_sent_again() {
    let mut talk = Talk::new();
    talk.connected();
    talk.feed(Input::Call(1, call("deleteDevice", false)));
    talk.feed(Input::Call(2, call("getDevice", true)));
    assert_eq!(
        talk.feed(Input::Closed(Loss::Silent)),
        ["hang up", "failed 1: Dropped", "status Waiting(Silent)"]
    );
    // Made while there is no connection: it was certainly not carried out, so it waits.
    talk.feed(Input::Call(3, call("deleteDevice", false)));
    talk.at_ms = 1025;
    let sent = talk.connected();
    assert!(sent[0].contains("getDevice") && sent[1].contains("deleteDevice"), "{sent:?}");
    assert_eq!(talk.frame("43/api,4[null,1]"), ["answer 2: 1"]);
    assert_eq!(talk.frame("43/api,5[null,2]"), ["answer 3: 2"]);
}

#[test]
fn what_was_refused_for_the_token_is_asked_once_more_with_another() {
    let mut talk = Talk::new();
    talk.connected();
    talk.feed(Input::Call(1, call("deleteDevice", false)));
    let refusal = r#"[{"error":"Session Expired","statusCode":401}]"#;
    assert_eq!(
        talk.frame(&format!("43/api,1{refusal}")),
        ["hang up", "status Waiting(TokenEnded)"]
    );
    // At once, since this is the first failure.
    assert_eq!(talk.elapse(25), ["status Connecting", "connect"]);
    talk.feed(Input::Opened);
    talk.frame(r#"0{"sid":"x","pingInterval":5000,"pingTimeout":8000}"#);
    assert_eq!(talk.frame("40"), ["another token"]);
    talk.feed(token());
    talk.frame(r#"432[null,{"namespace":"/api"}]"#);
    talk.frame("40/api,");
    let sent = talk.elapse(50);
    assert!(sent[0].starts_with(r#"> 42/api,3["api""#), "{sent:?}");
    assert_eq!(
        talk.frame(&format!("43/api,3{refusal}")),
        [
            r#"failed 1: Refused(Refusal { status: Some(401), code: Some("Session Expired"), message: "Session Expired" })"#
        ]
    );
}

#[test]
fn calls_do_not_pile_up() {
    let mut talk = Talk::new();
    for number in 0..1024 {
        assert_eq!(talk.feed(Input::Call(number, call("getDevice", true))), [""; 0]);
    }
    assert_eq!(talk.feed(Input::Call(1024, call("getDevice", true))), ["failed 1024: Busy"]);
}

#[test]
fn a_session_that_held_starts_to_count_failures_anew() {
    for (held_ms, rest_ms) in [(9_999, 2000), (10_000, 1000)] {
        let mut talk = Talk::new();
        talk.feed(Input::Elapsed);
        talk.feed(Input::Closed(Loss::Silent));
        talk.at_ms = 1000;
        talk.connected();
        talk.at_ms += held_ms;
        talk.feed(Input::Closed(Loss::Silent));
        let until = Duration::from_millis(talk.at_ms + rest_ms);
        assert_eq!(talk.session.deadline(), Some(until), "held {held_ms} ms");
    }
}
