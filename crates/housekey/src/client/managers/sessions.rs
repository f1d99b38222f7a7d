//! The manager `sessions`.

use crate::error::Error;
use crate::model::Session;
use crate::{Homey, args};

/// Who is signed in to the Homey, and with which scopes.
///
/// ```no_run
/// # async fn example(homey: housekey::Homey) -> Result<(), housekey::Error> {
/// let session = homey.sessions().get_session_me().await?;
/// println!("{:?}", session.missing_scope(&["homey.device.control"]));
/// # Ok(()) }
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Sessions<'a>(pub(super) &'a Homey);

impl Sessions<'_> {
    /// All sessions (V2).
    pub async fn get_sessions(self) -> Result<Vec<Session>, Error> {
        self.0.items("sessions.getSessions", &args! {}).await
    }

    /// The session of the token that is used.
    pub async fn get_session_me(self) -> Result<Session, Error> {
        self.0.call_as("sessions.getSessionMe", &args! {}).await
    }

    /// Ends a session (V2): its token is refused from then on.
    pub async fn delete_session(self, id: &str) -> Result<(), Error> {
        self.0.act("sessions.deleteSession", &args! { "id" => id }).await
    }
}
