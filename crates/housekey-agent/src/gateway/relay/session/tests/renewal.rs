//! A session of the Homey that ends while the connection stays open.

use super::*;

#[test]
fn a_session_that_has_ended_is_replaced_without_notice() {
    let mut session = authenticated(&["full"]);
    let other = READ.replace(",1[", ",2[");
    assert_eq!(session.on_client_frame(READ), call(READ, Some(1), false));
    assert_eq!(session.on_client_frame(&other), call(&other, Some(2), false));
    assert_eq!(session.on_homey_frame(&format!("43/api,1{ENDED}")), Action::RenewToken);
    assert_eq!(session.on_homey_frame(&format!("43/api,2{ENDED}")), Action::Drop, "once for both");
    let handshake =
        format!(r#"42{OWN_HANDSHAKE}["handshakeClient",{{"homeyId":"id-1","token":"t2"}}]"#);
    assert_eq!(session.on_token_renewed(Ok(&token("t2"))), sent(&[&handshake]));
    let own_done = format!(r#"43{OWN_HANDSHAKE}[null,{{"namespace":"/api"}}]"#);
    assert_eq!(session.on_homey_frame(&own_done), sent(&[READ, &other]));
    assert_eq!(session.on_homey_frame("43/api,1[null,{}]"), Action::Forward);
    // The next session has ended as well.
    assert_eq!(session.on_homey_frame(&format!("43/api,2{ENDED}")), Action::RenewToken);
    session.on_token_renewed(Ok(&token("t3")));
    assert_eq!(session.on_homey_frame(&own_done), sent(&[&other]));
    assert_eq!(session.on_homey_frame("43/api,2[null,{}]"), Action::Forward);
    assert_eq!(session.pending.len(), (0, 0));
    assert_eq!(session.pending.kept_bytes(), 0);
}

#[test]
fn where_session_and_newest_token_are_refused_another_one_is_made() {
    let mut session = authenticated(&["full"]);
    session.on_client_frame(READ);
    assert_eq!(session.on_homey_frame(&format!("43/api,1{ENDED}")), Action::RenewToken);
    session.on_token_renewed(Ok(&token("t2")));
    // The held token is as dead as the used one.
    assert_eq!(session.on_homey_frame(&format!("43{OWN_HANDSHAKE}{ENDED}")), Action::RenewToken);
    let handshake =
        format!(r#"42{OWN_HANDSHAKE}["handshakeClient",{{"homeyId":"id-1","token":"t3"}}]"#);
    assert_eq!(session.on_token_renewed(Ok(&token("t3"))), sent(&[&handshake]));
    let own_done = format!(r#"43{OWN_HANDSHAKE}[null,{{"namespace":"/api"}}]"#);
    assert_eq!(session.on_homey_frame(&own_done), sent(&[READ]));
    assert_eq!(session.on_homey_frame("43/api,1[null,{}]"), Action::Forward);
}

#[test]
fn two_handshakes_that_were_refused_are_both_repeated() {
    let mut session = anonymous();
    for number in [0, 1] {
        let frame = format!(r#"42{number}["handshakeClient",{{"token":"hk_x"}}]"#);
        let Action::Authenticate(handshake) = session.on_client_frame(&frame) else { panic!() };
        session.on_key_accepted(handshake, caller(&["full"], None), &token("t1"));
    }
    assert_eq!(session.on_homey_frame(&format!("430{ENDED}")), Action::RenewToken);
    assert_eq!(session.on_homey_frame(&format!("431{ENDED}")), Action::Drop);
    let again = |n| format!(r#"42{n}["handshakeClient",{{"homeyId":"id-1","token":"t2"}}]"#);
    assert_eq!(session.on_token_renewed(Ok(&token("t2"))), sent(&[&again(0), &again(1)]));
    assert_eq!(reply_of(session.on_homey_frame("430[null,{}]")), HANDSHAKE_DONE);
}

#[test]
fn a_handshake_that_was_refused_is_repeated_with_another_token() {
    let mut session = anonymous();
    let frame = r#"420["handshakeClient",{"token":"hk_x"}]"#;
    let Action::Authenticate(handshake) = session.on_client_frame(frame) else { panic!() };
    session.on_key_accepted(handshake, caller(&["full"], None), &token("t1"));
    assert_eq!(session.on_homey_frame(&format!("430{ENDED}")), Action::RenewToken);
    let again = r#"420["handshakeClient",{"homeyId":"id-1","token":"t2"}]"#;
    assert_eq!(session.on_token_renewed(Ok(&token("t2"))), sent(&[again]));
    assert_eq!(
        reply_of(session.on_homey_frame(r#"430[null,{"namespace":"/api"}]"#)),
        HANDSHAKE_DONE
    );
}

#[test]
fn no_refusal_of_a_token_reaches_the_caller() {
    let mut session = authenticated(&["full"]);
    session.on_client_frame(READ);
    let refusal = format!("43/api,1{ENDED}");
    assert_eq!(session.on_homey_frame(&refusal), Action::RenewToken);
    let signed_out = json!({"error": "signed_out", "statusCode": 503});
    let answer = reply_of(session.on_token_renewed(Err(&signed_out)));
    assert_eq!(answer, format!("43/api,1[{signed_out}]"));
    // A Homey that takes no token at all: each way ends.
    for refused_shakes in [true, false] {
        session.on_client_frame(READ);
        let mut renewals = 0;
        let mut action = session.on_homey_frame(&refusal);
        while action == Action::RenewToken {
            renewals += 1;
            assert!(renewals < 10);
            session.on_token_renewed(Ok(&token("t2")));
            action = match refused_shakes {
                true => session.on_homey_frame(&format!("43{OWN_HANDSHAKE}{ENDED}")),
                false => {
                    session.on_homey_frame(&format!("43{OWN_HANDSHAKE}[null]"));
                    session.on_homey_frame(&refusal)
                }
            };
        }
        let answer = reply_of(action);
        assert!(answer.contains("token_refused") && answer.contains("503"), "{answer}");
        assert_eq!(session.pending.len(), (0, 0));
        assert_eq!(session.pending.kept_bytes(), 0);
    }
}
