//! The options of an emulator, and their builder.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use housekey::catalogue::Dialect;
use housekey::clock::{SharedClock, SystemClock};
use jiff::SignedDuration;

use crate::hub_options::HomeKind;
use crate::model::Model;
use crate::quirk::{Quirk, Quirks};

/// Everything that can be chosen before the start.
#[derive(Debug, Clone)]
pub(crate) struct Options {
    pub(crate) address: SocketAddr,
    pub(crate) homeys: usize,
    pub(crate) home: HomeKind,
    pub(crate) devices: usize,
    pub(crate) model: Model,
    pub(crate) otp: bool,
    pub(crate) access_life: SignedDuration,
    pub(crate) session_life: SignedDuration,
    pub(crate) refresh_reuse_window: SignedDuration,
    /// `None` for the usual home, whose new items have other ids in each run.
    pub(crate) seed: Option<u64>,
    pub(crate) quirks: Quirks,
    pub(crate) clock: SharedClock,
}

impl Options {
    /// The seed of what is there at the start.
    pub(crate) fn seed(&self) -> u64 {
        self.seed.unwrap_or(1)
    }
}

/// Sets up an [`Emulator`](crate::Emulator); made by [`Emulator::builder`](crate::Emulator::builder).
#[derive(Debug, Clone)]
#[must_use = "nothing runs before `start` or `unserved`"]
pub struct Builder(pub(crate) Options);

impl Builder {
    pub(crate) fn new() -> Self {
        Self(Options {
            address: (Ipv4Addr::LOCALHOST, 0).into(),
            homeys: 1,
            home: HomeKind::Family,
            devices: 30,
            model: Model::Pro2023,
            otp: false,
            access_life: SignedDuration::from_secs(3660),
            session_life: SignedDuration::from_hours(24),
            refresh_reuse_window: SignedDuration::from_secs(10),
            seed: None,
            quirks: Quirks::new(),
            clock: SystemClock::shared(),
        })
    }

    /// The TCP port; 0, the default, takes a free one.
    pub fn port(mut self, port: u16) -> Self {
        self.0.address.set_port(port);
        self
    }

    /// Listens on `::1` in place of `127.0.0.1`.
    pub fn ipv6(mut self) -> Self {
        self.0.address.set_ip(IpAddr::V6(Ipv6Addr::LOCALHOST));
        self
    }

    /// How many Homeys the account has: 1 by default, at least 1.
    pub fn homeys(mut self, homeys: usize) -> Self {
        self.0.homeys = homeys.max(1);
        self
    }

    /// Which home each Homey has; that of a family by default.
    pub fn home(mut self, home: HomeKind) -> Self {
        self.0.home = home;
        self
    }

    /// How many devices each Homey has; 30 by default, and at least 120 in a messy home.
    pub fn devices(mut self, devices: usize) -> Self {
        self.0.devices = devices;
        self
    }

    /// The dialect of the Homeys; `local` by default.
    pub fn dialect(self, dialect: Dialect) -> Self {
        self.model(Model::of(dialect))
    }

    /// The model of the Homeys, which determines their dialect; a Homey Pro of 2023 by default.
    pub fn model(mut self, model: Model) -> Self {
        self.0.model = model;
        self
    }

    /// Whether the account wants a two-factor code at sign-in; off by default.
    /// [`Emulator::otp_code`](crate::Emulator::otp_code) returns the current one.
    pub fn otp(mut self, otp: bool) -> Self {
        self.0.otp = otp;
        self
    }

    /// How long an access token of the cloud is taken; 3660 s by default, as at the real one.
    pub fn access_life(mut self, life: SignedDuration) -> Self {
        self.0.access_life = life;
        self
    }

    /// How long a session token of a Homey is taken; 24 h by default, as measured on a real one.
    pub fn session_life(mut self, life: SignedDuration) -> Self {
        self.0.session_life = life;
        self
    }

    /// How long a refresh token that was just replaced is answered with the same new pair, for the
    /// client that lost the answer. 10 s by default (inferred); zero never does.
    pub fn refresh_reuse_window(mut self, window: SignedDuration) -> Self {
        self.0.refresh_reuse_window = window;
        self
    }

    /// The seed of all ids, names, tokens and values; 1 by default. Items that are created while it runs have
    /// the same ids in each run only with a seed that is given here.
    pub fn seed(mut self, seed: u64) -> Self {
        self.0.seed = Some(seed);
        self
    }

    /// Whether the user consented earlier, so that the redirect with the code comes at once.
    pub fn consent_given(self, given: bool) -> Self {
        self.quirk(Quirk::ConsentGiven, given)
    }

    /// Switches a quirk of the sites on or off; all are off by default.
    pub fn quirk(mut self, quirk: Quirk, on: bool) -> Self {
        if on {
            self.0.quirks.insert(quirk);
        } else {
            self.0.quirks.remove(&quirk);
        }
        self
    }

    /// The clock that the emulator's own runs on with; the system's by default.
    pub fn clock(mut self, clock: SharedClock) -> Self {
        self.0.clock = clock;
        self
    }
}
