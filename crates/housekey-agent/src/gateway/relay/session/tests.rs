//! Conversations as transcripts: what comes, and what becomes of it.

mod client_frames;
mod homey_frames;
mod pending;
mod properties;
mod renewal;

use housekey::catalogue::Dialect::Local;
use housekey::redaction::TokenVariables;

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
        mcp: None,
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

fn anonymous() -> RelaySession {
    let variables = TokenVariables::named(["accesstoken"]);
    variables.add_id(VARIABLE);
    let redactor = Redactor::new(Local, variables);
    redactor.sends(&token(TOKEN));
    RelaySession::new("home".to_owned(), Local, Some("id-1".to_owned()), None, redactor.into())
}

/// Somebody who has shaken hands.
fn authenticated(scopes: &[&str]) -> RelaySession {
    let mut session = anonymous();
    let action =
        session.on_client_frame(r#"420["handshakeClient",{"token":"hk_x","homeyId":"other"}]"#);
    let Action::Authenticate(handshake) = action else { panic!("{action:?}") };
    assert_eq!(handshake.key.expose(), "hk_x");
    let action = session.on_key_accepted(handshake, caller(scopes, None), &token("t1"));
    assert_eq!(action, sent(&[r#"420["handshakeClient",{"homeyId":"id-1","token":"t1"}]"#]));
    assert_eq!(
        reply_of(session.on_homey_frame(r#"430[null,{"namespace":"/api"}]"#)),
        HANDSHAKE_DONE
    );
    session
}

/// The reply to a handshake with the right key.
const HANDSHAKE_DONE: &str = r#"430[null,{"token":"hk_x","namespace":"/api","success":true}]"#;

/// A call that is forwarded as it came.
fn call(frame: &str, ack: Option<u64>, slow: bool) -> Action {
    Action::Queue(frame.to_owned(), queued(ack, slow))
}

fn sent(frames: &[&str]) -> Action {
    Action::Send(frames.iter().map(|&frame| frame.to_owned()).collect())
}

fn queued(ack: Option<u64>, slow: bool) -> QueuedCall {
    QueuedCall { namespace: "/api".to_owned(), ack, slow }
}

fn reply_of(action: Action) -> String {
    match action {
        Action::Reply(frames) => frames.join("\n"),
        other => panic!("{other:?}"),
    }
}

const READ: &str =
    r#"42/api,1["api",{"args":{},"operation":"getDevices","uri":"homey:manager:devices"}]"#;

const ENDED: &str = r#"[{"error":"Session Not Found","statusCode":401}]"#;
