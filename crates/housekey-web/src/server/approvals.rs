//! Calls of assistants that wait for a person: the page, the answers, the count.

use std::sync::Arc;

use axum::response::Response;
use http::StatusCode;
use http::request::Parts;
use serde_json::json;

use super::failure::{MORE_RIGHTS, bad_request, failure, not_found, refused};
use super::here::Here;
use super::reply;
use super::request::Form;
use super::site::Site;
use crate::page;
use crate::page::frame::NavEntry;
use crate::session::Session;
use crate::view::approvals::WaitingCall;
use crate::view::freshness::Freshness;

/// A request below `approvals`.
pub(super) fn serve(
    dashboard: &Arc<Site>,
    head: &Parts,
    session: Session,
    (rest, form): (&[&str], Option<Form>),
    root: String,
) -> Response {
    if dashboard.approving.get().is_none() {
        return not_found(head, &root);
    }
    let Some(approving) = dashboard.approving(&session.grant) else {
        return refused(head, &root, "Not with this sign-in", MORE_RIGHTS);
    };
    match (rest, form) {
        ([], None) => shown(dashboard, head, session, &approving.waiting(), root),
        (["count"], None) => {
            let ids: Vec<_> = approving.waiting().into_iter().map(|call| call.id).collect();
            reply::json(StatusCode::OK, &json!({ "waiting": ids }))
        }
        ([id], Some(form)) => {
            let allow = match form.field("allow") {
                Some("true") => true,
                Some("false") => false,
                _ => return bad_request(head),
            };
            match approving.answer(id, allow) {
                true => reply::redirect("../approvals"),
                false => {
                    let text = "It was answered already, or has waited for more than a minute.";
                    failure(head, &root, StatusCode::GONE, "This call does not wait any more", text)
                }
            }
        }
        _ => not_found(head, &root),
    }
}

fn shown(
    dashboard: &Arc<Site>,
    head: &Parts,
    session: Session,
    waiting: &[WaitingCall],
    root: String,
) -> Response {
    let Some(place) = dashboard.places.first() else { return not_found(head, &root) };
    let main = page::approvals::approvals(waiting, &session.csrf, dashboard.clock.now());
    let may = session.grant.may(place.homey.dialect);
    let here = Here { dashboard, head, session, place: place.clone(), may, root };
    let live =
        Freshness { state: "live", text: "as of now".to_owned(), advice: None, stale: false };
    let page = here.frame(NavEntry::Approvals, &live, None).page("Approvals", &main);
    reply::page(&head.headers, page)
}
