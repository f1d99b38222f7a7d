//! The live connection of a Homey: one for all clones, made at its first use.

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::Homey;
use crate::catalogue;
use crate::error::{Error, HomeyError, HttpError};
use crate::realtime::{HomeyDial, Realtime, Subscription};
use crate::request::{self, ArgumentError, Arguments};

impl Homey {
    /// The live connection, shared by all clones. The first call begins to connect; it must be
    /// made within a tokio runtime.
    pub fn realtime(&self) -> &Realtime {
        self.live.get_or_init(|| {
            let dial = HomeyDial::new(self.route.clone(), self.http.clone());
            let id = self.route.id().map(str::to_owned);
            Realtime::start(dial, self.bearer.clone(), id)
        })
    }

    /// Subscribes to the events of a URI, as [`Realtime::subscribe`] does.
    ///
    /// ```no_run
    /// # async fn example(homey: housekey::Homey) -> Result<(), housekey::Error> {
    /// let mut zones = homey.subscribe("homey:manager:zones").await?;
    /// while let Some(event) = zones.next().await {
    ///     match event {
    ///         Ok(event) => println!("{} {}", event.name, event.data),
    ///         Err(error) => eprintln!("{error}"),
    ///     }
    /// }
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// See [`Realtime::subscribe`].
    pub async fn subscribe(&self, uri: &str) -> Result<Subscription, Error> {
        self.realtime().subscribe(uri).await
    }

    /// Calls an operation as [`Homey::call`] does, but over the live connection.
    ///
    /// # Errors
    /// As [`Homey::call`], and see [`Realtime::call`] for a connection that is lost half-way.
    pub async fn call_live(&self, operation: &str, arguments: &Arguments) -> Result<Value, Error> {
        let found = catalogue::find(operation).ok_or_else(|| ArgumentError::unknown(operation))?;
        let call = request::by_name(found, self.dialect().await?, arguments)?;
        if self.read_only && !call.reads {
            return Err(HomeyError::ReadOnly { call: operation.to_owned() }.into());
        }
        self.realtime().call(&call).await
    }

    /// The same, with the answer read as a type.
    pub(super) async fn call_live_as<T: DeserializeOwned>(
        &self,
        operation: &str,
        arguments: &Arguments,
    ) -> Result<T, Error> {
        let answer = self.call_live(operation, arguments).await?;
        let unreadable = || HttpError::Unreadable {
            server: "the live connection".to_owned(),
            status: 200,
            expected: "of the expected type",
        };
        T::deserialize(answer).map_err(|_| unreadable().into())
    }
}
