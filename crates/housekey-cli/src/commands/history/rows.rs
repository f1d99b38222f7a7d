//! Readings as JSON, CSV, a table and a chart.

use csv::{Terminator, WriterBuilder};
use housekey::model::Measure;
use housekey_chart::{Numbers, Point, Scale};
use housekey_history::query::Reading;
use housekey_history::reading::{Function, Query, Row, RowValue};
use housekey_history::series::Series;
use housekey_history::step::Step;
use housekey_history::value::{Value, ValueType};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value as Json, json};

use crate::context::Context;
use crate::error::{Failure, Outcome};
use crate::output::table::Table;
use crate::output::terminal::one_line;

/// The reading of one series.
pub(super) struct SeriesReading<'s> {
    pub(super) series: &'s Series,
    pub(super) reading: Reading,
    pub(super) query: Query,
}

impl SeriesReading<'_> {
    fn is_raw(&self) -> bool {
        self.query.step == Step::Raw
    }

    /// The unit of the values: of energy kWh, of states none.
    fn unit(&self) -> Option<String> {
        let unit = self.series.unit.clone();
        match self.query.function {
            Function::States if !self.is_raw() => None,
            Function::Integral if !self.is_raw() => {
                let hours =
                    |unit: String| if unit == "W" { "kWh".to_owned() } else { format!("{unit}h") };
                Some(unit.map_or_else(|| "h".to_owned(), hours))
            }
            _ => unit,
        }
    }

    /// Whether each value is an amount of its step, which adds up with others.
    fn is_amount(&self) -> bool {
        !self.is_raw() && matches!(self.query.function, Function::Inc | Function::Integral)
    }

    /// How people read the numbers: as in lists.
    fn measure(&self) -> Measure {
        Measure::of_id(&self.series.key.key, self.unit().as_deref(), self.series.decimals)
    }
}

