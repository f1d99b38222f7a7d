//! What must never happen, for any inputs in any order.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::tests::{Harness, call, token};
use super::*;

#[derive(Debug, Clone)]
enum Happening {
    Wait(u64),
    Opened,
    Closed,
    Token,
    NoToken,
    /// A frame of the server; `#` stands for the latest number that was used.
    Frame(&'static str),
    Subscribe(&'static str),
    Unsubscribe(&'static str),
    Read,
    Write,
    SignedOut,
    SignedIn,
}

const FRAMES: [&str; 15] = [
    r#"0{"sid":"x","pingInterval":5000,"pingTimeout":8000}"#,
    "40",
    "40/api,",
    "41",
    "41/api,",
    "44/api,\"no\"",
    "3",
    r##"43#[null,{"namespace":"/api"}]"##,
    r##"43/api,#[null,{"namespace":"/api"}]"##,
    r##"43#[{"error":"no","statusCode":401}]"##,
    r##"43/api,#[{"error":"no","statusCode":403}]"##,
    r##"43/api,#[{"error":"no","statusCode":401}]"##,
    r#"42/api,["a","capability",{"value":1}]"#,
    "garbage",
    "1",
];

fn happenings() -> impl Strategy<Value = Happening> {
    use Happening::*;
    prop_oneof![
        4 => (0..30_000_u64).prop_map(Wait),
        3 => (0..60_u64).prop_map(Wait),
        3 => Just(Opened),
        1 => Just(Closed),
        4 => Just(Token),
        1 => Just(NoToken),
        12 => prop::sample::select(&FRAMES[..]).prop_map(Frame),
        2 => prop::sample::select(&["a", "b", "c"][..]).prop_map(Subscribe),
        1 => prop::sample::select(&["a", "b", "c"][..]).prop_map(Unsubscribe),
        2 => Just(Read),
        2 => Just(Write),
        1 => Just(SignedOut),
        2 => Just(SignedIn),
    ]
}

/// What an onlooker has seen of one conversation.
#[derive(Default)]
struct Onlooker {
    transport: bool,
    asking_for_token: bool,
    in_namespace: bool,
    /// Calls without an outcome, and whether they write and were sent.
    open_calls: BTreeMap<u64, (bool, bool)>,
    settled: BTreeSet<u64>,
    payloads: BTreeMap<Arc<str>, u64>,
}

impl Onlooker {
    fn see(&mut self, action: &Action) {
        match action {
            Action::Connect => assert!(!self.transport, "connected twice"),
            Action::HangUp => {
                (self.transport, self.asking_for_token, self.in_namespace) = (false, false, false);
            }
            Action::Authenticate { .. } => {
                assert!(!self.asking_for_token, "two tokens at once");
                self.asking_for_token = true;
            }
            Action::Send(frame) => {
                assert!(self.transport, "sent without a transport: {frame:?}");
                match frame {
                    ClientFrame::Subscribe { .. } => {
                        assert!(self.in_namespace, "subscribed outside")
                    }
                    ClientFrame::Call { payload, .. } => {
                        assert!(self.in_namespace, "called outside");
                        let number = self.payloads[payload];
                        let (writes, sent) = self.open_calls.get_mut(&number).expect("open");
                        assert!(!(*writes && *sent), "a write was sent twice");
                        *sent = true;
                    }
                    _ => {}
                }
            }
            Action::Answer(number, _) => {
                assert!(self.open_calls.remove(number).is_some(), "answered twice");
                self.settled.insert(*number);
            }
            Action::Status(ConnectionStatus::Waiting(Loss::TokenEnded)) => {
                // What is still open was refused unseen, or else only reads.
                self.open_calls.values_mut().for_each(|(_, sent)| *sent = false);
                (self.in_namespace, self.asking_for_token) = (false, false);
            }
            Action::Status(ConnectionStatus::Waiting(_)) => {
                (self.in_namespace, self.asking_for_token) = (false, false);
            }
            _ => {}
        }
    }
}

fn run(happenings: Vec<Happening>) {
    let mut session = LiveSession::new(None);
    let mut seen = Onlooker::default();
    let mut at = Duration::ZERO;
    let mut next_call = 0;
    for happening in happenings.into_iter().chain([Happening::SignedOut]) {
        let mut todo = Vec::new();
        let mut step = |at, input: Input<'_>, session: &mut LiveSession| {
            session.step(StepContext { at, chance: 0.5 }, input, &mut todo);
        };
        let frame;
        match happening {
            Happening::Wait(ms) => {
                at += Duration::from_millis(ms);
                step(at, Input::Elapsed, &mut session);
                // Otherwise a driver would turn without pause.
                let next = session.deadline();
                assert!(next.is_none_or(|next| next > at), "due again at once: {next:?}");
            }
            Happening::Opened => {
                let expected = matches!(session.phase, Phase::Connecting { .. });
                seen.transport |= expected;
                step(at, Input::Opened, &mut session);
            }
            Happening::Closed => step(at, Input::Closed(Loss::Silent), &mut session),
            Happening::Token | Happening::NoToken if !seen.asking_for_token => {}
            Happening::Token => {
                seen.asking_for_token = false;
                step(at, token(), &mut session);
            }
            Happening::NoToken => {
                seen.asking_for_token = false;
                step(at, Input::NoToken(Loss::NoToken("offline".to_owned())), &mut session);
            }
            Happening::Frame(_) if !seen.transport => {}
            Happening::Frame(text) => {
                let latest = session.requests.next_ack.saturating_sub(1);
                frame = text.replace('#', &latest.to_string());
                let joined = text == "40/api," && matches!(session.phase, Phase::Joining { .. });
                seen.in_namespace |= joined;
                step(at, Input::Frame(&frame), &mut session);
            }
            Happening::Subscribe(uri) => step(at, Input::Subscribe(uri), &mut session),
            Happening::Unsubscribe(uri) => step(at, Input::Unsubscribe(uri), &mut session),
            Happening::Read | Happening::Write => {
                let writes = matches!(happening, Happening::Write);
                let mut call = call("x", !writes);
                call.payload = format!("{{\"call\":{next_call}}}").into();
                seen.payloads.insert(call.payload.clone(), next_call);
                seen.open_calls.insert(next_call, (writes, false));
                step(at, Input::Call(next_call, call), &mut session);
                next_call += 1;
            }
            Happening::SignedOut => step(at, Input::SignedOut, &mut session),
            Happening::SignedIn => step(at, Input::SignedIn, &mut session),
        }
        for action in &todo {
            seen.see(action);
        }
    }
    assert_eq!(seen.settled.len() as u64, next_call, "a call without an outcome");
    assert_eq!(session.deadline(), None);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn one_token_at_a_time_no_word_too_early_no_write_twice_no_call_forgotten(
        all in prop::collection::vec(happenings(), 0..120),
    ) {
        run(all);
    }
}

/// A session with three subscriptions and two calls on their way.
fn busy() -> LiveSession {
    let mut harness = Harness::new();
    for uri in ["homey:device:d1", "homey:manager:zones", "homey:app:com.example"] {
        harness.feed(Input::Subscribe(uri));
    }
    harness.feed(Input::Call(1, call("getDevice", true)));
    harness.feed(Input::Call(2, call("deleteDevice", false)));
    harness.connected();
    harness.session
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn no_frame_makes_it_fall_over_or_grow(
        frames in prop::collection::vec(crate::realtime::recorded::damaged(), 1..60),
    ) {
        let mut session = busy();
        let asked = session.requests.next_ack;
        for frame in frames {
            let mut todo = Vec::new();
            let now = StepContext { at: Duration::from_millis(26), chance: 0.5 };
            session.step(now, Input::Frame(&frame), &mut todo);
            // At most all is settled at once: three subscriptions, two calls, the way out.
            prop_assert!(todo.len() < 12, "{frame}: {todo:?}");
            for action in todo {
                if let Action::Deliver(event) = action {
                    let size = event.name.len() + event.data.get().len();
                    prop_assert!(size <= frame.len(), "{event:?} of {frame}");
                }
            }
        }
        // What comes in asks for nothing but a handshake or a way into a namespace.
        prop_assert!(session.requests.next_ack <= asked + 1);
        prop_assert!(session.wanted.len() <= 3);
    }
}
