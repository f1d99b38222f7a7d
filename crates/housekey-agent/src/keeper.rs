//! Keeps the session of one Homey fresh: decides by the wall clock, wakes by the monotonic one.

use std::sync::Arc;
use std::time::Duration;

use housekey::auth::{Session, StoreNews};
use housekey::error::{Advice, Kind};
use housekey::{Error, Homey};
use jiff::{SignedDuration, Timestamp};
use tokio::sync::Semaphore;
use tokio::time::{Instant, sleep};

use crate::advice::words;
use crate::error_chain::error_chain;
use crate::route_log::RouteLog;
use crate::status::HomeyState;
use crate::status_board::{HomeyIndex, StatusBoard};
use tokio_util::sync::CancellationToken;

use crate::supervisor::PartError;

/// The longest time without a look at the clock, which may jump, and at the store, which another
/// process may write. A machine that slept is noticed as late as that after it woke.
pub(crate) const CHECK_EVERY: Duration = Duration::from_secs(60);

/// The shortest time between two looks: a session that is due the moment it was made would keep us
/// busy.
const MIN_WAIT: Duration = Duration::from_secs(1);

/// The shortest time after a failure; the session's own wait may be longer. After a final refusal, this is
/// how often the store is checked for a new sign-in.
const RETRY: Duration = Duration::from_secs(5);

/// How long the cloud is not contacted after a final refusal, unless there is a new sign-in.
const SIGNED_OUT_PAUSE: Duration = Duration::from_secs(15 * 60);

/// How many renewals run at once, so that many Homeys are spread out.
pub(crate) const MAX_RENEWALS: usize = 8;

/// Keeps one Homey.
#[derive(Debug, Clone)]
pub(crate) struct Keeper {
    homey: Homey,
    routes: RouteLog,
    /// Its row of the status.
    index: HomeyIndex,
    board: StatusBoard,
    renewing: Arc<Semaphore>,
    check: Duration,
}

impl Keeper {
    pub(crate) fn new(
        homey: Homey,
        routes: RouteLog,
        index: HomeyIndex,
        board: StatusBoard,
        renewing: Arc<Semaphore>,
    ) -> Self {
        Self { homey, routes, index, board, renewing, check: CHECK_EVERY }
    }

    /// The same with another longest time between two looks.
    #[cfg(test)]
    pub(crate) fn checking_every(self, check: Duration) -> Self {
        Self { check, ..self }
    }

    #[cfg(test)]
    pub(crate) fn homey(&self) -> &Homey {
        &self.homey
    }

    pub(crate) async fn run(self, stop: CancellationToken) -> Result<(), PartError> {
        let Some(session) = self.homey.session() else {
            return Err(PartError::NoSession);
        };
        let mut access_updates = session.subscribe();
        let mut store_news = session.store_news();
        loop {
            access_updates.mark_unchanged();
            let state = tokio::select! {
                biased;
                () = stop.cancelled() => break,
                state = self.check(true) => state,
            };
            let mut wait = match state {
                HomeyState::Fresh => until_due(self.board.clock().now(), session.due_at()),
                _ => until_retry(session),
            }
            .clamp(MIN_WAIT, self.check);
            if state == HomeyState::SignedOut {
                wait = self.until_signed_in(session, &mut store_news, &stop).await;
            }
            tokio::select! {
                biased;
                () = stop.cancelled() => break,
                () = sleep(wait) => {}
                // A call of a sink was refused, and the session renewed for it.
                _ = access_updates.changed() => {}
                // Another program was refused, or has signed in.
                () = store_news.next() => {}
            }
        }
        // A token that the cloud has rotated already must not be lost.
        session.settle().await;
        Ok(())
    }

    /// Renews the session if that is due, without another attempt.
    pub(crate) async fn check_once(&self) -> HomeyState {
        self.check(false).await
    }

    /// Renews the session if that is due, and records its state. `retried`: whether a failure is retried.
    async fn check(&self, retried: bool) -> HomeyState {
        let Some(session) = self.homey.session() else { return HomeyState::SignedOut };
        let due = session.due_at().is_some_and(|due| due <= self.board.clock().now());
        let outcome = {
            let _permit = match due {
                true => self.renewing.acquire().await.ok(),
                false => None,
            };
            session.ensure_fresh().await
        };
        self.log_route().await;
        self.record(session, &outcome, retried)
    }

