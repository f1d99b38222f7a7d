//! The page of the calls of assistants that wait for a person.

use jiff::Timestamp;
use maud::{Markup, html};

use super::frame::{empty, encoded};
use crate::view::approvals::WaitingCall;
use crate::view::icon::Icon;

/// The page.
pub(crate) fn approvals(waiting: &[WaitingCall], csrf: &str, now: Timestamp) -> Markup {
    html! {
        h1 { "Approvals" }
        div #approvals {
            @if waiting.is_empty() {
                (empty(Icon::Check, "Nothing waits", "Calls of assistants that need you appear here for a minute: locks, doors, alarms, heating appliances."))
            } @else {
                ul.rows {
                    @for call in waiting {
                        li.row {
                            span.title { bdi { (call.call) } small { bdi { (call.client) } " with " bdi { (call.key) } } }
                            span.age { (call.expires.duration_since(now).as_secs().max(0)) " s left" }
                            form.control method="post" action=(format!("approvals/{}", encoded(&call.id))) {
                                input type="hidden" name="csrf" value=(csrf);
                                button.chip name="allow" value="true" { "Allow once" }
                                button.chip name="allow" value="false" { "Deny" }
                            }
                        }
                    }
                }
            }
        }
    }
}
