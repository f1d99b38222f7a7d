//! What is checked by machine: `cargo xtask` lists the tasks.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "printing is what these tasks do")]

mod conformance;
mod layers;
mod process;
mod test;

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Text for the person at the keyboard: what failed, why, what to do next.
type Failure = Box<dyn Error>;

struct Task {
    name: &'static str,
    purpose: &'static str,
    run: fn(&Path) -> Result<(), Failure>,
}

const TASKS: &[Task] = &[
    Task { name: "test", purpose: "every check there is, as CI runs them", run: test::run },
    Task { name: "layers", purpose: "who imports whom", run: layers::run },
    Task {
        name: "conformance",
        purpose: "the vendor's client judges the virtual Homey (needs Node)",
        run: conformance::run,
    },
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let Some(name) = arguments.first() else {
        println!("{}", list());
        return ExitCode::SUCCESS;
    };
    let task = TASKS.iter().find(|task| task.name == name);
    let (Some(task), [_]) = (task, arguments.as_slice()) else {
        eprintln!("error: there is no task `{}`\n\n{}", arguments.join(" "), list());
        return ExitCode::from(2);
    };
    match (task.run)(&workspace()) {
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

/// The folder of the workspace: the one above this crate's.
fn workspace() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}
