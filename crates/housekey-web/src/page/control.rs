//! The control of a capability as HTML: each is a form of its own, which a script only makes quicker.

use maud::{Markup, html};

use super::frame::{encoded, symbol};
use crate::view::control::Control;
use crate::view::device::Row;
use crate::view::icon::Icon;

/// What a control sends to.
pub(crate) struct Target<'a> {
    /// The way to the pages of the Homey.
    pub(crate) at: &'a str,
    /// The id of the device.
    pub(crate) device: &'a str,
    /// The name of the device.
    pub(crate) name: &'a str,
    /// What proves that the form is ours.
    pub(crate) csrf: &'a str,
}

/// The control of a row.
pub(crate) fn control(row: &Row, target: &Target<'_>) -> Markup {
    let action =
        format!("{}set/{}/{}", target.at, encoded(target.device), encoded(&row.capability));
    let label = format!("{}: {}", target.name, row.title);
    let confirm = |what: &str| row.guarded.then(|| format!("{what}: {}?", target.name));
    html! {
        form.control method="post" action=(action) {
            input type="hidden" name="csrf" value=(target.csrf);
            @match &row.control {
                Control::Reading => {}
                Control::Toggle { on } => {
                    button.switch name="value" value=(!on) role="switch" aria-checked=(on) aria-label=(label)
                        data-key="set" data-confirm=[confirm(if *on { "Switch off" } else { "Switch on" })] { span.knob {} }
                }
                Control::Slider { value, min, max, step, scale } => {
                    input type="range" name="value" min=(min) max=(max) step=(step) value=(value.unwrap_or(*min))
                        data-scale=(scale) aria-label=(label) aria-valuetext=(row.value) data-key="set";
                    button.chip.plain-only { "Set" }
                }
                Control::NumberField { value } => {
                    input type="number" step="any" name="value" value=[*value] aria-label=(label) data-key="set" required;
                    button.chip { "Set" }
                }
                Control::Choice { current, options } => {
                    select name="value" aria-label=(label) data-key="set" data-confirm=[confirm("Change")] {
                        @if current.is_none() { option value="" disabled selected { "–" } }
                        @for (id, title) in options {
                            option value=(id) selected[current.as_deref() == Some(id)] { (title) }
                        }
                    }
                    button.chip.plain-only { "Set" }
                }
                Control::Cover => {
                    span.cover {
                        @for (value, text, symbol_) in [("up", "Open", Icon::Chevron), ("idle", "Stop", Icon::Stop), ("down", "Close", Icon::Chevron)] {
                            button.round name="value" value=(value) aria-label=(format!("{text} {}", target.name)) title=(text)
                                data-key=(value) data-turn=(text) { (symbol(symbol_)) }
                        }
                    }
                }
                Control::Press => {
                    button.chip name="value" value="true" data-key="set" data-confirm=[confirm("Press")]
                        aria-label=(label) { "Press" }
                }
                Control::Text { value } => {
                    input type="text" name="value" value=(value) aria-label=(label) data-key="set" maxlength="1000";
                    button.chip { "Set" }
                }
            }
        }
    }
}
