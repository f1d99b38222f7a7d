//! Requests over HTTP: finds the operation of a path, checks the caller and calls the handler.

use housekey::catalogue::{self, Dialect, Method, Operation, RouteMatch, Variant};
use jiff::Timestamp;
use serde_json::{Map, Value};

use super::call::{Answer, Answered, Call, HubError};
use super::events::Write;
use super::{app_api, arguments, dispatch, guard, images, unlisted_paths};
use crate::request::Request;
use crate::state::Home;

/// Finds the operation of a method and a path, with or without a trailing slash.
pub(super) fn route(dialect: Dialect, method: &str, path: &str) -> Option<RouteMatch> {
    let method = match method {
        "GET" => Method::Get,
        "POST" => Method::Post,
        "PUT" => Method::Put,
        "DELETE" => Method::Delete,
        _ => return None,
    };
    catalogue::route(dialect, method, &spelled(path))
}

/// Answers a request, or says why not.
pub(super) fn handle(
    home: &mut Home,
    request: &Request,
    route: Option<RouteMatch>,
    now: Timestamp,
    verify: &dyn Fn(&str) -> Option<String>,
) -> Result<(Answer, Option<Write>), HubError> {
    let bearer = request.bearer();
    let Some((operation, variant, path)) = route else {
        return beside(home, request, bearer, now).map(|answer| (answer, None));
    };
    let arguments = || arguments::gather(variant, path, request);
    carry_out(home, (operation, variant), arguments, bearer, now, verify)
}

/// Judges session, scopes and arguments, in that order, and calls the handler. Returns the write
/// of a capability beside the answer.
pub(super) fn carry_out(
    home: &mut Home,
    (operation, variant): (&'static Operation, &'static Variant),
    arguments: impl FnOnce() -> Result<Map<String, Value>, HubError>,
    bearer: Option<&str>,
    now: Timestamp,
    verify: &dyn Fn(&str) -> Option<String>,
) -> Result<(Answer, Option<Write>), HubError> {
    let session = guard::session(home, operation, bearer, now)?;
    guard::scopes(session.as_ref(), variant)?;
    let handler = dispatch::handler(operation)?;
    let arguments = arguments()?;
    arguments::check(operation, variant, &arguments)?;
    let call = Call { operation, arguments, session, now, verify };
    let answer = handler(home, &call)?;
    let write = Write::of(&call, &answer);
    Ok((answer, write))
}

/// Answers paths that are no operation: files, and with a session the APIs of apps and the roots of some managers.
fn beside(home: &mut Home, request: &Request, bearer: Option<&str>, now: Timestamp) -> Answered {
    if request.path.starts_with("/api/app/") {
        guard::admit(home, bearer, now)?;
        return app_api::answer(home, request);
    }
    if request.method == "GET" {
        if let Some(file) = images::file(home, &request.path) {
            return Ok(file);
        }
        if let Some(root) = unlisted_paths::answer(home, &request.path) {
            guard::admit(home, bearer, now)?;
            return Ok(root);
        }
    }
    Err(HubError::NoRoute { method: request.method.clone(), path: request.path.clone() })
}

/// The canonical spelling of paths that are known in another one. The widely copied endpoint list
/// prints the first three (inferred: what a real Homey does with them is not known); the ping of the
/// web server is an old path that real Homeys still answer.
fn spelled(path: &str) -> String {
    let path = path.trim_end_matches('/');
    if let Some(rest) = path.strip_prefix("/api/logic/") {
        return format!("/api/manager/logic/{rest}");
    }
    if path == "/api/manager/devices/drivers" {
        return "/api/manager/drivers/driver".to_owned();
    }
    if path == "/api/manager/webserver/ping" {
        return "/api/manager/system/ping".to_owned();
    }
    match path.strip_prefix("/api/manager/zones") {
        Some("") => "/api/manager/zones/zone".to_owned(),
        Some(rest) if !rest.starts_with("/zone") && rest != "/state" => {
            format!("/api/manager/zones/zone{rest}")
        }
        _ => path.to_owned(),
    }
}
