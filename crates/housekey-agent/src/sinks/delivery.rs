//! Whether a sink was given the token, or why not.

use std::path::PathBuf;

use housekey::Error;

use crate::advice::words;

/// Whether anything had to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Delivery {
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
    #[error("{program} ended with {how}{output}")]
    Failed { program: String, how: String, output: String },
    /// A command took too long, and was ended.
    #[error("{program} was not done after {limit_s} s, and was ended")]
    TooLong { program: String, limit_s: u64 },
}

impl SinkError {
    /// The next step, as one sentence without a full stop.
    pub(crate) fn advice(&self) -> Option<String> {
        let advice = match self {
            Self::File { cause, .. } if cause.raw_os_error() == Some(nix::libc::EBUSY) => {
                "it is a mount point, so it cannot be replaced as a whole: mount its directory"
            }
            Self::File { cause, .. } if cause.kind() == std::io::ErrorKind::Other => {
                "name a file of its own"
            }
            Self::File { .. } => "check that the directory is there, who owns it, and its mode",
            Self::Homey(error) => return error.advice().as_ref().map(words),
            Self::Mistyped { .. } => "give the sink another name, or delete the variable",
            Self::Several { .. } => "delete all but one of them",
            Self::Start { .. } => "check its path, and whether it may be run",
            Self::Failed { .. } => "run it by hand, with `housekey exec`",
            Self::TooLong { .. } => "give it more time with `timeout`",
        };
        Some(advice.to_owned())
    }

    /// The next step if the delivery is retried anyway.
    pub(super) fn advice_while_retried(&self) -> Option<String> {
        match self {
            Self::Homey(error) => error.advice_while_retried().as_ref().map(words),
            _ => self.advice(),
        }
    }

    /// Whether it prevents the start: a failure that passes with time does not.
    pub(super) fn is_permanent(&self) -> bool {
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
