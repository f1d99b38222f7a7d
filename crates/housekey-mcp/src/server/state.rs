//! What a server is made of.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use housekey::catalogue::{Dialect, Need, Permission, lacks};
use housekey::clock::SharedClock;
use housekey::mirror::{ItemKind, Kinds};
use tokio::time::Instant;

use super::plans::Plans;
use super::questions::Questions;
use crate::approvals::Approvals;
use crate::exposure::{Exposed, Sees};
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
    /// The scopes of its key; `None` for all.
    pub scopes: Option<Vec<Permission>>,
    /// The short names of the Homeys that it is for; `None` for all.
    pub homeys: Option<Vec<String>>,
    /// The devices that exist for it.
    pub exposed: Exposed,
}

impl Grant {
    /// One without a key: only the groups bound it.
    pub fn of(who: &str, groups: Groups, dry_run: bool) -> Self {
        let (scopes, homeys, exposed) = Default::default();
        Self { who: who.to_owned(), groups, dry_run, scopes, homeys, exposed }
    }

    /// The scope that is missing for something.
    pub(crate) fn lacks(&self, need: &Need) -> Option<&'static str> {
        lacks(self.scopes.as_deref()?, need)
    }

    fn is_for(&self, homey: &str) -> bool {
        self.homeys.as_ref().is_none_or(|homeys| homeys.iter().any(|one| one == homey))
    }

    fn sees(&self, dialect: Dialect) -> Sees {
        let may_read =
            |kind: &ItemKind| self.lacks(&Need::of_subscription(dialect, kind.uri())).is_none();
        let kinds: Kinds = ItemKind::ALL.into_iter().filter(may_read).collect();
        Sees { kinds, devices: self.exposed.clone() }
    }
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
    /// A server for these homes, of which there must be one, and a client that may do that.
    pub fn new(homes: Vec<HomeSource>, clock: SharedClock, grant: Grant, options: Options) -> Self {
        let homes: Vec<_> =
            homes.into_iter().map(|source| HomeState::new(source, clock.clone())).collect();
        Self::with(&homes, clock, grant, Arc::new(options))
    }

    /// The same for another client. Both share what is read of the homes.
    #[must_use]
    pub fn for_client(&self, grant: Grant) -> Self {
        Self::with(&self.homes, self.clock.clone(), grant, self.options.clone())
    }

    fn with(homes: &[HomeState], clock: SharedClock, grant: Grant, options: Arc<Options>) -> Self {
        let homes = homes.iter().filter(|home| grant.is_for(&home.source.name));
        let homes = homes.map(|home| home.seen_as(grant.sees(home.source.dialect))).collect();
        let (limits, questions, plans) = Default::default();
        let started = Instant::now();
        Self { homes, grant, options, clock, started, limits, questions, plans }
    }
}
