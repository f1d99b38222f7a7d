//! Turns host names into addresses: `.local` by multicast DNS, the vendor's own names even where
//! the answer is held back, all others as the system does.

mod mdns;
mod vendor;

use std::io;
use std::net::{IpAddr, SocketAddr};

use reqwest::dns::{Name, Resolve, Resolving};

pub use mdns::Mdns;
pub(crate) use mdns::{Question, records};

/// Finds the addresses behind a name, for every request that is sent. Cheap to clone.
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
    /// One that asks for `.local` names there.
    pub fn new(mdns: Mdns) -> Self {
        Self { mdns }
    }

    /// Where it asks for `.local` names.
    pub fn mdns(&self) -> Mdns {
        self.mdns
    }

    /// The addresses of a host, at least one; an address written out is its own.
    ///
    /// # Errors
    /// [`Unresolved`] when nobody knows the name.
    pub async fn addresses(&self, host: &str) -> Result<Vec<IpAddr>, Unresolved> {
        let name = host.trim_end_matches('.').to_ascii_lowercase();
        let found = if let Ok(address) = name.parse() {
            Ok(vec![address])
        } else if name.ends_with(".local") {
            self.mdns.addresses(&name).await
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

async fn ask_system(name: &str) -> io::Result<Vec<IpAddr>> {
    Ok(tokio::net::lookup_host((name, 0)).await?.map(|address| address.ip()).collect())
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let resolver = self.clone();
        Box::pin(async move {
            let addresses = resolver.addresses(name.as_str()).await?;
            // The port is that of the URL.
            let sockets = addresses.into_iter().map(|address| SocketAddr::new(address, 0));
            Ok(Box::new(sockets) as Box<dyn Iterator<Item = SocketAddr> + Send>)
        })
    }
}
