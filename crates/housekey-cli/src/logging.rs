//! Log lines on stderr, where `HOUSEKEY_LOG` asks for them.

use std::io::{self, IsTerminal as _};

use tracing_subscriber::filter::{FilterExt as _, LevelFilter, filter_fn};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{Layer as _, fmt};

use crate::env::{Env, HOUSEKEY_LOG};
use crate::error::{Failure, Outcome};

/// Begins to log, if that is asked for. Only our own crates are heard: what others log may hold
/// what we would never write down.
pub(crate) fn start(env: &Env) -> Outcome {
    let Some(text) = env.text(&HOUSEKEY_LOG)? else { return Ok(()) };
    let level: LevelFilter = text.parse().map_err(|_| {
        Failure::usage(format!("HOUSEKEY_LOG is \"{text}\""))
            .hint("set it to off, error, warn, info, debug or trace")
    })?;
    let ours = filter_fn(|about| about.target().starts_with("housekey"));
    let lines = fmt::layer()
        .with_writer(io::stderr)
        .with_ansi(io::stderr().is_terminal())
        .with_filter(level.and(ours));
    tracing_subscriber::registry().with(lines).init();
    Ok(())
}
