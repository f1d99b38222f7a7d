//! Rows of an export: CSV in the long form, JSON lines, Influx lines, OpenMetrics, Parquet.

#[cfg(feature = "parquet")]
mod parquet;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io;
use std::str::FromStr;

use jiff::Timestamp;
use serde_json::json;

use crate::import::item_text;
use crate::series::Series;
use crate::value::{Point, Value};

/// The form of an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExportFormat {
    /// CSV in the long form, which can be imported again.
    Csv,
    /// A JSON object a line.
    Jsonl,
    /// The line protocol of InfluxDB.
    Influx,
    /// OpenMetrics, with times.
    OpenMetrics,
    /// Parquet, with the columns of the CSV.
    #[cfg(feature = "parquet")]
    Parquet,
}

/// The text is no form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoFormat {
    /// It is not known.
    #[error("there is csv, jsonl, influx, openmetrics and parquet")]
    Unknown,
    /// Parquet was not built in.
    #[error("this build has no Parquet: it needs the cargo feature `parquet`")]
    NotBuilt,
}

impl FromStr for ExportFormat {
    type Err = NoFormat;

    fn from_str(text: &str) -> Result<Self, NoFormat> {
        match text {
            "csv" => Ok(Self::Csv),
            "jsonl" => Ok(Self::Jsonl),
            "influx" => Ok(Self::Influx),
            "openmetrics" => Ok(Self::OpenMetrics),
            #[cfg(feature = "parquet")]
            "parquet" => Ok(Self::Parquet),
            #[cfg(not(feature = "parquet"))]
            "parquet" => Err(NoFormat::NotBuilt),
            _ => Err(NoFormat::Unknown),
        }
    }
}

impl ExportFormat {
    /// The content type over HTTP.
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::Jsonl => "application/jsonl; charset=utf-8",
            Self::Influx => "text/plain; charset=utf-8",
            Self::OpenMetrics => "application/openmetrics-text; version=1.0.0; charset=utf-8",
            #[cfg(feature = "parquet")]
            Self::Parquet => "application/vnd.apache.parquet",
        }
    }

    /// Whether it is lines of text.
    pub const fn is_text(self) -> bool {
        match self {
            Self::Csv | Self::Jsonl | Self::Influx | Self::OpenMetrics => true,
            #[cfg(feature = "parquet")]
            Self::Parquet => false,
        }
    }

    /// The text before all rows.
    pub const fn head(self) -> &'static str {
        match self {
            Self::Csv => "time,homey,device_id,device,zone,capability,unit,value,text\n",
            Self::OpenMetrics => {
                "# TYPE homey_value gauge\n# HELP homey_value Recorded value of a capability.\n"
            }
            _ => "",
        }
    }

    /// The text after them.
    const fn tail(self) -> &'static str {
        match self {
            Self::OpenMetrics => "# EOF\n",
            _ => "",
        }
    }
}

/// An export on its way: rows go in, bytes come out.
#[derive(Debug)]
pub struct ExportWriter {
    format: ExportFormat,
    homey: String,
    text: String,
    #[cfg(feature = "parquet")]
    file: Option<parquet::ParquetFile>,
}

impl ExportWriter {
    /// An export of the home of that short name, without rows.
    ///
    /// # Errors
    /// None for lines of text.
    pub fn new(format: ExportFormat, homey: &str) -> io::Result<Self> {
        Ok(Self {
            format,
            homey: homey.to_owned(),
            text: format.head().to_owned(),
            #[cfg(feature = "parquet")]
            file: match format {
                ExportFormat::Parquet => Some(parquet::ParquetFile::new(homey)?),
                _ => None,
            },
        })
    }

    /// Adds the row of a point; nothing where the form has none for it. Rows come by series and time.
    ///
    /// # Errors
    /// None for lines of text.
    pub fn row(&mut self, series: &Series, point: &Point) -> io::Result<()> {
        let (out, homey) = (&mut self.text, &*self.homey);
        // Writing to memory does not fail.
        let _ = match self.format {
            ExportFormat::Csv => csv_row(out, homey, series, point),
            ExportFormat::Jsonl => jsonl_row(out, homey, series, point),
            ExportFormat::Influx => influx_row(out, homey, series, point),
            ExportFormat::OpenMetrics => openmetrics_row(out, homey, series, point),
            #[cfg(feature = "parquet")]
            ExportFormat::Parquet => {
                self.file.as_mut().map_or(Ok(()), |file| file.row(series, point))?;
                Ok(())
            }
        };
        Ok(())
    }

