//! An error with its causes and with what to do next, for the end of a program.

use std::error::Error as Cause;
use std::fmt;

use super::advice::Advice;

/// Any error, as the result of a `main` function: printed with its causes, and with its advice where it is an
/// [`Error`](super::Error).
///
/// ```
/// use housekey::error::{ErrorReport, SignInError};
/// let report = ErrorReport::from(housekey::Error::from(SignInError::NotSignedIn));
/// assert_eq!(format!("{report:?}"), "not signed in\nhint: sign in");
/// ```
pub struct ErrorReport {
    pub(super) error: Box<dyn Cause + Send + Sync>,
    pub(super) advice: Option<Advice>,
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
        for cause in self.error.source().map(chain).unwrap_or_default() {
            write!(f, "\n  caused by: {cause}")?;
        }
        match &self.advice {
            Some(advice) => write!(f, "\nhint: {advice}"),
            None => Ok(()),
        }
    }
}

/// The texts of an error and of its causes, the outermost first, without those that an earlier one contains.
pub fn chain(error: &(dyn Cause + 'static)) -> Vec<String> {
    let mut texts: Vec<String> = Vec::new();
    for error in std::iter::successors(Some(error), |error| (*error).source()) {
        let text = error.to_string();
        if !texts.iter().any(|earlier| earlier.contains(&text)) {
            texts.push(text);
        }
    }
    texts
}