pub(super) fn instant(t: i64) -> Timestamp {
    Timestamp::from_millisecond(t).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// One series: its rows. Several: all rows, each with its device and capability.
pub(super) fn json(answers: &[SeriesReading<'_>]) -> Json {
    let several = answers.len() > 1;
    let row = |answer: &SeriesReading<'_>, row: &Row| {
        let (time, value) = (instant(row.t).to_string(), row.value.json());
        if several {
            let (device, capability) = (answer.series.place(), &answer.series.key.key);
            json!({ "time": time, "device": device, "capability": capability, "value": value })
        } else {
            json!({ "time": time, "value": value })
        }
    };
    let rows = answers
        .iter()
        .flat_map(|answer| answer.reading.rows.iter().map(move |one| row(answer, one)));
    Json::Array(rows.collect())
}

pub(super) fn value_text(value: &RowValue) -> String {
    match value {
        RowValue::Value(Value::Unknown) => String::new(),
        RowValue::Value(Value::Truth(truth)) => u8::from(*truth).to_string(),
        RowValue::Value(Value::Number(number)) => number.to_string(),
        RowValue::Value(Value::Text(text)) => text.to_string(),
        RowValue::States(states) => {
            let share = |(state, share): (&String, &f64)| format!("{state}={share}");
            states.iter().map(share).collect::<Vec<_>>().join(" ")
        }
    }
}

/// RFC 4180, as `insights get` has it, with the series where there are several.
pub(super) fn csv(answers: &[SeriesReading<'_>]) -> Outcome<Vec<u8>> {
    let failed = |error: &(dyn std::error::Error + 'static)| {
        Failure::failed("cannot write the values as CSV").because(error)
    };
    let mut writer = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(Vec::new());
    let several = answers.len() > 1;
    let head: &[&str] = match several {
        true => &["time", "device", "capability", "value", "unit"],
        false => &["time", "value", "unit"],
    };
    writer.write_record(head).map_err(|error| failed(&error))?;
    for answer in answers {
        let (unit, place) = (answer.unit().unwrap_or_default(), answer.series.place());
        for row in &answer.reading.rows {
            let (time, value) = (instant(row.t).to_string(), value_text(&row.value));
            let record: &[&str] = match several {
                true => &[&time, &place, &answer.series.key.key, &value, &unit],
                false => &[&time, &value, &unit],
            };
            writer.write_record(record).map_err(|error| failed(&error))?;
        }
    }
    writer.into_inner().map_err(|error| failed(error.error()))
}

/// A table for each series.
pub(super) fn text(answers: &[SeriesReading<'_>], context: &Context) -> String {
    let mut text = String::new();
    for answer in answers {
        let zone = &answer.query.zone;
        let what = match answer.is_raw() {
            true => "every change".to_owned(),
            false => format!("{} of {}", answer.query.function, answer.query.step),
        };
        let head = format!(
            "{}  {}  {what}  times of {}",
            answer.series.place(),
            answer.series.title(),
            zone.iana_name().unwrap_or("UTC"),
        );
        if !text.is_empty() {
            text.push('\n');
        }
        text += &(one_line(&head) + "\n\n");
        let mut table = Table::new(["time", "value"]);
        for row in &answer.reading.rows {
            let at = instant(row.t).to_zoned(zone.clone());
            table.row([at.strftime("%Y-%m-%d %H:%M:%S").to_string(), shown(answer, &row.value)]);
        }
        text += &context.out.render(table);
    }
    text
}

/// A value as people read it.
fn shown(answer: &SeriesReading<'_>, value: &RowValue) -> String {
    match value {
        RowValue::Value(Value::Unknown) => "-".to_owned(),
        RowValue::Value(Value::Truth(truth)) => if *truth { "yes" } else { "no" }.to_owned(),
        RowValue::Value(Value::Text(text)) => text.to_string(),
        RowValue::Value(Value::Number(number)) => answer.measure().text(*number),
        RowValue::States(states) => {
            let share = |(state, share): (&String, &f64)| format!("{state} {:.0} %", share * 100.0);
            states.iter().map(share).collect::<Vec<_>>().join(", ")
        }
    }
}

/// The reading as a chart. Raw values hold until the next one.
pub(super) fn chart(answer: &SeriesReading<'_>) -> housekey_chart::Series {
    let SeriesReading { series, reading, query } = answer;
    let measure = answer.measure();
    let number = |row: &Row| row.value.number().map(|number| measure.scaled(number));
    let scale = match (series.key.value_type, query.function) {
        (ValueType::Boolean, Function::Mean | Function::States | Function::Last) => {
            Scale::Truth { yes: "yes".to_owned(), no: "no".to_owned() }
        }
        _ => {
            let measure = measure.clone();
            let numbers = Numbers::new(measure.unit(), 2);
            let numbers = if answer.is_amount() { numbers.as_bars() } else { numbers };
            Scale::Number(numbers.with_text(move |value| measure.scaled_text(value)))
        }
    };
    let rows = &reading.rows;
    let (points, step) = match query.step {
        Step::Raw => {
            // As steps that a chart of equal steps can draw.
            let step = ((query.to - query.from) / 500).max(1000);
            let mut points = Vec::new();
            let mut at = query.from;
            let mut next = 0;
            while at < query.to {
                while next < rows.len() && rows[next].t <= at {
                    next += 1;
                }
                let value = next.checked_sub(1).and_then(|last| number(&rows[last]));
                points.push(Point { at: instant(at), value });
                at += step;
            }
            (points, step)
        }
        step => {
            let point = |row: &Row| Point { at: instant(row.t), value: number(row) };
            (rows.iter().map(point).collect(), step.length())
        }
    };
    let start = points.first().map_or(instant(query.from), |point: &Point| point.at);
    let end = match (points.last(), query.step) {
        // The last bar is as wide as the others.
        (Some(last), of) if answer.is_amount() => {
            instant(of.next(last.at.as_millisecond(), &query.zone))
        }
        _ => instant(query.to),
    };
    housekey_chart::Series {
        title: series.title().to_owned(),
        source: series.place(),
        resolution: match query.step {
            Step::Raw => String::new(),
            step => format!("{} of {step}", query.function),
        },
        scale,
        points,
        step: SignedDuration::from_millis(step),
        start: start.min(end),
        end,
        zone: query.zone.clone(),
    }
}
