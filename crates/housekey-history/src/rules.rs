//! What is written for a reported value, and which series are recorded at all.

use std::str::FromStr;

use crate::series::{Names, Owner, SeriesKey};
use crate::step::{DAY, HOUR};
use crate::value::{Point, Value, ValueType};

/// How far ahead of our clock the time of a report may be.
const AHEAD: i64 = 5 * 60 * 1000;

/// The longest text that is kept, in bytes.
pub const MAX_TEXT: usize = 1024;

/// Capabilities that are not recorded unless they are included: texts that change with every song, pictures.
const OFF: [&str; 6] =
    ["speaker_track", "speaker_artist", "speaker_album", "speaker_position", "image", "album_art"];

/// Parts of names behind which people keep secrets.
const SECRET: [&str; 6] = ["pin", "pincode", "code", "password", "secret", "token"];

/// A reported value.
#[derive(Debug, Clone, PartialEq)]
pub struct Incoming {
    /// The value.
    pub value: Value,
    /// When the Homey says that it was reported.
    pub at: Option<i64>,
    /// The time here.
    pub now: i64,
    /// How it was noticed.
    pub source: Noticed,
}

/// How a value was noticed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Noticed {
    /// As it happened.
    Live,
    /// By reading everything: when it changed is not known, unless its time says so.
    Read,
    /// By reading everything after a gap: it is written in any case, since nothing is known before it.
    AfterGap,
}

/// What is written for a report.
#[derive(Debug, Clone, PartialEq)]
pub enum Decision {
    /// Nothing.
    Skip,
    /// A point.
    Write {
        /// The point.
        point: Point,
        /// The time of a point of the same second that it replaces.
        replaces: Option<i64>,
        /// Whether the time of the report was impossible, and that of our clock was taken.
        clock_fault: bool,
    },
}

/// The smallest change of a number that is written.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum DeadBand {
    /// In the unit of the number.
    Absolute(f64),
    /// As a share of the value before.
    Share(f64),
}

/// The text is no dead band.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("write it as \"measure_power = 1%\" or \"Kitchen/Fridge/measure_power = 2\"")]
pub struct NoDeadBand;

/// The dead band of the series that a pattern fits.
#[derive(Debug, Clone, PartialEq)]
pub struct DeadBandRule {
    /// As in [`Selection::exclude`].
    pub pattern: String,
    /// The smallest change.
    pub dead_band: DeadBand,
}

impl FromStr for DeadBandRule {
    type Err = NoDeadBand;

    fn from_str(text: &str) -> Result<Self, NoDeadBand> {
        let (pattern, least) = text.rsplit_once('=').ok_or(NoDeadBand)?;
        let (pattern, least) = (pattern.trim(), least.trim());
        let (number, most) = match least.strip_suffix('%') {
            Some(share) => (share.trim(), 100.0),
            None => (least, f64::MAX),
        };
        let number = number.parse::<f64>().ok().filter(|number| *number > 0.0 && *number <= most);
        let number = number.filter(|_| !pattern.is_empty()).ok_or(NoDeadBand)?;
        let dead_band = match least.ends_with('%') {
            true => DeadBand::Share(number / 100.0),
            false => DeadBand::Absolute(number),
        };
        Ok(Self { pattern: pattern.to_owned(), dead_band })
    }
}

impl DeadBand {
    fn holds(self, before: f64, now: f64) -> bool {
        let least = match self {
            Self::Absolute(least) => least,
            Self::Share(share) => share * before.abs(),
        };
        (now - before).abs() < least
    }
}

/// Decides about a report, given the newest point of its series.
pub fn decide(last: Option<&Point>, report: &Incoming, dead_band: Option<DeadBand>) -> Decision {
    // Of a series that is new, the past before a day is not written: nothing is known of it.
    let last_t = last.map_or(report.now - DAY, |last| last.t);
    let possible = |at: i64| at <= report.now + AHEAD && at >= last_t.saturating_sub(DAY);
    let (t, clock_fault) = match (report.source, report.at) {
        (_, None) => (report.now, false),
        (_, Some(at)) if !possible(at) => (report.now, report.source == Noticed::Live),
        (Noticed::Live, Some(at)) => (at, false),
        (_, Some(at)) if at > last_t => (at, false),
        (_, Some(_)) => (report.now, false),
    };
    let write = |replaces| {
        let point = Point { t, v: report.value.clone() };
        Decision::Write { point, replaces, clock_fault }
    };
    let Some(last) = last else {
        return if report.value.is_known() { write(None) } else { Decision::Skip };
    };
    if report.source == Noticed::AfterGap || t < last.t {
        return write(None);
    }
    match (&last.v, &report.value) {
        (Value::Number(before), Value::Number(now)) => {
            let same = before == now || dead_band.is_some_and(|band| band.holds(*before, *now));
            let same_second = t > last.t && t.div_euclid(1000) == last.t.div_euclid(1000);
            match same {
                // Once an hour, which shows that the sensor lives.
                true if t - last.t >= HOUR => write(None),
                true => Decision::Skip,
                false => write(same_second.then_some(last.t)),
            }
        }
        (before, now) if before == now => Decision::Skip,
        _ => write(None),
    }
}

