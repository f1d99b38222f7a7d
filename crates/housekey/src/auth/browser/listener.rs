//! The sockets that the browser comes back to, and the head of its request.

use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use url::Url;

use crate::error::SignInError;

/// How long the head of a request may be.
const HEAD_BYTES: u64 = 16 * 1024;

/// How often a free port is looked for that is free at every address.
const PORTS: usize = 20;

/// Listens on the port of the address, or on a free one, at every address that a browser may take its
/// host for. All of them or none: what another program listens at, the browser may bring the code to.
pub(super) async fn listen(redirect: &Url) -> Result<Vec<TcpListener>, SignInError> {
    let (v4, v6) = (Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into());
    let hosts: &[std::net::IpAddr] = match redirect.host_str() {
        Some("localhost") => &[v4, v6],
        Some("127.0.0.1") => &[v4],
        Some("[::1]") => &[v6],
        _ => {
            let cause = io::Error::other("it is not an address of this machine itself");
            return Err(SignInError::NoListener { address: redirect.to_string(), cause });
        }
    };
    // A redirect address without a port may be given any.
    let fixed = redirect.port();
    let mut tries = 1;
    loop {
        match listen_at(hosts, fixed.unwrap_or(0)).await {
            Err(SignInError::NoListener { cause, .. })
                if fixed.is_none() && cause.kind() == io::ErrorKind::AddrInUse && tries < PORTS =>
            {
                tries += 1;
            }
            outcome => return outcome,
        }
    }
}

async fn listen_at(
    hosts: &[std::net::IpAddr],
    mut port: u16,
) -> Result<Vec<TcpListener>, SignInError> {
    let mut listeners = Vec::new();
    for host in hosts {
        let address = SocketAddr::new(*host, port);
        let bound = TcpListener::bind(address).await;
        let listener = match bound.and_then(|one| Ok((one.local_addr()?.port(), one))) {
            Ok((bound_to, listener)) => {
                port = bound_to;
                listener
            }
            // No browser reaches anything there either.
            Err(error) if !listeners.is_empty() && is_absent(&error) => continue,
            Err(cause) => {
                return Err(SignInError::NoListener { address: address.to_string(), cause });
            }
        };
        listeners.push(listener);
    }
    Ok(listeners)
}

/// Whether this machine has no such address, as where IPv6 is switched off.
fn is_absent(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::AddrNotAvailable
        || error.raw_os_error() == Some(libc::EAFNOSUPPORT)
}

/// The next connection to any of them.
pub(super) async fn accept(listeners: &[TcpListener]) -> TcpStream {
    loop {
        let each = listeners.iter().map(|listener| Box::pin(listener.accept()));
        match each.len() {
            0 => std::future::pending().await,
            _ => {
                if let (Ok((stream, _)), ..) = futures_util::future::select_all(each).await {
                    return stream;
                }
                // Out of file handles, say: it passes, and must not keep a core busy.
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
}

/// Path and query of a GET request, read to the end of its head.
pub(super) async fn target(browser: &mut BufReader<TcpStream>) -> Option<String> {
    let mut head = browser.take(HEAD_BYTES);
    let mut first = String::new();
    head.read_line(&mut first).await.ok()?;
    let mut line = String::new();
    while head.read_line(&mut line).await.ok()? > 0 && line != "\r\n" {
        line.clear();
    }
    let mut words = first.split(' ');
    let (method, target) = (words.next()?, words.next()?);
    (method == "GET" && target.starts_with('/')).then(|| target.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn outcome(redirect: &str) -> Result<Vec<SocketAddr>, String> {
        let listeners = listen(&redirect.parse().unwrap()).await;
        let addresses = |all: Vec<TcpListener>| {
            all.iter().map(|one| one.local_addr().unwrap()).collect::<Vec<_>>()
        };
        listeners.map(addresses).map_err(|error| {
            let why = std::error::Error::source(&error).map(ToString::to_string);
            format!("{error}: {}", why.unwrap_or_default())
        })
    }

    #[tokio::test]
    async fn a_port_that_another_program_has_is_named() {
        for (taken, redirects) in [
            ("127.0.0.1:0", &["http://localhost:PORT", "http://127.0.0.1:PORT"][..]),
            ("[::1]:0", &["http://localhost:PORT", "http://[::1]:PORT"]),
        ] {
            // A machine without IPv6 has nothing to show.
            let Ok(other) = TcpListener::bind(taken).await else { continue };
            let address = other.local_addr().unwrap();
            for redirect in redirects {
                let redirect = redirect.replace("PORT", &address.port().to_string());
                let error = outcome(&redirect).await.unwrap_err();
                let want = format!("cannot listen at {address} ");
                assert!(
                    error.starts_with(&want) && error.contains("in use"),
                    "{redirect}: {error}"
                );
            }
        }
    }

    #[tokio::test]
    async fn a_free_port_is_free_at_every_address() {
        let addresses = outcome("http://localhost/").await.unwrap();
        assert_ne!(addresses[0].port(), 0);
        assert!(addresses.iter().all(|one| one.port() == addresses[0].port()), "{addresses:?}");
    }
}
