//! What a server is made of.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use housekey::clock::SharedClock;
use tokio::time::Instant;

use super::plans::Plans;
use super::questions::Questions;
use crate::approvals::Approvals;
use crate::group::Groups;
use crate::guard::Guarded;
use crate::history::SharedHistory;
use crate::homes::{HomeSource, HomeState};
use crate::limits::WriteLimits;
use crate::write_log::WriteLog;

/// What a client may do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// Who it is, for the log.
    pub who: String,
    /// The groups of tools.
    pub groups: Groups,
    /// Whether writes are only described.
    pub dry_run: bool,
}

/// What is set up for all clients.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// What needs a person besides the built-in list.
    pub guarded: Guarded,
    /// Where calls wait for a person. Without it they are refused where the client shows no questions.
    pub approvals: Option<Approvals>,
    /// Where writes are logged.
    pub log: Option<WriteLog>,
    /// The state directory: backups in `homes`, journals of edits in `applies`. Without it nothing can be edited.
    pub state: Option<PathBuf>,
    /// What was recorded of the homes.
    pub history: Option<SharedHistory>,
}

/// A server for clients of one kind. Cheap to clone.
#[derive(Clone)]
pub struct Server {
    pub(super) homes: Arc<[HomeState]>,
    pub(super) grant: Grant,
    pub(super) options: Arc<Options>,
    pub(super) clock: SharedClock,
    pub(super) started: Instant,
    pub(super) limits: Arc<Mutex<WriteLimits>>,
    pub(super) questions: Arc<Questions>,
    pub(super) plans: Arc<Plans>,
}

impl Server {
    /// A server for these homes, of which there must be one.
    pub fn new(homes: Vec<HomeSource>, clock: SharedClock, grant: Grant, options: Options) -> Self {
        let state = |source| HomeState::new(source, clock.clone());
        let homes = homes.into_iter().map(state).collect();
        let (limits, questions, plans) = Default::default();
        let (options, started) = (Arc::new(options), Instant::now());
        Self { homes, grant, options, clock, started, limits, questions, plans }
    }
}
