//! Random conversations.

use proptest::prelude::*;

use super::*;

proptest! {
    /// Whatever a Homey sends, a client never gets its token, nor a 401.
    #[test]
    fn no_conversation_gets_a_token_out(
        frames in prop::collection::vec((0..8_usize, 0..3_u64), 1..40),
    ) {
        let mut session = authenticated(&["full"]);
        for (number, (what, ack)) in frames.into_iter().enumerate() {
            session.on_client_frame(&READ.replace(",1[", &format!(",{ack}[")));
            let frame = match what {
                0 => format!("43/api,{ack}{ENDED}"),
                1 => format!(r#"43/api,{ack}[{{"error":"{TOKEN}","statusCode":500}}]"#),
                2 => format!("43{OWN_HANDSHAKE}{ENDED}"),
                3 => format!(r#"43{OWN_HANDSHAKE}[null,{{"token":"{TOKEN}"}}]"#),
                4 => format!(r#"43{ack}[null,{{"token":"{TOKEN}"}}]"#),
                5 => format!(r#"44/api,"{TOKEN}""#),
                6 => format!(r#"42/api,["homey:manager:logic","variable.update",{{"id":"{VARIABLE}","value":"{TOKEN}"}}]"#),
                _ => format!("43/api,{ack}[null,{{}}]"),
            };
            let mut action = session.on_homey_frame(&frame);
            if action == Action::RenewToken {
                action = session.on_token_renewed(Ok(&token(&format!("t{number}"))));
            }
            let visible = match action {
                Action::Forward => frame,
                Action::Reply(frames) | Action::ReplyAndSend(frames, _) => frames.concat(),
                _ => String::new(),
            };
            prop_assert!(!visible.contains(&TOKEN[6..]) && !visible.contains(r#""statusCode":401"#), "{}", visible);
        }
    }
}
