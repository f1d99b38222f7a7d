//! The page of flows as HTML.

use maud::{Markup, html};

use super::frame::{empty, encoded, symbol};
use crate::rights::May;
use crate::view::flows::{FlowRow, Folder};
use crate::view::icon::Icon;

/// The page.
pub(crate) fn flows(folders: &[Folder], may: May) -> Markup {
    html! {
        h1 { "Flows" }
        @if folders.is_empty() {
            (empty(Icon::Flow, "No flows yet", "Flows that are made in the Homey app appear here."))
        } @else {
            label.filter hidden {
                span.hidden { "Filter flows" }
                input #filter type="search" placeholder="Filter flows" autocomplete="off" spellcheck="false";
            }
        }
        @for folder in folders {
            section.zone {
                div.head { h2 { bdi { (if folder.name.is_empty() { "No folder" } else { &folder.name }) } } }
                ul.rows { @for flow in &folder.flows { (row(flow, may)) } }
            }
        }
    }
}

/// One flow.
pub(crate) fn row(flow: &FlowRow, may: May) -> Markup {
    let kind = if flow.advanced { "advanced" } else { "standard" };
    html! {
        li.row.flow #{ "flow-" (encoded(&flow.id)) } data-off[!flow.enabled] {
            span.title {
                @if may.sees_outlines() { a href=(format!("flow/{kind}/{}", encoded(&flow.id))) { bdi { (flow.name) } } }
                @else { bdi { (flow.name) } }
            }
            span.badges {
                @if flow.advanced { span.badge { "advanced" } }
                @if flow.broken { span.badge data-severity="broken" { "broken" } }
                @if !flow.enabled { span.badge { "off" } }
            }
            span.control { (actions(flow, "", may)) }
        }
    }
}

/// What can be done with a flow; `at` is the way to the pages of the Homey.
pub(crate) fn actions(flow: &FlowRow, at: &str, may: May) -> Markup {
    let kind = if flow.advanced { "advanced" } else { "standard" };
    let to = |what: &str| format!("{at}flow/{kind}/{}/{what}", encoded(&flow.id));
    html! {
        @if may.run_flow && flow.can_run && flow.enabled {
            button.chip form="write" formaction=(to("run")) name="value" value="true" data-key="run"
                aria-label=(format!("Run {}", flow.name)) { (symbol(Icon::Play)) "Run" }
        }
        @if may.edit_flow {
            button.switch form="write" formaction=(to("enabled")) name="value" value=(!flow.enabled)
                role="switch" aria-checked=(flow.enabled) aria-label=(format!("{} is on", flow.name)) data-key="enabled" { span.knob {} }
        }
    }
}
