//! `cargo xtask conformance`: the vendor's own programs (npm), run against our emulator.

mod document;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::{Failure, process};

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
    process::run(
        Command::new("node")
            .args(["--test", "--test-reporter=spec"])
            .env("HOUSEKEY_BIN", program)
            .env("HOUSEKEY_CONFORMANCE_RESULTS", &results)
            .current_dir(folder),
    )?;
    // The other way round: our client against a genuine server of npm's.
    process::run(
        process::cargo()
            .args(["test", "--workspace", "--locked", "--test", "genuine"])
            .args(["--", "--ignored"])
            .current_dir(workspace),
    )?;
    Ok(results)
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
