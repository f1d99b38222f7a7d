//! What a command fails with: message, causes, hint and exit code.

use std::error::Error as Cause;
use std::process::ExitCode;

use housekey::error::{ConfigError, HttpError, Kind, SignInError, StoreError, chain};

use crate::advice;

/// The exit codes besides 0, which scripts rely on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// It was refused, or something cannot be reached, read or written.
    Failed = 1,
    /// The command line has to say it otherwise.
    Usage = 2,
    /// A command whose exit code is its answer has found differences or errors, and has printed them.
    Found = 3,
    /// A sign-in is required.
    SignIn = 4,
    /// A bug of ours.
    Bug = 70,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(exit as u8)
    }
}

/// Why a command failed.
///
/// The message says what failed, each cause why, the hint what to do next.
#[derive(Debug)]
pub(crate) struct Failure {
    exit: Exit,
    message: String,
    causes: Vec<String>,
    hint: Option<String>,
    closed_pipe: bool,
}

/// What a command comes to.
pub(crate) type Outcome<T = ()> = Result<T, Failure>;

impl Failure {
    /// A failure with that exit code.
    pub(crate) fn new(exit: Exit, message: impl Into<String>) -> Self {
        let message = message.into();
        Self { exit, message, causes: Vec::new(), hint: None, closed_pipe: false }
    }

    /// It was refused, or something cannot be reached, read or written.
    pub(crate) fn failed(message: impl Into<String>) -> Self {
        Self::new(Exit::Failed, message)
    }

    /// The command line has to say it otherwise.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::new(Exit::Usage, message)
    }

    /// Differences or errors were found, and are printed: there is nothing left to say.
    pub(crate) fn found() -> Self {
        Self::new(Exit::Found, "differences or errors were found")
    }

    /// The reader of our output closed it: no error, but the end of output.
    pub(crate) fn closed_pipe() -> Self {
        Self { closed_pipe: true, ..Self::failed("the output is closed") }
    }

    /// Adds the cause, with its own causes.
    pub(crate) fn because(mut self, cause: &(dyn Cause + 'static)) -> Self {
        self.causes.extend(chain(cause));
        self
    }

    /// Adds causes in the words of another program, one per line.
    pub(crate) fn because_of(mut self, words: &str) -> Self {
        self.causes.extend(words.lines().map(str::to_owned));
        self
    }

    /// Sets what to do next: one sentence without a full stop.
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// What to do next, where that is known.
    pub(crate) fn hint_text(&self) -> Option<&str> {
        self.hint.as_deref()
    }

    /// The exit code.
    pub(crate) fn exit(&self) -> Exit {
        self.exit
    }

    /// Whether the reader of our output went away.
    pub(crate) fn is_closed_pipe(&self) -> bool {
        self.closed_pipe
    }

    /// The lines for people: what kind of line, and its text.
    pub(crate) fn lines(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let causes = self.causes.iter().map(|cause| ("  caused by:", cause.as_str()));
        std::iter::once(("error:", self.message.as_str()))
            .chain(causes)
            .chain(self.hint.as_deref().map(|hint| ("hint:", hint)))
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl From<housekey::Error> for Failure {
    fn from(error: housekey::Error) -> Self {
        Self::from_ref(&error)
    }
}

impl Failure {
    /// The same of a borrowed error.
    pub(crate) fn from_ref(error: &housekey::Error) -> Self {
        let exit = match error.kind() {
            Kind::Usage => Exit::Usage,
            Kind::Failed => Exit::Failed,
            Kind::SignIn => Exit::SignIn,
        };
        let mut causes = error.source().map(chain).unwrap_or_default();
        if matches!(error, housekey::Error::Http(_)) {
            // Only the last tells why; those before it are the layers of the HTTP client.
            causes.drain(..causes.len().saturating_sub(1));
        }
        Self {
            causes,
            hint: error.advice().as_ref().map(advice::hint),
            ..Self::new(exit, error.to_string())
        }
    }
}

macro_rules! from_library {
    ($($error:ty),*) => {
        $(impl From<$error> for Failure {
            fn from(error: $error) -> Self {
                housekey::Error::from(error).into()
            }
        })*
    };
}

from_library!(ConfigError, HttpError, SignInError, StoreError);

impl From<housekey::model::ValueError> for Failure {
    fn from(error: housekey::model::ValueError) -> Self {
        Failure::usage(error.to_string()).hint("nothing was sent")
    }
}
