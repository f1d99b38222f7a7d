//! `/openapi.json`: what the caller's key may call; `/docs`: a page to read and try it.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Extension, Path, State};
use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use housekey::catalogue::{self, Need};
use housekey::openapi;
use serde_json::{Value, json};

use crate::access::Caller;
use crate::http::error_response::GatewayError;
use crate::served_homey::ServedHomey;

/// The files of the page: they hold nothing secret, so they need no key.
pub(crate) const PAGE: [&str; 3] = ["/docs", "/docs/page.js", "/docs/page.css"];

/// Nothing from anywhere else, and no page around it.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; \
     base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
);

pub(crate) fn routes(homeys: Vec<ServedHomey>) -> Router {
    let [page, script, style] = PAGE;
    Router::new()
        .route("/openapi.json", get(of_the_first))
        .route("/homeys/{name}/openapi.json", get(of_one))
        .with_state(Arc::<[ServedHomey]>::from(homeys))
        .route(page, get(async || file("text/html", include_str!("docs/page.html"))))
        .route(script, get(async || file("text/javascript", include_str!("docs/page.js"))))
        .route(style, get(async || file("text/css", include_str!("docs/page.css"))))
}

fn file(kind: &'static str, text: &'static str) -> impl IntoResponse {
    let kind = format!("{kind}; charset=utf-8");
    let cache = HeaderValue::from_static("no-cache");
    ([(CONTENT_TYPE, kind)], [(CONTENT_SECURITY_POLICY, POLICY), (CACHE_CONTROL, cache)], text)
}

async fn of_the_first(
    State(homeys): State<Arc<[ServedHomey]>>,
    Extension(caller): Extension<Arc<Caller>>,
) -> Response {
    match homeys.first() {
        Some(served) => answer(served, &caller, "/".to_owned()),
        None => GatewayError::unknown_homey().response(),
    }
}

async fn of_one(
    State(homeys): State<Arc<[ServedHomey]>>,
    Extension(caller): Extension<Arc<Caller>>,
    Path(name): Path<String>,
) -> Response {
    match homeys.iter().find(|served| served.name == name) {
        Some(served) => answer(served, &caller, format!("/homeys/{name}")),
        None => GatewayError::unknown_homey().response(),
    }
}

fn answer(served: &ServedHomey, caller: &Caller, server: String) -> Response {
    match caller.may(&served.name, &Need::AnyKey) {
        Ok(()) => {
            let json = HeaderValue::from_static("application/json; charset=utf-8");
            let document = document(served, caller, server).to_string();
            ([(CONTENT_TYPE, json)], document).into_response()
        }
        Err(refusal) => GatewayError::Denied(refusal, served.dialect).response(),
    }
}

/// The document of the dialect without what the caller may not call, and with `/events`.
fn document(served: &ServedHomey, caller: &Caller, server: String) -> Value {
    let mut document = openapi::document(served.dialect);
    let may = |operation: &Value| {
        let id = operation["operationId"].as_str().unwrap_or_default();
        let found = catalogue::find(id).map(|found| {
            let uri = format!("homey:manager:{}", found.manager);
            Need::of_call(served.dialect, &uri, found.name)
        });
        found.is_some_and(|need| caller.may(&served.name, &need).is_ok())
    };
    if let Some(paths) = document["paths"].as_object_mut() {
        paths.retain(|_, methods| {
            let Some(methods) = methods.as_object_mut() else { return false };
            methods.retain(|_, operation| may(operation));
            !methods.is_empty()
        });
        paths.insert("/events".to_owned(), json!({ "get": events() }));
    }
    document["info"]["title"] = json!(format!("Homey \"{}\" through housekey", served.name));
    document["info"]["description"] =
        json!(format!("What the caller of this document ({}) may call.", caller.name()));
    document["servers"] = json!([{ "url": server }]);
    document["components"]["securitySchemes"]["bearer"]["description"] = json!(
        "A key of the gateway, made with `housekey agent key create`. The roles of an operation are the \
         scopes it needs; a scope contains those below it."
    );
    document
}

fn events() -> Value {
    let text = |name: &str, about: &str| {
        json!({
            "name": name,
            "in": "query",
            "required": false,
            "description": about,
            "schema": { "type": "array", "items": { "type": "string" } },
        })
    };
    json!({
        "operationId": "events",
        "tags": ["events"],
        "description": "What changes in the home, as server-sent events, resumed by `Last-Event-ID`.",
        "parameters": [
            text("uri", "`homey:manager:devices`, `homey:device:<id>` and the like"),
            text("device", "A device by id or name"),
            text("capability", "The id of a capability, such as `onoff`"),
            {
                "name": "Last-Event-ID",
                "in": "header",
                "required": false,
                "description": "The id of the last event that arrived",
                "schema": { "type": "string" },
            },
        ],
        "responses": {
            "200": {
                "description": "Events: ready, gap, added, updated, removed, value",
                "content": { "text/event-stream": { "schema": { "type": "string" } } },
            },
            "default": { "$ref": "#/components/responses/Refused" },
        },
    })
}
