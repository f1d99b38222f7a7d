//! Transcripts: inputs on the left, actions on the right.

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

    pub(super) fn feed(&mut self, input: Input<'_>) -> Vec<String> {
        let mut todo = Vec::new();
        let now = StepContext { at: Duration::from_millis(self.at_ms), chance: 0.0 };
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
    pub(super) fn connected(&mut self) -> Vec<String> {
        self.feed(Input::Elapsed);
        self.feed(Input::Opened);
        self.frame(r#"0{"sid":"x","upgrades":[],"pingInterval":5000,"pingTimeout":8000}"#);
        self.frame("40");
        self.feed(token());
        let ack = self.session.requests.next_ack - 1;
        self.frame(&format!(r#"43{ack}[null,{{"namespace":"/api","success":true}}]"#));
        let mut done = self.frame("40/api,");
        self.at_ms += 25;
        done.extend(self.feed(Input::Elapsed));
        done
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
        Action::Send(frame) => format!("> {}", frame.encode().expose()),
        Action::Deliver(event) => format!("{} {} {}", event.uri, event.name, event.data),
        Action::Subscribed(uri) => format!("subscribed {uri}"),
        Action::Restored(uri, loss) => format!("restored {uri}: {loss}"),
        Action::Unsubscribed(uri, failure) => format!("unsubscribed {uri}: {failure:?}"),
        Action::Answer(number, Ok(result)) => format!("answer {number}: {result}"),
        Action::Answer(number, Err(failure)) => format!("failed {number}: {failure:?}"),
        Action::Status(status) => format!("status {status:?}"),
    }
}

pub(super) fn call(name: &str, repeatable: bool) -> CallRequest {
    let arguments = serde_json::Map::from_iter([("id".to_owned(), json!("d1"))]);
    let payload = payload("homey:manager:devices", name, &arguments);
    CallRequest { payload, repeatable, limit: Duration::from_secs(10) }
}
