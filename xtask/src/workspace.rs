//! Where the workspace is.

use std::path::{Path, PathBuf};

/// The folder of the workspace: the one above this crate's.
pub(crate) fn workspace() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}