    /// The bytes that are ready since the last call.
    ///
    /// # Errors
    /// None for lines of text.
    pub fn take(&mut self) -> io::Result<Vec<u8>> {
        #[cfg(feature = "parquet")]
        if let Some(file) = &mut self.file {
            return file.take();
        }
        Ok(std::mem::take(&mut self.text).into_bytes())
    }

    /// The bytes that are left, with the end of the form.
    ///
    /// # Errors
    /// None for lines of text.
    pub fn finish(mut self) -> io::Result<Vec<u8>> {
        #[cfg(feature = "parquet")]
        if let Some(file) = self.file {
            return Ok(file.finish()?);
        }
        self.text += self.format.tail();
        Ok(self.text.into_bytes())
    }
}

/// RFC 3339 in UTC, to the millisecond.
pub fn time_text(t: i64) -> String {
    Timestamp::from_millisecond(t).map_or_else(|_| t.to_string(), |time| format!("{time:.3}"))
}

fn csv_row(out: &mut String, homey: &str, series: &Series, point: &Point) -> std::fmt::Result {
    let (value, text) = match &point.v {
        Value::Unknown => (String::new(), ""),
        Value::Truth(truth) => (u8::from(*truth).to_string(), ""),
        Value::Number(number) => (number.to_string(), ""),
        Value::Text(text) => (String::new(), &**text),
    };
    let item = item_text(&series.key);
    let unit = series.unit.as_deref().unwrap_or_default();
    let names = &series.names;
    write!(out, "{}", time_text(point.t))?;
    for field in [homey, &item, &names.device, &names.zone, &series.key.key, unit, &value, text] {
        out.push(',');
        quote(out, field);
    }
    out.push('\n');
    Ok(())
}

fn quote(out: &mut String, field: &str) {
    let plain = field.trim() == field && !field.contains([',', '"', '\n', '\r']);
    if plain {
        out.push_str(field);
    } else {
        out.push('"');
        out.push_str(&field.replace('"', "\"\""));
        out.push('"');
    }
}

fn jsonl_row(out: &mut String, homey: &str, series: &Series, point: &Point) -> std::fmt::Result {
    let row = json!({
        "time": time_text(point.t),
        "homey": homey,
        "device_id": item_text(&series.key),
        "device": series.names.device,
        "zone": series.names.zone,
        "capability": series.key.key,
        "unit": series.unit,
        "value": point.v.json(),
    });
    writeln!(out, "{row}")
}

fn tags(homey: &str, series: &Series) -> BTreeMap<&'static str, String> {
    let names = &series.names;
    BTreeMap::from([
        ("homey", homey.to_owned()),
        ("device_id", item_text(&series.key)),
        ("device", names.device.clone()),
        ("zone", names.zone.clone()),
        ("capability", series.key.key.clone()),
        ("unit", series.unit.clone().unwrap_or_default()),
    ])
}

fn influx_row(out: &mut String, homey: &str, series: &Series, point: &Point) -> std::fmt::Result {
    let field = match &point.v {
        Value::Unknown => return Ok(()),
        Value::Truth(truth) => format!("value={}", u8::from(*truth)),
        Value::Number(number) => format!("value={number}"),
        Value::Text(text) => {
            let text = text.replace('\\', "\\\\").replace('"', "\\\"").replace(['\n', '\r'], " ");
            format!("text=\"{text}\"")
        }
    };
    out.push_str("homey");
    for (name, value) in tags(homey, series) {
        // A tag may not be empty, nor end with a backslash.
        let value = value.replace(['\n', '\r', '\\'], " ");
        if value.trim().is_empty() {
            continue;
        }
        write!(out, ",{name}=")?;
        for c in value.trim().chars() {
            if matches!(c, ',' | '=' | ' ') {
                out.push('\\');
            }
            out.push(c);
        }
    }
    writeln!(out, " {field} {}", i128::from(point.t) * 1_000_000)
}

fn openmetrics_row(
    out: &mut String,
    homey: &str,
    series: &Series,
    point: &Point,
) -> std::fmt::Result {
    let Some(number) = point.v.as_number() else { return Ok(()) };
    out.push_str("homey_value{");
    let mut first = true;
    for (name, value) in tags(homey, series) {
        if value.is_empty() {
            continue;
        }
        let value = value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
        write!(out, "{}{name}=\"{value}\"", if first { "" } else { "," })?;
        first = false;
    }
    writeln!(out, "}} {number} {}.{:03}", point.t.div_euclid(1000), point.t.rem_euclid(1000))
}
