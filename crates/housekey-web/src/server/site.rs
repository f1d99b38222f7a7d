//! What all requests share, and what is known of each visit.

use std::sync::{Arc, OnceLock};

use futures_util::future::BoxFuture;
use housekey::clock::SharedClock;
use jiff::SignedDuration;
use tokio_util::sync::{CancellationToken, DropGuard};

use super::approving::Approving;
use super::place::Place;
use crate::rights::Grant;
use crate::session::Sessions;

/// Says what a key of the gateway is good for, or why it is none.
pub type CheckKey = Arc<dyn Fn(String) -> BoxFuture<'static, Result<Grant, String>> + Send + Sync>;

/// The status of the agent, as JSON.
pub type StatusSource = Arc<dyn Fn() -> serde_json::Value + Send + Sync>;

/// What all requests share.
pub(super) struct Site {
    pub(super) places: Vec<Arc<Place>>,
    pub(super) sessions: Sessions,
    /// How long a session lives.
    pub(super) life: SignedDuration,
    pub(super) clock: SharedClock,
    pub(super) status: StatusSource,
    /// The calls of assistants that wait, where there are assistants.
    pub(super) approving: OnceLock<Arc<dyn Approving>>,
    /// Distinguishes the changes of this run from those of an earlier one.
    pub(super) epoch: String,
    pub(super) stop: CancellationToken,
    pub(super) _stopped: DropGuard,
}

impl Site {
    /// How many calls wait; `None` where the visitor may not answer them.
    pub(super) fn count_waiting(&self, grant: &Grant) -> Option<usize> {
        self.approving(grant).map(|approving| approving.waiting().len())
    }

    /// Who may do everything may also agree to it.
    pub(super) fn approving(&self, grant: &Grant) -> Option<&Arc<dyn Approving>> {
        self.approving.get().filter(|_| grant.sees_agent())
    }
}

/// Who visits.
pub struct Visit {
    /// Whether the connection is encrypted up to here.
    pub tls: bool,
    /// Whether the browser says that the visit begins at a page of someone else.
    pub from_elsewhere: bool,
    /// Says what a key is good for.
    pub check_key: CheckKey,
}
