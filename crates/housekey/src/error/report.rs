//! An error with its causes and with what to do next, for the end of a program.

use std::error::Error as Cause;
use std::fmt;

/// Any error, as the result of a `main` function: printed with its causes, and with its advice where it is an
/// [`Error`](super::Error).
///
/// ```
/// use housekey::error::{ErrorReport, SignInError};
/// let report = ErrorReport::from(housekey::Error::from(SignInError::NotSignedIn));
/// assert_eq!(format!("{report:?}"), "not signed in\nhint: run `housekey login`");
/// ```
pub struct ErrorReport {
    pub(super) error: Box<dyn Cause + Send + Sync>,
    pub(super) advice: Option<String>,
}

impl ErrorReport {
    /// A report of that text.
    pub fn new(text: impl Into<String>) -> Self {
        Self { error: text.into().into(), advice: None }
    }
}

/// As it is printed when `main` returns it.
impl fmt::Debug for ErrorReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.error)?;
        for cause in chain(self.error.source()) {
            write!(f, "\n  caused by: {cause}")?;
        }
        match &self.advice {
            Some(advice) => write!(f, "\nhint: {advice}"),
            None => Ok(()),
        }
    }
}

/// The texts of an error and its causes; one that only repeats the text before it is left out.
pub fn chain(mut next: Option<&(dyn Cause + 'static)>) -> Vec<String> {
    let mut texts: Vec<String> = Vec::new();
    while let Some(cause) = next {
        let text = cause.to_string();
        if texts.last().is_none_or(|before| !before.contains(&text)) {
            texts.push(text);
        }
        next = cause.source();
    }
    texts
}
