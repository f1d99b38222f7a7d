//! What programs hold of a mirror: the copy, its changes, how it is.

use std::sync::{Arc, PoisonError, RwLock};

use tokio::sync::{mpsc, watch};

use super::history::{Changes, History};
use super::home::Home;
use super::kind::Kinds;
use super::shared::Shared;
use super::status::Status;
use super::task::Task;
use crate::client::Homey;
use crate::clock::SharedClock;
use crate::error::Error;
use crate::redaction::TokenVariables;

/// A live copy of a Homey's state that is right again after every gap. Cheap to clone; it is kept up
/// until the last clone and the last [`Changes`] are gone.
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

/// Ends the task when the last one who holds it is gone.
#[derive(Debug)]
struct Alive {
    _held: mpsc::Sender<()>,
}

impl Mirror {
    /// Begins to mirror those kinds of items, in a task of its own; [`Mirror::status`] tells how it
    /// goes. Must be called within a tokio runtime.
    ///
    /// # Errors
    /// What keeps us from learning which dialect the Homey speaks, where that is not known yet.
    pub async fn start(homey: Homey, kinds: Kinds, clock: SharedClock) -> Result<Self, Error> {
        Self::start_without_tokens(homey, kinds, clock, TokenVariables::default()).await
    }

    /// The same for whoever shows the copy to others: the values of those variables never get into it.
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
        let (task, told, status) = Task::new(homey, (dialect, kinds), clock, variables, news);
        let home = RwLock::default();
        let shared = Arc::new(Shared { home, history, status });
        tokio::spawn(task.run(shared.clone(), told, released));
        Ok(Self { shared, alive: Arc::new(Alive { _held: held }) })
    }

    /// The copy as it is now. Whoever holds it keeps it as it was; nothing is copied for it but, at
    /// the next change, a list of pointers.
    pub fn home(&self) -> Arc<Home> {
        self.shared.home.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// How the mirror is, now and whenever that changes.
    pub fn status(&self) -> watch::Receiver<Status> {
        self.shared.status.clone()
    }

    /// Waits until everything that can be read has been read once.
    pub async fn complete(&self) {
        // The task lives as long as we do, unless the runtime ends.
        self.status().wait_for(|status| status.complete).await.ok();
    }

    /// The changes from now on.
    pub fn changes(&self) -> Changes {
        self.changes_after(self.home().seq())
    }

    /// The changes that follow a number: that of a [`Home`], so that nothing falls in between, or of
    /// the last change somebody has seen before. Numbers begin anew with every mirror.
    pub fn changes_after(&self, seq: u64) -> Changes {
        Changes::after(seq, self.shared.history.clone(), self.alive.clone())
    }
}
