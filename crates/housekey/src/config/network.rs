//! The network and the account cloud, as the settings and the environment say.

use std::net::SocketAddrV4;
use std::num::NonZeroU16;

use super::Config;
use super::environment::{
    ALL_PROXY, HOMEY_DISCOVERY_MDNS_HOST, HOMEY_DISCOVERY_MDNS_PORT, HOUSEKEY_ACCOUNTS_URL,
    HOUSEKEY_API_URL, HTTP_PROXY, HTTPS_PROXY, NO_PROXY, SSL_CERT_DIR, SSL_CERT_FILE,
};
use crate::auth::Cloud;
use crate::error::{ConfigError, Error, HttpError};
use crate::http::{Http, Network, Proxies, Roots};
use crate::resolve::{Mdns, Resolver};

impl Config {
    /// What sends requests: with the proxies and the authorities of the environment and the settings.
    ///
    /// # Errors
    /// [`ConfigError`] for a variable that cannot be used; [`HttpError::Roots`] for certificates that cannot
    /// be read.
    pub fn http(&self) -> Result<Http, Error> {
        Ok(Http::on(Network {
            resolver: Resolver::new(self.mdns()?),
            proxies: self.proxies()?,
            roots: self.roots()?,
        })?)
    }

    fn proxies(&self) -> Result<Proxies, Error> {
        let text = |variable| self.env.text(variable).map(Option::unwrap_or_default);
        let (http, https) = (text(&HTTP_PROXY)?, text(&HTTPS_PROXY)?);
        let proxies = Proxies::new(&http, &https, &text(&ALL_PROXY)?, &text(&NO_PROXY)?);
        proxies.map_err(|error| match error {
            HttpError::Invalid { server: variable, cause } => {
                ConfigError::Proxy { variable, cause }.into()
            }
            error => error.into(),
        })
    }

    /// The authorities that are trusted besides the public ones.
    fn roots(&self) -> Result<Roots, Error> {
        let mut roots = Roots::default();
        if let Some(file) = self.settings.read()?.ca_file {
            roots.add_file(&self.settings.directory().join(file))?;
        }
        if let Some(file) = self.env.path(&SSL_CERT_FILE) {
            roots.add_file(&file)?;
        }
        for directory in self.env.raw(&SSL_CERT_DIR).iter().flat_map(std::env::split_paths) {
            roots.add_directory(&directory)?;
        }
        Ok(roots)
    }

    /// The multicast DNS group for names of the home, unless the environment sets another target.
    ///
    /// # Errors
    /// [`ConfigError`] for a variable that cannot be used.
    pub fn mdns(&self) -> Result<Mdns, ConfigError> {
        let Mdns { target } = Mdns::default();
        let host = self.env.parsed(&HOMEY_DISCOVERY_MDNS_HOST, "an IPv4 address")?;
        let port: Option<NonZeroU16> =
            self.env.parsed(&HOMEY_DISCOVERY_MDNS_PORT, "a port from 1 to 65535")?;
        let (host, port) = (host.unwrap_or(*target.ip()), port.map_or(target.port(), u16::from));
        Ok(Mdns { target: SocketAddrV4::new(host, port) })
    }

    /// The account cloud: the vendor's, unless the environment names another.
    ///
    /// # Errors
    /// [`ConfigError`] for a variable that is no address; [`crate::error::SignInError::Unencrypted`].
    pub fn cloud(&self) -> Result<Cloud, Error> {
        let vendor = Cloud::default();
        let cloud = Cloud {
            accounts: self.env.url(&HOUSEKEY_ACCOUNTS_URL)?.unwrap_or(vendor.accounts),
            api: self.env.url(&HOUSEKEY_API_URL)?.unwrap_or(vendor.api),
        };
        cloud.check()?;
        Ok(cloud)
    }
}
