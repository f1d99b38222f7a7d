//! What the pages show of the past: recorded series that the visitor may see, as charts.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::stream;
use housekey::mirror::Home;
use housekey::model::{Device, Measure};
use housekey_chart::{Numbers, Point, Scale, Series};
use http::request::Parts;
use jiff::{SignedDuration, Timestamp};
use tokio::time::timeout;

use super::place::Place;
use super::recorded::Recorded;
use crate::page::energy::{Past, Used};
use crate::page::history::DevicePast;
use crate::rights::May;
use crate::view::energy;
use crate::view::history::{Range, RecordedSeries, Values, Window};
use crate::view::when::Now;

/// How long reading may take.
const READING: Duration = Duration::from_secs(10);

/// How many series one chart has at most.
pub(super) const MAX_CHOSEN: usize = 6;

/// How many series are read at once.
const AT_ONCE: usize = 4;

/// A visitor's request to a Homey.
pub(super) struct Visitor<'a> {
    pub(super) place: &'a Arc<Place>,
    pub(super) head: &'a Parts,
    pub(super) may: May,
}

/// The recorded series that a visitor may see.
pub(super) struct Records {
    recorded: Arc<dyn Recorded>,
    pub(super) series: Vec<RecordedSeries>,
}

impl Records {
    /// `Ok(None)` where nothing is recorded.
    pub(super) async fn of(visitor: &Visitor<'_>) -> Result<Option<Self>, String> {
        let Some(recorded) = &visitor.place.homey.recorded else { return Ok(None) };
        let series = visitor.place.run(recorded.series());
        let series = timeout(READING, series).await.map_err(|_| TOO_SLOW)?;
        let may = visitor.may;
        let mut series = series.unwrap_or_else(|| Ok(Vec::new()))?;
        series.retain(|one| match one.kind.as_str() {
            "device" => may.sees.devices,
            "variable" => may.sees_variables,
            "zone" => may.sees.zones,
            "user" => may.sees.people,
            _ => true,
        });
        Ok(Some(Self { recorded: recorded.clone(), series }))
    }

    /// The values of series, as their charts show them; those that cannot be read are left out.
    async fn read(
        &self,
        visitor: &Visitor<'_>,
        wanted: Vec<(RecordedSeries, Window)>,
    ) -> Vec<(RecordedSeries, Window, Vec<Point>)> {
        let reads = wanted.into_iter().map(|(one, window)| {
            let values = visitor.place.run(self.recorded.values(&one, window));
            async move {
                match timeout(READING, values).await {
                    Ok(Some(Ok(points))) => Some((one, window, points)),
                    _ => None,
                }
            }
        });
        // Collected, since the futures of a lazy iterator are not known to be `Send`.
        let reads: Vec<_> = reads.collect();
        let read: Vec<_> = stream::iter(reads).buffered(AT_ONCE).collect().await;
        read.into_iter().flatten().collect()
    }

    /// The charts of those series.
    pub(super) async fn charts(
        &self,
        visitor: &Visitor<'_>,
        home: &Home,
        chosen: &[i64],
        range: Range,
    ) -> Vec<Series> {
        let now = visitor.place.now();
        let found = chosen.iter().filter_map(|id| self.series.iter().find(|one| one.id == *id));
        let wanted = found
            .filter(|one| one.has_chart())
            .take(MAX_CHOSEN)
            .map(|one| (one.clone(), range.window(now.at, one.values == Values::Meter)));
        let read = self.read(visitor, wanted.collect()).await;
        read.into_iter()
            .map(|(one, window, points)| scaled(one, home, points, window, &now))
            .collect()
    }
}

const TOO_SLOW: &str = "reading took too long";

/// In the unit that people see: 40 % and not 0.4.
fn scaled(
    mut one: RecordedSeries,
    home: &Home,
    mut points: Vec<Point>,
    window: Window,
    now: &Now,
) -> Series {
    if one.kind == "device"
        && one.values != Values::Truth
        && let Some(device) = home.get::<Device>(&one.item)
        && let Some(capability) = device.capability(&one.capability)
    {
        let measure = Measure::of_capability(capability);
        for point in &mut points {
            point.value = point.value.map(|value| measure.scaled(value));
        }
        one.unit = measure.unit().map(str::to_owned);
        one.title = crate::view::phrase::title(capability);
    }
    one.chart(points, window, now)
}