    /// Logs what the last search for the Homey found: by a renewal, a sink or a request of the gateway.
    pub(crate) async fn log_route(&self) {
        self.routes.searched(&self.homey, self.board.security()).await;
    }

    /// Waits after a final refusal, and ends early on a new sign-in.
    async fn until_signed_in(
        &self,
        session: &Session,
        store_news: &mut StoreNews,
        stop: &CancellationToken,
    ) -> Duration {
        let until = Instant::now() + SIGNED_OUT_PAUSE;
        let had_ended = session.account_ended().is_some();
        while Instant::now() < until {
            tokio::select! {
                biased;
                () = stop.cancelled() => break,
                () = store_news.next() => {}
                () = sleep(RETRY) => {}
            }
            let renewed = had_ended && session.account_ended().is_none();
            if session.read_again().unwrap_or(false) || renewed {
                break;
            }
        }
        Duration::ZERO
    }

    fn record(
        &self,
        session: &Session,
        outcome: &Result<bool, Error>,
        retried: bool,
    ) -> HomeyState {
        let ended = session.account_ended().filter(|_| outcome.is_ok());
        let state = match outcome {
            // The token at hand is good, and will be the last.
            Ok(_) if ended.is_some() => HomeyState::SignedOut,
            Ok(_) => HomeyState::Fresh,
            Err(error) if error.kind() == Kind::SignIn => HomeyState::SignedOut,
            Err(_) => HomeyState::Failing,
        };
        let access = session.access();
        let issued_at = access.session().map(|session| session.issued_at);
        let trouble = outcome.as_ref().err().map(|error| {
            let text = error_chain(error);
            let name = self.board.homey_name(self.index);
            self.board.security().record_certificate(&name, error);
            match state {
                HomeyState::Failing if retried => {
                    let advice = error.advice_while_retried().as_ref().map(words);
                    self.board.retried(text, advice, until_retry(session))
                }
                _ => self.board.trouble(text, error.advice().as_ref().map(words)),
            }
        });
        let ended = ended.map(|text| self.board.trouble(text, Some(words(&Advice::SignIn))));
        let trouble = trouble.or(ended);
        self.board.homey(self.index, |homey| {
            if let Some(trouble) = &trouble {
                if homey.state != state {
                    let (text, name) = (&trouble.text, &homey.name);
                    let next = trouble.next_attempt_at.map(tracing::field::display);
                    tracing::warn!(
                        homey = name,
                        ?state,
                        why = text,
                        next_attempt = next,
                        "the token is not renewed"
                    );
                }
                homey.failures += 1;
            } else if homey.state != HomeyState::Starting && homey.state != state {
                tracing::info!(homey = homey.name, "the token is fresh again");
            }
            // By any program: the gateway renews for a caller, and another program may too.
            let renewed_elsewhere = homey.issued_at.is_some_and(|before| issued_at != Some(before));
            homey.renewals += u64::from(renewed_elsewhere || matches!(outcome, Ok(true)));
            homey.state = state;
            homey.trouble = trouble;
            homey.issued_at = issued_at;
            homey.expires_at = access.session().map(|session| session.expires_at);
            homey.renew_at = session.due_at();
        });
        state
    }
}

/// The time until a renewal that failed temporarily is retried.
fn until_retry(session: &Session) -> Duration {
    session.wait_left().max(RETRY)
}

/// The time until a session is due.
fn until_due(now: Timestamp, due_at: Option<Timestamp>) -> Duration {
    let left = due_at.map_or(SignedDuration::MAX, |due| due.duration_since(now));
    Duration::try_from(left).unwrap_or(Duration::ZERO)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_due_is_not_waited_for() {
        let now: Timestamp = "2026-03-01T12:00:00Z".parse().unwrap();
        let at = |seconds: i64| Some(now + SignedDuration::from_secs(seconds));
        for (due_at, want) in [
            (at(3600), Duration::from_secs(3600)),
            (at(0), Duration::ZERO),
            (at(-500), Duration::ZERO),
        ] {
            assert_eq!(until_due(now, due_at), want, "{due_at:?}");
        }
        assert!(until_due(now, None) > CHECK_EVERY);
    }
}
