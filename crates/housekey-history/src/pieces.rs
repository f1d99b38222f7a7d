//! Recorded values as a step function: each holds until the next one, or until a gap begins.

use std::collections::BTreeMap;

use crate::meter::increase;
use crate::value::{Point, Value};

/// What a window begins with.
#[derive(Debug, Clone, PartialEq)]
pub struct Carried {
    /// The value that holds at its beginning.
    pub value: Value,
    /// The last known number before, from which an increase is counted, whatever was unknown since.
    pub reading: Option<f64>,
    /// Whether there was anything before.
    pub exists: bool,
}

/// The figures of one bucket.
#[derive(Debug, Clone, PartialEq)]
pub struct Bucket {
    /// Where it begins.
    pub t: i64,
    /// The smallest number that held in it.
    pub min: Option<f64>,
    /// The largest.
    pub max: Option<f64>,
    /// The mean, weighted by time.
    pub mean: Option<f64>,
    /// The value at its end.
    pub last: Value,
    /// The increase of a meter.
    pub inc: Option<f64>,
    /// How many points it has.
    pub n: u32,
    /// How much of its time the value is known.
    pub ms: i64,
    /// The number times the hours for which it held.
    pub integral: Option<f64>,
}

/// The share of time of each state in a bucket that begins at that time.
pub type States = (i64, BTreeMap<String, f64>);

