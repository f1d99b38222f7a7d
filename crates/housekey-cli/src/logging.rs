//! Log lines on stderr, where `HOUSEKEY_LOG` enables them; a service logs without it.

use tracing_subscriber::filter::{FilterExt as _, LevelFilter, filter_fn};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{Layer as _, fmt};

use crate::env::{Environment, HOUSEKEY_LOG};
use crate::error::{Failure, Outcome};
use crate::output::terminal::LogLines;

/// How lines are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Style {
    /// For people.
    Text,
    /// One object for each line.
    Json,
}

/// Starts logging where that is enabled, or where the command is a service with a log style of its own. Only
/// our own crates are logged: the lines of others may hold what ours never would.
pub(crate) fn start(env: &Environment, service: Option<Style>) -> Outcome {
    let level = match (env.text(&HOUSEKEY_LOG)?, service) {
        (Some(text), _) => text.parse().map_err(|_| {
            Failure::usage(format!("HOUSEKEY_LOG is \"{text}\""))
                .hint("set it to off, error, warn, info, debug or trace")
        })?,
        (None, Some(_)) => LevelFilter::INFO,
        (None, None) => return Ok(()),
    };
    let ours = level.and(filter_fn(|about| about.target().starts_with("housekey")));
    let lines = fmt::layer().with_writer(|| LogLines).with_ansi(false);
    let lines = match service {
        Some(Style::Json) => lines.json().flatten_event(true).with_filter(ours).boxed(),
        _ => lines.with_filter(ours).boxed(),
    };
    tracing_subscriber::registry().with(lines).init();
    Ok(())
}
