//! The home page as HTML, in the parts that the live stream replaces one by one.

use maud::{Markup, html};

use super::frame::{empty, encoded, symbol};
use super::tile::tile;
use crate::rights::May;
use crate::view::home::{HomeView, Section, Severity};
use crate::view::icon::Icon;

/// The whole page.
pub(crate) fn home(view: &HomeView, may: May) -> Markup {
    html! {
        h1.quiet { "Home" }
        (notices(view))
        (people(view))
        (moods(view, may))
        @if view.sections.is_empty() {
            @if may.sees.devices {
                (empty(Icon::Home, "No devices yet", "Add devices in the Homey app: they appear here at once."))
            } @else {
                (empty(Icon::Lock, "No devices to show", "This sign-in may not read devices. `housekey agent open` gives one that may."))
            }
        } @else {
            label.filter hidden {
                span.hidden { "Filter devices" }
                input #filter type="search" placeholder="Filter devices" autocomplete="off" spellcheck="false";
            }
        }
        @for section in &view.sections { (zone(section, may)) }
    }
}

/// What needs attention.
pub(crate) fn notices(view: &HomeView) -> Markup {
    html! {
        section.notices #notices aria-label="Needs attention" {
            @if view.notices.is_empty() {
                @if !view.sections.is_empty() {
                    p.calm { (symbol(Icon::Check)) "Everything is all right" }
                }
            } @else {
                ul {
                    @for notice in &view.notices {
                        @let severity = match notice.severity {
                            Severity::Alarm => "alarm",
                            Severity::Open => "open",
                            Severity::Broken => "broken",
                        };
                        li data-severity=(severity) {
                            @let text = html! {
                                (symbol(notice.icon))
                                span { strong { bdi { (notice.subject) } } " " span.what { (notice.text) } }
                            };
                            @if let Some(device) = &notice.device {
                                a href=(format!("device/{}", encoded(device))) { (text) }
                            } @else if notice.icon == Icon::Flow {
                                a href="flows" { (text) }
                            } @else {
                                div { (text) }
                            }
                            // Danger stays in sight.
                            @if notice.severity != Severity::Alarm {
                                button.round.dismiss type="button" hidden data-key=(format!("{} {}", notice.subject, notice.text))
                                    aria-label=(format!("Dismiss: {} {}", notice.subject, notice.text)) { (symbol(Icon::Close)) }
                            }
                        }
                    }
                }
                button.quiet.dismissed type="button" hidden {}
            }
        }
    }
}

/// Who is home.
pub(crate) fn people(view: &HomeView) -> Markup {
    html! {
        section.people #people aria-label="People" {
            @for person in &view.people {
                span.person data-state=(person.state) {
                    (symbol(Icon::Person)) bdi { (person.name) }
                    @if !person.state.is_empty() { small { (person.state) } }
                }
            }
        }
    }
}

/// The moods.
pub(crate) fn moods(view: &HomeView, may: May) -> Markup {
    html! {
        section.moods #moods aria-label="Moods" {
            @for mood in &view.moods {
                @if may.set_mood {
                    button.mood form="write" formaction=(format!("mood/{}", encoded(&mood.id))) name="value" value="true"
                        aria-pressed=(mood.active) data-key=(mood.id) { (symbol(Icon::Mood)) bdi { (mood.name) } }
                } @else {
                    span.mood aria-current=[mood.active.then_some("true")] { (symbol(Icon::Mood)) bdi { (mood.name) } }
                }
            }
        }
    }
}

fn zone(section: &Section, may: May) -> Markup {
    html! {
        section.zone aria-label=(section.name) {
            (zone_head(section))
            ul.tiles {
                @for facts in &section.devices { (tile(&facts.tile, may.control)) }
            }
        }
    }
}

/// The head of a zone, with its temperature and how many are on.
pub(crate) fn zone_head(section: &Section) -> Markup {
    html! {
        div.head #(zone_key(section)) {
            h2 {
                @for name in &section.path { span.path { bdi { (name) } " / " } }
                bdi { (section.name) }
            }
            span.summary { (section.summary) }
        }
    }
}

/// The id of a zone's head in the page.
pub(crate) fn zone_key(section: &Section) -> String {
    format!("zone-{}", section.id.as_deref().map(encoded).unwrap_or_default())
}