/// The past of a device: the chart that the address names, or that of its first measurement.
pub(super) async fn of_device(
    visitor: &Visitor<'_>,
    home: &Home,
    device: &str,
) -> Option<DevicePast> {
    let records = Records::of(visitor).await.ok()??;
    let is_of =
        |one: &&RecordedSeries| one.kind == "device" && one.item == device && one.has_chart();
    let mut series: Vec<_> = records.series.iter().filter(is_of).cloned().collect();
    series.sort_by_key(|one| match one.capability.as_str() {
        "measure_temperature" => 0,
        "measure_power" => 1,
        other if other.starts_with("measure_") => 2,
        _ if one.values == Values::Truth => 4,
        _ => 3,
    });
    let wanted = super::request::query(visitor.head, "chart");
    let named = series.iter().find(|one| Some(&one.capability) == wanted.as_ref());
    let chosen = named.or_else(|| series.first())?.clone();
    let range = Range::of(super::request::query(visitor.head, "range").as_deref());
    let charts = records.charts(visitor, home, &[chosen.id], range).await;
    let device = device.to_owned();
    Some(DevicePast { device, series, chosen: chosen.capability, range, charts })
}

/// How much was used today, in a week and in a month.
pub(super) async fn energy(visitor: &Visitor<'_>, home: &Home) -> Past {
    if !visitor.may.sees_history {
        return Past::Hidden;
    }
    let records = match Records::of(visitor).await {
        Ok(Some(records)) => records,
        Ok(None) => return Past::Unknown(None),
        Err(why) => return Past::Unknown(Some(why)),
    };
    let meters: Vec<_> = energy::meters(home, &records.series).into_iter().cloned().collect();
    if meters.is_empty() {
        return Past::Known(Vec::new());
    }
    let now = visitor.place.now();
    let today = now.day();
    let start = |days: i64| {
        let day = today.saturating_sub(jiff::Span::new().days(days));
        day.to_zoned(now.zone.clone()).map_or(now.at, |start| start.timestamp())
    };
    let hour = SignedDuration::from_hours(1);
    let spans = [
        ("Today by hour", Window { from: start(0), to: now.at, step: hour }),
        ("7 days", Window { from: start(6), to: now.at, step: hour * 24 }),
        ("30 days", Window { from: start(29), to: now.at, step: hour * 24 }),
    ];
    let mut all = Vec::new();
    for (title, window) in spans {
        let wanted = meters.iter().map(|one| (one.clone(), window)).collect();
        let read = records.read(visitor, wanted).await;
        all.push(used(title, window, start(-1), read, &now));
    }
    Past::Known(all)
}

fn used(
    title: &'static str,
    window: Window,
    end: Timestamp,
    read: Vec<(RecordedSeries, Window, Vec<Point>)>,
    now: &Now,
) -> Used {
    let mut sums: BTreeMap<Timestamp, f64> = BTreeMap::new();
    let mut devices: HashMap<String, f64> = HashMap::new();
    for (series, _, points) in read {
        for point in points {
            let Some(value) = point.value else { continue };
            *sums.entry(point.at).or_default() += value;
            *devices.entry(series.place()).or_default() += value;
        }
    }
    let mut devices: Vec<_> = devices.into_iter().filter(|(_, used)| *used > 0.0).collect();
    devices.sort_by(|(a, one), (b, other)| other.total_cmp(one).then_with(|| a.cmp(b)));
    Used {
        title,
        total: sums.values().sum(),
        devices,
        bars: Series {
            title: title.to_owned(),
            source: String::new(),
            resolution: String::new(),
            scale: Scale::Number(Numbers::new(Some("kWh"), 2)),
            points: sums.into_iter().map(|(at, value)| Point { at, value: Some(value) }).collect(),
            step: window.step,
            start: window.from,
            end,
            zone: now.zone.clone(),
        },
    }
}
