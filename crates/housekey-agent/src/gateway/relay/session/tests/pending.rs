//! How many requests are kept, and for how long.

use super::*;
use crate::gateway::relay::session::pending::{KEPT_BYTES, KEPT_BYTES_IN_ALL, MAX_PENDING};

#[test]
fn a_call_too_large_to_be_kept_gets_an_error() {
    let mut session = authenticated(&["full"]);
    let large = READ.replace("{}", &format!(r#"{{"x":"{}"}}"#, "x".repeat(KEPT_BYTES)));
    assert_eq!(session.on_client_frame(&large), call(&large, Some(1), false));
    assert_eq!(session.pending.kept_bytes(), 0);
    assert_eq!(session.on_homey_frame(&format!("43/api,1{ENDED}")), Action::RenewToken);
    session.on_token_renewed(Ok(&token("t2")));
    let Action::ReplyAndSend(answers, frames) =
        session.on_homey_frame(&format!("43{OWN_HANDSHAKE}[null]"))
    else {
        panic!()
    };
    assert!(answers[0].contains("token_renewed") && frames.is_empty(), "{answers:?}");
}

#[test]
fn little_is_kept() {
    let mut session = authenticated(&["full"]);
    let some = READ.replace("{}", &format!(r#"{{"x":"{}"}}"#, "x".repeat(KEPT_BYTES / 2)));
    for number in 0..2 * MAX_PENDING as u64 {
        let frame = some.replace(",1[", &format!(",{number}["));
        assert!(matches!(session.on_client_frame(&frame), Action::Queue(..)));
        assert!(
            session.pending.len().0 <= MAX_PENDING
                && session.pending.kept_bytes() <= KEPT_BYTES_IN_ALL
        );
    }
    // The newest are waited for.
    let last = 2 * MAX_PENDING - 1;
    assert_eq!(session.on_homey_frame(&format!("43/api,{last}[null]")), Action::Forward);
    assert_eq!(session.on_homey_frame("43/api,0[null]"), Action::Drop);
}

#[test]
fn a_call_without_a_permit_is_forgotten() {
    let mut session = authenticated(&["full"]);
    let slow = READ.replace("getDevices", "getLogEntries").replace(",1[", ",[");
    let slow = slow.replace("manager:devices", "manager:insights");
    assert_eq!(session.on_client_frame(&slow), call(&slow, None, true));
    assert_eq!(
        session.on_queue_timeout(queued(None, true), &json!({})),
        Action::Drop,
        "nobody waits"
    );
    let Action::Queue(_, queued) = session.on_client_frame(READ) else { panic!() };
    let action = session.on_queue_timeout(queued, &json!({"statusCode": 503}));
    assert_eq!(reply_of(action), r#"43/api,1[{"statusCode":503}]"#);
    assert_eq!(session.pending.len(), (0, 0));
}
