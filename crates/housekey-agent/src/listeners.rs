//! The listeners: the addresses for HTTP, and the socket of the local API.

use std::fs;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::os::unix::fs::{FileTypeExt as _, PermissionsExt as _};
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::net::TcpSocket;

use crate::error::AgentError;
use crate::settings::{Listen, MAX_SOCKET_BYTES, Settings};

/// How many connections may wait to be accepted, as far as the system allows: in a flood the usual 128 are
/// full at once, and an honest client's first packet is lost.
const BACKLOG: u32 = 4096;

/// Both, bound. A reload that leaves an address as it was keeps its listener.
#[derive(Debug, Clone)]
pub(crate) struct Listeners {
    /// The listeners for HTTP, each with its setting.
    http: Vec<(Listen, Arc<Listener>)>,
    pub(crate) local_api: Arc<UnixListener>,
    socket: Arc<SocketFile>,
}

/// A listener for HTTP.
#[derive(Debug)]
pub(crate) enum Listener {
    /// At an address.
    Tcp(TcpListener),
    /// At a socket in the file system, which goes with it.
    Unix(UnixListener, #[expect(dead_code, reason = "kept to be dropped")] SocketFile),
}

/// A socket in the file system, removed when it is not listened on any more.
#[derive(Debug)]
pub(crate) struct SocketFile {
    path: PathBuf,
}

impl Drop for SocketFile {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path);
    }
}

impl Listeners {
    /// Binds what is not bound yet. Only under the lock: an existing socket is then a leftover.
    pub(crate) fn open(
        settings: &Settings,
        state: &Path,
        current: Option<&Self>,
    ) -> Result<Self, AgentError> {
        let keep = |listen: &Listen| {
            let (_, listener) = current?.http.iter().find(|(other, _)| other == listen)?;
            Some(Ok(listener.clone()))
        };
        let bind_or_keep = |listen: &Listen| {
            let listener = keep(listen).unwrap_or_else(|| Listener::bind(listen).map(Arc::new))?;
            Ok((listen.clone(), listener))
        };
        let http =
            settings.listen.iter().map(bind_or_keep).collect::<Result<Vec<_>, AgentError>>()?;
        let path = socket_path(settings, state);
        let system_error =
            |cause| AgentError::System { what: format!("listen on {}", path.display()), cause };
        let (local_api, socket) = match current {
            Some(current) if current.socket.path == path => {
                (current.local_api.clone(), current.socket.clone())
            }
            _ => {
                let listener = bind(&path).map_err(system_error)?;
                (Arc::new(listener), Arc::new(SocketFile { path: path.clone() }))
            }
        };
        // With readers everyone may connect, and the peer credentials decide; otherwise the owner alone.
        let mode = if settings.readers.is_empty() { 0o600 } else { 0o666 };
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).map_err(system_error)?;
        Ok(Self { http, local_api, socket })
    }

    /// The first address for HTTP, with the port that the system chose if it was 0.
    pub(crate) fn http_address(&self) -> Option<SocketAddr> {
        self.http.iter().find_map(|(_, listener)| match &**listener {
            Listener::Tcp(tcp) => tcp.local_addr().ok(),
            Listener::Unix(..) => None,
        })
    }

    /// The listeners for HTTP.
    pub(crate) fn http(&self) -> Vec<Arc<Listener>> {
        self.http.iter().map(|(_, listener)| listener.clone()).collect()
    }

    /// The path of the socket.
    pub(crate) fn socket(&self) -> &Path {
        &self.socket.path
    }
}

impl Listener {
    fn bind(listen: &Listen) -> Result<Self, AgentError> {
        let refused = |cause| AgentError::System { what: format!("listen on {listen}"), cause };
        match listen {
            Listen::Tcp(address) => bind_tcp(*address).map(Self::Tcp).map_err(refused),
            Listen::Unix(path) => {
                let listener = bind(path).map_err(refused)?;
                let file = SocketFile { path: path.clone() };
                // Everybody may knock: the gate decides by the user that the system vouches for.
                fs::set_permissions(path, fs::Permissions::from_mode(0o666)).map_err(refused)?;
                Ok(Self::Unix(listener, file))
            }
        }
    }
}

/// The socket of the settings, else the one beside the lock.
pub(crate) fn socket_path(settings: &Settings, state: &Path) -> PathBuf {
    settings.socket.clone().unwrap_or_else(|| state.join("agent.sock"))
}

fn bind_tcp(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = match address {
        SocketAddr::V4(_) => TcpSocket::new_v4()?,
        SocketAddr::V6(_) => TcpSocket::new_v6()?,
    };
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)?.into_std()
}

fn bind(path: &Path) -> io::Result<UnixListener> {
    // The settings were looked at already: this is the one beside the store.
    let length = path.as_os_str().len();
    if length > MAX_SOCKET_BYTES {
        return Err(io::Error::other(format!(
            "the path of a socket has at most {MAX_SOCKET_BYTES} bytes, and this one has {length}: name a \
             shorter one as `socket` in agent.toml"
        )));
    }
    if fs::symlink_metadata(path).is_ok_and(|about| about.file_type().is_socket()) {
        fs::remove_file(path)?;
    }
    UnixListener::bind(path)
}
