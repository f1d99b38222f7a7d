//! Paths in the settings: relative ones begin at the directory of the file.

use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

use super::reader::Text;

/// The longest path of a socket, in bytes: the system keeps 108, the last of them for its end.
pub(crate) const MAX_SOCKET_BYTES: usize = 107;

/// The path that a text means.
pub(super) fn of(text: &Text<'_, '_>, directory: &Path) -> Option<PathBuf> {
    of_data(text).map(|path| directory.join(path))
}

/// The same for data: a relative path begins at the state directory, which is not known here.
pub(super) fn of_data(text: &Text<'_, '_>) -> Option<PathBuf> {
    if text.text.starts_with('~') {
        return text.wrong(format!(
            "\"{}\" begins with `~`, which only a shell understands: write the whole path",
            text.text
        ));
    }
    Some(PathBuf::from(&text.text))
}

/// The same for a socket, whose path cannot be of any length.
pub(super) fn of_socket(text: &Text<'_, '_>, directory: &Path) -> Option<PathBuf> {
    let path = of(text, directory)?;
    match path.as_os_str().as_bytes().len() {
        length if length > MAX_SOCKET_BYTES => text.wrong(format!(
            "the path of a socket has at most {MAX_SOCKET_BYTES} bytes, and {} has {length}: write a \
             shorter one, as in \"/run/housekey/agent.sock\"",
            path.display()
        )),
        _ => Some(path),
    }
}
