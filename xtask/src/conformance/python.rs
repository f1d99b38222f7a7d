//! The clients from PyPI: installed into a virtual environment below `target/`, as their list pins them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::failure::Failure;
use crate::process;

/// The oldest Python that the packages are for: the second number of its version 3.
const OLDEST: u32 = 10;

/// What a Python is called, most likely first.
const NAMES: [&str; 2] = ["python3", "python"];

/// The name of a Python that can make virtual environments; says what is missing.
pub(super) fn find() -> Result<String, String> {
    let version = |name: &&'static str| {
        let version = process::output(Command::new(name).arg("--version")).ok()?;
        Some((*name, minor(&version)?))
    };
    let Some((name, minor)) = NAMES.iter().find_map(version) else {
        return Err(format!("there is no Python (3.{OLDEST} or newer) on this machine"));
    };
    if minor < OLDEST {
        return Err(format!("Python 3.{OLDEST} or newer is needed, `{name}` is 3.{minor}"));
    }
    process::output(Command::new(name).args(["-c", "import venv, ensurepip"]))
        .map_err(|_| format!("`{name}` comes without its modules venv and ensurepip"))?;
    Ok(name.to_owned())
}

/// The second number of `Python 3.11.7`.
fn minor(version: &str) -> Option<u32> {
    version.strip_prefix("Python 3.")?.split('.').next()?.parse().ok()
}

/// Exactly what the list says; nothing to do when that is what was installed last. The Python of the
/// environment.
pub(super) fn install(python: &str, workspace: &Path) -> Result<PathBuf, Failure> {
    let list = workspace.join("conformance/python/requirements.txt");
    let wanted = fs::read(&list)?;
    let folder = workspace.join("target/conformance-python");
    let place = if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" };
    let inside = folder.join(place);
    let installed = folder.join("installed-from.txt");
    if fs::read(&installed).is_ok_and(|last| last == wanted) {
        return Ok(inside);
    }
    process::run(Command::new(python).args(["-m", "venv", "--clear"]).arg(&folder))?;
    process::run(
        Command::new(&inside)
            .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"])
            .arg("--requirement")
            .arg(&list),
    )?;
    fs::write(installed, wanted)?;
    Ok(inside)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_read_from_what_python_prints() {
        for (printed, want) in [
            ("Python 3.11.7", Some(11)),
            ("Python 3.9", Some(9)),
            ("Python 2.7.18", None),
            ("", None),
        ] {
            assert_eq!(minor(printed), want, "{printed}");
        }
    }

    #[test]
    fn an_environment_of_the_same_list_is_kept() {
        let workspace = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| {
            let file = workspace.path().join(name);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, text).unwrap();
        };
        write("conformance/python/requirements.txt", "same");
        write("target/conformance-python/installed-from.txt", "same");
        // Not a Python: success proves that nothing was started.
        install("no-such-python", workspace.path()).unwrap();
        write("conformance/python/requirements.txt", "another");
        install("no-such-python", workspace.path()).unwrap_err();
    }
}
