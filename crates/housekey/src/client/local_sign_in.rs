//! A sign-in to a Homey itself, without an account: with an API key or a user of its own.

use url::Url;

use super::Homey;
use crate::Secret;
use crate::auth::store::{Access, HomeyRecord};
use crate::auth::{HomeyLogin, SignedIn, check_foreign, slug};
use crate::clock::{SharedClock, SystemClock};
use crate::discovery::{Addresses, Candidate, FoundHomey, Route, Strategy, ping};
use crate::error::Error;
use crate::http::Http;

/// A Homey that answered at an address, before it is signed in to.
///
/// ```no_run
/// # async fn example() -> Result<(), housekey::Error> {
/// use housekey::auth::store::Store;
/// use housekey::client::LocalSignIn;
/// let address = "http://192.0.2.7".parse().expect("a URL");
/// let found = LocalSignIn::at(address, housekey::http::Http::new()?).await?;
/// let signed_in = found.with_api_key("an API key".into()).await?;
/// signed_in.save(&Store::files("/var/lib/example")).await?;
/// # Ok(()) }
/// ```
#[derive(Debug, Clone)]
pub struct LocalSignIn {
    address: Url,
    id: Option<String>,
    version: Option<String>,
    http: Http,
    clock: SharedClock,
}

impl LocalSignIn {
    /// Checks that a Homey answers at an address, before anybody types a key for a router.
    ///
    /// # Errors
    /// [`crate::error::HomeyError::NotAHomey`], or an [`Error::Http`] when nothing answers.
    pub async fn at(address: Url, http: Http) -> Result<Self, Error> {
        let candidate = Candidate { strategy: Strategy::Local, base: address.clone() };
        let FoundHomey { id, version, .. } = ping(&http, &candidate, None).await?;
        Ok(Self { address, id, version, http, clock: SystemClock::shared() })
    }

    /// The cloud id of the Homey, where it says one.
    pub fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    /// The software version, where it says one.
    pub fn version(&self) -> Option<&str> {
        self.version.as_deref()
    }

    /// Signs in with an API key, which does not end.
    ///
    /// # Errors
    /// [`crate::error::SignInError::ApiKeyRefused`]; [`crate::error::SignInError::PublishesApps`] for a token
    /// that opens no Homey.
    pub async fn with_api_key(&self, key: Secret) -> Result<SignedIn, Error> {
        check_foreign(&key)?;
        let route = self.route();
        self.login(&route).check_api_key(&key).await?;
        let access = Access::ApiKey { id: None, key: key.clone(), refused: false };
        self.signed_in(access, key).await
    }

    /// Signs in with a user of the Homey itself. With `keep` the password is stored too, for a new sign-in
    /// when the session ends.
    ///
    /// # Errors
    /// [`crate::error::SignInError::LocalUserRefused`] when name or password is wrong.
    pub async fn with_local_user(
        &self,
        username: &str,
        password: Secret,
        keep: bool,
    ) -> Result<SignedIn, Error> {
        let route = self.route();
        let session = self.login(&route).with_local_user(username, &password).await?;
        let bearer = session.token.clone();
        let (username, password) = (username.to_owned(), keep.then_some(password));
        let access = Access::LocalUser { username, password, password_refused: false, session };
        self.signed_in(access, bearer).await
    }

    fn route(&self) -> Route {
        let (address, addresses) =
            (self.address.to_string(), Addresses::only(self.address.clone()));
        Route::new(self.http.clone(), address, self.id.clone(), addresses)
    }

    fn login<'a>(&'a self, route: &'a Route) -> HomeyLogin<'a> {
        HomeyLogin { http: &self.http, route, clock: &*self.clock }
    }

    /// The record of the Homey, by its own name; one that does not say it is named after its host.
    async fn signed_in(&self, access: Access, bearer: Secret) -> Result<SignedIn, Error> {
        let address = self.address.clone();
        let homey = Homey::at(address.clone(), bearer, self.http.clone()).await?;
        let name = homey.system().get_system_name().value().await;
        let title = name.ok().and_then(|name| Some(name.as_str()?.to_owned()));
        let title = title.unwrap_or_else(|| address.host_str().unwrap_or("homey").to_owned());
        let homey = HomeyRecord {
            name: slug(&title),
            title,
            id: self.id.clone().unwrap_or_default(),
            dialect: homey.dialect().await?,
            addresses: Addresses::only(address),
            access,
        };
        Ok(SignedIn { account: None, homey })
    }
}
