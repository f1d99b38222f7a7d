//! The functions of gh's templates.

use std::sync::Arc;

use gotmpl::{FuncMap, TemplateError, Value};
use housekey::clock::SharedClock;
use housekey::model::Time;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize as _;
use unicode_width::UnicodeWidthChar as _;
use unicode_width::UnicodeWidthStr as _;

use super::layout;
use super::rows::Rows;
use crate::output::ink::Ink;

/// What a function returns.
type Answer = Result<Value, TemplateError>;

/// All functions; `tablerow` fills the rows.
pub(super) fn all(rows: Rows, zone: TimeZone, clock: SharedClock) -> FuncMap {
    let mut all = FuncMap::new();
    let mut add = |name: &'static str, count: usize, function: Function| {
        let checked = move |arguments: &[Value]| match arguments.len() == count {
            true => function(arguments),
            false => Err(TemplateError::ArgCount {
                name: name.to_owned(),
                expected: count,
                got: arguments.len(),
            }),
        };
        all.insert(name.to_owned(), Arc::new(checked));
    };
    add("join", 2, Box::new(|of| Ok(text(join(&of[0], list(&of[1])?)))));
    add("pluck", 2, Box::new(|of| pluck(&of[0], list(&of[1])?)));
    add("truncate", 2, Box::new(|of| truncate(&of[0], &of[1])));
    for name in ["color", "autocolor"] {
        add(name, 2, Box::new(|of| color(&of[0], &of[1])));
    }
    add(
        "timeago",
        1,
        Box::new(move |of| {
            let at = time(&of[0])?;
            Ok(text(ago(clock.now().duration_since(at))))
        }),
    );
    add(
        "timefmt",
        2,
        Box::new(move |of| {
            let at = time(&of[1])?.to_zoned(zone.clone());
            layout::format(&of[0].to_string(), &at).map(text).map_err(TemplateError::Exec)
        }),
    );
    let table = rows.clone();
    add("tablerender", 0, Box::new(move |_| Ok(text(table.render()))));
    // It takes any number of cells.
    let row = move |cells: &[Value]| {
        rows.add(cells.iter().map(shown).collect());
        Ok(text(""))
    };
    all.insert("tablerow".to_owned(), Arc::new(row));
    all
}

type Function = Box<dyn Fn(&[Value]) -> Answer + Send + Sync>;

fn text(text: impl Into<Arc<str>>) -> Value {
    Value::String(text.into())
}

/// A value as a cell; nothing where there is none.
fn shown(value: &Value) -> String {
    if matches!(value, Value::Nil) { String::new() } else { value.to_string() }
}

fn mismatch(expected: &'static str, value: &Value) -> TemplateError {
    TemplateError::TypeMismatch { expected, got: value.type_name() }
}

/// The items of a list; none of `null`.
fn list(value: &Value) -> Result<&[Value], TemplateError> {
    match value {
        Value::List(items) => Ok(items),
        Value::Nil => Ok(&[]),
        other => Err(mismatch("list", other)),
    }
}

fn join(separator: &Value, items: &[Value]) -> String {
    items.iter().map(shown).collect::<Vec<_>>().join(&separator.to_string())
}

/// The field of that name of each item.
fn pluck(name: &Value, items: &[Value]) -> Answer {
    let name = name.as_str().ok_or_else(|| mismatch("string", name))?;
    let field = |item: &Value| match item {
        Value::Map(fields) => Ok(fields.get(name).cloned().unwrap_or(Value::Nil)),
        other => Err(mismatch("map", other)),
    };
    Ok(Value::List(items.iter().map(field).collect::<Result<_, _>>()?))
}

/// The text in at most that many columns; what is cut off ends with three dots where they fit.
fn truncate(columns: &Value, value: &Value) -> Answer {
    let most = columns.as_int().ok_or_else(|| mismatch("int", columns))?;
    let most = usize::try_from(most).unwrap_or_default();
    let whole = shown(value);
    if whole.width() <= most {
        return Ok(text(whole));
    }
    let dots = if most >= 5 { "..." } else { "" };
    let mut kept = String::new();
    for letter in whole.chars() {
        if kept.width() + letter.width().unwrap_or_default() + dots.len() > most {
            break;
        }
        kept.push(letter);
    }
    Ok(text(kept + dots))
}

/// The text in a style, where it is printed to a terminal with styles.
fn color(style: &Value, value: &Value) -> Answer {
    let ink = match style.to_string().as_str() {
        "red" => Ink::Red,
        "green" => Ink::Green,
        "cyan" => Ink::Cyan,
        "grey" | "gray" | "black+h" => Ink::Grey,
        "bold" | "default+b" => Ink::Bold,
        "red+b" => Ink::BoldRed,
        "cyan+b" => Ink::BoldCyan,
        "grey+b" | "gray+b" | "black+hb" => Ink::BoldGrey,
        "dim" | "default+d" => Ink::Dim,
        other => {
            let known = "red, green, cyan, grey, bold, dim, red+b, cyan+b and grey+b";
            return Err(TemplateError::Exec(format!(
                "there is no colour `{other}`: there are {known}"
            )));
        }
    };
    Ok(text(format!("{ink}{}{ink:#}", shown(value))))
}

/// A point in time as the Homey writes it: a text, or a number of seconds or milliseconds.
fn time(value: &Value) -> Result<Timestamp, TemplateError> {
    let json = match value {
        Value::Int(number) => serde_json::json!(number),
        Value::Float(number) => serde_json::json!(number),
        other => serde_json::json!(other.as_str().ok_or_else(|| mismatch("time", other))?),
    };
    let time = Time::deserialize(json).ok().and_then(|time| time.timestamp());
    time.ok_or_else(|| TemplateError::Exec(format!("`{value}` is no time")))
}

/// `about 3 hours ago`, in the words of gh.
fn ago(since: SignedDuration) -> String {
    let about = |count: i64, unit: &str| {
        format!("about {count} {unit}{} ago", if count == 1 { "" } else { "s" })
    };
    let hours = since.as_hours();
    match (since.as_mins(), hours, hours / 24) {
        (..1, ..) => "less than a minute ago".to_owned(),
        (minutes @ ..60, ..) => about(minutes, "minute"),
        (_, hours @ ..24, _) => about(hours, "hour"),
        (.., days @ ..30) => about(days, "day"),
        (.., days @ ..365) => about(days / 30, "month"),
        (.., days) => about(days / 365, "year"),
    }
}
