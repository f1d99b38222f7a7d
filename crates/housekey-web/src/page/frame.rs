//! The frame of every page: navigation, the line of freshness, the home switcher.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::icon::icon;
use crate::assets::{self, Asset};
use crate::view::freshness::Freshness;
use crate::view::icon::Icon;

/// Which entry of the navigation a page belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NavEntry {
    Home,
    Flows,
    Energy,
    History,
    Activity,
    Agent,
    Approvals,
}

/// What every page of a signed-in visitor shares.
#[derive(Debug, Clone)]
pub(crate) struct Frame<'a> {
    /// The way to the root of the dashboard, relative to the page: `../../`.
    pub(crate) root: String,
    /// `light`, `dark`, or nothing for what the system says.
    pub(crate) theme: Option<&'static str>,
    /// What proves that a form comes from one of our pages.
    pub(crate) csrf: &'a str,
    /// Short name and title of the Homey that is shown.
    pub(crate) homey: (&'a str, &'a str),
    /// Those that can be switched to.
    pub(crate) homeys: Vec<(&'a str, &'a str)>,
    /// The entry of the navigation.
    pub(crate) section: NavEntry,
    /// Whether devices may be read.
    pub(crate) sees_devices: bool,
    /// Whether recorded values may be read.
    pub(crate) sees_history: bool,
    /// Whether flows may be read.
    pub(crate) sees_flows: bool,
    /// Whether the state of the agent may be read.
    pub(crate) sees_agent: bool,
    /// How many calls of assistants wait for a person; `None` where the visitor cannot answer them.
    pub(crate) waiting: Option<usize>,
    /// How fresh the page is.
    pub(crate) freshness: &'a Freshness,
    /// Who is signed in.
    pub(crate) who: &'a str,
    /// The query of the live stream, if the page has one.
    pub(crate) live: Option<String>,
}

/// The head of a document, for pages without a frame as well.
pub(crate) fn document(root: &str, theme: Option<&str>, title: &str, body: &Markup) -> Markup {
    let asset = |name| format!("{root}{}", assets::path(name));
    html! {
        (DOCTYPE)
        html lang="en" data-theme=[theme] {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover";
                meta name="color-scheme" content="light dark";
                title { (title) }
                link rel="stylesheet" href=(asset(Asset::Style));
                link rel="icon" type="image/svg+xml" href=(asset(Asset::Icon));
                link rel="manifest" href=(format!("{root}{}", assets::MANIFEST));
                @for module in [Asset::Live, Asset::Write] { link rel="modulepreload" href=(asset(module)); }
                script type="module" src=(asset(Asset::Script)) {}
            }
            (body)
        }
    }
}

