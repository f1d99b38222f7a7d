//! The Homey that is meant, and how it is opened.

use super::Config;
use super::environment::{HOMEY_PAT, HOUSEKEY_HOMEY};
use super::one_off::OneOff;
use crate::Secret;
use crate::auth::SignIn;
use crate::auth::store::{HomeyRecord, Store};
use crate::client::Homey;
use crate::clock::SystemClock;
use crate::error::{ConfigError, Error, SignInError, StoreError};
use crate::model::name::{self, Called};

impl Homey {
    /// Opens a Homey that is signed in to on this machine, by its short name, its title or its cloud id: with
    /// the store, the settings and the environment of the command line, which may run at the same time. Its
    /// token is renewed when that is due, and stored for all programs.
    ///
    /// Nothing is sent yet. Call [`Homey::settle`] before the program ends.
    ///
    /// ```no_run
    /// # async fn example() -> Result<(), housekey::Error> {
    /// let homey = housekey::Homey::open("home").await?;
    /// for device in homey.devices().get_devices().await? {
    ///     println!("{}", device.name());
    /// }
    /// homey.settle().await;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// [`SignInError::NotSignedIn`] where nothing is stored, [`StoreError::Unknown`] for another name, and as
    /// [`Config::of_process`] and [`Config::open`]. [`Error::advice`] says what to do.
    pub async fn open(name: &str) -> Result<Self, Error> {
        Config::of_process()?.open(Some(name)).await
    }

    /// Opens the Homey that the command line uses where none is named: that of `HOUSEKEY_HOMEY`, that of
    /// `HOMEY_ADDRESS` and `HOMEY_TOKEN`, the one chosen with `housekey homeys use`, or the only one.
    ///
    /// ```no_run
    /// # async fn example() -> Result<(), housekey::Error> {
    /// let homey = housekey::Homey::open_default().await?;
    /// println!("{}", homey.system().get_system_name().value().await?);
    /// homey.settle().await;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// As [`Homey::open`], and [`ConfigError::SeveralHomeys`] where it is not clear which one is meant.
    pub async fn open_default() -> Result<Self, Error> {
        Config::of_process()?.open(None).await
    }
}

impl Config {
    /// Opens a Homey: the stored one of that name, else as [`Homey::open_default`]. Nothing is sent to a stored
    /// one yet.
    ///
    /// ```no_run
    /// # async fn example() -> Result<(), housekey::Error> {
    /// let config = housekey::config::Config::of_process()?;
    /// let (home, cabin) = (config.open(Some("home")).await?, config.open(Some("cabin")).await?);
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// As [`Config::stored_homey`] and [`OneOff::new`]; for a Homey that is not stored, what its address or
    /// its account refuses.
    pub async fn open(&self, name: Option<&str>) -> Result<Homey, Error> {
        let named = match name {
            Some(name) => Some(name.to_owned()),
            None => self.env.text(&HOUSEKEY_HOMEY)?,
        };
        match OneOff::new(&self.env)? {
            Some(OneOff::Homey { address, token }) if named.is_none() => {
                let http = self.http()?;
                let address = address.complete(&http, |_, _| Ok::<_, Error>(false)).await?;
                Homey::at(address, token, http).await
            }
            Some(OneOff::Account { token })
                if named.as_ref().is_none_or(|name| self.find_homey(name).is_err()) =>
            {
                Ok(self.open_once(token, named.as_deref()).await?.0)
            }
            _ => self.open_stored(&self.stored_homey(named.as_deref())?),
        }
    }

    /// Signs in for this once to a Homey of the account that the personal access token of `HOMEY_PAT` opens,
    /// and returns its title too. Nothing is stored.
    ///
    /// # Errors
    /// [`ConfigError::PublishesApps`], and as [`SignIn::with_access_token`].
    pub async fn open_once(
        &self,
        token: Secret,
        wanted: Option<&str>,
    ) -> Result<(Homey, String), Error> {
        OneOff::opens_homeys(&token, &HOMEY_PAT)?;
        let http = self.http()?;
        let mut sign_in = SignIn::at(self.cloud()?, http.clone());
        if let Some(wanted) = wanted {
            sign_in = sign_in.homey(wanted);
        }
        let signed_in = sign_in.with_access_token(token).await?;
        let store = Store::memory();
        signed_in.save(&store).await?;
        let homey = Homey::stored(&signed_in.homey, store, http, SystemClock::shared());
        Ok((homey, signed_in.homey.title))
    }

    /// Opens a Homey of the store. Nothing is sent yet.
    ///
    /// # Errors
    /// [`ConfigError::Broken`] where the settings cannot be read, and as [`Config::http`].
    pub fn open_stored(&self, record: &HomeyRecord) -> Result<Homey, Error> {
        let plain_http = self.settings.read()?.plain_http(&record.name);
        let homey = Homey::stored(record, self.store.clone(), self.http()?, SystemClock::shared());
        Ok(homey.with_plain_http(plain_http))
    }

    /// The stored Homey that is meant: the one named, else the one chosen with `housekey homeys use`, else
    /// the only one.
    ///
    /// # Errors
    /// As [`Config::find_homey`]; [`ConfigError::UnknownChoice`] and [`ConfigError::SeveralHomeys`] where none
    /// is named.
    pub fn stored_homey(&self, named: Option<&str>) -> Result<HomeyRecord, Error> {
        if let Some(name) = named {
            return self.find_homey(name);
        }
        if let Some(name) = self.settings.read()?.homey {
            let chosen = self.store.homey(&name)?;
            return Ok(chosen.ok_or(ConfigError::UnknownChoice { name })?);
        }
        let known = self.store.homeys()?;
        match known.as_slice() {
            [] => Err(SignInError::NotSignedIn.into()),
            [only] => Ok(self.store.known_homey(only)?),
            _ => Err(ConfigError::SeveralHomeys { known }.into()),
        }
    }

    /// The stored Homey of that short name, cloud id, or title.
    ///
    /// # Errors
    /// [`SignInError::NotSignedIn`] where nothing is stored, [`StoreError::Unknown`],
    /// [`ConfigError::SeveralHomeys`] where several have that title.
    pub fn find_homey(&self, wanted: &str) -> Result<HomeyRecord, Error> {
        let known = self.store.homeys()?;
        if known.iter().any(|name| name == wanted) {
            return Ok(self.store.known_homey(wanted)?);
        }
        // One that is broken must not keep us from the others.
        let mut records: Vec<_> =
            known.iter().filter_map(|name| self.store.homey(name).ok().flatten()).collect();
        let called =
            records.iter().map(|one| Called { id: &one.id, name: &one.title, group: None });
        let found = name::find(called, wanted);
        let mut place = 0..;
        records.retain(|_| place.next().is_some_and(|place| found.contains(&place)));
        match (records.len(), known.is_empty()) {
            (1, _) => Ok(records.remove(0)),
            (0, true) => Err(SignInError::NotSignedIn.into()),
            (0, false) => Err(StoreError::Unknown { name: wanted.to_owned(), known }.into()),
            _ => {
                let known = records.into_iter().map(|record| record.name).collect();
                Err(ConfigError::SeveralHomeys { known }.into())
            }
        }
    }
}
