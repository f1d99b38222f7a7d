//! Series for tests.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::scale::{Numbers, Scale};
use crate::series::{Point, Series};

/// Values an hour apart from midnight on, up to the end of the last of them.
pub(crate) fn hours(values: &[Option<f64>]) -> Series {
    let start: Timestamp = "2026-01-30T00:00:00Z".parse().unwrap();
    let hour = SignedDuration::from_hours(1);
    let at = |index: usize| start + hour * i32::try_from(index).unwrap();
    Series {
        title: "Temperature".to_owned(),
        source: "Garden/Weather station".to_owned(),
        resolution: "last24Hours".to_owned(),
        scale: Scale::Number(Numbers::new(Some("°C"), 1)),
        points: values
            .iter()
            .enumerate()
            .map(|(index, value)| Point { at: at(index), value: *value })
            .collect(),
        step: hour,
        start,
        end: at(values.len()),
        zone: TimeZone::UTC,
    }
}
