//! Transcripts: what happens on the left, what is done about it on the right.

mod calls;
mod connecting;
mod losses;

use serde_json::json;

use super::*;
use crate::Secret;

/// A session with a clock of its own, which tells its actions as short texts.
pub(super) struct Harness {
    pub(super) session: LiveSession,
    pub(super) at_ms: u64,
}

impl Harness {
    pub(super) fn new() -> Self {
        Self { session: LiveSession::new(Some("5f00".to_owned())), at_ms: 0 }
    }

    pub(super) fn feed(&mut self, input: SessionInput<'_>) -> Vec<String> {
        let mut todo = Vec::new();
        let now = StepContext { at: Duration::from_millis(self.at_ms), chance: 0.0 };
        self.session.step(now, input, &mut todo);
        todo.iter().map(text).collect()
    }

    fn frame(&mut self, frame: &str) -> Vec<String> {
        self.feed(SessionInput::Frame(frame))
    }

    /// Moves to the deadline, which must be the one expected.
    fn elapse(&mut self, until_ms: u64) -> Vec<String> {
        let deadline = self.session.deadline().map(|deadline| deadline.as_millis());
        assert_eq!(deadline, Some(u128::from(until_ms)), "the next deadline");
        self.at_ms = until_ms;
        self.feed(SessionInput::Elapsed)
    }

    /// Through to the namespace, at the same moment but for the 25 ms.
    pub(super) fn connected(&mut self) -> Vec<String> {
        self.feed(SessionInput::Elapsed);
        self.feed(SessionInput::Opened);
        self.frame(r#"0{"sid":"x","upgrades":[],"pingInterval":5000,"pingTimeout":8000}"#);
        self.frame("40");
        self.feed(token());
        let ack = self.session.requests.next_ack - 1;
        self.frame(&format!(r#"43{ack}[null,{{"namespace":"/api","success":true}}]"#));
        let mut done = self.frame("40/api,");
        self.at_ms += 25;
        done.extend(self.feed(SessionInput::Elapsed));
        done
    }
}

pub(super) fn token() -> SessionInput<'static> {
    SessionInput::Token(Secret::new("t"))
}

fn text(action: &SessionAction) -> String {
    match action {
        SessionAction::Connect => "connect".to_owned(),
        SessionAction::HangUp => "hang up".to_owned(),
        SessionAction::Authenticate { refused: false } => "token".to_owned(),
        SessionAction::Authenticate { refused: true } => "another token".to_owned(),
        SessionAction::Send(frame) => format!("> {}", frame.encode().expose()),
        SessionAction::Deliver(event) => format!("{} {} {}", event.uri, event.name, event.data),
        SessionAction::Subscribed(uri) => format!("subscribed {uri}"),
        SessionAction::Restored(uri, loss) => format!("restored {uri}: {loss}"),
        SessionAction::Unsubscribed(uri, failure) => format!("unsubscribed {uri}: {failure:?}"),
        SessionAction::Answer(number, Ok(result)) => format!("answer {number}: {result}"),
        SessionAction::Answer(number, Err(failure)) => format!("failed {number}: {failure:?}"),
        SessionAction::Status(status) => format!("status {status:?}"),
    }
}

pub(super) fn call(name: &str, repeatable: bool) -> CallRequest {
    let arguments = serde_json::Map::from_iter([("id".to_owned(), json!("d1"))]);
    let payload = payload("homey:manager:devices", name, &arguments);
    CallRequest { payload, repeatable, limit: Duration::from_secs(10) }
}
