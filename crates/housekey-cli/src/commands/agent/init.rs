//! `housekey agent init`.

use std::fs::{DirBuilder, Permissions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use housekey_agent::settings::new_file;
use tempfile::NamedTempFile;

use super::target;
use crate::context::Context;
use crate::error::{Exit, Failure, Outcome};

/// Write agent.toml for the Homeys that are signed in
///
/// It keeps every Homey of `housekey status` and serves the gateway at 127.0.0.1:4747; all other
/// settings are in it as comments. An existing file is never changed.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  housekey agent init
  housekey agent init --print
  housekey agent init --config /etc/housekey/agent.toml")]
pub(crate) struct Args {
    /// The file to write; agent.toml beside config.toml otherwise
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Print the file, and write nothing
    #[arg(long, visible_alias = "dry-run")]
    print: bool,
}

pub(crate) fn run(args: Args, context: &Context) -> Outcome {
    let path = target::settings(args.config, context);
    let homeys = signed_in(context)?;
    if args.print {
        return context.out.text(&new_file(&homeys));
    }
    create(&path, &homeys)?;
    context.out.note(&format!("Wrote {} for {}.", path.display(), homeys.join(", ")));
    context.out.note("Start the agent with `housekey agent run`, or install it as a service with `housekey agent install`.");
    Ok(())
}

/// The short names of the Homeys that can be kept; at least one.
pub(super) fn signed_in(context: &Context) -> Outcome<Vec<String>> {
    let homeys = context.store.homeys().map_err(housekey::Error::from)?;
    match homeys.is_empty() {
        true => {
            Err(Failure::new(Exit::SignIn, "no Homey is signed in").hint("run `housekey login`"))
        }
        false => Ok(homeys),
    }
}

/// Writes a new file for those Homeys, whole or not at all.
///
/// # Errors
/// Usage, if there is one already; failed, if it cannot be written.
pub(super) fn create(path: &Path, homeys: &[String]) -> Outcome {
    let unwritable = |error: io::Error| {
        Failure::failed(format!("cannot write {}", path.display()))
            .because(&error)
            .hint("check who owns the directory, its mode, and whether the disk is full")
    };
    let file = beside(path, new_file(homeys).as_bytes()).map_err(unwritable)?;
    file.persist_noclobber(path).map(drop).map_err(|error| match error.error.kind() {
        io::ErrorKind::AlreadyExists => {
            Failure::usage(format!("{} exists already; it was not changed", path.display()))
                .hint("see what a new one would hold: `housekey agent init --print`")
        }
        _ => unwritable(error.error),
    })
}

/// A temporary file with these bytes in the directory of `path`, which is made if it is missing.
fn beside(path: &Path, bytes: &[u8]) -> io::Result<NamedTempFile> {
    let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    let directory = directory.unwrap_or(Path::new("."));
    DirBuilder::new().recursive(true).mode(0o700).create(directory)?;
    let mut file = tempfile::Builder::new()
        .prefix(".housekey-")
        .permissions(Permissions::from_mode(0o600))
        .tempfile_in(directory)
        // The name of the temporary file would only puzzle.
        .map_err(|error| io::Error::from(error.kind()))?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    Ok(file)
}
