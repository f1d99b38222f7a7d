//! Hands the token of a Homey to the places that want it, each on its own.

mod command;
mod file;
mod variable;

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use housekey::auth::backoff;
use housekey::{Error, Homey};
use tokio::time::sleep;

use crate::board::{Board, in_words};
use crate::credential::{Credential, Format};
use crate::settings::Place;
use crate::status::{SinkState, Trouble};
use crate::supervisor::Stop;
use crate::token_variables::Known;

/// How often a place on this machine is looked at: a file may have been taken away.
const LOOK: Duration = Duration::from_secs(60);

/// The shortest wait after a failure. A new token does not cut it short: where each write is refused
/// and brings a new token, that would never end.
const SHORTEST: Duration = Duration::from_secs(1);

/// One place.
#[derive(Debug, Clone)]
pub(crate) struct Sink {
    homey: Homey,
    place: Place,
    /// The variables of the Homey that are known to hold tokens.
    variables: Known,
    /// Its line on the board.
    line: usize,
    board: Board,
}

/// What handing over came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// There is no good token.
    NoToken,
    /// The place has it.
    Delivered,
    /// The place could not be given it.
    Failed,
}

/// Whether anything had to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Delivery {
    /// It was given the token.
    Given,
    /// It had it.
    HadIt,
}

/// Why a place could not be given the token.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SinkError {
    /// A file cannot be written.
    #[error("cannot write {}", path.display())]
    File {
        path: PathBuf,
        #[source]
        cause: std::io::Error,
    },
    /// The Homey did not answer, or refused.
    #[error(transparent)]
    Homey(#[from] Error),
    /// There is a variable of that name for something else.
    #[error("the variable \"{name}\" is a {found}, and a token is a text")]
    Mistyped { name: String, found: String },
    /// It is not clear which is meant.
    #[error("there are {count} variables \"{name}\"")]
    Several { name: String, count: usize },
    /// A command cannot be started.
    #[error("cannot run {program}")]
    Start {
        program: String,
        #[source]
        cause: std::io::Error,
    },
    /// A command failed.
    #[error("{program} ended with {how}{said}")]
    Failed { program: String, how: String, said: String },
    /// A command took too long, and was ended.
    #[error("{program} was not done after {limit_s} s, and was ended")]
    TooLong { program: String, limit_s: u64 },
}

impl SinkError {
    /// What to do next, as one sentence without a full stop.
    pub(crate) fn advice(&self) -> Option<String> {
        let advice = match self {
            Self::File { cause, .. } if cause.raw_os_error() == Some(nix::libc::EBUSY) => {
                "it is mounted by itself, so it cannot be replaced as a whole: mount its directory"
            }
            Self::File { cause, .. } if cause.kind() == std::io::ErrorKind::Other => {
                "name a file of its own"
            }
            Self::File { .. } => "check that the directory is there, who owns it, and its mode",
            Self::Homey(error) => return error.advice(),
            Self::Mistyped { .. } => "give the sink another name, or delete the variable",
            Self::Several { .. } => "delete all but one of them",
            Self::Start { .. } => "check its path, and whether it may be run",
            Self::Failed { .. } => "run it by hand, with `housekey exec`",
            Self::TooLong { .. } => "give it more time with `timeout`",
        };
        Some(advice.to_owned())
    }

    /// The same where it is tried again by itself.
    fn advice_while_retried(&self) -> Option<String> {
        match self {
            Self::Homey(error) => error.advice_while_retried(),
            _ => self.advice(),
        }
    }

    /// Whether it stands in the way of starting: what only time mends does not.
    fn stays(&self) -> bool {
        match self {
            Self::Homey(error) => matches!(root(error), Error::Homey(error)
                if !matches!(error, housekey::error::HomeyError::Offline { .. })),
            Self::Failed { .. } | Self::TooLong { .. } => false,
            _ => true,
        }
    }
}

fn root(error: &Error) -> &Error {
    match error {
        Error::Shared(error) => root(error),
        error => error,
    }
}

impl fmt::Display for Sink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "sink {}", self.place)
    }
}

impl Sink {
    pub(crate) fn new(
        homey: Homey,
        place: Place,
        variables: Known,
        line: usize,
        board: Board,
    ) -> Self {
        Self { homey, place, variables, line, board }
    }

