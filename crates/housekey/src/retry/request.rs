//! When a request to a Homey is sent again: only if it was certainly not carried out, or may be carried out twice.

use std::time::Duration;

use super::Backoff;

/// How many times a request is sent again under yet another token.
const MAX_RENEWALS: u32 = 3;

/// How many times a request that was answered 429 is sent again.
const MAX_RATE_LIMITS: u32 = 5;

/// The waits after 429 where the Homey states none.
const RATE_LIMIT: Backoff =
    Backoff { first: Duration::from_secs(1), longest: MAX_RATE_LIMIT_WAIT, jitter: 0.5 };

/// The longest wait after 429; a Homey that wants a longer one has its answer passed on.
const MAX_RATE_LIMIT_WAIT: Duration = Duration::from_secs(60);

/// Why a request has no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoAnswer {
    /// The Homey cannot be reached, or has seen nothing of the request.
    Unreachable,
    /// The connection broke first; the request may have been carried out.
    Lost,
    /// What came is no HTTP; the request may have been carried out.
    NotHttp,
}

/// The outcome of sending a request once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AttemptOutcome {
    /// 401: the Homey did nothing, since the token has ended.
    Unauthorized {
        /// Whether the token was made for this request.
        fresh: bool,
    },
    /// 429: the Homey did nothing.
    RateLimited {
        /// The wait that it states.
        retry_after_s: Option<u64>,
    },
    /// No answer.
    NoAnswer {
        /// Why.
        cause: NoAnswer,
        /// Whether the connection carried a request before: it may have been closed meanwhile, or hold the rest of
        /// another answer.
        reused: bool,
    },
    /// Any other answer, or a failure that another attempt would not change.
    Final,
}

/// What to do after an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NextStep {
    /// Pass the outcome on.
    Done,
    /// Renew the token, then send the request again.
    RenewToken,
    /// Send the request again after that wait.
    SendAgain(Duration),
    /// Report that there is no answer.
    GiveUp(NoAnswer),
}

/// The attempts to send one request.
#[derive(Debug)]
pub struct Attempts {
    repeatable: bool,
    max_reconnects: u32,
    reconnect: Backoff,
    renewals: u32,
    rate_limits: u32,
    /// In a row.
    failures: u32,
}

impl Attempts {
    /// Of a call of the library: the Homey is searched for once more, at once. Whether a read whose answer was lost is
    /// repeated, the caller decides.
    pub fn of_call() -> Self {
        Self::new(false, 1, Backoff::ZERO)
    }

    /// Of a request that is sent again after up to `max_reconnects` failures to connect in a row. `repeatable`: whether
    /// it may be carried out twice without harm, as a read.
    pub fn new(repeatable: bool, max_reconnects: u32, reconnect: Backoff) -> Self {
        Self { repeatable, max_reconnects, reconnect, renewals: 0, rate_limits: 0, failures: 0 }
    }

    /// What to do after an attempt with that outcome, where `left` is the time for further ones and chance draws
    /// `chance` (0 to 1). `resendable`: whether everything that was sent of the request is still here.
    pub fn after(
        &mut self,
        outcome: AttemptOutcome,
        resendable: bool,
        left: Duration,
        chance: f64,
    ) -> NextStep {
        let (cause, reused) = match outcome {
            AttemptOutcome::Unauthorized { fresh } if may_renew(self.renewals, fresh) => {
                (self.renewals, self.failures) = (self.renewals + 1, 0);
                return NextStep::RenewToken;
            }
            AttemptOutcome::RateLimited { retry_after_s } => {
                let wait = rate_limit_wait(self.rate_limits, retry_after_s, chance);
                (self.rate_limits, self.failures) = (self.rate_limits + 1, 0);
                let wait = wait.filter(|wait| resendable && *wait < left);
                return wait.map_or(NextStep::Done, NextStep::SendAgain);
            }
            AttemptOutcome::NoAnswer { cause, reused } => (cause, reused),
            AttemptOutcome::Unauthorized { .. } | AttemptOutcome::Final => return NextStep::Done,
        };
        let wait = self.reconnect.wait(self.failures, chance);
        match cause {
            NoAnswer::Lost if !self.repeatable => NextStep::GiveUp(cause),
            NoAnswer::NotHttp if !(self.repeatable && reused) => NextStep::GiveUp(cause),
            _ if !resendable => NextStep::GiveUp(NoAnswer::Lost),
            _ if reused => NextStep::SendAgain(Duration::ZERO),
            _ if self.failures >= self.max_reconnects || wait >= left => {
                NextStep::GiveUp(NoAnswer::Unreachable)
            }
            _ => {
                self.failures += 1;
                NextStep::SendAgain(wait)
            }
        }
    }
}

/// Whether a request that was answered 401 is sent again under another token, after that number of renewals. If the
/// token was made for it, the token is not what is refused.
pub fn may_renew(renewals: u32, fresh: bool) -> bool {
    renewals < MAX_RENEWALS && (renewals == 0 || !fresh)
}

/// The wait that the Homey states, else 1, 2, 4, 8, 16 s; `None` to give up.
fn rate_limit_wait(earlier: u32, retry_after_s: Option<u64>, chance: f64) -> Option<Duration> {
    let stated = retry_after_s.map(Duration::from_secs);
    let wait = stated.unwrap_or_else(|| RATE_LIMIT.wait(earlier, chance));
    (earlier < MAX_RATE_LIMITS && wait <= MAX_RATE_LIMIT_WAIT).then_some(wait)
}