impl Frame<'_> {
    /// The way to a page of the Homey that is shown.
    pub(crate) fn at(&self, page: &str) -> String {
        format!("{}homeys/{}/{page}", self.root, encoded(self.homey.0))
    }

    /// A whole page.
    pub(crate) fn page(&self, title: &str, main: &Markup) -> Markup {
        let entries = [
            (NavEntry::Home, Icon::Home, "Home", self.at(""), true),
            (NavEntry::Flows, Icon::Flow, "Flows", self.at("flows"), self.sees_flows),
            (NavEntry::Energy, Icon::Meter, "Energy", self.at("energy"), self.sees_devices),
            (NavEntry::History, Icon::Chart, "History", self.at("history"), self.sees_history),
            (NavEntry::Activity, Icon::Activity, "Activity", self.at("activity"), true),
            (NavEntry::Agent, Icon::Key, "Keys", format!("{}agent", self.root), self.sees_agent),
        ];
        let body = html! {
            body data-root=(self.root) data-csrf=(self.csrf)
                data-live=[self.live.as_ref().map(|live| self.at(live))]
                data-sign-in=(format!("{}sign-in", self.root)) {
                a.skip href="#main" { "Skip to content" }
                form #write method="post" hidden { input type="hidden" name="csrf" value=(self.csrf); }
                nav.bar aria-label="Pages" {
                    a.brand href=(self.at("")) { (mark()) span { "housekey" } }
                    @for (section, symbol, text, href, shown) in entries {
                        @if shown {
                            a href=(href) aria-current=[(section == self.section).then_some("page")] {
                                (icon(symbol)) span { (text) }
                            }
                        }
                    }
                    @if let Some(waiting) = self.waiting {
                        a href=(format!("{}approvals", self.root)) data-approvals
                            aria-current=[(self.section == NavEntry::Approvals).then_some("page")] {
                            (icon(Icon::Check)) span { "Approvals" }
                            span.count hidden[waiting == 0] { (waiting) }
                        }
                    }
                    div.foot {
                        button.quiet #theme type="button" hidden { (icon(Icon::Theme)) span { "Theme" } }
                        form method="post" action=(format!("{}sign-out", self.root)) {
                            input type="hidden" name="csrf" value=(self.csrf);
                            button.quiet title=(format!("Signed in with {}", self.who)) {
                                (icon(Icon::SignOut)) span { "Sign out" }
                            }
                        }
                    }
                }
                div.content {
                    header.top {
                        (self.switcher())
                        (freshness(self.freshness))
                    }
                    main #main tabindex="-1" data-stale[self.freshness.stale] { (main) }
                }
                div #toast role="status" aria-live="polite" {}
                dialog #confirm aria-labelledby="confirm-text" {
                    p #confirm-text {}
                    div.buttons {
                        button.plain type="button" value="no" autofocus { "Cancel" }
                        button.danger type="button" value="yes" { "Confirm" }
                    }
                }
            }
        };
        document(&self.root, self.theme, &format!("{title} · {}", self.homey.1), &body)
    }

    fn switcher(&self) -> Markup {
        let title = self.homey.1;
        html! {
            @if self.homeys.len() > 1 {
                details.switcher {
                    summary { bdi { (title) } (icon(Icon::Chevron)) }
                    ul {
                        @for (name, title) in &self.homeys {
                            li {
                                a href=(format!("{}homeys/{}/", self.root, encoded(name)))
                                    aria-current=[(*name == self.homey.0).then_some("true")] {
                                    bdi { (title) }
                                }
                            }
                        }
                    }
                }
            } @else {
                div.switcher { bdi { (title) } }
            }
        }
    }
}

/// The line that says how fresh the page is.
pub(crate) fn freshness(freshness: &Freshness) -> Markup {
    html! {
        p.freshness #freshness data-state=(freshness.state) title=[freshness.advice.as_ref()] {
            span.dot aria-hidden="true" {}
            span { (freshness.text) }
            @if freshness.stale {
                @if let Some(advice) = &freshness.advice { span.advice { (advice) } }
            }
        }
    }
}

/// The mark of the program: a house with a keyhole.
pub(crate) fn mark() -> Markup {
    PreEscaped(
        "<svg class=\"mark\" viewBox=\"0 0 24 24\" aria-hidden=\"true\"><path d=\"M12 2.500 2.500 10.500V21.500h19V10.500z\"/>\
         <path class=\"hole\" d=\"M12 10.200a2.400 2.400 0 0 0-1.200 4.500l-.6 3.300h3.600l-.6-3.300a2.400 2.400 0 0 0-1.200-4.500\"/></svg>"
            .to_owned(),
    )
}

/// A part of a path.
pub(crate) fn encoded(part: &str) -> String {
    use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
    const KEPT: &percent_encoding::AsciiSet =
        &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');
    utf8_percent_encode(part, KEPT).to_string()
}

/// What is said where a list is empty: what would be here, and how to get it.
pub(crate) fn empty(symbol: Icon, title: &str, text: &str) -> Markup {
    html! {
        div.empty { (icon(symbol)) h2 { (title) } p { (text) } }
    }
}

/// An icon, for the other pages.
pub(crate) fn symbol(symbol: Icon) -> Markup {
    icon(symbol)
}
