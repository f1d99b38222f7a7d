//! The page of a device as HTML.

use maud::{Markup, html};

use super::control::{Target, control};
use super::frame::{encoded, symbol};
use super::history::{DevicePast, device_past};
use crate::view::control::Control;
use crate::view::device::{DeviceView, Row};
use crate::view::icon::Icon;

/// The page; controls only where the visitor may use them.
pub(crate) fn device(
    view: &DeviceView,
    target: &Target<'_>,
    may_control: bool,
    past: Option<&DevicePast>,
) -> Markup {
    html! {
        div.device {
            (head(view, target.at))
            ul.rows {
                @for row in &view.rows { (self::row(row, target, may_control && view.unavailable.is_none())) }
            }
            @if let Some(past) = past { (device_past(past)) }
            @if view.rows.is_empty() { p.calm { "This device has no capabilities." } }
            @if !view.settings.is_empty() {
                details.settings {
                    summary { (symbol(Icon::Chevron)) "Settings of the device" }
                    dl {
                        @for (name, value) in &view.settings { div { dt { (name) } dd { bdi { (value) } } } }
                    }
                }
            }
            details.settings {
                summary { (symbol(Icon::Chevron)) "For programs" }
                dl {
                    div { dt { "id" } dd { code { (view.id) } } }
                    @for row in &view.rows {
                        div { dt { bdi { (row.title) } } dd { code { (row.capability) } } }
                    }
                }
            }
        }
    }
}

/// Name, zone and state.
pub(crate) fn head(view: &DeviceView, back: &str) -> Markup {
    html! {
        header.device-head #device-head {
            a.back href=(back) { (symbol(Icon::Chevron)) "Home" }
            span.symbol { (symbol(view.icon)) }
            div {
                h1 { bdi { (view.name) } }
                p {
                    @if let Some(zone) = &view.zone { bdi { (zone) } }
                    @if let (Some(_), Some(_)) = (&view.zone, &view.class) { " · " }
                    @if let Some(class) = &view.class { (class.replace('_', " ")) }
                }
            }
            @if let Some(why) = &view.unavailable {
                p.banner data-severity="broken" { (symbol(Icon::Warning)) span { "Unavailable: " bdi { (why) } } }
            }
            @if let Some(warning) = &view.warning {
                p.banner data-severity="open" { (symbol(Icon::Warning)) bdi { (warning) } }
            }
        }
    }
}

/// One capability.
pub(crate) fn row(row: &Row, target: &Target<'_>, may_control: bool) -> Markup {
    html! {
        li.row #(row_key(row)) data-alarm[row.alarm] {
            span.title { bdi { (row.title) } }
            span.value { bdi { (row.value) } }
            span.age { (row.age) }
            @if may_control && row.control != Control::Reading { (control(row, target)) }
        }
    }
}

/// The id of a row in the page.
pub(crate) fn row_key(row: &Row) -> String {
    format!("row-{}", encoded(&row.capability))
}
