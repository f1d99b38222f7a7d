//! What is checked by machine: `cargo xtask` lists the tasks.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "printing is what these tasks do")]

mod conformance;
mod endpoints;
mod failure;
mod fuzz;
mod layers;
mod process;
#[cfg(test)]
mod profiles;
mod proof;
mod security;
mod servers;
mod settings;
mod sources;
mod test;
mod words;
mod workspace;

use std::path::Path;
use std::process::ExitCode;

use crate::failure::Failure;
use crate::workspace::workspace;

struct Task {
    name: &'static str,
    purpose: &'static str,
    run: Run,
}

type Work = fn(&Path) -> Result<(), Failure>;

/// What a task does.
#[derive(Clone, Copy)]
enum Run {
    /// It checks, or it fails.
    Check(Work),
    /// The same, and it can write down what it found: with `--write`.
    Record { check: Work, write: Work },
    /// It writes a file that is kept in the repository; with `--check` it only compares.
    Generate { write: Work, check: Work },
    /// It takes arguments.
    With(fn(&Path, &[&str]) -> Result<(), Failure>),
}

const TASKS: &[Task] = &[
    Task {
        name: "test",
        purpose: "every check there is, as CI runs them (--install: with servers of Debian)",
        run: Run::With(test::run),
    },
    Task {
        name: "words",
        purpose: "one word for a thing, and none of those that say nothing",
        run: Run::Check(words::run),
    },
    Task { name: "layers", purpose: "who imports whom", run: Run::Check(layers::run) },
    Task {
        name: "endpoints",
        purpose: "writes docs/endpoints.md (--check: compares)",
        run: Run::Generate { write: endpoints::write, check: endpoints::check },
    },
    Task {
        name: "settings",
        purpose: "writes docs/settings.md (--check: compares)",
        run: Run::Generate { write: settings::write, check: settings::check },
    },
    Task {
        name: "conformance",
        purpose: "the vendor's programs judge the virtual Homey (needs Node; --write: docs/conformance.md)",
        run: Run::Record { check: conformance::check, write: conformance::write },
    },
    Task {
        name: "security",
        purpose: "every promise of docs/security.md names tests that exist",
        run: Run::Check(security::run),
    },
    Task {
        name: "servers",
        purpose: "tests against Prometheus, InfluxDB and Mosquitto, where they are here (--install: unpacks them)",
        run: Run::With(servers::run),
    },
    Task {
        name: "proof",
        purpose: "the proofs of the tests at their full length, which takes hours ([NAME…])",
        run: Run::With(proof::run),
    },
    Task {
        name: "fuzz",
        purpose: "the fuzz targets, a minute each ([TARGET…] [--seconds N])",
        run: Run::With(fuzz::run),
    },
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let Some(name) = arguments.first() else {
        println!("{}", list());
        return ExitCode::SUCCESS;
    };
    let task = TASKS.iter().find(|task| task.name == name);
    let options: Vec<&str> = arguments.iter().skip(1).map(String::as_str).collect();
    if let Some(Run::With(step)) = task.map(|task| task.run) {
        return exit_code(step(&workspace(), &options));
    }
    let step = match (task.map(|task| task.run), options.as_slice()) {
        (Some(Run::Check(step) | Run::Generate { write: step, .. }), [])
        | (Some(Run::Record { check: step, .. }), []) => step,
        (Some(Run::Generate { check: step, .. }), ["--check"])
        | (Some(Run::Record { write: step, .. }), ["--write"]) => step,
        _ => {
            eprintln!("error: there is no task `{}`\n\n{}", arguments.join(" "), list());
            return ExitCode::from(2);
        }
    };
    exit_code(step(&workspace()))
}

fn exit_code(result: Result<(), Failure>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("error: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn list() -> String {
    let mut text = String::from("usage: cargo xtask <task>\n");
    for task in TASKS {
        text.push_str(&format!("\n  {:<12} {}", task.name, task.purpose));
    }
    text
}
