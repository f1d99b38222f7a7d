//! Patterns of values: each capability has one, which gives its value at any time, past or present, as a
//! function of the seed and of what was written.
//!
//! The household goes by a clock that knows no summer time, which is close to going by the sun and
//! keeps every day 24 hours long.

use std::f64::consts::TAU;

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::ids::Seed;

/// A constant value in a table.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Constant {
    /// No value yet, as of something that cannot be read.
    Null,
    Truth(bool),
    Number(f64),
    Text(&'static str),
}

impl Constant {
    pub(crate) fn value(self) -> Value {
        match self {
            Self::Null => Value::Null,
            Self::Truth(truth) => truth.into(),
            Self::Number(number) => super::value::number(number),
            Self::Text(text) => text.into(),
        }
    }
}

/// Hours of a day, `(from, to)`; `to` above 24 reaches into the next morning. In order, and not
/// touching each other by less than an hour, since every day shifts them a little.
pub(crate) type Hours = &'static [(f64, f64)];

/// How a value changes without writes.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Pattern {
    /// Stays as it was last written.
    Kept,
    /// The household's routine: one value in the hours, another outside.
    Routine { hours: Hours, inside: Constant, outside: Constant },
    /// True for some minutes now and then within the hours; `chance` is for each quarter of an hour.
    Bursts { hours: Hours, chance: f64 },
    /// One of the texts, for `minutes` each.
    Rotation { texts: &'static [&'static str], minutes: i64 },
    /// Swings siblings a mean once a day, highest at `peak` o'clock, with noise.
    Daily { mean: f64, swing: f64, peak: f64, noise: f64 },
    /// The air outside: 10 degrees on average, warm in July, cool at night.
    Outdoor,
    /// Heads for the device's own `target_temperature`.
    Heading,
    /// Daylight times a factor, clouds included.
    Sunlight { full: f64, dark: f64 },
    /// What the device draws, in W: by its `onoff` and `dim` if it has them.
    Draw { off: f64, on: f64 },
    /// Rises all day long, by `daily` each day, from `start` at the beginning of 2026.
    Meter { start: f64, daily: f64 },
    /// Falls from 100 to 5 in `days`, then the battery is replaced.
    Battery { days: i64 },
}

/// A value and since when it has been so.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Sample {
    pub(crate) value: Value,
    pub(crate) since: Timestamp,
}

/// A point in time as the household sees it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Moment {
    pub(crate) at: Timestamp,
    /// Days since 1970.
    day: i64,
    /// From 0 to under 24.
    hour: f64,
}

const DAY_S: i64 = 86_400;
/// East of Greenwich, in seconds.
const OFFSET_S: i64 = 3_600;
/// 2026-01-01 in days since 1970: where meters start.
const METER_DAY: i64 = 20_454;

impl Moment {
    pub(crate) fn at(at: Timestamp) -> Self {
        let local = at.as_second().saturating_add(OFFSET_S);
        let hour = local.rem_euclid(DAY_S) as f64 / 3600.0;
        Self { at, day: local.div_euclid(DAY_S), hour }
    }

    /// The start of the latest slot of that length, counted with an offset of its own for each
    /// thing, so that not all sensors report in the same second.
    fn slot(self, length_s: i64, phase: f64) -> (i64, Timestamp) {
        let shift = (phase * length_s as f64) as i64;
        let number = (self.at.as_second() - shift).div_euclid(length_s);
        let start = number * length_s + shift;
        (number, Timestamp::from_second(start).unwrap_or(self.at))
    }

    fn instant(self, day: i64, hour: f64) -> Timestamp {
        let second = day * DAY_S - OFFSET_S + (hour * 3600.0) as i64;
        Timestamp::from_second(second).unwrap_or(self.at)
    }

