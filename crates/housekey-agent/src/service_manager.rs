//! Notifies systemd that the agent is ready, alive, stopping: datagrams as in `sd_notify(3)`.

use std::ffi::OsString;
use std::io;
use std::os::linux::net::SocketAddrExt as _;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::net::{SocketAddr, UnixDatagram};
use std::time::Duration;

use tokio::time::sleep;

use crate::status_board::StatusBoard;
use tokio_util::sync::CancellationToken;

use crate::supervisor::PartError;

/// The service manager that started the agent, if there is one.
#[derive(Debug, Clone, Default)]
pub struct ServiceManager {
    socket: Option<OsString>,
    watchdog: Option<Duration>,
}

impl ServiceManager {
    /// From `NOTIFY_SOCKET` and `WATCHDOG_USEC`; the second in microseconds, within which it expects a
    /// notification.
    pub fn new(socket: Option<OsString>, watchdog_us: Option<u64>) -> Self {
        Self { socket, watchdog: watchdog_us.map(Duration::from_micros) }
    }

    /// Reports readiness as soon as it is reached, then twice in each interval of the watchdog that tasks
    /// still run.
    pub(crate) async fn run(
        self,
        board: StatusBoard,
        stop: CancellationToken,
    ) -> Result<(), PartError> {
        tokio::select! {
            () = stop.cancelled() => {}
            () = self.notify_until_stopped(board) => {}
        }
        self.notify("STOPPING=1");
        Ok(())
    }

    async fn notify_until_stopped(&self, board: StatusBoard) {
        board.until(|status| status.is_up()).await;
        tracing::info!("ready");
        self.notify("READY=1");
        let Some(watchdog) = self.watchdog else { return std::future::pending().await };
        loop {
            self.notify("WATCHDOG=1");
            sleep(watchdog / 2).await;
        }
    }

    /// One that does not listen is no reason to stop working.
    fn notify(&self, what: &str) {
        if let Some(Err(error)) = self.socket.as_ref().map(|socket| send(socket, what)) {
            tracing::warn!(%error, what, "cannot notify the service manager");
        }
    }
}

fn send(socket: &OsString, what: &str) -> io::Result<()> {
    let datagram = UnixDatagram::unbound()?;
    // A name that begins with `@` is no file.
    let address = match socket.as_bytes().strip_prefix(b"@") {
        Some(name) => SocketAddr::from_abstract_name(name)?,
        None => SocketAddr::from_pathname(socket)?,
    };
    datagram.send_to_addr(what.as_bytes(), &address).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manager_is_notified_at_a_file_and_at_an_abstract_name() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("notify");
        let name = format!("housekey-test-{}", std::process::id());
        let at_file = UnixDatagram::bind(&path).unwrap();
        let abstract_name = SocketAddr::from_abstract_name(&name).unwrap();
        let at_name = UnixDatagram::bind_addr(&abstract_name).unwrap();
        for (socket, manager) in
            [(path.into_os_string(), at_file), (format!("@{name}").into(), at_name)]
        {
            manager.set_nonblocking(true).unwrap();
            ServiceManager::new(Some(socket.clone()), None).notify("READY=1");
            let mut received = [0; 64];
            let length = manager.recv(&mut received).unwrap();
            assert_eq!(&received[..length], b"READY=1", "{}", socket.display());
        }
    }
}
