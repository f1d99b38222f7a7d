//! Waits after a final refusal for a new sign-in, in this process or another.

use std::time::Duration;

use tokio::sync::watch;

use super::Session;
use super::store::Access;

/// How often the store is looked at, which another process may write.
const LOOK: Duration = Duration::from_secs(5);

/// Notices every other access to a Homey than the one at hand when it was made. Sends nothing.
#[derive(Debug)]
pub(crate) struct SignInWatch {
    session: Session,
    heard: watch::Receiver<Access>,
}

impl SignInWatch {
    pub(crate) fn new(session: Session) -> Self {
        let heard = session.subscribe();
        Self { session, heard }
    }

    /// Whether there is another access now; each is reported once.
    pub(crate) fn look(&mut self) -> bool {
        // A store that cannot be read is looked at again.
        self.session.read_again().ok();
        let other = self.heard.has_changed().unwrap_or(false);
        self.heard.mark_unchanged();
        other
    }

    /// Waits until there is another access.
    pub(crate) async fn signed_in(&mut self) {
        while !self.look() {
            if tokio::time::timeout(LOOK, self.heard.changed()).await.is_ok() {
                break;
            }
        }
    }
}
