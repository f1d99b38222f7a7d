//! The agent as a whole: reads its settings, starts its parts, listens to signals, drains.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use housekey::auth::store::Store;
use housekey::clock::SharedClock;
use housekey::http::Http;
use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::crew::{Crew, Unwritable};
use crate::lock::{Holder, Lock, LockError};
use crate::settings::{Settings, SettingsError};
use crate::status::Status;
use crate::supervisor::Supervisor;

/// How long the parts have to stop.
const DRAIN: Duration = Duration::from_secs(10);

/// Everything the agent is given.
#[derive(Debug, Clone)]
pub struct Agent {
    /// The file of its settings.
    pub settings: PathBuf,
    /// The directory of the stored tokens: one agent for each.
    pub state: PathBuf,
    /// Where tokens rest.
    pub store: Store,
    /// What sends requests.
    pub http: Http,
    /// The time.
    pub clock: SharedClock,
}

/// Why the agent does not run.
#[derive(Debug)]
pub enum AgentError {
    /// Its settings cannot be used.
    Settings(SettingsError),
    /// Another agent keeps this store.
    Held(Option<Holder>),
    /// A sink cannot be written.
    Unwritable(Vec<Unwritable>),
    /// The store cannot be read.
    Store(housekey::Error),
    /// The system refused something.
    System {
        /// What: `listen on 127.0.0.1:4747`.
        what: String,
        /// Why.
        cause: io::Error,
    },
}

/// What is to happen next.
enum Next {
    Stop,
    Reload,
}

impl Agent {
    /// Runs until it is told to stop. When this returns, everything has stopped.
    ///
    /// # Errors
    /// [`AgentError`], all of them before anything is started; settings that are read again and
    /// turn out wrong are only told.
    pub async fn run(&self) -> Result<(), AgentError> {
        let settings = self.read_settings()?;
        let _lock = self.lock()?;
        let mut signals = Signals::listen()?;
        let mut crew = self.crew(&settings).await?;
        loop {
            let board = crew.board.clone();
            let mut supervisor = Supervisor::new(board.clone());
            crew.start(&mut supervisor);
            tracing::info!(settings = %self.settings.display(), "started");
            let next = loop {
                match signals.next().await {
                    Next::Stop => break None,
                    Next::Reload => match self.reread().await {
                        Ok(fresh) => break Some(fresh),
                        Err(error) => {
                            tracing::error!(why = %error, "the settings stay as they were")
                        }
                    },
                }
            };
            tracing::info!(again = next.is_some(), "stopping");
            for part in supervisor.drain(DRAIN).await {
                tracing::warn!(part, "did not stop in time, and was ended");
            }
            match next {
                Some(fresh) => crew = fresh,
                None => return Ok(()),
            }
        }
    }

    /// Renews what is due, hands every token over once, and tells how that went.
    ///
    /// # Errors
    /// As [`Agent::run`].
    pub async fn run_once(&self) -> Result<Status, AgentError> {
        let settings = self.read_settings()?;
        let _lock = self.lock()?;
        let crew = self.new_crew(&settings)?;
        Ok(crew.work_once().await)
    }

    fn read_settings(&self) -> Result<Settings, AgentError> {
        let stored = self.store.homeys().map_err(|error| AgentError::Store(error.into()))?;
        Settings::read(&self.settings, &stored).map_err(AgentError::Settings)
    }

    fn lock(&self) -> Result<Lock, AgentError> {
        let holder = Holder { pid: std::process::id(), socket: None };
        Lock::take(&self.state, &holder).map_err(|error| match error {
            LockError::Held(holder) => AgentError::Held(holder),
            LockError::Io(path, cause) => {
                AgentError::System { what: format!("write {}", path.display()), cause }
            }
        })
    }

    fn new_crew(&self, settings: &Settings) -> Result<Crew, AgentError> {
        Crew::new(settings, &self.settings, &self.store, &self.http, &self.clock)
            .map_err(AgentError::Store)
    }

    async fn crew(&self, settings: &Settings) -> Result<Crew, AgentError> {
        let crew = self.new_crew(settings)?;
        crew.check().await.map_err(AgentError::Unwritable)?;
        Ok(crew)
    }

    /// The next crew, made and checked while the present one works.
    async fn reread(&self) -> Result<Crew, AgentError> {
        self.crew(&self.read_settings()?).await
    }
}

/// The signals that are heard from the beginning.
struct Signals {
    interrupt: Signal,
    terminate: Signal,
    hang_up: Signal,
}

impl Signals {
    fn listen() -> Result<Self, AgentError> {
        let listen = |kind| {
            let what = || "listen for signals".to_owned();
            signal(kind).map_err(|cause| AgentError::System { what: what(), cause })
        };
        Ok(Self {
            interrupt: listen(SignalKind::interrupt())?,
            terminate: listen(SignalKind::terminate())?,
            hang_up: listen(SignalKind::hangup())?,
        })
    }

    async fn next(&mut self) -> Next {
        tokio::select! {
            _ = self.interrupt.recv() => Next::Stop,
            _ = self.terminate.recv() => Next::Stop,
            _ = self.hang_up.recv() => Next::Reload,
        }
    }
}

impl AgentError {
    /// One line for each thing that is wrong, the first says what failed.
    pub fn lines(&self, settings: &std::path::Path) -> Vec<String> {
        let file = settings.display();
        match self {
            Self::Settings(SettingsError::Unreadable(cause)) => {
                vec![format!("cannot read {file}: {cause}")]
            }
            Self::Settings(SettingsError::Wrong(wrong)) => {
                let lines = if wrong.len() == 1 { "a wrong line" } else { "wrong lines" };
                let head = format!("{file} has {lines}");
                let each =
                    wrong.iter().map(|wrong| format!("{file}:{}: {}", wrong.line, wrong.what));
                std::iter::once(head).chain(each).collect()
            }
            Self::Held(Some(holder)) => {
                vec![format!("another agent keeps this store: process {}", holder.pid)]
            }
            Self::Held(None) => vec!["another agent keeps this store".to_owned()],
            Self::Unwritable(unwritable) => {
                let head = "not every sink can be written".to_owned();
                let each = unwritable.iter().map(|sink| sink.text.clone());
                std::iter::once(head).chain(each).collect()
            }
            Self::Store(error) => vec![crate::board::in_words(error)],
            Self::System { what, cause } => vec![format!("cannot {what}: {cause}")],
        }
    }

    /// What to do next, as one sentence without a full stop.
    pub fn advice(&self) -> Option<String> {
        match self {
            Self::Settings(SettingsError::Unreadable(_)) => {
                Some("write it, or name another with `--config`".to_owned())
            }
            Self::Settings(SettingsError::Wrong(_)) => {
                Some("correct the lines; nothing was started".to_owned())
            }
            Self::Held(_) => Some("stop it, or use another store with HOUSEKEY_STATE".to_owned()),
            Self::Unwritable(sinks) => sinks.iter().find_map(|sink| sink.advice.clone()),
            Self::Store(error) => error.advice(),
            Self::System { .. } => None,
        }
    }

    /// Whether somebody has to write the settings otherwise.
    pub fn is_usage(&self) -> bool {
        matches!(self, Self::Settings(_))
    }
}

impl std::fmt::Display for AgentError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.lines(std::path::Path::new("the file of settings")).join("; "))
    }
}

impl std::error::Error for AgentError {}
