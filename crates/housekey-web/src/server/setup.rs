//! Reads the set-up of a home, for flows in words.

use housekey::{Error, Homey};
use housekey_backup::{Part, read};

use crate::view::flow::FlowSetup;

/// The parts that flows refer to, or that refer to what flows do.
const PARTS: [Part; 11] = [
    Part::Apps,
    Part::Users,
    Part::Zones,
    Part::Folders,
    Part::Variables,
    Part::Devices,
    Part::Moods,
    Part::Flows,
    Part::AdvancedFlows,
    Part::Alarms,
    Part::Dashboards,
];

/// Reads what flows are about.
pub(super) async fn read(homey: Homey, title: String) -> Result<FlowSetup, Error> {
    let (home, cards) =
        tokio::try_join!(read::parts(&homey, &title, &PARTS, |_| ()), read::cards(&homey),)?;
    Ok(FlowSetup::new(home, cards))
}
