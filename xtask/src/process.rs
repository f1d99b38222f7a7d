//! Running other programs and timing them.

use std::process::Command;
use std::time::{Duration, Instant};

use crate::failure::Failure;

/// The cargo that runs this task, so that every step uses the same toolchain, and builds in the same way.
pub(crate) fn cargo() -> Command {
    let mut cargo = Command::new(variable("CARGO").unwrap_or_else(|| "cargo".into()));
    if variable("CI").is_some() {
        // What makes the next build faster makes this one slower, and a clean checkout has no next one.
        cargo.env("CARGO_INCREMENTAL", "0");
    }
    cargo
}

/// An environment variable; an empty one counts as not set.
#[expect(clippy::disallowed_methods, reason = "the one place of this program that reads one")]
pub(crate) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// Runs a program with this terminal as its own, and fails when it does.
pub(crate) fn run(command: &mut Command) -> Result<(), Failure> {
    let line = line(command);
    let status = command.status().map_err(|cause| format!("cannot start `{line}`: {cause}"))?;
    if status.success() { Ok(()) } else { Err(format!("`{line}` ended with {status}").into()) }
}

/// What a program prints on its standard output, without the end of the line.
pub(crate) fn output(command: &mut Command) -> Result<String, Failure> {
    let line = line(command);
    let output = command.output().map_err(|cause| format!("cannot start `{line}`: {cause}"))?;
    if !output.status.success() {
        return Err(format!("`{line}` ended with {}", output.status).into());
    }
    Ok(String::from_utf8(output.stdout)?.trim().to_owned())
}

/// How long something took, on the clock that never steps back.
#[expect(clippy::disallowed_methods, reason = "no runtime here whose time could be paused")]
pub(crate) fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let start = Instant::now();
    let result = work();
    (result, start.elapsed())
}

/// The command as a person would type it.
fn line(command: &Command) -> String {
    let program = std::path::Path::new(command.get_program());
    let mut line =
        program.file_name().unwrap_or(command.get_program()).to_string_lossy().into_owned();
    for argument in command.get_args() {
        line.push(' ');
        line.push_str(&argument.to_string_lossy());
    }
    line
}
