//! The icons: strokes of our own on a grid of 24, in the colour of the text around them.

use maud::{Markup, html};

use crate::view::icon::Icon;

/// An icon, which says nothing to a screen reader: words stand beside it.
pub(crate) fn icon(icon: Icon) -> Markup {
    html! {
        svg.icon viewBox="0 0 24 24" aria-hidden="true" focusable="false" {
            path d=(path(icon)) {}
        }
    }
}

const fn path(icon: Icon) -> &'static str {
    match icon {
        Icon::Activity => "M3 12h4l3-8 4 16 3-8h4",
        Icon::Battery => "M4 8h13v8H4zM20 11v2M7 11v2",
        Icon::Bell => "M6 17V11a6 6 0 0 1 12 0v6l1.5 1.5h-15zM10 21h4",
        Icon::Button => "M5 5h14v14H5zM12 9.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5",
        Icon::Camera => "M4 8h3l2-2.5h6L17 8h3v11H4zM12 10a3.2 3.2 0 1 0 0 6.4 3.2 3.2 0 0 0 0-6.4",
        Icon::Car => "M4 16v-3l2-6h12l2 6v3zM4 13h16M7 16v2.5M17 16v2.5",
        Icon::Chart => "M4 4v16h16M7.500 15.500l4-5 3 2.500 4.500-6.500",
        Icon::Check => "M5 12.5l4.5 4.5L19 7.5",
        Icon::Chevron => "M9 5.5l6.5 6.5L9 18.5",
        Icon::Close => "M7 7l10 10M17 7L7 17",
        Icon::Contact => "M5 21V4l9-1v18M14 5h5v16M3 21h18M11 12v1.5",
        Icon::Cover => "M4 4h16M5.5 4v15M18.5 4v15M5.5 8h13M5.5 12h13M5.5 16h13M12 16v4.5",
        Icon::Device => "M12 3l8 4.5v9L12 21l-8-4.5v-9zM4 7.5l8 4.5 8-4.5M12 12v9",
        Icon::Droplet => "M12 3.5c3.5 4.2 6 7.2 6 10.5a6 6 0 0 1-12 0c0-3.300 2.500-6.300 6-10.500",
        Icon::Fan => {
            "M12 10.500a1.500 1.500 0 1 0 0 3 1.500 1.500 0 0 0 0-3M12 10.500c-3-4-1-7.500 2-7 2.500.500 2 4.500-1 7.200M13.500 12c4-3 7.500-1 7 2-.5 2.500-4.500 2-7.200-1M12 13.500c3 4 1 7.500-2 7-2.500-.5-2-4.500 1-7.200M10.500 12c-4 3-7.500 1-7-2 .5-2.500 4.500-2 7.200 1"
        }
        Icon::Flame => {
            "M12 3c.5 4 5 5.500 5 11a5 5 0 0 1-10 0c0-2.500 1.500-3.500 2-5.500 1 .5 1.500 1.500 1.500 2.500C12 9.500 12.500 6 12 3"
        }
        Icon::Flow => "M5 4.500h5v5H5zM14 14.500h5v5h-5zM10 7h4.500a2 2 0 0 1 2 2v5.500",
        Icon::Garage => "M3 10l9-6 9 6v10H3zM7 20v-8h10v8M7 15h10M7 17.500h10",
        Icon::Home => "M4 11l8-7 8 7v9h-5.500v-5.500h-5V20H4z",
        Icon::Key => {
            "M8 11.500a4 4 0 1 0 0 8 4 4 0 0 0 0-8M11 12.500l8-8M16 7.500l2.500 2.500M13.500 10l2 2"
        }
        Icon::Light => "M9 17a6 6 0 1 1 6 0v1.500H9zM10 21.500h4",
        Icon::Lock => "M6 11h12v9H6zM8.500 11V8a3.500 3.500 0 0 1 7 0v3M12 14.500v2",
        Icon::Meter => "M13 3L6 13.500h5L10.500 21 18 10.500h-5.500z",
        Icon::Minus => "M6 12h12",
        Icon::Mood => {
            "M12 4v2M12 18v2M4 12h2M18 12h2M6.400 6.400l1.400 1.400M16.200 16.200l1.400 1.400M6.400 17.600l1.400-1.400M16.200 7.800l1.400-1.400M12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6"
        }
        Icon::Motion => {
            "M13 5a1.500 1.500 0 1 0 0-3 1.500 1.500 0 0 0 0 3M8 11l3.500-3 3 2 1 3h3M11.500 8.500L11 14l3 3v4M11 14l-2 3.500-3.500 2"
        }
        Icon::Person => {
            "M12 4.500a3.500 3.500 0 1 0 0 7 3.500 3.500 0 0 0 0-7M5 20c.5-4 3.500-6 7-6s6.500 2 7 6"
        }
        Icon::Play => "M8 5.500v13l10.500-6.500z",
        Icon::Plus => "M12 6v12M6 12h12",
        Icon::Sensor => {
            "M12 10a2 2 0 1 0 0 4 2 2 0 0 0 0-4M8 16a5.600 5.600 0 0 1 0-8M16 8a5.600 5.600 0 0 1 0 8M5.200 18.800a9.600 9.600 0 0 1 0-13.600M18.800 5.200a9.600 9.600 0 0 1 0 13.600"
        }
        Icon::SignOut => "M13 4H5v16h8M10 12h10M16.500 8.500L20 12l-3.500 3.500",
        Icon::Socket => {
            "M12 3.500a8.500 8.500 0 1 0 0 17 8.500 8.500 0 0 0 0-17M9 10.500v3M15 10.500v3"
        }
        Icon::Solar => "M6 9h12l3 10H3zM12 9v10M4.500 14h15M12 2v3M6.500 4l1.500 2M17.500 4L16 6",
        Icon::Speaker => "M7 3h10v18H7zM12 11.500a3 3 0 1 0 0 6 3 3 0 0 0 0-6M12 6.800v.4",
        Icon::Stop => "M7.500 7.500h9v9h-9z",
        Icon::Theme => "M19 14.500A8 8 0 1 1 9.500 5a6.500 6.500 0 0 0 9.500 9.500",
        Icon::Thermometer => "M10 13.500V5a2 2 0 0 1 4 0v8.500a4 4 0 1 1-4 0M12 9v8",
        Icon::Thermostat => {
            "M12 3.500a8.500 8.500 0 1 0 0 17 8.500 8.500 0 0 0 0-17M12 12l3.500-4M7 15.500a6 6 0 0 1-.5-5"
        }
        Icon::Tv => "M3 5h18v12H3zM8 20.500h8",
        Icon::Vacuum => {
            "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16M12 9.500a2.500 2.500 0 1 0 0 5 2.500 2.500 0 0 0 0-5M6.500 7.500l2 1.500"
        }
        Icon::Warning => "M12 4l9 16H3zM12 10v4.500M12 17v.4",
    }
}
