//! Resolves host names: `.local` by multicast DNS and the system, the vendor's names even where a
//! router blocks the answer, all others by the system.

mod mdns;
mod vendor;
mod zone;

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use futures_util::future::{Either, select};
use reqwest::dns::{Name, Resolve, Resolving};

pub use mdns::Mdns;
pub(crate) use mdns::{DnsQuestion, records};
pub use zone::host_with_zone;
pub(crate) use zone::zone_of;

/// Resolves host names for every request. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Resolver {
    mdns: Mdns,
}

/// A name that leads nowhere.
#[derive(Debug, thiserror::Error)]
#[error("the name {host} leads to no address")]
pub struct Unresolved {
    host: String,
    #[source]
    cause: io::Error,
}

impl Resolver {
    /// A resolver that queries `.local` names there.
    pub fn new(mdns: Mdns) -> Self {
        Self { mdns }
    }

    /// Where it queries `.local` names.
    pub fn mdns(&self) -> Mdns {
        self.mdns
    }

    /// The addresses of a host.
    pub(crate) async fn sockets(
        &self,
        host: &str,
        port: u16,
    ) -> Result<Vec<SocketAddr>, Unresolved> {
        if let Some(socket) = zone::socket(host, port) {
            let unresolved = |cause| Unresolved { host: host.to_owned(), cause };
            return Ok(vec![socket.map_err(unresolved)?]);
        }
        let addresses = self.addresses(host).await?;
        Ok(addresses.into_iter().map(|address| SocketAddr::new(address, port)).collect())
    }

    /// The addresses of a host, at least one; an address written out is its own.
    ///
    /// # Errors
    /// [`Unresolved`] when nobody knows the name.
    pub async fn addresses(&self, host: &str) -> Result<Vec<IpAddr>, Unresolved> {
        let name = host.trim_end_matches('.').to_ascii_lowercase();
        let found = if let Ok(address) = name.parse() {
            Ok(vec![address])
        } else if name == "localhost" || name.ends_with(".localhost") {
            // What is sent there is not encrypted, so no server may say where it is (RFC 6761).
            Ok(vec![Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()])
        } else if name.ends_with(".local") {
            // Companies, clusters and `/etc/hosts` have such names too.
            first_of(self.mdns.addresses(&name), ask_system(&name)).await
        } else if vendor::owns(&name) {
            vendor::addresses(&name, ask_system(&name)).await
        } else {
            ask_system(&name).await
        };
        let found = found.and_then(|addresses| match addresses.is_empty() {
            true => Err(io::Error::new(io::ErrorKind::NotFound, "no address")),
            false => Ok(addresses),
        });
        found.map_err(|cause| Unresolved { host: host.to_owned(), cause })
    }
}

/// The address that a name of the vendor's says itself: `192-0-2-7.homey.homeylocal.com`.
pub(crate) fn address_in_name(name: &str) -> Option<Ipv4Addr> {
    vendor::written_out(name)
}

/// The first result of both, which run at the same time; the error of the first where both fail.
async fn first_of(
    one: impl Future<Output = io::Result<Vec<IpAddr>>>,
    other: impl Future<Output = io::Result<Vec<IpAddr>>>,
) -> io::Result<Vec<IpAddr>> {
    let found =
        |outcome: &io::Result<Vec<IpAddr>>| outcome.as_ref().is_ok_and(|all| !all.is_empty());
    match select(std::pin::pin!(one), std::pin::pin!(other)).await {
        Either::Left((outcome, _)) | Either::Right((outcome, _)) if found(&outcome) => outcome,
        Either::Left((outcome, other)) => {
            other.await.ok().filter(|all| !all.is_empty()).map_or(outcome, Ok)
        }
        Either::Right((_, one)) => one.await,
    }
}

async fn ask_system(name: &str) -> io::Result<Vec<IpAddr>> {
    Ok(tokio::net::lookup_host((name, 0)).await?.map(|address| address.ip()).collect())
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let resolver = self.clone();
        Box::pin(async move {
            // The port is that of the URL.
            let sockets = resolver.sockets(name.as_str(), 0).await?;
            Ok(Box::new(sockets.into_iter()) as Box<dyn Iterator<Item = SocketAddr> + Send>)
        })
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn both_are_asked_at_once_and_the_first_that_knows_is_believed() {
        let (near, far) = (IpAddr::from([192, 0, 2, 7]), IpAddr::from([198, 51, 100, 1]));
        let after = async |ms, outcome: Result<Option<IpAddr>, &str>| {
            tokio::time::sleep(Duration::from_millis(ms)).await;
            outcome.map(|found| found.into_iter().collect()).map_err(io::Error::other)
        };
        for (case, one, other, want, took_ms) in [
            ("multicast is first", (10, Ok(Some(near))), (20, Ok(Some(far))), Ok(near), 10),
            ("the system is first", (20, Ok(Some(near))), (10, Ok(Some(far))), Ok(far), 10),
            ("the system says no", (20, Ok(Some(near))), (10, Err("no")), Ok(near), 20),
            ("multicast says no", (10, Err("silent")), (20, Ok(Some(far))), Ok(far), 20),
            ("nothing, then something", (20, Ok(Some(near))), (10, Ok(None)), Ok(near), 20),
            ("neither", (20, Err("silent")), (10, Err("no")), Err("silent"), 20),
            ("neither, the other way", (10, Err("silent")), (20, Err("no")), Err("silent"), 20),
        ] {
            let started = tokio::time::Instant::now();
            let found = first_of(after(one.0, one.1), after(other.0, other.1)).await;
            let found = found.map(|all| all[0]).map_err(|error| error.to_string());
            assert_eq!(found, want.map_err(str::to_owned), "{case}");
            assert_eq!(started.elapsed(), Duration::from_millis(took_ms), "{case}");
        }
    }
}
