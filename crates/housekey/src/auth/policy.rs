//! Decides from the clock and the times of a token alone: use it, renew it behind the request,
//! renew it first, or sign in.

use jiff::{SignedDuration, Timestamp};

use super::token::{AccountTokens, SessionToken};

/// How much of an account token's life must be left for it to be used.
pub const ACCOUNT_MARGIN: SignedDuration = SignedDuration::from_mins(5);

/// What to do with a token before a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// It is good.
    Use,
    /// It is good, and it is time to renew it beside the request.
    RenewBehind,
    /// It has ended; renew it before the request.
    RenewFirst,
    /// There is none.
    SignIn,
}

/// Decides about a Homey's session: it is renewed at two thirds of its life.
///
/// `spread` from 0 to 1 moves that moment within a tenth of the life, earlier or later, so that
/// many Homeys do not renew at once; 0.5 is the middle.
///
/// A clock that stands before the time of issue has stepped back (or was wrong when the token was
/// issued); how long the token still lives is then unknown, so it is used and renewed beside.
pub fn decide(now: Timestamp, session: Option<&SessionToken>, spread: f64) -> Decision {
    let Some(session) = session else { return Decision::SignIn };
    if now >= session.expires_at {
        return Decision::RenewFirst;
    }
    if now < session.issued_at {
        return Decision::RenewBehind;
    }
    if now >= due_at(session, spread) { Decision::RenewBehind } else { Decision::Use }
}

/// The moment from which [`decide`] wants a session renewed, as long as the clock does not step back.
pub fn due_at(session: &SessionToken, spread: f64) -> Timestamp {
    let life = session.expires_at.duration_since(session.issued_at);
    let part = 2.0 / 3.0 + (spread.clamp(0.0, 1.0) - 0.5) / 5.0;
    let due_after = SignedDuration::try_from_secs_f64(life.as_secs_f64() * part);
    let due_at = due_after.ok().and_then(|after| session.issued_at.checked_add(after).ok());
    due_at.unwrap_or(session.issued_at)
}

/// Decides about an account's access token: it is renewed when less than five minutes are left.
pub fn decide_account(now: Timestamp, tokens: &AccountTokens) -> Decision {
    let usable = now >= tokens.issued_at && tokens.expires_at.duration_since(now) > ACCOUNT_MARGIN;
    if usable { Decision::Use } else { Decision::RenewFirst }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Secret;

    fn at(text: &str) -> Timestamp {
        format!("2026-03-0{}:00Z", text.replacen(' ', "T", 1)).parse().unwrap()
    }

    fn session() -> SessionToken {
        SessionToken {
            token: Secret::new("made-up"),
            issued_at: at("1 00:00"),
            expires_at: at("2 00:00"),
            refused: false,
        }
    }

    #[test]
    fn a_session_is_renewed_at_two_thirds_of_its_life_with_a_tenth_of_jitter() {
        for (now, spread, want) in [
            ("1 00:00", 0.5, Decision::Use),
            ("1 15:59", 0.5, Decision::Use),
            ("1 16:00", 0.5, Decision::RenewBehind),
            ("1 13:35", 0.0, Decision::Use),
            ("1 13:36", 0.0, Decision::RenewBehind),
            ("1 18:23", 1.0, Decision::Use),
            ("1 18:24", 1.0, Decision::RenewBehind),
            ("1 23:59", 0.5, Decision::RenewBehind),
            ("2 00:00", 0.5, Decision::RenewFirst),
            ("9 00:00", 0.5, Decision::RenewFirst),
        ] {
            assert_eq!(
                decide(at(now), Some(&session()), spread),
                want,
                "at {now}, spread {spread}"
            );
        }
        assert_eq!(decide(at("1 00:00"), None, 0.5), Decision::SignIn);
    }

    #[test]
    fn a_session_is_due_from_the_very_moment_that_is_told() {
        for (spread, want) in [(0.0, "1 13:36"), (0.5, "1 16:00"), (1.0, "1 18:24")] {
            let due = due_at(&session(), spread);
            assert_eq!(due, at(want), "spread {spread}");
            let just_before = due - SignedDuration::from_nanos(1);
            assert_eq!(decide(just_before, Some(&session()), spread), Decision::Use);
            assert_eq!(decide(due, Some(&session()), spread), Decision::RenewBehind);
        }
        let all_of_time = SessionToken {
            token: Secret::new("made-up"),
            issued_at: Timestamp::MIN,
            expires_at: Timestamp::MAX,
            refused: false,
        };
        assert!(due_at(&all_of_time, 1.0) < Timestamp::MAX);
    }

    #[test]
    fn a_clock_that_stepped_back_renews_beside_the_request() {
        let before: Timestamp = "2026-02-27T00:00:00Z".parse().unwrap();
        assert_eq!(decide(before, Some(&session()), 0.5), Decision::RenewBehind);
    }

    #[test]
    fn an_account_token_needs_more_than_five_minutes() {
        let tokens = AccountTokens {
            access: Secret::new("made-up"),
            refresh: None,
            previous_refresh: None,
            issued_at: at("1 12:00"),
            expires_at: at("1 13:01"),
        };
        for (now, want) in [
            ("1 11:59", Decision::RenewFirst),
            ("1 12:00", Decision::Use),
            ("1 12:55", Decision::Use),
            ("1 12:56", Decision::RenewFirst),
            ("1 14:00", Decision::RenewFirst),
        ] {
            assert_eq!(decide_account(at(now), &tokens), want, "at {now}");
        }
    }
}
