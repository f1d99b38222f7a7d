//! Paths of endpoint lists that are no operations: the roots of some managers, and reminders.

use serde_json::Value;

use super::{ManagerGeolocation, ManagerI18n, ManagerMobile, ManagerPresence};
use crate::Homey;
use crate::client::RawCall;
use crate::error::Error;

macro_rules! roots {
    ($($manager:ident $path:literal;)+) => {$(
        impl $manager<'_> {
            #[doc = concat!("Reads the root of the manager, `GET /api/manager/", $path, "/`. The shape of the answer is")]
            /// not known; it may be a refusal.
            ///
            /// # Errors
            /// As [`Homey::raw_as`].
            pub async fn root(self) -> Result<Value, Error> {
                read(self.0, $path).await
            }
        }
    )+};
}

roots! {
    ManagerGeolocation "geolocation";
    ManagerI18n "i18n";
    ManagerMobile "mobile";
    ManagerPresence "presence";
}

/// Reminders, which only old firmware has: no specification of today has the manager.
#[derive(Debug, Clone, Copy)]
pub struct ManagerReminder<'a>(&'a Homey);

impl ManagerReminder<'_> {
    /// All reminders, by a raw call of `/api/manager/reminder/reminder`, as an old client of the vendor made it:
    /// objects by id with `name`, `date`, `trigger` and `action`. Newer firmware refuses.
    ///
    /// # Errors
    /// As [`Homey::raw_as`].
    pub async fn get_reminders(self) -> Result<Value, Error> {
        read(self.0, "reminder/reminder").await
    }
}

impl Homey {
    /// Reminders (old firmware only).
    pub fn reminder(&self) -> ManagerReminder<'_> {
        ManagerReminder(self)
    }
}

/// Reads a path below `/api/manager/`.
async fn read(homey: &Homey, path: &str) -> Result<Value, Error> {
    homey.raw_as(&RawCall::get(format!("/api/manager/{path}/"))).await
}