/// A point or a piece of time with one value.
enum Part<'a> {
    Point(&'a Point),
    Piece(&'a Value, i64),
}

impl Default for Carried {
    fn default() -> Self {
        Self { value: Value::Unknown, reading: None, exists: false }
    }
}

impl Carried {
    /// Takes a later point.
    pub fn take(&mut self, point: &Point) {
        self.exists = true;
        self.value = point.v.clone();
        if let Some(number) = point.v.as_number()
            && number >= 0.0
        {
            self.reading = Some(number);
        }
    }
}

/// Ends the values where gaps begin: they are known again with the next point.
pub fn with_gaps(points: Vec<Point>, gaps: &[i64]) -> Vec<Point> {
    if gaps.is_empty() {
        return points;
    }
    let mut all = points;
    all.extend(gaps.iter().map(|t| Point { t: *t, v: Value::Unknown }));
    // A gap that begins with a point begins after it.
    all.sort_by_key(|point| point.t);
    all
}

/// The figures of the buckets between the edges; the first and the last are cut to `from` and `to`.
///
/// `carried` is what holds before, and then at the end. `points` are those from `from` on and before `to`, in order. `turn` is the full turn of an angle.
pub fn buckets(
    carried: &mut Carried,
    points: &[Point],
    edges: &[i64],
    (from, to): (i64, i64),
    turn: Option<f64>,
) -> Vec<Bucket> {
    let mut rest = points;
    let mut all = Vec::with_capacity(edges.len().saturating_sub(1));
    for pair in edges.windows(2) {
        let (t, begin, end) = (pair[0], pair[0].max(from), pair[1].min(to));
        let inside = rest.partition_point(|point| point.t < end);
        let (points, later) = rest.split_at(inside);
        rest = later;
        all.push(bucket(t, carried, points, (begin, end), turn));
    }
    all
}

fn bucket(
    t: i64,
    carried: &mut Carried,
    points: &[Point],
    window: (i64, i64),
    turn: Option<f64>,
) -> Bucket {
    let (mut min, mut max) = (f64::INFINITY, f64::NEG_INFINITY);
    let (mut area, mut mean, mut known) = (Sum::default(), Mean::new(turn), 0);
    let (mut inc, mut n) = (None::<Sum>, 0);
    let mut reading = carried.reading;
    let mut note = |number: f64| {
        min = min.min(number);
        max = max.max(number);
    };
    walk(carried, points, window, |part| match part {
        Part::Point(point) => {
            n += 1;
            if let Some(number) = point.v.as_number() {
                note(number);
                let grown = reading.map_or(Some(0.0), |before| increase(before, number));
                if let Some(grown) = grown {
                    inc.get_or_insert_default().add(grown);
                    reading = Some(number);
                }
            }
        }
        Part::Piece(value, ms) => {
            if let Some(number) = value.as_number() {
                note(number);
                known += ms;
                area.add(number * ms as f64);
                mean.add(number, ms as f64);
            }
        }
    });
    let has = min <= max;
    Bucket {
        t,
        min: has.then_some(min),
        max: has.then_some(max),
        mean: (known > 0).then(|| mean.of(area.value(), known as f64)),
        last: carried.value.clone(),
        inc: inc.map(|inc| inc.value()).or((known > 0).then_some(0.0)),
        n,
        ms: known,
        integral: (known > 0).then(|| area.value() / 3_600_000.0),
    }
}

/// The shares of time of each state, of the time that is known.
pub fn states(
    carried: &mut Carried,
    points: &[Point],
    edges: &[i64],
    (from, to): (i64, i64),
) -> Vec<States> {
    let mut rest = points;
    let mut all = Vec::with_capacity(edges.len().saturating_sub(1));
    for pair in edges.windows(2) {
        let window = (pair[0].max(from), pair[1].min(to));
        let (points, later) = rest.split_at(rest.partition_point(|point| point.t < window.1));
        rest = later;
        let mut times: BTreeMap<String, i64> = BTreeMap::new();
        walk(carried, points, window, |part| {
            if let Part::Piece(value, ms) = part
                && let Some(state) = value.state()
            {
                *times.entry(state).or_default() += ms;
            }
        });
        let known: i64 = times.values().sum();
        let share = |(state, ms): (String, i64)| (state, ms as f64 / known as f64);
        all.push((pair[0], times.into_iter().map(share).collect()));
    }
    all
}

/// Calls `visit` with each point of a window, and with each piece of time between them.
fn walk(
    carried: &mut Carried,
    points: &[Point],
    (begin, end): (i64, i64),
    mut visit: impl FnMut(Part<'_>),
) {
    let mut at = begin;
    let held = carried.value.clone();
    let mut value = &held;
    for point in points {
        if point.t > at {
            visit(Part::Piece(value, point.t - at));
            at = point.t;
        }
        value = &point.v;
        visit(Part::Point(point));
        carried.take(point);
    }
    if end > at {
        visit(Part::Piece(value, end - at));
    }
}

/// A sum that loses nothing to rounding worth naming (Neumaier).
#[derive(Debug, Clone, Copy, Default)]
pub struct Sum {
    sum: f64,
    lost: f64,
}

impl Sum {
    /// Adds a number.
    pub fn add(&mut self, number: f64) {
        let sum = self.sum + number;
        self.lost += if self.sum.abs() >= number.abs() {
            (self.sum - sum) + number
        } else {
            (number - sum) + self.sum
        };
        self.sum = sum;
    }

    /// The sum.
    pub fn value(self) -> f64 {
        self.sum + self.lost
    }
}

/// A mean weighted by time: of numbers, or of directions.
#[derive(Debug)]
pub(crate) struct Mean {
    turn: Option<f64>,
    sin: f64,
    cos: f64,
}

impl Mean {
    pub(crate) fn new(turn: Option<f64>) -> Self {
        Self { turn, sin: 0.0, cos: 0.0 }
    }

    pub(crate) fn add(&mut self, number: f64, weight: f64) {
        if let Some(turn) = self.turn {
            let angle = number / turn * std::f64::consts::TAU;
            self.sin += angle.sin() * weight;
            self.cos += angle.cos() * weight;
        }
    }

    /// The mean, given the plain area and the time.
    pub(crate) fn of(&self, area: f64, weight: f64) -> f64 {
        match self.turn {
            Some(turn) => {
                let angle = self.sin.atan2(self.cos) / std::f64::consts::TAU;
                angle.rem_euclid(1.0) * turn
            }
            None => area / weight,
        }
    }
}

#[cfg(test)]
mod tests;
