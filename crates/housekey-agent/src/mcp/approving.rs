//! The calls of assistants that wait for a person, for the dashboard.

use std::path::Path;
use std::sync::Arc;

use housekey::clock::SharedClock;
use housekey_mcp::{Approval, Approvals};
use housekey_web::Approving;
use housekey_web::view::approvals::WaitingCall;

struct OfState {
    approvals: Approvals,
    clock: SharedClock,
}

/// Those of a state directory: of the agent, and of `housekey mcp` of the same user.
pub(crate) fn approving(state: &Path, clock: SharedClock) -> Arc<dyn Approving> {
    Arc::new(OfState { approvals: Approvals::of(state), clock })
}

impl Approving for OfState {
    fn waiting(&self) -> Vec<WaitingCall> {
        let waiting = self.approvals.waiting(self.clock.now()).unwrap_or_else(|error| {
            tracing::warn!(%error, "the calls that wait cannot be read");
            Vec::new()
        });
        let call = |Approval { id, expires, key, client, call, .. }| WaitingCall {
            id,
            expires,
            key,
            client,
            call,
        };
        waiting.into_iter().map(call).collect()
    }

    fn answer(&self, id: &str, allow: bool) -> bool {
        self.approvals.answer(id, allow, self.clock.now()).unwrap_or_else(|error| {
            tracing::warn!(%error, "the answer of the user cannot be written");
            false
        })
    }
}
