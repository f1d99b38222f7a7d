//! Entries as rows: for spreadsheets, and for people.

use csv::{Terminator, WriterBuilder};
use housekey::model::{Log, LogEntries, Measure};
use housekey_chart::Series;

use crate::error::{Failure, Outcome};
use crate::output::table::Table;

/// The entries as RFC 4180 has it, each with its time in UTC, its value, and the unit of the value, which
/// is that of all other forms: a share of one is written in per cent. One without a value has an empty
/// field, and so has a value without a unit.
pub(super) fn csv(entries: &LogEntries, log: &Log, measure: &Measure) -> Outcome<Vec<u8>> {
    let mut writer = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(Vec::new());
    let failed = |error: &(dyn std::error::Error + 'static)| {
        Failure::failed("cannot write the values as CSV").because(error)
    };
    let is_boolean = log.kind.text() == Some("boolean");
    let unit = measure.unit().filter(|_| !is_boolean).unwrap_or_default();
    writer.write_record(["time", "value", "unit"]).map_err(|error| failed(&error))?;
    for (at, value) in entries.points() {
        let value = value.map_or_else(String::new, |value| measure.scaled(value).to_string());
        writer.write_record([&*at.to_string(), &value, unit]).map_err(|error| failed(&error))?;
    }
    writer.into_inner().map_err(|error| failed(error.error()))
}

/// The values as people read them, at the time of the home.
pub(super) fn table(series: &Series) -> Table {
    let mut table = Table::new(["time", "value"]);
    for point in &series.points {
        let at = point.at.to_zoned(series.zone.clone());
        let value = point.value.map_or_else(|| "-".to_owned(), |value| series.scale.text(value));
        table.row([at.strftime("%Y-%m-%d %H:%M:%S").to_string(), value]);
    }
    table
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn lines_end_as_the_standard_has_it_and_gaps_are_empty() {
        let entries = json!({"values": [
            {"t": "2026-01-30T00:00:00.000Z", "v": 21.4}, {"t": "2026-01-30T01:05:00+01:00", "v": null},
            {"t": 1_769_731_800_500_u64, "v": true},
        ]});
        let entries = serde_json::from_value(entries).unwrap();
        for (log, want) in [
            (
                json!({"id": "measure_temperature", "units": "°C"}),
                "time,value,unit\r\n2026-01-30T00:00:00Z,21.4,°C\r\n2026-01-30T00:05:00Z,,°C\r\n2026-01-30T00:10:00.5Z,1,°C\r\n",
            ),
            (
                json!({"id": "dim", "units": "%"}),
                "time,value,unit\r\n2026-01-30T00:00:00Z,2140,%\r\n2026-01-30T00:05:00Z,,%\r\n2026-01-30T00:10:00.5Z,100,%\r\n",
            ),
            (
                json!({"id": "onoff", "type": "boolean", "units": null}),
                "time,value,unit\r\n2026-01-30T00:00:00Z,21.4,\r\n2026-01-30T00:05:00Z,,\r\n2026-01-30T00:10:00.5Z,1,\r\n",
            ),
        ] {
            let log: Log = serde_json::from_value(log).unwrap();
            let text = csv(&entries, &log, &Measure::of_log(&log, None)).unwrap();
            assert_eq!(String::from_utf8(text).unwrap(), want);
        }
        let log: Log = serde_json::from_value(json!({"id": "dim"})).unwrap();
        let nothing = serde_json::from_value(json!({})).unwrap();
        let nothing = csv(&nothing, &log, &Measure::default()).unwrap();
        assert_eq!(nothing, b"time,value,unit\r\n");
    }
}
