//! Health, readiness and metrics over HTTP, for this machine alone.

use std::io;
use std::net::TcpListener as StdListener;
use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use tokio::net::TcpListener;

use crate::board::Board;
use crate::metrics;
use crate::supervisor::Stop;

/// The listener and what its answers are made of.
#[derive(Debug, Clone)]
pub(crate) struct HttpApi {
    pub(crate) listener: Arc<StdListener>,
    pub(crate) board: Board,
}

impl HttpApi {
    /// Answers until it is to stop.
    pub(crate) async fn run(self, stop: Stop) -> Result<(), String> {
        let listener = self.listener().map_err(|error| error.to_string())?;
        let router = Router::new()
            .route("/healthz", get(async || "ok\n"))
            .route("/readyz", get(ready))
            .route("/metrics", get(measured))
            .with_state(self.board);
        let stopped = async move { stop.requested().await };
        let served = axum::serve(listener, router).with_graceful_shutdown(stopped).await;
        served.map_err(|error| error.to_string())
    }

    fn listener(&self) -> io::Result<TcpListener> {
        let listener = self.listener.try_clone()?;
        listener.set_nonblocking(true)?;
        TcpListener::from_std(listener)
    }
}

/// 200 if every token is good and every sink has it, else 503 and what is lacking.
async fn ready(State(board): State<Board>) -> Response {
    match board.status().lacking() {
        lacking if lacking.is_empty() => "ready\n".into_response(),
        lacking => (StatusCode::SERVICE_UNAVAILABLE, lacking.join("\n") + "\n").into_response(),
    }
}

async fn measured(State(board): State<Board>) -> Response {
    match metrics::text(&board) {
        Ok(text) => ([(CONTENT_TYPE, metrics::CONTENT_TYPE)], text).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}