/// Which series are recorded.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Selection {
    /// Patterns of what is left out: `presence`, `Bedroom/*`, `*/measure_luminance`.
    pub exclude: Vec<String>,
    /// Patterns of what is recorded although it is left out by default.
    pub include: Vec<String>,
    /// Smallest changes of numbers; the first whose pattern fits counts.
    pub dead_bands: Vec<DeadBandRule>,
}

impl Selection {
    /// The smallest change that is written of a series.
    pub fn dead_band(&self, key: &SeriesKey, names: &Names) -> Option<DeadBand> {
        let fits = |rule: &&DeadBandRule| {
            let pattern = rule.pattern.to_lowercase();
            forms(key, names).iter().any(|form| fits(&pattern, form))
        };
        self.dead_bands.iter().find(fits).map(|rule| rule.dead_band)
    }

    /// Whether a series is recorded.
    pub fn admits(&self, key: &SeriesKey, names: &Names) -> bool {
        let matches = |patterns: &[String]| {
            patterns.iter().any(|pattern| {
                forms(key, names).iter().any(|form| fits(&pattern.to_lowercase(), form))
            })
        };
        !matches(&self.exclude) && (!off_by_default(key, names) || matches(&self.include))
    }
}

/// What patterns are compared with, in small letters.
fn forms(key: &SeriesKey, names: &Names) -> Vec<String> {
    let owner = if key.owner == Owner::User { "presence" } else { key.owner.as_str() };
    let mut forms = vec![owner.to_owned(), key.key.clone(), key.item.clone()];
    forms.push(names.device.clone());
    forms.push(format!("{}/{}", names.device, key.key));
    forms.push(format!("{}/{}", key.item, key.key));
    forms.push(format!("{}/{}", names.zone, names.device));
    forms.push(format!("{}/{}/{}", names.zone, names.device, key.key));
    forms.into_iter().map(|form| form.to_lowercase()).collect()
}

/// Whether a text matches a pattern in which `*` stands for any text.
fn fits(pattern: &str, text: &str) -> bool {
    let Some((start, rest)) = pattern.split_once('*') else { return pattern == text };
    let Some(text) = text.strip_prefix(start) else { return false };
    (0..=text.len()).filter(|at| text.is_char_boundary(*at)).any(|at| fits(rest, &text[at..]))
}

/// Personal values, pictures, texts of every song, and what may be a secret.
fn off_by_default(key: &SeriesKey, names: &Names) -> bool {
    if key.owner == Owner::User || OFF.contains(&key.base()) {
        return true;
    }
    let is_text = matches!(key.value_type, ValueType::Text | ValueType::Number);
    let is_own =
        key.owner == Owner::Variable || !KNOWN_PREFIXES.iter().any(|p| key.key.starts_with(p));
    let name = if key.owner == Owner::Variable { &names.device } else { &key.key };
    let mut words = name.split(|c: char| !c.is_alphanumeric()).map(str::to_lowercase);
    is_text && is_own && words.any(|word| SECRET.contains(&&*word))
}

