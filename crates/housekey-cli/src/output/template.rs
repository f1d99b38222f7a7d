//! `--template`: renders JSON with a template of Go's `text/template`, inside the process.
//!
//! The language is that of the crate gotmpl, a port without unsafe code that limits nesting, calls, turns of `range` and
//! the width of `printf`, and returns errors where others panic. The functions beside those of Go are those of gh, the
//! command line of GitHub; `hyperlink` is left out, since data of others would lead the terminal to any address.

mod functions;
mod layout;
mod rows;

use std::fmt;

use gotmpl::Value as TemplateValue;
use housekey::clock::SharedClock;
use jiff::tz::TimeZone;
use serde::{Deserialize as _, Deserializer};
use serde_json::Value;

use self::rows::Rows;
use crate::error::{Failure, Outcome};

/// How often all `range` of a run may go around.
const MOST_ITERATIONS: u64 = 1_000_000;

/// How long a text may become, in bytes.
const LONGEST: usize = 64 << 20;

/// A template that was understood.
pub(crate) struct Template {
    parsed: gotmpl::Template,
    rows: Rows,
}

impl Template {
    /// Reads a template, whose functions show times in the zone.
    ///
    /// # Errors
    /// Usage, with the place that was not understood.
    pub(crate) fn parse(code: &str, zone: TimeZone, clock: SharedClock) -> Outcome<Self> {
        let rows = Rows::default();
        let template = gotmpl::Template::new("").max_range_iters(MOST_ITERATIONS);
        let template = template.funcs(functions::all(rows.clone(), zone, clock));
        let parsed = template.parse(code).map_err(|error| {
            Failure::usage(format!("--template is not understood: {error}"))
                .hint("the language is that of Go, as in `--template '{{range .}}{{.name}}{{\"\\n\"}}{{end}}'`")
        })?;
        Ok(Self { parsed, rows })
    }

    /// The text that the template makes of a value, with the rows of its table behind it that are not in it
    /// yet; it ends with an end of line.
    ///
    /// # Errors
    /// Failed, when the template does not fit the value.
    pub(crate) fn text<'de, D: Deserializer<'de>>(&self, value: D) -> Outcome<String> {
        let failed = |why: &dyn fmt::Display| Failure::failed(format!("--template failed: {why}"));
        let value = Value::deserialize(value).map_err(|error| failed(&error))?;
        let mut text = Limited(String::new());
        let outcome = self.parsed.execute_fmt(&mut text, &of_json(value));
        let table = self.rows.render();
        outcome.map_err(|error| failed(&error))?;
        let mut text = text.0 + &table;
        if !text.is_empty() && !text.ends_with('\n') {
            text.push('\n');
        }
        Ok(text)
    }
}

/// A text up to a length.
struct Limited(String);

impl fmt::Write for Limited {
    fn write_str(&mut self, more: &str) -> fmt::Result {
        if self.0.len() + more.len() > LONGEST {
            return Err(fmt::Error);
        }
        self.0.push_str(more);
        Ok(())
    }
}

/// Whole numbers stay whole: Go would print a large one with an exponent.
fn of_json(value: Value) -> TemplateValue {
    match value {
        Value::Null => TemplateValue::Nil,
        Value::Bool(yes) => TemplateValue::Bool(yes),
        Value::Number(number) => match (number.as_i64(), number.as_u64()) {
            (Some(whole), _) => TemplateValue::Int(whole),
            (None, Some(whole)) => TemplateValue::Uint(whole),
            (None, None) => TemplateValue::Float(number.as_f64().unwrap_or(f64::NAN)),
        },
        Value::String(text) => TemplateValue::String(text.into()),
        Value::Array(items) => TemplateValue::List(items.into_iter().map(of_json).collect()),
        Value::Object(fields) => {
            let fields = fields.into_iter().map(|(name, value)| (name.into(), of_json(value)));
            TemplateValue::Map(fields.collect::<std::collections::BTreeMap<_, _>>().into())
        }
    }
}

#[cfg(test)]
mod tests;
