//! The pages before a sign-in: the form for a key, the page that a link leads to, and what is said otherwise.

use maud::{DOCTYPE, Markup, html};

use super::frame::{document, mark};

/// The form for a key. `why` says why an attempt failed.
pub(crate) fn sign_in(root: &str, theme: Option<&str>, why: Option<&str>) -> Markup {
    let body = html! {
        body.door data-root=(root) {
            main {
                (mark())
                h1 { "Sign in" }
                @if let Some(why) = why { p.banner role="alert" data-severity="broken" { (why) } }
                p { "On the machine that runs the agent:" }
                pre { code { "housekey agent open" } }
                form method="post" action=(format!("{root}sign-in")) {
                    label for="key" { "Or with a key of the gateway" }
                    input #key name="key" type="password" autocomplete="off" autocapitalize="off"
                        spellcheck="false" required placeholder="hk_…" maxlength="200";
                    button.primary { "Sign in" }
                }
            }
        }
    };
    document(root, theme, "Sign in · housekey", &body)
}

/// The page that a link of `housekey agent open` leads to. The code stands in the fragment, which is sent to
/// no server: the script puts it into the form.
pub(crate) fn open(root: &str, theme: Option<&str>, why: Option<&str>) -> Markup {
    let body = html! {
        body.door data-root=(root) data-page="open" {
            main {
                (mark())
                h1 { "Opening the dashboard" }
                @if let Some(why) = why { p.banner role="alert" data-severity="broken" { (why) } }
                form #open method="post" action=(format!("{root}sign-in")) {
                    label for="link" { "The code at the end of the link" }
                    input #link name="link" type="password" autocomplete="off" spellcheck="false" required maxlength="200";
                    button.primary { "Continue" }
                }
            }
        }
    };
    document(root, theme, "housekey", &body)
}

/// A page that only comes back to itself: a visit that began elsewhere brings no cookie, the next one does.
pub(crate) fn again() -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head { meta charset="utf-8"; meta http-equiv="refresh" content="0"; title { "housekey" } }
            body {}
        }
    }
}

/// A page that says one thing.
pub(crate) fn message(root: &str, theme: Option<&str>, title: &str, text: &str) -> Markup {
    let body = html! {
        body.door data-root=(root) {
            main {
                (mark())
                h1 { (title) }
                p { (text) }
                p { a href=(if root.is_empty() { "./" } else { root }) { "To the dashboard" } }
            }
        }
    };
    document(root, theme, title, &body)
}