/// How the names of built-in sensors begin: no secret among them.
const KNOWN_PREFIXES: [&str; 3] = ["measure_", "meter_", "alarm_"];

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_764_000_000_000;

    fn number(number: f64) -> Value {
        Value::Number(number)
    }

    /// `skip`, or the time relative to now, what it replaces, and whether the clock was wrong.
    fn outcome(decision: Decision) -> String {
        match decision {
            Decision::Skip => "skip".to_owned(),
            Decision::Write { point, replaces, clock_fault } => {
                let replaces = replaces.map_or(String::new(), |t| format!(" for {}", t - NOW));
                let fault = if clock_fault { " own clock" } else { "" };
                format!("{} {:?}{replaces}{fault}", point.t - NOW, point.v)
            }
        }
    }

    #[test]
    fn what_is_written_for_each_report() {
        use Noticed::{AfterGap, Live, Read};
        let (on, heat) = (Value::Truth(true), Value::Text("heat".into()));
        type Row<'a> = (&'a str, Option<(i64, Value)>, Value, Option<i64>, Noticed, &'a str);
        let rows: &[Row<'_>] = &[
            ("the first", None, number(5.0), Some(-50), Live, "-50 Number(5.0)"),
            ("nothing yet", None, Value::Unknown, Some(-50), Live, "skip"),
            (
                "a new value",
                Some((-9000, number(4.0))),
                number(5.0),
                Some(-50),
                Live,
                "-50 Number(5.0)",
            ),
            (
                "without a time",
                Some((-9000, number(4.0))),
                number(5.0),
                None,
                Live,
                "0 Number(5.0)",
            ),
            ("the same", Some((-9000, number(5.0))), number(5.0), Some(-50), Live, "skip"),
            (
                "the same after an hour",
                Some((-HOUR - 50, number(5.0))),
                number(5.0),
                Some(-50),
                Live,
                "-50 Number(5.0)",
            ),
            (
                "the same truth after an hour",
                Some((-HOUR - 50, on.clone())),
                on.clone(),
                Some(-50),
                Live,
                "skip",
            ),
            (
                "another truth in the same second",
                Some((-60, on.clone())),
                Value::Truth(false),
                Some(-50),
                Live,
                "-50 Truth(false)",
            ),
            (
                "a number in the same second",
                Some((-60, number(4.0))),
                number(5.0),
                Some(-50),
                Live,
                "-50 Number(5.0) for -60",
            ),
            (
                "in the same millisecond",
                Some((-50, number(4.0))),
                number(5.0),
                Some(-50),
                Live,
                "-50 Number(5.0)",
            ),
            (
                "4 min ahead",
                Some((-60, on.clone())),
                heat.clone(),
                Some(240_000),
                Live,
                "240000 Text(\"heat\")",
            ),
            (
                "6 min ahead",
                Some((-9000, number(4.0))),
                number(5.0),
                Some(360_000),
                Live,
                "0 Number(5.0) own clock",
            ),
            (
                "an hour late",
                Some((-60, number(4.0))),
                number(5.0),
                Some(-HOUR),
                Live,
                "-3600000 Number(5.0)",
            ),
            (
                "two days late",
                Some((-9000, number(4.0))),
                number(5.0),
                Some(-2 * DAY),
                Live,
                "0 Number(5.0) own clock",
            ),
            (
                "read, newer",
                Some((-9000, number(4.0))),
                number(5.0),
                Some(-50),
                Read,
                "-50 Number(5.0)",
            ),
            (
                "read, not newer",
                Some((-9000, number(4.0))),
                number(5.0),
                Some(-9000),
                Read,
                "0 Number(5.0)",
            ),
            ("read, the same", Some((-9000, number(5.0))), number(5.0), Some(-9000), Read, "skip"),
            (
                "after a gap, the same",
                Some((-9000, number(5.0))),
                number(5.0),
                Some(-9500),
                AfterGap,
                "0 Number(5.0)",
            ),
            (
                "after a gap, changed in it",
                Some((-9000, number(5.0))),
                number(5.0),
                Some(-70),
                AfterGap,
                "-70 Number(5.0)",
            ),
            ("unknown", Some((-9000, number(5.0))), Value::Unknown, Some(-50), Live, "-50 Unknown"),
            (
                "unknown again",
                Some((-9000, Value::Unknown)),
                Value::Unknown,
                Some(-50),
                Live,
                "skip",
            ),
            (
                "known again",
                Some((-9000, Value::Unknown)),
                number(5.0),
                Some(-50),
                Live,
                "-50 Number(5.0)",
            ),
        ];
        for (name, last, value, at, source, want) in rows {
            let last = last.clone().map(|(t, v)| Point { t: NOW + t, v });
            let at = at.map(|at| NOW + at);
            let report = Incoming { value: value.clone(), at, now: NOW, source: *source };
            assert_eq!(outcome(decide(last.as_ref(), &report, None)), *want, "{name}");
        }
    }

    #[test]
    fn a_dead_band_holds_back_small_changes() {
        let last = Point { t: NOW - 9000, v: number(200.0) };
        let holds = |band, value| {
            let report =
                Incoming { value: number(value), at: None, now: NOW, source: Noticed::Live };
            decide(Some(&last), &report, Some(band)) == Decision::Skip
        };
        assert!(holds(DeadBand::Absolute(1.0), 200.9) && !holds(DeadBand::Absolute(1.0), 201.0));
        assert!(holds(DeadBand::Share(0.01), 198.1) && !holds(DeadBand::Share(0.01), 198.0));
    }

    #[test]
    fn dead_bands_are_read_and_the_first_that_fits_counts() {
        for (text, want) in [
            ("measure_power = 1%", Some(("measure_power", DeadBand::Share(0.01)))),
            ("A=B/*=0.5", Some(("A=B/*", DeadBand::Absolute(0.5)))),
            ("measure_power", None),
            ("= 1", None),
            ("measure_power = 0", None),
            ("measure_power = 101 %", None),
            ("measure_power = NaN", None),
        ] {
            let read = text.parse::<DeadBandRule>().ok();
            let want = want.map(|(pattern, dead_band)| DeadBandRule {
                pattern: pattern.to_owned(),
                dead_band,
            });
            assert_eq!(read, want, "{text}");
        }
        let rules =
            ["Kitchen/Fridge/* = 5", "measure_power = 1%"].map(|text| text.parse().unwrap());
        let selection = Selection { dead_bands: rules.into(), ..Selection::default() };
        let of = |zone: &str, key: &str| {
            let (owner, value_type) = (Owner::Device, ValueType::Number);
            let key = SeriesKey { owner, item: "0f".into(), key: key.into(), value_type };
            let names = Names { device: "Fridge".into(), zone: zone.into(), title: String::new() };
            selection.dead_band(&key, &names)
        };
        assert_eq!(of("Kitchen", "measure_power"), Some(DeadBand::Absolute(5.0)));
        assert_eq!(of("Cellar", "measure_power"), Some(DeadBand::Share(0.01)));
        assert_eq!(of("Cellar", "measure_temperature"), None);
    }

    #[test]
    fn series_that_are_recorded() {
        let selection = |exclude: &[&str], include: &[&str]| {
            let own = |list: &[&str]| list.iter().map(|&one| one.to_owned()).collect();
            let (exclude, include) = (own(exclude), own(include));
            Selection { exclude, include, ..Selection::default() }
        };
        type Row<'a> = (&'a str, Owner, &'a str, ValueType, &'a [&'a str], &'a [&'a str], bool);
        let rows: &[Row<'_>] = &[
            ("Lamp", Owner::Device, "onoff", ValueType::Boolean, &[], &[], true),
            ("Lamp", Owner::Device, "onoff", ValueType::Boolean, &["Bedroom/*"], &[], false),
            ("Lamp", Owner::Device, "onoff", ValueType::Boolean, &["bedroom/lamp"], &[], false),
            ("Lamp", Owner::Device, "onoff", ValueType::Boolean, &["Lamp/onoff"], &[], false),
            ("Lamp", Owner::Device, "onoff", ValueType::Boolean, &["Bed*"], &[], false),
            ("Lamp", Owner::Device, "onoff", ValueType::Boolean, &["Kitchen/*"], &[], true),
            (
                "Lamp",
                Owner::Device,
                "measure_luminance",
                ValueType::Number,
                &["*/measure_luminance"],
                &[],
                false,
            ),
            ("Anna", Owner::User, "present", ValueType::Boolean, &[], &[], false),
            ("Anna", Owner::User, "present", ValueType::Boolean, &[], &["presence"], true),
            ("Radio", Owner::Device, "speaker_track", ValueType::Text, &[], &[], false),
            (
                "Radio",
                Owner::Device,
                "speaker_track",
                ValueType::Text,
                &[],
                &["speaker_track"],
                true,
            ),
            ("Lock", Owner::Device, "guest_code", ValueType::Text, &[], &[], false),
            ("Lock", Owner::Device, "spinning", ValueType::Text, &[], &[], true),
            ("Alarm PIN", Owner::Variable, "value", ValueType::Text, &[], &[], false),
            ("Alarm PIN", Owner::Variable, "value", ValueType::Text, &[], &["Alarm PIN"], true),
            ("Count", Owner::Variable, "value", ValueType::Number, &[], &[], true),
        ];
        for (device, owner, key, value_type, exclude, include, want) in rows {
            let key = SeriesKey {
                owner: *owner,
                item: "0f".to_owned(),
                key: (*key).to_owned(),
                value_type: *value_type,
            };
            let names =
                Names { device: (*device).into(), zone: "Bedroom".into(), title: String::new() };
            assert_eq!(
                selection(exclude, include).admits(&key, &names),
                *want,
                "{key:?} {exclude:?}"
            );
        }
    }
}