#[cfg(test)]
mod tests {
    use super::AttemptOutcome::{Final, RateLimited, Unauthorized};
    use super::NextStep::{Done, GiveUp, RenewToken, SendAgain};
    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);
    const LOST: NextStep = GiveUp(NoAnswer::Lost);
    const NOT_HTTP: NextStep = GiveUp(NoAnswer::NotHttp);
    const UNREACHABLE: NextStep = GiveUp(NoAnswer::Unreachable);

    fn no_answer(cause: NoAnswer, reused: bool) -> AttemptOutcome {
        AttemptOutcome::NoAnswer { cause, reused }
    }

    /// Those of the gateway, for a read or another request.
    fn gateway(repeatable: bool) -> Attempts {
        let (first, longest) = (Duration::from_millis(50), Duration::from_secs(1));
        Attempts::new(repeatable, u32::MAX, Backoff { first, longest, jitter: 0.0 })
    }

    /// The table "What is sent again" of docs/gateway.md.
    #[test]
    fn only_what_was_not_carried_out_or_may_be_twice_is_sent_again() {
        let (now, soon) = (SendAgain(Duration::ZERO), SendAgain(Duration::from_millis(50)));
        for (outcome, [read, write, discarded]) in [
            (Unauthorized { fresh: false }, [RenewToken; 3]),
            (Unauthorized { fresh: true }, [RenewToken; 3]),
            (
                RateLimited { retry_after_s: Some(7) },
                [SendAgain(Duration::from_secs(7)), SendAgain(Duration::from_secs(7)), Done],
            ),
            (RateLimited { retry_after_s: Some(60) }, [Done; 3]),
            (no_answer(NoAnswer::Unreachable, false), [soon, soon, LOST]),
            (no_answer(NoAnswer::Unreachable, true), [now, now, LOST]),
            (no_answer(NoAnswer::Lost, false), [soon, LOST, LOST]),
            (no_answer(NoAnswer::Lost, true), [now, LOST, LOST]),
            (no_answer(NoAnswer::NotHttp, false), [NOT_HTTP; 3]),
            (no_answer(NoAnswer::NotHttp, true), [now, NOT_HTTP, NOT_HTTP]),
            (Final, [Done; 3]),
        ] {
            for (repeatable, resendable, want) in
                [(true, true, read), (false, true, write), (false, false, discarded)]
            {
                let found = gateway(repeatable).after(outcome, resendable, MINUTE, 0.0);
                let case = format!("{outcome:?}, repeatable {repeatable}, resendable {resendable}");
                assert_eq!(found, want, "{case}");
            }
        }
    }

    /// What follows outcomes one after another, each with a minute left.
    fn steps<const N: usize>(
        mut attempts: Attempts,
        outcomes: [AttemptOutcome; N],
    ) -> [NextStep; N] {
        outcomes.map(|outcome| attempts.after(outcome, true, MINUTE, 0.0))
    }

    #[test]
    fn a_token_is_renewed_up_to_three_times_unless_it_was_made_for_the_request() {
        let old = Unauthorized { fresh: false };
        assert_eq!(steps(gateway(true), [old; 4]), [RenewToken, RenewToken, RenewToken, Done]);
        let fresh = Unauthorized { fresh: true };
        assert_eq!(steps(gateway(true), [old, fresh]), [RenewToken, Done]);
    }

    #[test]
    fn waits_after_429_grow_and_what_the_homey_states_is_obeyed() {
        let seconds = Duration::from_secs_f64;
        for (earlier, retry_after_s, chance, want) in [
            (0, None, 0.0, Some(seconds(1.0))),
            (0, None, 1.0, Some(seconds(0.5))),
            (4, None, 0.0, Some(seconds(16.0))),
            (5, None, 0.0, None),
            (0, Some(0), 0.0, Some(seconds(0.0))),
            (3, Some(60), 1.0, Some(seconds(60.0))),
            (0, Some(61), 0.0, None),
            (5, Some(1), 0.0, None),
        ] {
            let found = rate_limit_wait(earlier, retry_after_s, chance);
            assert_eq!(found, want, "after {earlier}, {retry_after_s:?}, chance {chance}");
        }
        let again = |s| SendAgain(Duration::from_secs(s));
        let found = steps(gateway(false), [RateLimited { retry_after_s: None }; 6]);
        assert_eq!(found, [again(1), again(2), again(4), again(8), again(16), Done]);
    }

    #[test]
    fn an_unreachable_homey_is_tried_until_the_time_is_over() {
        let mut attempts = gateway(false);
        let mut after = |left_ms| {
            attempts.after(
                no_answer(NoAnswer::Unreachable, false),
                true,
                Duration::from_millis(left_ms),
                0.0,
            )
        };
        let again = |ms| SendAgain(Duration::from_millis(ms));
        assert_eq!([after(9000), after(9000), after(201)], [again(50), again(100), again(200)]);
        assert_eq!([after(400), after(401)], [UNREACHABLE, again(400)]);
        assert_eq!([after(9000), after(9000)], [again(800), again(1000)]);
        assert_eq!(after(1000), UNREACHABLE);
    }

    #[test]
    fn a_call_searches_for_the_homey_once_after_each_answer() {
        let (gone, limited) =
            (no_answer(NoAnswer::Unreachable, false), RateLimited { retry_after_s: Some(1) });
        let (now, later) = (SendAgain(Duration::ZERO), SendAgain(Duration::from_secs(1)));
        let found = steps(Attempts::of_call(), [gone, limited, gone, gone]);
        assert_eq!(found, [now, later, now, UNREACHABLE]);
        assert_eq!(steps(Attempts::of_call(), [no_answer(NoAnswer::Lost, false)]), [LOST]);
    }
}
