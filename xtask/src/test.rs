//! `cargo xtask test`: every check in one order, stopping at the first that fails.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use crate::failure::Failure;
use crate::{conformance, endpoints, layers, process, security, servers, settings, words};

/// How a step that did not fail ended.
enum Outcome {
    Passed,
    LeftOut(String),
}

struct Step {
    name: &'static str,
    purpose: &'static str,
    run: fn(&Path) -> Result<Outcome, Failure>,
}

/// The cheap steps first: a wrong format is told before anything is compiled.
const STEPS: &[Step] = &[
    Step { name: "format", purpose: "cargo fmt --all --check", run: format },
    Step {
        name: "lints",
        purpose: "cargo clippy --workspace --all-targets --locked -- -D warnings",
        run: lints,
    },
    Step { name: "layers", purpose: "who imports whom", run: layers },
    Step { name: "words", purpose: "names used twice, and words to avoid", run: words },
    Step { name: "endpoints", purpose: "docs/endpoints.md is up to date", run: endpoints },
    Step { name: "settings", purpose: "docs/settings.md is up to date", run: settings },
    Step {
        name: "security",
        purpose: "every promise of docs/security.md names tests that exist",
        run: security,
    },
    Step {
        name: "tests",
        purpose: "cargo test --workspace --locked (unit, integration and doc tests)",
        run: tests,
    },
    Step {
        name: "conformance",
        purpose: "the vendor's programs against the virtual Homey",
        run: conformance,
    },
    Step {
        name: "servers",
        purpose: "Prometheus, InfluxDB and Mosquitto against the agent",
        run: servers,
    },
];

/// `cargo xtask test [--install]`.
pub(crate) fn run(workspace: &Path, options: &[&str]) -> Result<(), Failure> {
    match options {
        [] => {}
        ["--install"] => servers::install(workspace)?,
        _ => return Err("usage: cargo xtask test [--install]".into()),
    }
    run_steps(STEPS, workspace)
}

fn run_steps(steps: &[Step], workspace: &Path) -> Result<(), Failure> {
    let mut summary = Vec::new();
    for (index, step) in steps.iter().enumerate() {
        println!("\n[{}/{}] {}: {}", index + 1, steps.len(), step.name, step.purpose);
        let (result, took) = process::timed(|| (step.run)(workspace));
        let outcome =
            result.map_err(|failure| format!("step `{}` failed: {failure}", step.name))?;
        println!("      {}", line(&outcome, took));
        summary.push((step.name, outcome, took));
    }
    println!("\nsummary");
    for (name, outcome, took) in &summary {
        println!("  {name:<12} {}", line(outcome, *took));
    }
    Ok(())
}

fn line(outcome: &Outcome, took: Duration) -> String {
    match outcome {
        Outcome::Passed => format!("ok, {:.1} s", took.as_secs_f64()),
        Outcome::LeftOut(why) => format!("LEFT OUT: {why}"),
    }
}

fn format(workspace: &Path) -> Result<Outcome, Failure> {
    component("fmt", "rustfmt")?;
    cargo(workspace, &["fmt", "--all", "--check"])
}

fn lints(workspace: &Path) -> Result<Outcome, Failure> {
    component("clippy", "clippy")?;
    cargo(
        workspace,
        &["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"],
    )
}

fn layers(workspace: &Path) -> Result<Outcome, Failure> {
    layers::run(workspace).map(|()| Outcome::Passed)
}

fn words(workspace: &Path) -> Result<Outcome, Failure> {
    words::run(workspace).map(|()| Outcome::Passed)
}

fn settings(workspace: &Path) -> Result<Outcome, Failure> {
    settings::check(workspace).map(|()| Outcome::Passed)
}

fn endpoints(workspace: &Path) -> Result<Outcome, Failure> {
    endpoints::check(workspace).map(|()| Outcome::Passed)
}

fn security(workspace: &Path) -> Result<Outcome, Failure> {
    security::run(workspace).map(|()| Outcome::Passed)
}

fn tests(workspace: &Path) -> Result<Outcome, Failure> {
    cargo(workspace, &["test", "--workspace", "--locked"])
}

/// Without Node this is left out on a person's machine, and a failure where `CI` is set.
fn conformance(workspace: &Path) -> Result<Outcome, Failure> {
    match conformance::node() {
        Ok(()) => conformance::check(workspace).map(|()| Outcome::Passed),
        Err(missing) => without_node(missing, process::variable("CI").is_some()),
    }
}

fn servers(workspace: &Path) -> Result<Outcome, Failure> {
    Ok(servers::check(workspace)?.map_or(Outcome::Passed, Outcome::LeftOut))
}

fn without_node(missing: Failure, ci: bool) -> Result<Outcome, Failure> {
    if ci {
        return Err(format!("{missing}, and with CI set nothing may be left out").into());
    }
    Ok(Outcome::LeftOut(format!("the vendor's programs were not run: {missing}")))
}

/// Installs a part of the toolchain that a minimal one comes without.
fn component(subcommand: &str, name: &str) -> Result<(), Failure> {
    match process::output(process::cargo().args([subcommand, "--version"])) {
        Ok(_) => Ok(()),
        Err(_) => process::run(Command::new("rustup").args(["component", "add", name])),
    }
}

fn cargo(workspace: &Path, arguments: &[&str]) -> Result<Outcome, Failure> {
    process::run(process::cargo().args(arguments).current_dir(workspace))?;
    Ok(Outcome::Passed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_step_that_fails_is_named_and_is_the_last() {
        let steps = [
            Step { name: "good", purpose: "", run: |_| Ok(Outcome::Passed) },
            Step { name: "bad", purpose: "", run: |_| Err("the reason".into()) },
            Step {
                name: "never",
                purpose: "",
                run: |_| panic!("a step after the failure was run"),
            },
        ];
        let failure = run_steps(&steps, Path::new("")).unwrap_err().to_string();
        assert_eq!(failure, "step `bad` failed: the reason");
        run_steps(&steps[..1], Path::new("")).unwrap();
    }

    #[test]
    fn without_node_a_person_is_told_and_ci_fails() {
        let told = without_node("there is no Node".into(), false).unwrap();
        assert!(matches!(&told, Outcome::LeftOut(why) if why.contains("there is no Node")));
        assert!(!line(&told, Duration::ZERO).contains("ok"));

        let failure = without_node("there is no Node".into(), true).err().unwrap().to_string();
        assert!(failure.contains("there is no Node"), "{failure}");
    }
}
