//! How the prompts of a sign-in explain themselves, and how often an answer may be wrong.

use crate::context::Context;
use crate::error::{Failure, Outcome};
use crate::output;

/// How often a wrong answer may be given before the sign-in ends.
pub(super) const TRIES: usize = 3;

/// What is shown of an option once it is chosen: its beginning.
pub(super) fn up_to(end: &'static str) -> impl Fn(&str) -> &str {
    move |option| option.split(end).next().unwrap_or(option)
}

/// Reports a wrong answer, where there is another try; else it is the end.
pub(super) fn try_again(failure: Failure, tries_left: usize) -> Outcome {
    match tries_left {
        0 => Err(failure),
        _ => {
            output::failure(&failure);
            Ok(())
        }
    }
}

/// Prints several lines.
pub(super) fn explain(context: &Context, text: &str) {
    text.lines().for_each(|line| context.out.note(line));
}
