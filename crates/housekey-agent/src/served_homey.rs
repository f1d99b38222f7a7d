//! A Homey of the settings, with what the gateway, `/events` and the parts of the agent need of it.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use housekey::Homey;
use housekey::catalogue::Dialect;
use housekey::clock::SharedClock;
use housekey::mirror::{Kinds, Mirror};
use housekey::redaction::TokenVariables;
use tokio::runtime::Handle;
use tokio::sync::OnceCell;

use crate::error_chain::error_chain;
use crate::write_log::WriteLog;

/// A Homey that the gateway leads to.
#[derive(Debug, Clone)]
pub(crate) struct ServedHomey {
    /// Its short name, as in `/homeys/<name>/…`.
    pub(crate) name: String,
    /// The name its owner gave it.
    pub(crate) title: String,
    /// Its dialect: decides which scopes an operation needs.
    pub(crate) dialect: Dialect,
    /// Whose token and addresses are used.
    pub(crate) homey: Homey,
    /// How many requests it gets at once.
    pub(crate) in_flight: usize,
    /// The variables there that sinks write, whose values no caller reads.
    pub(crate) variables: TokenVariables,
    /// Writes of callers, for what says who changed what.
    pub(crate) writes: WriteLog,
    /// See [`ServedHomey::mirror`].
    pub(crate) mirror: LazyMirror,
}

/// A mirror that starts when it is first needed.
#[derive(Debug, Clone)]
pub(crate) struct LazyMirror {
    clock: SharedClock,
    /// The runtime it runs on, which outlives any thread of the gateway.
    main: Handle,
    mirror: Arc<OnceCell<Mirror>>,
}

impl LazyMirror {
    /// A mirror that is not started yet. Must be called within the runtime it will run on.
    pub(crate) fn new(clock: SharedClock) -> Self {
        Self { clock, main: Handle::current(), mirror: Arc::default() }
    }
}

/// Why the mirror of a Homey cannot start.
#[derive(Debug, thiserror::Error)]
pub(crate) enum MirrorError {
    /// Its dialect is not known, and could not be found out.
    #[error("the Homey cannot be followed")]
    Start(#[from] housekey::Error),
    #[error("the agent is stopping")]
    Stopping,
}

impl ServedHomey {
    /// The one mirror of this Homey, shared by everything that reads from it. The first caller starts it;
    /// the values of token variables never get into it.
    ///
    /// # Errors
    /// Why it cannot start; the next caller tries again.
    pub(crate) async fn mirror(&self) -> Result<Mirror, MirrorError> {
        let start = async || {
            let (homey, variables) = (self.homey.clone(), self.variables.clone());
            let clock = self.mirror.clock.clone();
            let start = Mirror::start_without_tokens(homey, Kinds::all(), clock, variables);
            let started = self.mirror.main.spawn(start).await;
            started.map_err(|_| MirrorError::Stopping)?.map_err(MirrorError::from)
        };
        self.mirror.mirror.get_or_try_init(start).await.cloned()
    }

    /// The same for parts that know no errors of the agent.
    pub(crate) fn mirror_source(
        &self,
    ) -> impl Fn() -> BoxFuture<'static, Result<Mirror, String>> + Send + Sync + 'static {
        let served = self.clone();
        move || {
            let served = served.clone();
            Box::pin(async move { served.mirror().await.map_err(|error| error_chain(&error)) })
        }
    }

    /// The mirror, if it has started.
    pub(crate) fn started_mirror(&self) -> Option<&Mirror> {
        self.mirror.mirror.get()
    }

    /// The clock of the mirror.
    pub(crate) fn clock(&self) -> &SharedClock {
        &self.mirror.clock
    }
}
