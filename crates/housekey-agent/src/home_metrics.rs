//! The homes as Prometheus reads them: `/homeys/<name>/metrics`, and the list of them `/homeys/sd`.
//!
//! A scrape reads the mirror, never the Homey. A series is on the page of a caller that may read its item.

mod exporter;

use std::sync::Arc;

use axum::Router;
use axum::extract::{Extension, Path, State};
use axum::http::header::{
    ACCEPT, ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_TYPE, HOST, HeaderMap, VARY,
};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use housekey_history::metrics::{Format, MetricsOptions};
use serde_json::{Value, json};

use self::exporter::{Exporter, Scraped};
use crate::access::Caller;
use crate::counters::GatewayCounters;
use crate::http::error_response::GatewayError;
use crate::served_homey::ServedHomey;
use crate::supervisor::{Supervisor, Tier};

/// The exporters of all Homeys.
#[derive(Debug, Clone)]
pub(crate) struct Exporters {
    homeys: Arc<[Exporter]>,
}

/// What the list of targets is made of.
#[derive(Clone)]
struct Targets {
    homeys: Arc<[Exporter]>,
    scheme: &'static str,
}

impl Exporters {
    pub(crate) fn new(
        served: &[ServedHomey],
        counts: &GatewayCounters,
        options: &MetricsOptions,
    ) -> Self {
        let exporter = |(served, counts)| Exporter::new(served, counts, options.clone());
        Self { homeys: served.iter().zip(&counts.homeys).map(exporter).collect() }
    }

    /// Begins to follow the homes.
    pub(crate) fn start(&self, supervisor: &mut Supervisor) {
        for exporter in &*self.homeys {
            let exporter = exporter.clone();
            let name = format!("metrics {}", exporter.name());
            supervisor.start(Tier::Sinks, name, move |stop| exporter.clone().run(stop));
        }
    }

    /// The routes; `tls`: whether callers over TCP have to use TLS.
    pub(crate) fn routes(&self, tls: bool) -> Router {
        let (homeys, scheme) = (self.homeys.clone(), if tls { "https" } else { "http" });
        Router::new()
            .route("/homeys/{name}/metrics", get(scrape))
            .with_state(homeys.clone())
            .route("/homeys/sd", get(list))
            .with_state(Targets { homeys, scheme })
    }
}

async fn scrape(
    State(homeys): State<Arc<[Exporter]>>,
    Extension(caller): Extension<Arc<Caller>>,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Response {
    let Some(exporter) = homeys.iter().find(|exporter| exporter.name() == name) else {
        return GatewayError::unknown_homey().response();
    };
    let sees = match exporter.kinds_for(&caller) {
        Ok(sees) => sees,
        Err(refusal) => return GatewayError::Denied(refusal, exporter.dialect()).response(),
    };
    let format = Format::accepted(text(&headers, ACCEPT.as_str()));
    let gzip = accepts_gzip(text(&headers, ACCEPT_ENCODING.as_str()));
    let Some(Scraped { body, gzip }) = exporter.scrape(sees, format, gzip).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let kind = HeaderValue::from_static(format.content_type());
    let vary = HeaderValue::from_static("accept, accept-encoding");
    let mut response = ([(CONTENT_TYPE, kind), (VARY, vary)], body).into_response();
    if gzip {
        let gzip = HeaderValue::from_static("gzip");
        response.headers_mut().insert(CONTENT_ENCODING, gzip);
    }
    response
}

/// The Homeys of the caller's key, as `http_sd_configs` reads them: never an error, so that a key without
/// any removes what was there before.
async fn list(
    State(targets): State<Targets>,
    Extension(caller): Extension<Arc<Caller>>,
    headers: HeaderMap,
) -> Response {
    let host = text(&headers, HOST.as_str()).unwrap_or_default();
    let seen = targets.homeys.iter().filter(|exporter| exporter.kinds_for(&caller).is_ok());
    let target = |exporter: &Exporter| {
        let name = exporter.name();
        json!({
            "targets": [host],
            "labels": {
                "__metrics_path__": format!("/homeys/{name}/metrics"),
                "__scheme__": targets.scheme,
                "__meta_housekey_homey": name,
            },
        })
    };
    let json = HeaderValue::from_static("application/json");
    let list: Value = seen.map(target).collect();
    ([(CONTENT_TYPE, json)], list.to_string()).into_response()
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

fn accepts_gzip(accepted: Option<&str>) -> bool {
    let codings = accepted.unwrap_or_default().split(',');
    codings.map(str::trim).any(|coding| match coding.split_once(';') {
        None => coding == "gzip",
        Some((coding, quality)) => {
            let refused = ["q=0", "q=0.0", "q=0.00", "q=0.000"].contains(&quality.trim());
            coding.trim() == "gzip" && !refused
        }
    })
}
