//! A tile as HTML.

use maud::{Markup, html};

use super::frame::{encoded, symbol};
use crate::view::icon::Icon;
use crate::view::tile::{Action, Tile};

/// A tile, with its control where the visitor may use it.
pub(crate) fn tile(tile: &Tile, may_control: bool) -> Markup {
    let id = encoded(&tile.id);
    html! {
        li.tile #{ "tile-" (id) } data-tone=(tile.tone.class()) data-unavailable[tile.unavailable.is_some()] {
            a.body href=(format!("device/{id}")) {
                span.symbol { (symbol(tile.icon)) }
                span.name { bdi { (tile.name) } }
                span.value { (tile.value) }
                span.detail { (tile.unavailable.as_ref().unwrap_or(&tile.detail)) }
            }
            @if may_control { (action(&tile.action, &tile.id, &tile.name)) }
        }
    }
}

fn action(action: &Action, device: &str, name: &str) -> Markup {
    let set = |capability: &str| format!("set/{}/{}", encoded(device), encoded(capability));
    html! {
        @match action {
            Action::None => {}
            Action::Toggle { capability, on } => {
                button.switch form="write" formaction=(set(capability)) name="value" value=(!on)
                    role="switch" aria-checked=(on) aria-label=(name) data-key=(capability) {
                    span.knob {}
                }
            }
            Action::Guarded { capability, value, label } => {
                button.chip.guarded form="write" formaction=(set(capability)) name="value" value=(value)
                    data-confirm=(format!("{label} {name}?")) data-key=(capability)
                    aria-label=(format!("{label} {name}")) { (label) }
            }
            Action::Cover { capability, values } => {
                span.cover role="group" aria-label=(name) {
                    @for ((value, text), symbol_) in values.iter().zip(["Open", "Stop", "Close"]).zip([Icon::Chevron, Icon::Stop, Icon::Chevron]) {
                        @if let Some(value) = value {
                            button.round form="write" formaction=(set(capability)) name="value" value=(value)
                                aria-label=(format!("{text} {name}")) title=(text) data-key=(format!("{capability}{value}"))
                                data-turn=(text) { (symbol(symbol_)) }
                        }
                    }
                }
            }
            Action::Step { capability, steps, text } => {
                span.stepper role="group" aria-label=(format!("{name}, set to {text}")) {
                    @for ((step, symbol_), label) in steps.iter().zip([Icon::Minus, Icon::Plus]).zip(["Lower", "Higher"]) {
                        button.round form="write" formaction=(set(capability)) name="value" value=[step.as_ref()]
                            disabled[step.is_none()] aria-label=(format!("{label}: {name}")) data-key=(label) { (symbol(symbol_)) }
                        @if label == "Lower" { span { (text) } }
                    }
                }
            }
            Action::Press { capability } => {
                button.chip form="write" formaction=(set(capability)) name="value" value="true"
                    data-key=(capability) aria-label=(format!("Press {name}")) { "Press" }
            }
        }
    }
}
