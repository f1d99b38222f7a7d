//! The page of keys and tokens: the life of every token, sinks, sessions of the dashboard.

use maud::{Markup, html};
use serde_json::Value;

use super::frame::{encoded, symbol};
use crate::session::SessionRow;
use crate::view::icon::Icon;
use crate::view::when::Now;

/// The page. `status` is that of `housekey agent status --json`.
pub(crate) fn agent(status: &Value, sessions: &[SessionRow], csrf: &str, now: &Now) -> Markup {
    let list = |name: &str| status[name].as_array().cloned().unwrap_or_default();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let time =
        |value: &Value| value.as_str().and_then(|text| text.parse().ok()).map(|at| now.say(at));
    html! {
        h1 { "Keys and tokens" }
        section.zone {
            div.head { h2 { "Tokens" } }
            ul.rows.facts {
                @for homey in list("homeys") {
                    @let state = text(&homey["state"]);
                    li.row data-alarm[state == "signed-out" || state == "failing"] {
                        span.title { bdi { (text(&homey["title"])) } }
                        span.value {
                            (match state.as_str() {
                                "fresh" => "good",
                                "failing" => "renewal fails",
                                "signed-out" => "signed out",
                                _ => "being checked",
                            })
                        }
                        span.age { @if let Some(at) = time(&homey["renew_at"]) { "renews " (at) } }
                        (trouble(&homey["trouble"]))
                    }
                }
            }
        }
        @let sinks = list("sinks");
        @if !sinks.is_empty() {
            section.zone {
                div.head { h2 { "Where tokens go" } }
                ul.rows.facts {
                    @for sink in sinks {
                        li.row data-alarm[text(&sink["state"]) == "failing"] {
                            span.title { (text(&sink["kind"])) small { bdi { (text(&sink["target"])) } } }
                            span.value { (text(&sink["state"])) }
                            span.age { @if let Some(at) = time(&sink["delivered_at"]) { (at) } }
                            (trouble(&sink["trouble"]))
                        }
                    }
                }
            }
        }
        section.zone {
            div.head { h2 { "Signed in to the dashboard" } }
            ul.rows.facts {
                @for session in sessions {
                    li.row {
                        span.title { bdi { (session.who) } small { (session.scopes) } }
                        span.value { @if session.own { "this browser" } }
                        span.age { "since " (now.say(session.since)) ", until " (now.say(session.until)) }
                        form.control method="post" action=(format!("sessions/{}/end", encoded(&session.id))) {
                            input type="hidden" name="csrf" value=(csrf);
                            button.chip { (symbol(Icon::SignOut)) "Sign out" }
                        }
                    }
                }
            }
        }
        section.zone {
            div.head { h2 { "Parts of the agent" } }
            ul.rows.facts {
                @for part in list("parts") {
                    li.row data-alarm[text(&part["state"]) == "waiting"] {
                        span.title { (text(&part["name"])) }
                        span.value { (text(&part["state"])) }
                        (trouble(&part["trouble"]))
                    }
                }
            }
            p.calm { "housekey " (text(&status["version"])) }
        }
    }
}

fn trouble(trouble: &Value) -> Markup {
    html! {
        @if let Some(text) = trouble["text"].as_str() {
            p.trouble { (text) @if let Some(advice) = trouble["advice"].as_str() { " " (advice) } }
        }
    }
}
