//! The page of a flow as HTML.

use maud::{Markup, html};

use super::flows;
use super::frame::{encoded, symbol};
use crate::rights::May;
use crate::view::flow::{FlowView, LinkTo, UseRow};
use crate::view::flows::FlowRow;
use crate::view::icon::Icon;

/// The page; `at` is the way to the pages of the Homey.
pub(crate) fn flow(view: &FlowView, at: &str, may: May) -> Markup {
    html! {
        div.flow-page {
            header.device-head {
                a.back href=(format!("{at}flows")) { (symbol(Icon::Chevron)) "Flows" }
                span.symbol { (symbol(Icon::Flow)) }
                div {
                    h1 { bdi { (view.name) } }
                    p {
                        @if let Some(folder) = &view.folder { bdi { (folder) } " · " }
                        @if view.advanced { "advanced flow" } @else { "flow" }
                        @if !view.enabled { " · off" }
                    }
                }
                (control(&view.row(), at, may))
            }
            @for finding in &view.findings {
                p.banner data-severity=(if finding.severity == "error" { "alarm" } else { "open" }) {
                    (symbol(Icon::Warning))
                    span {
                        strong { bdi { (finding.message) } }
                        @if let Some(card) = &finding.card { " " bdi { (card) } "." }
                        " " (finding.fix)
                        " " span.badge { (finding.code) }
                    }
                }
            }
            section.zone {
                div.head { h2 { "What it does" } }
                @if view.lines.is_empty() { p.calm { "It has no cards yet." } }
                ol.outline {
                    @for line in &view.lines {
                        li data-depth=(line.depth.min(8)) data-lead=(line.lead) {
                            span.lead { (line.lead) } span { bdi { (line.text) } }
                        }
                    }
                }
            }
            @if view.advanced {
                details.settings {
                    summary { (symbol(Icon::Chevron)) "As a drawing" }
                    div.drawing tabindex="0" role="region" aria-label="Drawing" {
                        img src=(format!("{}.svg", encoded(&view.id))) alt=(format!("The cards of {} and their lines", view.name)) loading="lazy";
                    }
                }
            }
            (uses("What it uses", &view.uses, at))
            (uses("What uses it", &view.used_by, at))
        }
    }
}

/// What can be done with the flow.
pub(crate) fn control(row: &FlowRow, at: &str, may: May) -> Markup {
    html! { span.control #flow-control { (flows::actions(row, at, may)) } }
}

fn uses(title: &str, rows: &[UseRow], at: &str) -> Markup {
    html! {
        @if !rows.is_empty() {
            section.zone {
                div.head { h2 { (title) } }
                ul.rows.uses {
                    @for row in rows {
                        li.row {
                            span.title {
                                @match &row.page {
                                    Some(page) => a href=(address(page, at)) { bdi { (row.name) } },
                                    None => bdi { (row.name) },
                                }
                                " " small { (row.kind) }
                            }
                            span.age { @if row.changes { "changes" } @else { "reads" } }
                        }
                    }
                }
            }
        }
    }
}

fn address(page: &LinkTo, at: &str) -> String {
    match page {
        LinkTo::Device(id) => format!("{at}device/{}", encoded(id)),
        LinkTo::Flow { advanced, id } => {
            let kind = if *advanced { "advanced" } else { "standard" };
            format!("{at}flow/{kind}/{}", encoded(id))
        }
    }
}
