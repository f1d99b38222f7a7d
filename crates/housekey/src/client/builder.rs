//! Opens a Homey by its address and a token.

use std::fmt;

use url::Url;

use super::Homey;
use crate::Secret;
use crate::error::{Error, HttpError};
use crate::http::Http;

/// A Homey at a known address, before it is connected to.
///
/// ```no_run
/// # async fn example() -> Result<(), housekey::Error> {
/// use housekey::Homey;
/// let homey = Homey::builder("http://192.0.2.7").token("an API key").connect().await?;
/// # Ok(()) }
/// ```
#[must_use = "nothing is sent before `connect`"]
pub struct HomeyBuilder {
    address: String,
    token: Secret,
    http: Option<Http>,
}

impl Homey {
    /// Opens a Homey at an address, `http://192.0.2.7` or `https://…`, with a token that is not renewed: an API
    /// key, or a session token from elsewhere.
    pub fn builder(address: impl Into<String>) -> HomeyBuilder {
        HomeyBuilder { address: address.into(), token: Secret::new(""), http: None }
    }
}

impl HomeyBuilder {
    /// The token that every request carries.
    pub fn token(self, token: impl Into<String>) -> Self {
        Self { token: Secret::new(token.into()), ..self }
    }

    /// The HTTP client, to share its connections, proxies and authorities; without one, a new
    /// client without proxies is made.
    pub fn http(self, http: Http) -> Self {
        Self { http: Some(http), ..self }
    }

    /// Checks that a Homey answers at the address.
    ///
    /// # Errors
    /// [`HttpError::Invalid`] for an address that is no URL, and as [`Homey::at`].
    pub async fn connect(self) -> Result<Homey, Error> {
        let address: Url = self.address.parse().map_err(|cause| HttpError::Invalid {
            server: self.address.clone(),
            cause: Box::new(cause),
        })?;
        let http = match self.http {
            Some(http) => http,
            None => Http::new()?,
        };
        Homey::at(address, self.token, http).await
    }
}

/// Without the token.
impl fmt::Debug for HomeyBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HomeyBuilder").field("address", &self.address).finish_non_exhaustive()
    }
}
