//! `cargo xtask settings`: writes docs/settings.md, which the program prints.

use std::fs;
use std::path::Path;

use crate::failure::Failure;
use crate::process;

const DOCUMENT: &str = "docs/settings.md";

/// Writes the document.
pub(crate) fn write(workspace: &Path) -> Result<(), Failure> {
    Ok(fs::write(workspace.join(DOCUMENT), document(workspace)?)?)
}

/// Fails if the document is out of date.
pub(crate) fn check(workspace: &Path) -> Result<(), Failure> {
    let written = fs::read_to_string(workspace.join(DOCUMENT)).unwrap_or_default();
    match written.replace("\r\n", "\n") == document(workspace)? {
        true => Ok(()),
        false => Err(format!("{DOCUMENT} is out of date: run `cargo xtask settings`").into()),
    }
}

fn document(workspace: &Path) -> Result<String, Failure> {
    let arguments = ["run", "--quiet", "--package", "housekey-cli", "--", "config", "reference"];
    // Neither the settings nor the variables of this user matter, but must not stop it either.
    let nowhere = workspace.join("target/settings");
    let mut cargo = process::cargo();
    cargo.args(arguments).current_dir(workspace);
    cargo.env("HOUSEKEY_CONFIG", &nowhere).env("HOUSEKEY_STATE", &nowhere);
    Ok(process::output(&mut cargo)? + "\n")
}
