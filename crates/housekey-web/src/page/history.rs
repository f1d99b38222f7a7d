//! The page of history as HTML: recorded series to choose from, and their charts.

use housekey_chart::Series;
use maud::{Markup, html};

use super::chart::{charts, not_recorded, ranges};
use super::frame::{empty, encoded, symbol};
use crate::view::history::{Range, RecordedSeries};
use crate::view::icon::Icon;

/// What a device page shows of its past.
pub(crate) struct DevicePast {
    /// The id of the device.
    pub(crate) device: String,
    /// The series that have a chart.
    pub(crate) series: Vec<RecordedSeries>,
    /// The id of the capability that is drawn.
    pub(crate) chosen: String,
    pub(crate) range: Range,
    pub(crate) charts: Vec<Series>,
}

/// The address of the page with those series.
fn link(chosen: &[i64], range: Range) -> String {
    let chosen: String = chosen.iter().map(|id| format!("series={id}&")).collect();
    format!("history?{chosen}range={}", range.as_str())
}

/// The page.
pub(crate) fn history(
    all: &[RecordedSeries],
    chosen: &[i64],
    range: Range,
    drawn: &[Series],
) -> Markup {
    let places = places(all, chosen);
    html! {
        h1 { "History" }
        form.choose method="get" action="history" {
            @for id in chosen { input type="hidden" name="series" value=(id); }
            input type="hidden" name="range" value=(range.as_str());
            label for="series" { @if chosen.is_empty() { "Show" } @else { "Compare with" } }
            select #series name="series" required {
                option value="" { "Choose a value" }
                @for (place, series) in &places {
                    optgroup label=(place) {
                        @for one in series { option value=(one.id) { (one.title) } }
                    }
                }
            }
            button.chip { (symbol(Icon::Plus)) "Add" }
        }
        @if chosen.is_empty() {
            (empty(Icon::Chart, "Choose a value", "The temperature of a room, the power of a device, a door: everything that is recorded can be drawn, several in one chart."))
        } @else {
            ul.chosen aria-label="Shown" {
                @for one in all.iter().filter(|one| chosen.contains(&one.id)) {
                    @let rest: Vec<i64> = chosen.iter().copied().filter(|id| *id != one.id).collect();
                    li {
                        a.chip href=(link(&rest, range)) aria-label=(format!("Remove {} {}", one.place(), one.title)) {
                            bdi { (one.place()) ": " (one.title) } (symbol(Icon::Close))
                        }
                    }
                }
            }
            div.bar-of-chart {
                (ranges(range, |range| link(chosen, range)))
                a.chip href=(link(chosen, range).replacen("history?", "history.csv?", 1)) download { "CSV" }
            }
            (charts(drawn))
        }
    }
}

/// The page where nothing is recorded, or where it cannot be read.
pub(crate) fn without(why: Option<&str>) -> Markup {
    html! { h1 { "History" } (not_recorded(why)) }
}

/// The series that can still be added, by place.
fn places<'s>(all: &'s [RecordedSeries], chosen: &[i64]) -> Vec<(String, Vec<&'s RecordedSeries>)> {
    let mut left: Vec<_> =
        all.iter().filter(|one| one.has_chart() && !chosen.contains(&one.id)).collect();
    left.sort_by_cached_key(|one| {
        (one.place().to_lowercase(), one.item.clone(), one.title.clone())
    });
    let mut places: Vec<(String, &str, Vec<&RecordedSeries>)> = Vec::new();
    for one in left {
        match places.last_mut() {
            Some((_, item, list)) if *item == one.item => list.push(one),
            _ => places.push((one.place(), &one.item, vec![one])),
        }
    }
    places.into_iter().map(|(place, _, list)| (place, list)).collect()
}

/// The past of a device, below its values.
pub(crate) fn device_past(past: &DevicePast) -> Markup {
    let address = |capability: &str, range: Range| {
        let (device, capability) = (encoded(&past.device), encoded(capability));
        format!("{device}?chart={capability}&range={}#past", range.as_str())
    };
    html! {
        @if !past.series.is_empty() {
            section.zone #past {
                div.head { h2 { "History" } }
                div.bar-of-chart {
                    (ranges(past.range, |range| address(&past.chosen, range)))
                    @if past.series.len() > 1 {
                        nav.choices aria-label="Value" {
                            @for one in &past.series {
                                a.chip href=(address(&one.capability, past.range))
                                    aria-current=[(one.capability == past.chosen).then_some("true")] { bdi { (one.title) } }
                            }
                        }
                    }
                }
                (charts(&past.charts))
                @if let Some(one) = past.series.iter().find(|one| one.capability == past.chosen) {
                    p.more { a href=(format!("../{}", link(&[one.id], past.range))) { "Compare in History" } }
                }
            }
        }
    }
}
