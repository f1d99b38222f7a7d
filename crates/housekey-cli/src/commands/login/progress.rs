//! One line for each step of a sign-in.

use std::time::Duration;

use housekey::auth::{Progress, Step};
use jiff::SignedDuration;

use crate::duration;
use crate::output::steps::{Mark, Steps};

/// Says that a step is done.
pub(crate) fn tell(steps: Steps, progress: Progress) {
    match progress {
        Progress::Started(_) => {}
        Progress::Done(step, took) => steps.done(Mark::Tick, words(step), &milliseconds(took)),
        Progress::Skipped(step) => steps.done(Mark::Skipped, words(step), "not needed"),
    }
}

/// The server that a step waits for.
pub(super) fn server(step: Step) -> &'static str {
    match step {
        Step::LogInToHomey => "the Homey",
        _ => "the account cloud",
    }
}

/// What is done when the step is, with its number among the six.
fn words(step: Step) -> &'static str {
    match step {
        Step::LogIn => "1  account: e-mail address and password taken",
        Step::OpenConsent => "2  account: consent page opened",
        Step::GiveConsent => "3  account: consent given, which brings a code",
        Step::ExchangeCode => "4  cloud: code exchanged for access and refresh token",
        Step::ReadAccount => "   cloud: Homeys of the account and their addresses read",
        Step::Delegate => "5  cloud: delegation token for the Homey made",
        Step::LogInToHomey => "6  Homey: delegation token exchanged for a session",
    }
}

/// A length of time, in milliseconds up to ten seconds.
pub(crate) fn milliseconds(took: Duration) -> String {
    match took.as_millis() {
        0 => "< 1 ms".to_owned(),
        ms @ ..10_000 => format!("{ms} ms"),
        _ => duration::show(SignedDuration::try_from(took).unwrap_or(SignedDuration::MAX)),
    }
}
