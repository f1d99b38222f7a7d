//! The Rust API of the emulator.

use std::io;
use std::num::NonZeroU32;
use std::sync::Arc;

use axum::http::{Request, Response};
use bytes::Bytes;
use jiff::{SignedDuration, Timestamp};

use crate::connection_info::ConnectionInfo;
use crate::connections::Interruption;
use crate::exchange::{BrokenOff, exchange_in_process};
use crate::fault_builder::FaultBuilder;
use crate::options::Builder;
use crate::quirk::Quirk;
use crate::realtime::Burst;
use crate::seen::Seen;
use crate::server::{self, Server};
use crate::state::availability::DeviceChange;
use crate::state::home_fault::HomeFault;
use crate::world::{Expire, World};

/// The address of an emulator without a listener: one reserved for documentation.
const UNSERVED: &str = "https://192.0.2.1";

/// A virtual cloud with its Homeys, listening on a port of this machine. Dropping it closes the port and
/// all connections.
///
/// ```no_run
/// # async fn example() -> std::io::Result<()> {
/// use housekey_emulator::Emulator;
/// let world = Emulator::start().await?;
/// world.script("users.login").reply(503).header("Retry-After", "2").times(2);
/// // ... let a client sign in at `world.facts().url` ...
/// world.until(|seen| seen.calls("users.login") == 3).await;
/// assert_eq!(world.calls("delegation.token"), 1);
/// # Ok(())
/// # }
/// ```
pub struct Emulator {
    world: Arc<World>,
    /// `None` without a listener.
    _server: Option<Server>,
}

impl Emulator {
    /// One Homey of the dialect `local` with 30 devices, on a free port.
    ///
    /// # Errors
    /// If there is no free port.
    pub async fn start() -> io::Result<Self> {
        Self::builder().start().await
    }

    /// Sets up an emulator with other options.
    pub fn builder() -> Builder {
        Builder::new()
    }

    /// Answers one request without a connection, as the listener would: it is counted, faults apply, and
    /// their delays run by the clock of tokio, which a test may have paused.
    ///
    /// Live connections need the listener.
    ///
    /// # Errors
    /// If a fault cuts the answer.
    pub async fn call(&self, request: Request<Bytes>) -> Result<Response<Bytes>, BrokenOff> {
        exchange_in_process(&self.world, request).await
    }

    /// Addresses, account and keys.
    pub fn facts(&self) -> ConnectionInfo {
        self.world.connection_info()
    }

    /// The two-factor code that is good now; `None` if the account has no second factor.
    pub fn otp_code(&self) -> Option<String> {
        self.world.otp_code()
    }

    /// Starts a fault for calls of that name. Names are those of [`calls`](Self::calls); one that ends in
    /// `*` matches every name with that prefix.
    pub fn script(&self, matches: &str) -> FaultBuilder<'_> {
        FaultBuilder::new(&self.world, matches)
    }

    /// Switches a quirk of the sites on or off.
    pub fn quirk(&self, quirk: Quirk, on: bool) {
        self.world.set_quirk(quirk, on);
    }

    /// How often a step or an operation was called: `login`, `authorise.get`, `authorise.post`,
    /// `oauth2.token.<grant>`, `delegation.token`, `delegation.key`, `delegation.verify`,
    /// `user.me`, or the id of an operation in the catalogue such as `users.login`.
    pub fn calls(&self, name: &str) -> u64 {
        self.seen().calls(name)
    }

    /// The faults of the home of the first Homey, which are there only in a messy home: what an audit of its flows
    /// has to find, and nothing else.
    pub fn home_faults(&self) -> Vec<HomeFault> {
        self.world.home_faults()
    }

    /// All counts.
    pub fn seen(&self) -> Seen {
        self.world.seen()
    }

    /// Waits until the counts satisfy `done`. There is no time limit.
    pub async fn until(&self, done: impl FnMut(&Seen) -> bool) {
        self.world.until(done).await;
    }

    /// Moves the clock of the cloud and the Homeys; tokens expire by it.
    pub fn advance(&self, by: SignedDuration) {
        self.world.advance(by);
    }

    /// Makes a device of the first Homey unavailable or available, or removes it. Returns whether the device
    /// exists.
    pub fn change_device(&self, id: &str, change: DeviceChange) -> bool {
        self.world.change_device(None, id, change).is_ok()
    }

    /// Interrupts all live connections.
    pub fn interrupt(&self, how: Interruption) {
        self.world.connections.interrupt(how);
    }

    /// Sends that many capability events to all subscribers of devices of the first Homey, as fast as
    /// they take them.
    ///
    /// # Errors
    /// If no device has a subscriber.
    pub async fn burst(&self, count: u64) -> Result<Burst, String> {
        self.world.burst(count, None).await
    }

    /// Sends them at a steady rate, which drops only while subscribers do not keep up.
    ///
    /// # Errors
    /// If no device has a subscriber.
    pub async fn stream(&self, count: u64, per_second: NonZeroU32) -> Result<Burst, String> {
        self.world.burst(count, Some(per_second)).await
    }

    /// A new API key of the first Homey with these scopes, as its owner makes one.
    pub fn new_api_key(&self, scopes: &[&str]) -> String {
        self.world.new_api_key(scopes)
    }

    /// When the session of a bearer token ends by the clock of the Homeys, which newer Homeys do not
    /// report; `None` for an API key and for an unknown token.
    pub fn session_end(&self, token: &str) -> Option<Timestamp> {
        self.world.session_end(token)
    }

    /// Makes tokens refused from now on.
    pub fn expire(&self, what: Expire) {
        self.world.expire(what);
    }

    /// Returns to the initial state: no sign-ins, no faults, no counts, the clock unmoved, the home as built.
    /// Addresses, account and Homeys stay the same.
    ///
    /// # Errors
    /// Only if the built-in key is broken.
    pub fn reset(&self) -> io::Result<()> {
        self.world.reset()
    }

    /// Every secret that was issued, and the credentials of the account: tests check that logs, errors and
    /// files do not contain them.
    pub fn secrets(&self) -> Vec<String> {
        self.world.secrets()
    }
}

impl Builder {
    /// Starts the emulator, which accepts requests when this returns.
    ///
    /// # Errors
    /// If the port is taken.
    pub async fn start(self) -> io::Result<Emulator> {
        let listener = server::bind(self.0.address).await?;
        let url = format!("http://{}", listener.local_addr()?);
        let world = Arc::new(World::new(self.0, url)?);
        let server = Server::start(listener, Arc::clone(&world));
        Ok(Emulator { world, _server: Some(server) })
    }

    /// Builds an emulator without a listener, which only [`Emulator::call`] reaches: for tests in one
    /// process with simulated time. Nothing answers at its addresses.
    ///
    /// # Errors
    /// Only if the built-in key is broken.
    pub fn unserved(self) -> io::Result<Emulator> {
        let world = Arc::new(World::new(self.0, UNSERVED.to_owned())?);
        Ok(Emulator { world, _server: None })
    }
}