    /// How high the sun stands, from 0 (night) to 1 (noon in June).
    pub(crate) fn sun(self) -> f64 {
        let season = ((self.day % 365) as f64 - 172.0) / 365.0 * TAU;
        let day_length = 12.2 + 4.4 * season.cos();
        let from_noon = (self.hour - 12.6).abs();
        if from_noon >= day_length / 2.0 {
            return 0.0;
        }
        (from_noon / day_length * std::f64::consts::PI).cos() * (0.65 + 0.35 * season.cos())
    }
}

/// The other capabilities of the device of a pattern.
pub(crate) trait Siblings {
    /// The value of another capability of the device at a time, if it has it.
    fn other(&self, capability: &str, moment: Moment) -> Option<Sample>;
}

/// The value at a moment, before rounding; `None` where the pattern leaves it as written.
pub(crate) fn sample(
    pattern: Pattern,
    seed: &Seed,
    thing: u64,
    moment: Moment,
    siblings: &dyn Siblings,
) -> Option<Sample> {
    let phase = seed.noise(thing, -1);
    let slotted = |length_s: i64, value: &dyn Fn(Moment, i64) -> f64| {
        let (number, since) = moment.slot(length_s, phase);
        let value = super::value::number(value(Moment::at(since), number));
        Some(Sample { value, since })
    };
    match pattern {
        Pattern::Kept => None,
        Pattern::Routine { hours, inside, outside } => {
            let (inside_now, since) = routine(hours, seed, thing, moment);
            Some(Sample { value: if inside_now { inside } else { outside }.value(), since })
        }
        Pattern::Bursts { hours, chance } => Some(bursts(hours, chance, seed, thing, moment)),
        Pattern::Rotation { texts, minutes } => {
            let (number, since) = moment.slot(minutes * 60, phase);
            let pick = seed.noise(thing, number) * texts.len() as f64;
            let value = texts.get(pick as usize).copied().unwrap_or_default();
            Some(Sample { value: value.into(), since })
        }
        Pattern::Daily { mean, swing, peak, noise } => slotted(300, &|at, slot| {
            let wave = ((at.hour - peak) / 24.0 * TAU).cos();
            mean + swing * wave + noise * (seed.noise(thing, slot) - 0.5)
        }),
        Pattern::Outdoor => slotted(600, &|at, _| outdoor(seed, at)),
        Pattern::Heading => {
            let (slot, since) = moment.slot(300, phase);
            let at = Moment::at(since);
            let target = siblings.other("target_temperature", at)?;
            let before =
                Moment::at(target.since.saturating_sub(SignedDuration::from_secs(1)).ok()?);
            let aim = target.value.as_f64()?;
            let was = siblings.other("target_temperature", before)?.value.as_f64()?;
            let hours = since.duration_since(target.since).as_secs_f64() / 3600.0;
            // A room takes about an hour and a half for two thirds of the way.
            let value = aim + (was - aim) * (-hours / 1.5).exp();
            let wobble = 0.4 * (seed.noise(thing, slot) - 0.5);
            Some(Sample { value: super::value::number(value + wobble), since })
        }
        Pattern::Sunlight { full, dark } => slotted(60, &|at, slot| {
            let clouds = 0.35 + 0.65 * seed.noise(1, at.day * 8 + (at.hour / 3.0) as i64);
            let flicker = 0.95 + 0.1 * seed.noise(thing, slot);
            dark + full * at.sun() * clouds * flicker
        }),
        Pattern::Draw { off, on } => {
            let (slot, slot_since) = moment.slot(60, phase);
            let switch = siblings.other("onoff", moment);
            let level = siblings.other("dim", moment);
            let is_on = switch.as_ref().is_none_or(|sample| sample.value == true);
            let share = level.as_ref().and_then(|sample| sample.value.as_f64()).unwrap_or(1.0);
            let flicker = 0.97 + 0.06 * seed.noise(thing, slot);
            let value = if is_on { off + (on - off) * share * flicker } else { off };
            let since = [switch, level].into_iter().flatten().map(|sample| sample.since);
            Some(Sample {
                value: super::value::number(value),
                since: since.fold(slot_since, Timestamp::max),
            })
        }
        Pattern::Meter { start, daily } => slotted(300, &|at, _| {
            // More in the evening than at night: the hours' weight runs from 0 to 1 over the day.
            let share = at.hour / 24.0 - 0.1 * (at.hour / 24.0 * TAU).sin();
            (start + daily * ((at.day - METER_DAY) as f64 + share)).max(0.0)
        }),
        Pattern::Battery { days } => slotted(4 * 3600, &|at, _| {
            let age = (at.day + (phase * days as f64) as i64).rem_euclid(days) as f64 / days as f64;
            (100.0 - 95.0 * age).floor()
        }),
    }
}

