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

/// In which cases a request is sent again.
#[derive(Debug, Clone, Copy)]
pub struct RetryPolicy {
    /// Whether it may be carried out twice without harm, as a read.
    pub repeatable: bool,
    /// How many times in a row it is sent again after a failure to connect.
    pub max_reconnects: u32,
    /// The waits before those.
    pub reconnect: Backoff,
}

impl RetryPolicy {
    /// For a call of the library: the Homey is searched for once more, at once. Whether a read whose answer was
    /// lost is repeated, the caller decides.
    pub const CALL: Self = Self {
        repeatable: false,
        max_reconnects: 1,
        reconnect: Backoff { first: Duration::ZERO, longest: Duration::ZERO, jitter: 0.0 },
    };
}

/// The outcome of sending a request once. `reused`: over a connection that carried a request before, which may have
/// been closed meanwhile, or hold the rest of another answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AttemptOutcome {
    /// 401: the token has expired, and the Homey did nothing. `fresh`: it was made for this request.
    Unauthorized {
        /// See there.
        fresh: bool,
    },
    /// 429, with the seconds to wait that the Homey states: it did nothing.
    RateLimited {
        /// See there.
        retry_after_s: Option<u64>,
    },
    /// The Homey cannot be reached, or has seen nothing of the request.
    NotSent {
        /// See there.
        reused: bool,
    },
    /// The connection broke before the answer.
    Lost {
        /// See there.
        reused: bool,
    },
    /// The answer is no HTTP.
    NotHttp {
        /// See there.
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
    /// Report a failure.
    GiveUp(GiveUpReason),
}

/// Why a request without an answer is not sent again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GiveUpReason {
    /// The Homey cannot be reached in time.
    Unreachable,
    /// It may have been carried out.
    MayBeDone,
    /// What answers does not speak HTTP.
    NotHttp,
}

/// The attempts to send one request.
#[derive(Debug)]
pub struct Attempts {
    policy: RetryPolicy,
    renewals: u32,
    rate_limits: u32,
    /// In a row.
    failures: u32,
}

impl Attempts {
    /// Before the first.
    pub fn new(policy: RetryPolicy) -> Self {
        Self { policy, renewals: 0, rate_limits: 0, failures: 0 }
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
        use AttemptOutcome::{Final, Lost, NotHttp, NotSent, RateLimited, Unauthorized};
        let reused = match outcome {
            Unauthorized { fresh } if may_renew(self.renewals, fresh) => {
                (self.renewals, self.failures) = (self.renewals + 1, 0);
                return NextStep::RenewToken;
            }
            RateLimited { retry_after_s } => {
                let wait = rate_limit_wait(self.rate_limits, retry_after_s, chance);
                let wait = wait.filter(|wait| resendable && *wait < left);
                (self.rate_limits, self.failures) = (self.rate_limits + 1, 0);
                return wait.map_or(NextStep::Done, NextStep::SendAgain);
            }
            Unauthorized { .. } | Final => return NextStep::Done,
            NotHttp { reused } if !(reused && self.policy.repeatable) => {
                return NextStep::GiveUp(GiveUpReason::NotHttp);
            }
            Lost { .. } if !self.policy.repeatable => {
                return NextStep::GiveUp(GiveUpReason::MayBeDone);
            }
            NotSent { reused } | Lost { reused } | NotHttp { reused } => reused,
        };
        if !resendable {
            return NextStep::GiveUp(GiveUpReason::MayBeDone);
        }
        if reused {
            return NextStep::SendAgain(Duration::ZERO);
        }
        let wait = self.policy.reconnect.wait(self.failures, chance);
        if self.failures >= self.policy.max_reconnects || wait >= left {
            return NextStep::GiveUp(GiveUpReason::Unreachable);
        }
        self.failures += 1;
        NextStep::SendAgain(wait)
    }
}

/// Whether a request that was answered 401 is sent again under another token, after so many renewals for it. If the
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
    use super::AttemptOutcome::{Final, Lost, NotHttp, NotSent, RateLimited, Unauthorized};
    use super::GiveUpReason::{MayBeDone, Unreachable};
    use super::NextStep::{Done, GiveUp, RenewToken, SendAgain};
    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);
    const NO_HTTP: NextStep = GiveUp(GiveUpReason::NotHttp);

    /// That of the gateway, for a read or another request.
    fn gateway(repeatable: bool) -> RetryPolicy {
        let (first, longest) = (Duration::from_millis(50), Duration::from_secs(1));
        let reconnect = Backoff { first, longest, jitter: 0.0 };
        RetryPolicy { repeatable, max_reconnects: u32::MAX, reconnect }
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
            (NotSent { reused: false }, [soon, soon, GiveUp(MayBeDone)]),
            (NotSent { reused: true }, [now, now, GiveUp(MayBeDone)]),
            (Lost { reused: false }, [soon, GiveUp(MayBeDone), GiveUp(MayBeDone)]),
            (Lost { reused: true }, [now, GiveUp(MayBeDone), GiveUp(MayBeDone)]),
            (NotHttp { reused: false }, [NO_HTTP; 3]),
            (NotHttp { reused: true }, [now, NO_HTTP, NO_HTTP]),
            (Final, [Done; 3]),
        ] {
            for (repeatable, resendable, want) in
                [(true, true, read), (false, true, write), (false, false, discarded)]
            {
                let found =
                    Attempts::new(gateway(repeatable)).after(outcome, resendable, MINUTE, 0.0);
                let case = format!("{outcome:?}, repeatable {repeatable}, resendable {resendable}");
                assert_eq!(found, want, "{case}");
            }
        }
    }

    /// What follows outcomes one after another, each with a minute left.
    fn steps<const N: usize>(policy: RetryPolicy, outcomes: [AttemptOutcome; N]) -> [NextStep; N] {
        let mut attempts = Attempts::new(policy);
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
        let mut attempts = Attempts::new(gateway(false));
        let mut after = |left_ms| {
            attempts.after(NotSent { reused: false }, true, Duration::from_millis(left_ms), 0.0)
        };
        let again = |ms| SendAgain(Duration::from_millis(ms));
        assert_eq!([after(9000), after(9000), after(201)], [again(50), again(100), again(200)]);
        assert_eq!([after(400), after(401)], [GiveUp(Unreachable), again(400)]);
        assert_eq!([after(9000), after(9000)], [again(800), again(1000)]);
        assert_eq!(after(1000), GiveUp(Unreachable));
    }

    #[test]
    fn a_call_searches_for_the_homey_once_after_each_answer() {
        let (gone, limited) = (NotSent { reused: false }, RateLimited { retry_after_s: Some(1) });
        let (now, later) = (SendAgain(Duration::ZERO), SendAgain(Duration::from_secs(1)));
        let found = steps(RetryPolicy::CALL, [gone, limited, gone, gone]);
        assert_eq!(found, [now, later, now, GiveUp(Unreachable)]);
        assert_eq!(steps(RetryPolicy::CALL, [Lost { reused: false }]), [GiveUp(MayBeDone)]);
    }
}
