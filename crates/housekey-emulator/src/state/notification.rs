//! Who may write to the timeline.

/// A writer of notifications: the Homey, an app or a manager.
#[derive(Debug, Clone)]
pub(crate) struct NotificationOwner {
    pub(crate) name: String,
    pub(crate) enabled: bool,
    pub(crate) push: bool,
}