/// Whether the moment is inside the hours, and since when it has been in or out.
fn routine(hours: Hours, seed: &Seed, thing: u64, moment: Moment) -> (bool, Timestamp) {
    let mut last = (false, Timestamp::MIN);
    // The day before yesterday is the earliest that can still matter: hours end before 36.
    for day in moment.day - 2..=moment.day {
        for (index, (from, to)) in hours.iter().enumerate() {
            let shift = |which: i64| {
                let slot = (day * 16 + index.cast_signed() as i64) * 2 + which;
                0.4 * (seed.noise(thing, slot) - 0.5)
            };
            for (hour, inside) in [(from + shift(0), true), (to + shift(1), false)] {
                let instant = moment.instant(day, hour);
                if instant <= moment.at && instant >= last.1 {
                    last = (inside, instant);
                }
            }
        }
    }
    last
}

fn bursts(hours: Hours, chance: f64, seed: &Seed, thing: u64, moment: Moment) -> Sample {
    const SLOT_S: i64 = 900;
    let (number, start) = moment.slot(SLOT_S, seed.noise(thing, -1));
    let burst = |number: i64, start: Timestamp| -> Option<(Timestamp, Timestamp)> {
        let at = Moment::at(start);
        let awake = hours.iter().any(|(from, to)| {
            (*from..*to).contains(&at.hour) || (*from..*to).contains(&(at.hour + 24.0))
        });
        let drawn = seed.noise(thing, number);
        if !awake || drawn >= chance {
            return None;
        }
        let length = 60 + (drawn / chance * 300.0) as i64;
        let begin = start.as_second() + (seed.noise(thing ^ 1, number) * 400.0) as i64;
        Some((Timestamp::from_second(begin).ok()?, Timestamp::from_second(begin + length).ok()?))
    };
    let mut slot = (number, start);
    // The latest end of a burst is not long ago by day; a night is bridged in a bounded search.
    for _ in 0..64 {
        match burst(slot.0, slot.1) {
            Some((_, end)) if end <= moment.at => {
                return Sample { value: false.into(), since: end };
            }
            Some((begin, _)) if begin <= moment.at => {
                return Sample { value: true.into(), since: begin };
            }
            _ => {}
        }
        let Ok(before) = Timestamp::from_second(slot.1.as_second() - SLOT_S) else { break };
        slot = (slot.0 - 1, before);
    }
    Sample { value: false.into(), since: slot.1 }
}

/// Degrees Celsius outside.
pub(crate) fn outdoor(seed: &Seed, at: Moment) -> f64 {
    let season = ((at.day % 365) as f64 - 200.0) / 365.0 * TAU;
    let daily = ((at.hour - 15.0) / 24.0 * TAU).cos();
    // Weather comes in spells of three days, blended so that there is no jump.
    let spell = (at.day as f64 + at.hour / 24.0) / 3.0;
    let (number, part) = (spell.floor() as i64, spell.fract());
    let blend = seed.noise(2, number) * (1.0 - part) + seed.noise(2, number + 1) * part;
    10.0 + 8.5 * season.cos() + 3.5 * daily + 6.0 * (blend - 0.5)
}
