//! Where others can ask: the address for HTTP and the socket of the local API.

use std::fs;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::os::unix::fs::{FileTypeExt as _, PermissionsExt as _};
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::agent::AgentError;
use crate::settings::Settings;

/// Both, bound. A reload that leaves an address as it was keeps its listener.
#[derive(Debug, Clone)]
pub(crate) struct Doors {
    pub(crate) http: Option<Arc<TcpListener>>,
    listen: Option<SocketAddr>,
    pub(crate) local_api: Arc<UnixListener>,
    socket: Arc<SocketFile>,
}

/// A socket in the file system, taken away when nobody listens any more.
#[derive(Debug)]
struct SocketFile {
    path: PathBuf,
}

impl Drop for SocketFile {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path);
    }
}

impl Doors {
    /// Binds what is not bound yet. Only under the lock: what stands in the place of the socket is
    /// then a leftover.
    pub(crate) fn open(
        settings: &Settings,
        state: &Path,
        before: Option<&Self>,
    ) -> Result<Self, AgentError> {
        let http = match (settings.listen, before) {
            (None, _) => None,
            (listen, Some(before)) if listen == before.listen => before.http.clone(),
            (Some(address), _) => Some(Arc::new(TcpListener::bind(address).map_err(|cause| {
                AgentError::System { what: format!("listen on {address}"), cause }
            })?)),
        };
        let path = socket_path(settings, state);
        let told =
            |cause| AgentError::System { what: format!("listen on {}", path.display()), cause };
        let (local_api, socket) = match before {
            Some(before) if before.socket.path == path => {
                (before.local_api.clone(), before.socket.clone())
            }
            _ => {
                let listener = bind(&path).map_err(told)?;
                (Arc::new(listener), Arc::new(SocketFile { path: path.clone() }))
            }
        };
        // With readers everybody may knock, and the credentials decide; else the owner alone.
        let mode = if settings.readers.is_empty() { 0o600 } else { 0o666 };
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).map_err(told)?;
        Ok(Self { http, listen: settings.listen, local_api, socket })
    }

    /// Where HTTP is answered: the port that was taken, if any was good.
    pub(crate) fn http_address(&self) -> Option<SocketAddr> {
        self.http.as_ref()?.local_addr().ok()
    }

    /// Where the socket is.
    pub(crate) fn socket(&self) -> &Path {
        &self.socket.path
    }
}

/// The socket of the settings, else the one beside the lock.
pub(crate) fn socket_path(settings: &Settings, state: &Path) -> PathBuf {
    settings.socket.clone().unwrap_or_else(|| state.join("agent.sock"))
}

fn bind(path: &Path) -> io::Result<UnixListener> {
    if fs::symlink_metadata(path).is_ok_and(|about| about.file_type().is_socket()) {
        fs::remove_file(path)?;
    }
    UnixListener::bind(path)
}
