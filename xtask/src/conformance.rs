//! `cargo xtask conformance`: the vendor's own programs (npm) and clients of others (npm, PyPI), run against
//! our emulator, directly and through the gateway.

mod document;
mod python;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::failure::Failure;
use crate::process;

/// The oldest Node whose test runner the cases are written for.
const OLDEST_NODE: u32 = 20;

/// On Windows npm is a script, which only its full name starts.
const NPM: &str = if cfg!(windows) { "npm.cmd" } else { "npm" };

/// Runs the cases, and fails also when they found something else than docs/conformance.md says.
pub(crate) fn check(workspace: &Path) -> Result<(), Failure> {
    document::check(workspace, &run(workspace)?)
}

/// Runs the cases, and writes what they found into docs/conformance.md.
pub(crate) fn write(workspace: &Path) -> Result<(), Failure> {
    document::write(workspace, &run(workspace)?)
}

/// Installs the vendor's packages where they are missing, builds the program, runs the cases. The
/// folder is the one that they left their results in.
fn run(workspace: &Path) -> Result<PathBuf, Failure> {
    node()?;
    let folder = workspace.join("conformance");
    install(&folder)?;
    // Of the whole workspace, and with a test: with the features that `cargo test --workspace` builds
    // with, so that nothing is built a second time.
    process::run(
        process::cargo()
            .args(["build", "--workspace", "--locked", "--bin", "housekey", "--test", "genuine"])
            .current_dir(workspace),
    )?;
    // This program and the one under test are built with the same profile into the same folder.
    let this = std::env::current_exe()?;
    let program = this.with_file_name(format!("housekey{}", std::env::consts::EXE_SUFFIX));
    let results = this.with_file_name("conformance");
    if results.exists() {
        fs::remove_dir_all(&results)?;
    }
    let mut cases = Command::new("node");
    cases
        .args(["--test", "--test-reporter=spec"])
        .env("HOUSEKEY_BIN", program)
        .env("HOUSEKEY_CONFORMANCE_RESULTS", &results)
        .env_remove("HOUSEKEY_PYTHON")
        .current_dir(folder);
    match python::find() {
        Ok(python) => drop(cases.env("HOUSEKEY_PYTHON", python::install(&python, workspace)?)),
        Err(missing) => {
            println!("{}", without_python(&missing, process::variable("CI").is_some())?)
        }
    }
    process::run(&mut cases)?;
    // The other way round: our client against a genuine server of npm's.
    process::run(
        process::cargo()
            .args(["test", "--workspace", "--locked", "--test", "genuine"])
            .args(["--", "--ignored"])
            .current_dir(workspace),
    )?;
    Ok(results)
}

/// The line that says what is left out; a failure where `CI` is set.
fn without_python(missing: &str, ci: bool) -> Result<String, Failure> {
    match ci {
        true => Err(format!("{missing}, and with CI set nothing may be left out").into()),
        false => Ok(format!("LEFT OUT: the clients from PyPI were not run: {missing}")),
    }
}

/// Whether Node and npm are here and new enough; says what is missing.
pub(crate) fn node() -> Result<(), Failure> {
    let version = process::output(Command::new("node").arg("--version")).map_err(|_| {
        format!("there is no Node (version {OLDEST_NODE} or newer) on this machine")
    })?;
    if major(&version).is_none_or(|major| major < OLDEST_NODE) {
        return Err(format!("Node {OLDEST_NODE} or newer is needed, this is {version}").into());
    }
    process::output(Command::new(NPM).arg("--version"))
        .map_err(|_| "Node is on this machine, its package manager npm is not")?;
    Ok(())
}

/// The first number of `v20.11.1`.
fn major(version: &str) -> Option<u32> {
    version.strip_prefix('v')?.split('.').next()?.parse().ok()
}

/// Exactly what the lock file says; nothing to do when that is what was installed last.
fn install(folder: &Path) -> Result<(), Failure> {
    let lock = fs::read(folder.join("package-lock.json"))?;
    let installed = folder.join("node_modules").join(".installed-from-lock");
    if fs::read(&installed).is_ok_and(|last| last == lock) {
        return Ok(());
    }
    process::run(Command::new(NPM).arg("ci").current_dir(folder))?;
    Ok(fs::write(installed, lock)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_major_version_is_read_from_what_node_prints() {
        for (printed, want) in
            [("v20.11.1", Some(20)), ("v8.0.0", Some(8)), ("20.1", None), ("", None)]
        {
            assert_eq!(major(printed), want, "{printed}");
        }
    }

    #[test]
    fn without_a_python_one_line_says_so_and_ci_fails() {
        let line = without_python("there is no Python", false).unwrap();
        assert!(line.starts_with("LEFT OUT") && line.contains("there is no Python"), "{line}");
        assert_eq!(line.lines().count(), 1);
        assert!(without_python("there is no Python", true).is_err());
    }

    #[test]
    fn an_installation_from_the_same_lock_file_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let modules = folder.path().join("node_modules");
        fs::create_dir(&modules).unwrap();
        // Not a lock file: npm would refuse it, so success proves that npm was not asked.
        fs::write(folder.path().join("package-lock.json"), "same").unwrap();
        fs::write(modules.join(".installed-from-lock"), "same").unwrap();
        install(folder.path()).unwrap();
    }
}
