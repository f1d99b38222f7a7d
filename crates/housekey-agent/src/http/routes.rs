//! Routes of the agent: health, readiness, metrics. The gateway checks every request for them first,
//! except for open paths.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use crate::counters::GatewayCounters;
use crate::metrics;
use crate::status_board::StatusBoard;

/// The routes of the agent.
pub(crate) fn routes(board: StatusBoard, counts: Arc<GatewayCounters>) -> Router {
    Router::new()
        .route("/healthz", get(async || "ok\n"))
        .route("/readyz", get(ready))
        .with_state(board.clone())
        .route("/metrics", get(measured))
        .with_state((board, counts))
}

/// 200 if every token is good and every sink has it, else 503 and what is lacking.
async fn ready(State(board): State<StatusBoard>) -> Response {
    match board.status().lacking() {
        lacking if lacking.is_empty() => "ready\n".into_response(),
        lacking => (StatusCode::SERVICE_UNAVAILABLE, lacking.join("\n") + "\n").into_response(),
    }
}

async fn measured(State((board, counts)): State<(StatusBoard, Arc<GatewayCounters>)>) -> Response {
    match metrics::text(&board, counts) {
        Ok(text) => ([(CONTENT_TYPE, metrics::CONTENT_TYPE)], text).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}
