//! The state that the task of a mirror shares with its readers.

use std::sync::{Arc, RwLock};

use tokio::sync::watch;

use super::history::History;
use super::home::Home;
use super::status::MirrorStatus;

/// The state that the task of a mirror shares with its readers.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) home: RwLock<Arc<Home>>,
    pub(super) history: Arc<History>,
    pub(super) status: watch::Receiver<MirrorStatus>,
}