    /// Makes sure that it could be written, before anything is started.
    pub(crate) async fn check(&self) -> Result<(), SinkError> {
        let outcome = match &self.place {
            Place::File { path, .. } => file::check(path).await,
            Place::Variable { name } => {
                let outcome = variable::check(&self.homey, name, &self.variables.variables).await;
                self.variables.save();
                outcome
            }
            Place::Command { run, .. } => command::check(run),
        };
        match outcome {
            Err(error) if !error.stays() => Ok(()),
            outcome => outcome,
        }
    }

    pub(crate) async fn run(self, stop: Stop) -> Result<(), String> {
        let Some(session) = self.homey.session() else {
            return Err("it has no session".to_owned());
        };
        let mut tokens = session.subscribe();
        let (mut delivered, mut failures) = (None, 0);
        loop {
            let token = tokens.borrow_and_update().token().clone();
            // A place on the Homey is asked once for each token, a file now and then as well.
            if delivered.as_ref() != Some(&token) || self.is_at_hand() {
                let wait = backoff(failures + 1, None, fastrand::f64()).max(SHORTEST);
                match self.deliver(Some(wait)).await {
                    Outcome::NoToken => (delivered, failures) = (None, 0),
                    Outcome::Delivered => (delivered, failures) = (Some(token), 0),
                    Outcome::Failed => {
                        failures += 1;
                        tokio::select! {
                            () = stop.requested() => return Ok(()),
                            () = sleep(wait) => continue,
                        }
                    }
                }
            }
            tokio::select! {
                () = stop.requested() => return Ok(()),
                changed = tokens.changed() => changed.map_err(|gone| gone.to_string())?,
                () = sleep(LOOK) => {}
            }
        }
    }

    fn is_at_hand(&self) -> bool {
        matches!(self.place, Place::File { .. })
    }

    /// Hands the token over, and does not try again.
    pub(crate) async fn deliver_once(&self) -> Outcome {
        self.deliver(None).await
    }

    /// Hands the token over and notes how that went. `wait`: after which it is tried again.
    async fn deliver(&self, wait: Option<Duration>) -> Outcome {
        let now = self.board.clock().now();
        let outcome = match Credential::at_hand(&self.homey, self.format(), now).await {
            Ok(None) => {
                self.board.sink(self.line, |sink| sink.state = SinkState::Waiting);
                return Outcome::NoToken;
            }
            Ok(Some(credential)) => self.give(&credential).await,
            Err(error) => Err(error.into()),
        };
        match outcome {
            Ok(delivery) => {
                self.note_delivery(delivery);
                Outcome::Delivered
            }
            Err(error) => {
                let text = in_words(&error);
                self.note_failure(match wait {
                    Some(wait) => self.board.retried(text, error.advice_while_retried(), wait),
                    None => self.board.trouble(text, error.advice()),
                });
                Outcome::Failed
            }
        }
    }

    fn format(&self) -> Format {
        match &self.place {
            Place::File { format, .. } => *format,
            Place::Variable { .. } => Format::Raw,
            Place::Command { .. } => Format::Env,
        }
    }

    async fn give(&self, credential: &Credential) -> Result<Delivery, SinkError> {
        match &self.place {
            Place::File { path, format, mode, owner } => {
                file::give(path, credential.render(*format), *mode, *owner).await
            }
            Place::Variable { name } => {
                let known = &self.variables.variables;
                let outcome = variable::give(&self.homey, name, &credential.token, known).await;
                self.variables.save();
                outcome
            }
            Place::Command { run, timeout } => command::give(run, *timeout, credential).await,
        }
    }

    fn note_delivery(&self, delivery: Delivery) {
        let now = self.board.clock().now();
        self.board.sink(self.line, |sink| {
            if delivery == Delivery::Given {
                sink.deliveries += 1;
                tracing::info!(homey = sink.homey, kind = sink.kind, sink = sink.target, "given");
            }
            sink.state = SinkState::Delivered;
            sink.delivered_at = Some(now);
            sink.trouble = None;
        });
    }

    fn note_failure(&self, trouble: Trouble) {
        self.board.sink(self.line, |sink| {
            let (homey, kind, target) = (&sink.homey, &sink.kind, &sink.target);
            let (why, next) = (&trouble.text, trouble.next_attempt_at.map(tracing::field::display));
            tracing::warn!(homey, kind, sink = target, why, next_attempt = next, "not given");
            sink.failures += 1;
            sink.state = SinkState::Failing;
            sink.trouble = Some(trouble);
        });
    }
}
