//! The page of activity as HTML.

use maud::{Markup, html};

use super::frame::{empty, encoded};
use crate::view::activity::Line;
use crate::view::icon::Icon;
use crate::view::when::Now;

/// The page: the newest first.
pub(crate) fn activity(
    lines: &[Line],
    missed: bool,
    since: Option<jiff::Timestamp>,
    now: &Now,
) -> Markup {
    html! {
        h1 { "Activity" }
        (self::lines(lines, missed, since, now))
    }
}

/// The time line, by minute.
pub(crate) fn lines(
    lines: &[Line],
    missed: bool,
    since: Option<jiff::Timestamp>,
    now: &Now,
) -> Markup {
    let mut minutes: Vec<(String, Vec<&Line>)> = Vec::new();
    for line in lines {
        let minute = now.say(line.at);
        match minutes.last_mut() {
            Some((last, lines)) if *last == minute => lines.push(line),
            _ => minutes.push((minute, vec![line])),
        }
    }
    html! {
        div #activity {
            @if lines.is_empty() {
                (empty(Icon::Activity, "Nothing yet", "Changes in the home appear here as they happen, while the agent runs."))
            }
            @for (minute, lines) in &minutes {
                section.minute {
                    h2 { (minute) }
                    ul.rows {
                        @for line in lines {
                            li.row {
                                span.title {
                                    @if let Some(device) = &line.device {
                                        a href=(format!("device/{}", encoded(device))) { bdi { (line.subject) } }
                                    } @else { bdi { (line.subject) } }
                                    @if let Some(zone) = &line.zone { small { bdi { (zone) } } }
                                }
                                span.what { bdi { (line.text) } }
                                span.age { @if line.late { "noticed later" } }
                            }
                        }
                    }
                }
            }
            @if let Some(since) = since {
                p.calm {
                    @if missed { "Earlier changes are not kept." }
                    @else { "The agent follows this home since " (now.say(since)) "." }
                }
            }
        }
    }
}
