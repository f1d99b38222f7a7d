//! A server of another project that runs from a directory of the test.

use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::time::sleep;

use super::fixture::{Response, request_to};

/// It ends when this is dropped.
pub(crate) struct Server {
    child: Child,
    pub(crate) address: SocketAddr,
    log: PathBuf,
}

impl Server {
    /// Starts a program that listens at that address, and waits until that path says that it is ready.
    pub(crate) async fn start(
        command: Command,
        address: SocketAddr,
        ready: &str,
        log: &Path,
    ) -> Self {
        let server = Self::listening(command, address, log).await;
        while server.get(ready).await.status >= 300 {
            sleep(Duration::from_millis(50)).await;
        }
        server
    }

    /// Starts a program, and waits until it listens at that address.
    pub(crate) async fn listening(mut command: Command, address: SocketAddr, log: &Path) -> Self {
        let output = std::fs::File::create(log).unwrap();
        command.stdout(output.try_clone().unwrap()).stderr(output).stdin(Stdio::null());
        let name = command.get_program().to_string_lossy().into_owned();
        let child = command.spawn().unwrap_or_else(|error| panic!("{name}: {error}"));
        let mut server = Self { child, address, log: log.to_owned() };
        while TcpStream::connect(address).await.is_err() {
            let ended = server.child.try_wait().unwrap();
            assert!(ended.is_none(), "{}", server.log());
            sleep(Duration::from_millis(50)).await;
        }
        server
    }

    /// What it has printed.
    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }

    pub(crate) async fn get(&self, path: &str) -> Response {
        let host = self.address;
        let request = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
        request_to(host, &request).await
    }

    /// The JSON of an answer.
    pub(crate) async fn json(&self, path: &str) -> serde_json::Value {
        let answer = self.get(path).await;
        serde_json::from_str(&answer.text()).unwrap_or_else(|_| panic!("{path}: {}", answer.text()))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An address that nothing listens at.
pub(crate) fn free_address() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

/// A text as part of a query.
pub(crate) fn encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}
