//! Watches that a token is at hand at every instant at which one must be.

use std::collections::HashSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use housekey::{Homey, Secret};
use http::Request;
use jiff::{SignedDuration, Timestamp};
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

use super::life::GRACE;
use super::network::SimulatedNetwork;
use super::time::Time;
use crate::mutex::lock_unpoisoned;
use crate::status::HomeyState;
use crate::status_board::StatusBoard;

/// No session is renewed before that much of its life: two thirds less a tenth.
const EARLIEST: SignedDuration = SignedDuration::from_secs(24 * 3600 * 56 / 100);

/// What the judge finds.
pub(super) enum Verdict {
    /// A new sign-in is required, and whether that is right is not decided yet.
    SignedOut,
    /// A rule is broken.
    Wrong(String),
}

/// The judge.
pub(super) struct Judge {
    network: Arc<SimulatedNetwork>,
    time: Arc<Time>,
    /// Changes when something else than the token may have changed what it is worth.
    changes: watch::Sender<u64>,
    state: Mutex<JudgeState>,
}

#[derive(Default)]
struct JudgeState {
    /// Since when no good token has been at hand while the agent ran.
    lacking_since: Option<Instant>,
    /// How many sessions were seen.
    sessions: usize,
    /// When something happened last that is a reason to renew.
    disturbed: Option<Timestamp>,
    /// Tokens that have become invalid in a way that cannot be detected before a call is refused.
    excused: HashSet<Vec<u8>>,
}

impl Judge {
    pub(super) fn new(network: Arc<SimulatedNetwork>, time: Arc<Time>) -> Self {
        Self { network, time, changes: watch::Sender::default(), state: Mutex::default() }
    }

    fn state(&self) -> std::sync::MutexGuard<'_, JudgeState> {
        lock_unpoisoned(&self.state)
    }

    /// Something may have changed.
    pub(super) fn look_again(&self) {
        self.changes.send_modify(|count| *count += 1);
    }

    /// Something happened that is a reason to renew: a revocation, another clock, a sign-in.
    pub(super) fn disturbed(&self) {
        self.state().disturbed = Some(self.time.now());
        self.look_again();
    }

    /// The agent has just started, or there was a new sign-in: it has ten minutes.
    pub(super) fn started(&self) {
        self.state().lacking_since = Some(Instant::now());
        self.disturbed();
    }

    /// Nobody can know that the token is worth nothing before a call is refused.
    pub(super) fn excuse(&self, token: &Secret) {
        self.state().excused.insert(header(token).into_bytes());
    }

    /// Whether that cannot be detected yet.
    fn is_excused(&self, token: &Secret) -> bool {
        let header = header(token).into_bytes();
        self.state().excused.contains(&header)
            && !self.network.book(|book| book.refused.contains(&header))
    }

    /// Watches until something is found. May be dropped and called again at any time.
    pub(super) async fn watch(&self, homey: &Homey, board: &StatusBoard) -> Verdict {
        let session = homey.session().expect("a session");
        let mut tokens = session.subscribe();
        let mut changes = self.changes.subscribe();
        let mut fair = self.network.fair_since.subscribe();
        loop {
            let access = tokens.borrow_and_update().clone();
            changes.mark_unchanged();
            let fair_since = *fair.borrow_and_update();
            if let Some(why) = self.renewed_early() {
                return Verdict::Wrong(why);
            }
            let believed_end = access.session().expect("a session").expires_at;
            let believed_left = believed_end.duration_since(self.time.believed());
            let left = self.left(access.token(), homey.id()).await.min(believed_left);
            let (until, deadline) = match Duration::try_from(left) {
                Ok(left) if !left.is_zero() => {
                    self.state().lacking_since = None;
                    (Some(Instant::now() + left), false)
                }
                _ if self.is_excused(access.token()) => {
                    // The ten minutes begin when it can be known.
                    self.state().lacking_since = None;
                    (None, false)
                }
                _ => {
                    let since = *self.state().lacking_since.get_or_insert_with(Instant::now);
                    (fair_since.map(|fair| fair.max(since) + GRACE), true)
                }
            };
            if deadline && until.is_some_and(|until| until <= Instant::now()) {
                return Verdict::Wrong(format!(
                    "no good token is at hand ({left:#} left, the agent says {:?}: {:?})",
                    board.status().homeys[0].state,
                    board.status().homeys[0].trouble,
                ));
            }
            tokio::select! {
                biased;
                () = board.until(|status| status.homeys[0].state == HomeyState::SignedOut) => {
                    return Verdict::SignedOut;
                }
                _ = tokens.changed() => {}
                _ = changes.changed() => {}
                _ = fair.changed() => {}
                () = wait_until(until) => {}
            }
        }
    }

    /// Tells if a session was replaced that was still fresh, with nothing between that would be a
    /// reason.
    fn renewed_early(&self) -> Option<String> {
        let mut state = self.state();
        let (seen, disturbed) = (state.sessions.saturating_sub(1), state.disturbed);
        let (early, sessions) = self.network.book(|book| {
            let early =
                book.sessions[seen.min(book.sessions.len())..].windows(2).find_map(|pair| {
                    let age = pair[1].duration_since(pair[0]);
                    let fresh = age < EARLIEST && disturbed.is_none_or(|at| at < pair[0]);
                    fresh.then(|| format!("a session was replaced that was {age:#} old"))
                });
            (early, book.sessions.len())
        });
        state.sessions = sessions;
        early
    }

    /// How long the Homey still accepts the token; read regardless of faults.
    async fn left(&self, token: &Secret, id: Option<&str>) -> SignedDuration {
        let request = Request::get("https://192.0.2.1/api/manager/sessions/session/me")
            .header("Authorization", header(token))
            .header("X-Homey-ID", id.unwrap_or_default())
            .body(Bytes::new())
            .expect("a request");
        let answer = self.network.world.call(request).await.expect("no fault is left over");
        if answer.status() != 200 {
            return SignedDuration::ZERO;
        }
        // A Homey of 2023 or later returns no times of its sessions.
        let end = self.network.world.session_end(token.expose()).expect("a session has an end");
        end.duration_since(self.time.now())
    }
}

async fn wait_until(until: Option<Instant>) {
    match until {
        Some(until) => sleep_until(until).await,
        None => std::future::pending().await,
    }
}

fn header(token: &Secret) -> String {
    format!("Bearer {}", token.expose())
}
