//! Zones: rooms and groups of rooms.

/// A room, or a group of rooms.
#[derive(Debug, Clone)]
pub(crate) struct Zone {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) icon: String,
    /// `None` for the root, of which there is one.
    pub(crate) parent: Option<String>,
    pub(crate) order: u32,
}
