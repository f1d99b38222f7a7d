//! `cargo xtask servers`: tests against servers of other projects, where they are on this machine.
//!
//! Packages of Debian are unpacked below `target`, not installed: that needs no root, and starts no daemon.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::failure::Failure;
use crate::process;

/// A server.
struct Server {
    /// What is run to find out whether it is here, and the Debian packages that have it, its own first.
    program: &'static str,
    packages: &'static [&'static str],
    /// The test binaries, and the module in each whose ignored tests need the server.
    tests: &'static [(&'static str, &'static str)],
}

/// Where Debian has the programs of PostgreSQL, which it links from nowhere.
const POSTGRES: &str = "usr/lib/postgresql/15/bin";

/// The name of Debian's folder for libraries.
const TRIPLET: &str = match cfg!(target_arch = "aarch64") {
    true => "aarch64-linux-gnu",
    false => "x86_64-linux-gnu",
};

const SERVERS: &[Server] = &[
    Server { program: "promtool", packages: &["prometheus"], tests: &[("homes", "prometheus::")] },
    Server { program: "influxd", packages: &["influxdb"], tests: &[("homes", "influx::")] },
    Server {
        program: "initdb",
        packages: &["postgresql-15", "libpq5"],
        tests: &[("stores", "postgres::")],
    },
    Server {
        program: "mosquitto",
        packages: &[
            "mosquitto",
            "libcjson1",
            "libdlt2",
            "libev4",
            "libuv1",
            "libwebsockets17",
            "libwrap0",
        ],
        tests: &[("homes", "mqtt::"), ("cli", "mqtt::")],
    },
];

/// `cargo xtask servers [--install]`.
pub(crate) fn run(workspace: &Path, options: &[&str]) -> Result<(), Failure> {
    match options {
        [] => {}
        ["--install"] => install(workspace)?,
        _ => return Err("usage: cargo xtask servers [--install]".into()),
    }
    match check(workspace)? {
        None => Ok(()),
        Some(left_out) => {
            println!("LEFT OUT: {left_out}");
            Ok(())
        }
    }
}

/// Runs the tests of the servers that are here. Returns what was left out; with `CI` set, servers are unpacked
/// first, and nothing may be left out.
pub(crate) fn check(workspace: &Path) -> Result<Option<String>, Failure> {
    let ci = process::variable("CI").is_some();
    if ci {
        install(workspace)?;
    }
    let path = search_path(workspace);
    let mut missing = Vec::new();
    for server in SERVERS {
        if !is_here(server, &path) {
            missing.extend(server.packages.first());
            continue;
        }
        for (binary, module) in server.tests {
            let mut cargo = process::cargo();
            cargo.args(["test", "--workspace", "--locked", "--test", binary]);
            cargo.args(["--", "--ignored", module]);
            let libraries = libraries(workspace);
            let cargo = cargo.env("PATH", &path).env("LD_LIBRARY_PATH", libraries);
            process::run(cargo.current_dir(workspace))?;
        }
    }
    left_out(&missing, ci)
}

/// The line that says what was left out; a failure where `CI` is set.
fn left_out(missing: &[&str], ci: bool) -> Result<Option<String>, Failure> {
    if missing.is_empty() {
        return Ok(None);
    }
    let missing = format!("not on this machine: {} (`--install` unpacks them)", missing.join(", "));
    match ci {
        true => Err(format!("{missing}, and with CI set nothing may be left out").into()),
        false => Ok(Some(missing)),
    }
}

/// Unpacks the packages of the servers that are not here.
pub(crate) fn install(workspace: &Path) -> Result<(), Failure> {
    let path = search_path(workspace);
    let packages = directory(workspace).join("packages");
    for server in SERVERS.iter().filter(|server| !is_here(server, &path)) {
        fs::create_dir_all(&packages)?;
        process::run(
            Command::new("apt-get").arg("download").args(server.packages).current_dir(&packages),
        )?;
    }
    for entry in fs::read_dir(&packages).into_iter().flatten() {
        let package = entry?.path();
        process::run(Command::new("dpkg").arg("-x").arg(&package).arg(directory(workspace)))?;
        fs::remove_file(package)?;
    }
    Ok(())
}

fn directory(workspace: &Path) -> PathBuf {
    workspace.join("target/servers")
}

/// That of this process, and the unpacked programs.
fn search_path(workspace: &Path) -> String {
    let unpacked = directory(workspace);
    let usual = process::variable("PATH").unwrap_or_default();
    let (programs, daemons) = (unpacked.join("usr/bin"), unpacked.join("usr/sbin"));
    let postgres = unpacked.join(POSTGRES);
    let (programs, postgres) = (programs.display(), postgres.display());
    format!("{usual}:/usr/sbin:{programs}:{}:{postgres}:/{POSTGRES}", daemons.display())
}

/// Where unpacked programs find their libraries, after those of the system.
fn libraries(workspace: &Path) -> String {
    let usual = process::variable("LD_LIBRARY_PATH").map(|usual| format!("{usual}:"));
    let unpacked = directory(workspace).join("usr/lib").join(TRIPLET);
    format!("{}{}", usual.unwrap_or_default(), unpacked.display())
}

fn is_here(server: &Server, path: &str) -> bool {
    path.split(':').any(|folder| Path::new(folder).join(server.program).is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_one_line_and_a_failure_in_ci() {
        assert!(left_out(&[], true).unwrap().is_none());
        let line = left_out(&["prometheus", "influxdb"], false).unwrap().unwrap();
        assert!(line.contains("prometheus, influxdb") && line.lines().count() == 1, "{line}");
        assert!(left_out(&["influxdb"], true).is_err());
    }

    #[test]
    fn a_program_is_found_among_those_that_were_unpacked() {
        let workspace = tempfile::tempdir().unwrap();
        let programs = directory(workspace.path()).join("usr/bin");
        let server = Server { program: "no-such-server", packages: &["none"], tests: &[] };
        assert!(!is_here(&server, &search_path(workspace.path())));
        fs::create_dir_all(&programs).unwrap();
        fs::write(programs.join("no-such-server"), "").unwrap();
        assert!(is_here(&server, &search_path(workspace.path())));
    }
}
