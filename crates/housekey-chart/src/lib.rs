//! Charts of values over time: as an SVG picture ([`svg`]), as part of a page ([`lines_for_page`]) and as text for a terminal ([`plot`]).
//!
//! The crate is pure: a [`Series`] in, text out. It reads no file, clock, environment or network, and
//! imports no other crate of this project.
//!
//! ```
//! use housekey_chart::{Numbers, Point, Scale, Series};
//! use jiff::{SignedDuration, Timestamp, tz::TimeZone};
//!
//! let start: Timestamp = "2026-01-30T00:00:00Z".parse()?;
//! let hour = SignedDuration::from_hours(1);
//! let values = [Some(20.5), Some(21.0), None, Some(19.8)];
//! let series = Series {
//!     title: "Temperature".to_owned(),
//!     source: "Garden/Weather station".to_owned(),
//!     resolution: "lastHours".to_owned(),
//!     scale: Scale::Number(Numbers::new(Some("°C"), 1)),
//!     points: (0..).zip(values).map(|(n, value)| Point { at: start + hour * n, value }).collect(),
//!     step: hour,
//!     start,
//!     end: start + hour * 4,
//!     zone: TimeZone::UTC,
//! };
//! assert!(housekey_chart::svg(&series).starts_with("<svg "));
//! assert!(housekey_chart::plot(&series, 60).to_string().contains("max 21 °C (01:00)"));
//! # Ok::<(), jiff::Error>(())
//! ```

mod canvas;
mod labels;
mod plain_text;
mod scale;
mod series;
mod svg;
mod terminal;
#[cfg(test)]
mod test_series;
mod time_axis;
mod value_axis;

pub use scale::{Numbers, Scale};
pub use series::{Interval, Point, Series, Summary};
pub use svg::{bars_for_page, lines_for_page, svg, svg_of};
pub use terminal::{Line, Plot, Role, Span, plot};
