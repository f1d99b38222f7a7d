//! One line for each step of a sign-in.

use std::time::Duration;

use housekey::auth::{Progress, Step};
use jiff::SignedDuration;

use crate::output::{Mark, Steps};
use crate::span;

/// Says that a step is done.
pub(crate) fn tell(steps: Steps, progress: Progress) {
    match progress {
        Progress::Started(_) => {}
        Progress::Done(step, took) => steps.done(Mark::Tick, words(step), &milliseconds(took)),
        Progress::Skipped(step) => steps.done(Mark::Skipped, words(step), "not needed"),
    }
}

/// What is done when the step is.
pub(crate) fn words(step: Step) -> &'static str {
    match step {
        Step::LogIn => "Account: e-mail and password taken",
        Step::OpenConsent => "Account: consent page opened",
        Step::GiveConsent => "Account: consent given",
        Step::ExchangeCode => "Cloud: code exchanged for access",
        Step::ReadAccount => "Cloud: Homeys of the account read",
        Step::Delegate => "Cloud: delegation token made",
        Step::LogInToHomey => "Homey: session opened",
    }
}

/// A length of time, in milliseconds while they tell something.
pub(crate) fn milliseconds(took: Duration) -> String {
    match took.as_millis() {
        ms @ ..10_000 => format!("{ms} ms"),
        _ => span::show(SignedDuration::try_from(took).unwrap_or(SignedDuration::MAX)),
    }
}
