//! The page of energy as HTML.

use housekey_chart::{Series, bars_for_page};
use maud::{Markup, PreEscaped, html};

use super::chart::not_recorded;
use super::frame::{empty, encoded, symbol};
use crate::view::energy::{EnergyNow, Use, power};
use crate::view::icon::Icon;

/// How much was used in one span of time.
pub(crate) struct Used {
    /// `Today by hour`.
    pub(crate) title: &'static str,
    /// The use, a value for each bar.
    pub(crate) bars: Series,
    /// In all, in kWh.
    pub(crate) total: f64,
    /// The devices that used most, each with kWh.
    pub(crate) devices: Vec<(String, f64)>,
}

/// What is known of the past.
pub(crate) enum Past {
    /// Nothing is recorded, or it cannot be read.
    Unknown(Option<String>),
    /// The sign-in may not read it.
    Hidden,
    Known(Vec<Used>),
}

/// The page.
pub(crate) fn energy(now: &EnergyNow, past: &Past) -> Markup {
    html! {
        h1 { "Energy" }
        (self::now(now))
        @match past {
            Past::Hidden => {}
            Past::Unknown(why) => section.zone { (not_recorded(why.as_deref())) },
            Past::Known(all) if all.is_empty() => section.zone {
                p.calm { "No meter of this home has been recorded yet." }
            },
            Past::Known(all) => div.columns { @for one in all { (used(one)) } },
        }
    }
}

/// What flows now.
pub(crate) fn now(now: &EnergyNow) -> Markup {
    html! {
        div #energy-now {
            @if now.uses.is_empty() && now.sources.is_empty() && now.whole.is_none() {
                (empty(Icon::Meter, "Nothing measures power", "Devices that measure power appear here, the largest first."))
            } @else {
                div.totals {
                    p.total { small { "Now" } strong { (power(now.total())) } }
                    @if !now.sources.is_empty() {
                        p.total.gives {
                            small { "From the sun" }
                            strong { (power(now.sources.iter().map(|one| one.watts).sum())) }
                        }
                    }
                }
                @if now.sources.iter().any(|one| one.watts >= 1.0) { section.zone { div.head { h2 { "Sources" } } (list(&now.sources)) } }
                section.zone {
                    div.head {
                        h2 { "Devices" }
                        span.summary { (now.uses.iter().filter(|one| one.watts >= 1.0).count()) " in use" }
                    }
                    (list(&now.uses))
                }
            }
        }
    }
}

fn list(uses: &[Use]) -> Markup {
    let (large, small): (Vec<&Use>, Vec<&Use>) = uses.iter().partition(|one| one.watts >= 1.0);
    html! {
        @if !large.is_empty() { ul.rows.meters { @for one in &large { (meter(one)) } } }
        @if !small.is_empty() {
            details.settings {
                summary { (symbol(Icon::Chevron)) (small.len()) " below 1 W" }
                ul.rows.meters { @for one in &small { (meter(one)) } }
            }
        }
    }
}

fn meter(one: &Use) -> Markup {
    html! {
        li.row {
            span.title {
                a href=(format!("device/{}", encoded(&one.device))) { bdi { (one.name) } }
                @if let Some(zone) = &one.zone { " " small { bdi { (zone) } } }
            }
            span.value { (power(one.watts)) }
            svg.share viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true" {
                rect width=(one.share) height="1" {}
            }
        }
    }
}

fn used(used: &Used) -> Markup {
    html! {
        figure.chart-card {
            figcaption {
                ul.legend { li { strong { (used.title) } span.figures { (kwh(used.total)) " in all" } } }
            }
            (PreEscaped(bars_for_page(&used.bars)))
            @if used.devices.len() > 1 {
                ol.most {
                    @for (name, amount) in used.devices.iter().take(5) { li { bdi { (name) } span { (kwh(*amount)) } } }
                }
            }
        }
    }
}

fn kwh(amount: f64) -> String {
    format!("{} kWh", housekey::model::number_text(amount, Some(2)))
}
