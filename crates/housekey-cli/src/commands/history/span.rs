//! From when to when.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::context::Context;
use crate::error::{Failure, Outcome};

/// How far back is read where nothing is said.
const DAY: SignedDuration = SignedDuration::from_hours(24);

// A time. A doc comment would replace the help of the command that takes it.
#[derive(Debug, clap::Args)]
pub(super) struct SpanArgs {
    /// From this time on: RFC 3339, or a date
    #[arg(long, value_name = "TIME", conflicts_with = "last")]
    from: Option<String>,
    /// Until this time, which is not part of it
    #[arg(long, value_name = "TIME")]
    to: Option<String>,
    /// The last stretch of time, such as 24h or 30d
    #[arg(long, value_name = "LENGTH", value_parser = length)]
    last: Option<SignedDuration>,
}

/// `90s`, `24h`, `30d`, `2w`.
fn length(text: &str) -> Result<SignedDuration, String> {
    let days = |text: &str, days: i64| {
        let count = text.trim().parse::<i64>().ok().filter(|count| (1..=36_600).contains(count));
        count.map(|count| SignedDuration::from_hours(24 * days * count))
    };
    let long = match text.strip_suffix('d') {
        Some(count) => days(count, 1),
        None => text.strip_suffix('w').and_then(|count| days(count, 7)),
    };
    match long {
        Some(length) => Ok(length),
        None => crate::duration::parse(text),
    }
}

impl SpanArgs {
    /// The beginning and the end in UTC milliseconds; the last day where nothing is said.
    pub(super) fn window(&self, zone: &TimeZone, context: &Context) -> Outcome<(i64, i64)> {
        let (from, to) = self.bounds(zone)?;
        let to = to.unwrap_or_else(|| context.clock.now().as_millisecond());
        let back = self.last.unwrap_or(DAY);
        let back = i64::try_from(back.as_millis()).unwrap_or(i64::MAX);
        let from = from.unwrap_or_else(|| to.saturating_sub(back));
        if to <= from {
            return Err(Failure::usage("the time ends before it begins")
                .hint("`--from` is the earlier one"));
        }
        Ok((from, to))
    }

    /// The same where nothing said means everything.
    pub(super) fn all(&self, zone: &TimeZone, context: &Context) -> Outcome<(i64, i64)> {
        if self.last.is_some() {
            return self.window(zone, context);
        }
        let (from, to) = self.bounds(zone)?;
        Ok((from.unwrap_or(i64::MIN), to.unwrap_or(i64::MAX)))
    }

    fn bounds(&self, zone: &TimeZone) -> Outcome<(Option<i64>, Option<i64>)> {
        let read = |text: &Option<String>| text.as_deref().map(|text| time(text, zone)).transpose();
        Ok((read(&self.from)?, read(&self.to)?))
    }
}

/// RFC 3339, a local time, or a date, which is its midnight.
fn time(text: &str, zone: &TimeZone) -> Outcome<i64> {
    let instant = text.parse::<Timestamp>().ok();
    let local = || {
        let civil = text.parse::<jiff::civil::DateTime>().ok()?;
        Some(civil.to_zoned(zone.clone()).ok()?.timestamp())
    };
    let date = || {
        let date = text.parse::<jiff::civil::Date>().ok()?;
        Some(date.to_zoned(zone.clone()).ok()?.timestamp())
    };
    let found = instant.or_else(local).or_else(date).map(Timestamp::as_millisecond);
    found.ok_or_else(|| {
        Failure::usage(format!("\"{text}\" is no time"))
            .hint("write it as 2026-11-30T12:00:00Z or 2026-11-30")
    })
}
