//! The clock that times are shown on: that of the home, unless `TZ` sets another.

use jiff::tz::TimeZone;

use crate::context::{Context, Target};
use crate::env::TZ;

/// The time zone of the home; UTC where the Homey sends none that is known, or the token may not read it,
/// which is noted. Times show the zone they are in.
pub(crate) async fn zone(target: &Target, context: &Context) -> TimeZone {
    if context.env.raw(&TZ).is_some() {
        return TimeZone::system();
    }
    match target.homey.system().get_info().await {
        Ok(system) => {
            let name = system.timezone.text();
            name.and_then(|name| TimeZone::get(name).ok()).unwrap_or(TimeZone::UTC)
        }
        Err(error) => {
            context
                .out
                .note(&format!("Times are in UTC, for the home's time zone is not known: {error}"));
            TimeZone::UTC
        }
    }
}
