//! Charts as HTML.

use housekey_chart::{Scale, Series, lines_for_page};
use maud::{Markup, PreEscaped, html};

use crate::view::history::Range;

/// A figure for each unit, with what belongs together on one axis.
pub(crate) fn charts(all: &[Series]) -> Markup {
    let mut groups: Vec<Vec<Series>> = Vec::new();
    for one in all {
        let fits = |group: &&mut Vec<Series>| match (&group[0].scale, &one.scale) {
            (Scale::Number(first), Scale::Number(one)) => first.unit() == one.unit(),
            _ => false,
        };
        match groups.iter_mut().find(fits) {
            Some(group) => group.push(one.clone()),
            None => groups.push(vec![one.clone()]),
        }
    }
    html! { @for group in &groups { (figure(group)) } }
}

fn figure(group: &[Series]) -> Markup {
    let unit = match &group[0].scale {
        Scale::Number(numbers) => numbers.unit(),
        Scale::Truth { .. } => None,
    };
    html! {
        figure.chart-card {
            figcaption {
                ul.legend {
                    @for (index, one) in group.iter().enumerate() {
                        li {
                            @if group.len() > 1 { (swatch(index)) }
                            strong { bdi { (one.title) } @if let Some(unit) = unit { " (" (unit) ")" } }
                            @if !one.source.is_empty() { " " small { bdi { (one.source) } } }
                            @if let (Some(all), Scale::Number(_)) = (one.summary(), &one.scale) {
                                span.figures {
                                    "min " (one.scale.text(all.min.1)) " · mean " (one.scale.text(all.mean))
                                    " · max " (one.scale.text(all.max.1))
                                }
                            }
                        }
                    }
                }
            }
            (PreEscaped(lines_for_page(group)))
        }
    }
}

fn swatch(index: usize) -> Markup {
    html! {
        svg.swatch viewBox="0 0 16 8" aria-hidden="true" { path class=(format!("line c{index}")) d="M0 4H16" {} }
    }
}

/// The ranges to choose from; `link` is the address of one.
pub(crate) fn ranges(current: Range, link: impl Fn(Range) -> String) -> Markup {
    html! {
        nav.segments aria-label="Time" {
            @for range in Range::ALL {
                a href=(link(range)) aria-current=[(range == current).then_some("true")] { (range.title()) }
            }
        }
    }
}

/// Said where nothing is recorded.
pub(crate) fn not_recorded(why: Option<&str>) -> Markup {
    html! {
        div.hint {
            @if let Some(why) = why {
                p { "Recorded values cannot be read: " (why) "." }
            } @else {
                p { "Nothing is recorded of this home. To keep its values from now on, add to agent.toml:" }
                pre { code { "[history]" } }
                p { "then run " code { "housekey agent reload" } "." }
            }
        }
    }
}
