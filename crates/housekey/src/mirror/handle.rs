//! The handle of a mirror: the copy, its changes, its status.

use std::sync::{Arc, PoisonError, RwLock};

use tokio::sync::{mpsc, watch};

use super::history::{ChangeStream, History};
use super::home::Home;
use super::kind::Kinds;
use super::shared::Shared;
use super::status::MirrorStatus;
use super::task::Task;
use crate::client::Homey;
use crate::clock::SharedClock;
use crate::error::Error;
use crate::redaction::TokenVariables;

/// A live copy of a Homey's state, which catches up after every gap. Cheap to clone; it is kept up
/// to date until the last clone and the last [`ChangeStream`] are dropped.
///
/// ```no_run
/// # async fn example(homey: housekey::Homey) -> Result<(), housekey::Error> {
/// use housekey::clock::SystemClock;
/// use housekey::mirror::{Kinds, Mirror};
/// use housekey::model::Device;
/// let mirror = Mirror::start(homey, Kinds::all(), SystemClock::shared()).await?;
/// mirror.complete().await;
/// let home = mirror.home();
/// for device in home.all::<Device>() {
///     println!("{}", device.name());
/// }
/// let mut changes = mirror.changes_after(home.seq());
/// while let Some(change) = changes.next().await {
///     println!("{change:?}");
/// }
/// # Ok(()) }
/// ```
#[derive(Debug, Clone)]
pub struct Mirror {
    shared: Arc<Shared>,
    alive: Arc<Alive>,
}

/// Ends the task with the last handle.
#[derive(Debug)]
struct Alive {
    _held: mpsc::Sender<()>,
}

impl Mirror {
    /// Begins to mirror those kinds of items, in a task of its own; see [`Mirror::status`] for its
    /// progress. Must be called within a tokio runtime.
    ///
    /// # Errors
    /// Those of [`Homey::dialect`], where the dialect is not known yet.
    pub async fn start(homey: Homey, kinds: Kinds, clock: SharedClock) -> Result<Self, Error> {
        Self::start_without_tokens(homey, kinds, clock, TokenVariables::default()).await
    }

    /// The same for a copy that is shown to others: the values of those variables never get into
    /// it.
    ///
    /// # Errors
    /// As [`Mirror::start`].
    pub async fn start_without_tokens(
        homey: Homey,
        kinds: Kinds,
        clock: SharedClock,
        variables: TokenVariables,
    ) -> Result<Self, Error> {
        let dialect = homey.dialect().await?;
        let (history, news) = History::new();
        let (held, released) = mpsc::channel(1);
        let (task, status_sender, status) =
            Task::new(homey, (dialect, kinds), clock, variables, news);
        let home = RwLock::default();
        let shared = Arc::new(Shared { home, history, status });
        tokio::spawn(task.run(shared.clone(), status_sender, released));
        Ok(Self { shared, alive: Arc::new(Alive { _held: held }) })
    }

    /// The copy as it is now: a snapshot, which the next change leaves as it is and of which it
    /// copies only a list of pointers.
    pub fn home(&self) -> Arc<Home> {
        self.shared.home.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The status of the mirror, now and at each change.
    pub fn status(&self) -> watch::Receiver<MirrorStatus> {
        self.shared.status.clone()
    }

    /// Waits until everything that can be read has been read once.
    pub async fn complete(&self) {
        // The task lives as long as this handle, unless the runtime ends.
        self.status().wait_for(|status| status.complete).await.ok();
    }

    /// The changes from now on.
    pub fn changes(&self) -> ChangeStream {
        self.changes_after(self.home().seq())
    }

    /// The changes after a number: that of a [`Home`], so that none is missed in between, or of
    /// the last change that was read earlier. Each mirror starts again at 1.
    pub fn changes_after(&self, seq: u64) -> ChangeStream {
        ChangeStream::after(seq, self.shared.history.clone(), self.alive.clone())
    }
}
