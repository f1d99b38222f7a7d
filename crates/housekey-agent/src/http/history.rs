//! `/homeys/<name>/history/…`: recorded values for programs such as Grafana.

mod query;

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Extension, Path, RawQuery, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use futures_util::stream;
use housekey::catalogue::Need;
use housekey::clock::SharedClock;
use housekey::mirror::ItemKind;
use housekey_history::export::ExportFormat;
use housekey_history::query::{self as reading, MAX_ROWS, MAX_SERIES, QueryError};
use housekey_history::reading::{Function, Query};
use housekey_history::series::{Owner, Series};
use housekey_history::step::Step;
use housekey_history::store::sqlite::SqliteReader;
use housekey_history::store::{Reader as _, StoreError};
use jiff::tz::TimeZone;
use serde_json::{Value, json};
use tokio::sync::OnceCell;

use self::query::HistoryQuery;
use crate::access::Caller;
use crate::http::error_response::GatewayError;
use crate::served_homey::ServedHomey;

/// How long a reading may take.
const READING: Duration = Duration::from_secs(30);

/// How many rows an export reads at once.
const PAGE: usize = 10_000;

/// The most events in an answer.
const MAX_EVENTS: usize = 10_000;

/// Names what the rows were made of: `raw`, `5m`, `1h`, `insights`.
const SOURCE: HeaderName = HeaderName::from_static("x-housekey-source");

type Outcome<T = Response> = Result<T, GatewayError>;

/// The recorded homes.
struct Homes {
    homes: Vec<Home>,
    clock: SharedClock,
}

struct Home {
    served: ServedHomey,
    file: PathBuf,
    reader: OnceCell<SqliteReader>,
}

pub(crate) fn routes(homes: Vec<(ServedHomey, PathBuf)>, clock: SharedClock) -> Router {
    let home = |(served, file)| Home { served, file, reader: OnceCell::new() };
    let homes = Homes { homes: homes.into_iter().map(home).collect(), clock };
    Router::new()
        .route("/homeys/{name}/history/series", get(series))
        .route("/homeys/{name}/history/points", get(points))
        .route("/homeys/{name}/history/events", get(events))
        .route("/homeys/{name}/history/export", get(export))
        .with_state(Arc::new(homes))
}

/// What a caller may read of one home.
struct ReadableHome<'a> {
    reader: SqliteReader,
    home: &'a Home,
    caller: &'a Caller,
}

impl Homes {
    async fn access<'a>(&'a self, name: &str, caller: &'a Caller) -> Outcome<ReadableHome<'a>> {
        let home = self.homes.iter().find(|home| home.served.name == name);
        let home = home.ok_or_else(GatewayError::unknown_homey)?;
        let need = Need::of_subscription(home.served.dialect, "homey:manager:insights");
        let denied = |refusal| GatewayError::Denied(refusal, home.served.dialect);
        caller.may(name, &need).map_err(denied)?;
        let reader = home.reader.get_or_try_init(|| SqliteReader::open(&home.file)).await;
        Ok(ReadableHome { reader: reader.map_err(unreadable)?.clone(), home, caller })
    }
}

impl ReadableHome<'_> {
    fn may(&self, kind: &str) -> bool {
        let kind = ItemKind::ALL.into_iter().find(|one| one.as_str() == kind);
        let Some(kind) = kind else { return true };
        let served = &self.home.served;
        self.caller.may(&served.name, &Need::of_subscription(served.dialect, kind.uri())).is_ok()
    }

    /// The series that the caller may read.
    async fn series(&self) -> Outcome<Vec<Series>> {
        let all = self.reader.series().await.map_err(unreadable)?;
        let readable: HashMap<Owner, bool> =
            Owner::ALL.into_iter().map(|owner| (owner, self.may(owner.as_str()))).collect();
        Ok(all.into_iter().filter(|one| readable.get(&one.key.owner) == Some(&true)).collect())
    }

    async fn zone(&self) -> Outcome<TimeZone> {
        let name = self.reader.meta("zone").await.map_err(unreadable)?;
        Ok(name.and_then(|name| TimeZone::get(&name).ok()).unwrap_or(TimeZone::UTC))
    }
}

/// Ends what takes too long; refusals become responses.
async fn answered(work: impl Future<Output = Outcome>) -> Response {
    let late =
        || GatewayError::try_again("too_slow", "the reading took too long: choose a shorter time");
    match tokio::time::timeout(READING, work).await {
        Ok(Ok(response)) => response,
        Ok(Err(error)) => error.response(),
        Err(_) => late().response(),
    }
}

fn unreadable(error: StoreError) -> GatewayError {
    match error {
        StoreError::Missing(_) => GatewayError::new(
            StatusCode::NOT_FOUND,
            "no_history",
            "nothing is recorded of this home yet",
        ),
        error => GatewayError::try_again("history_unreadable", error.to_string()),
    }
}

fn invalid(why: impl Into<String>) -> GatewayError {
    GatewayError::new(StatusCode::BAD_REQUEST, "invalid_argument", why)
}

fn json_response(value: &Value) -> Response {
    let kind = HeaderValue::from_static("application/json; charset=utf-8");
    ([(CONTENT_TYPE, kind)], value.to_string()).into_response()
}

async fn series(
    State(homes): State<Arc<Homes>>,
    Extension(caller): Extension<Arc<Caller>>,
    Path(name): Path<String>,
    RawQuery(text): RawQuery,
) -> Response {
    answered(async {
        let access = homes.access(&name, &caller).await?;
        let query = HistoryQuery::parse(text.as_deref()).map_err(invalid)?;
        let all = access.series().await?;
        let record = |one: &Series| {
            json!({
                "text": one.to_string(),
                "value": one.id,
                "id": one.id,
                "kind": one.key.owner.as_str(),
                "item": one.key.item,
                "device": one.names.device,
                "zone": one.names.zone,
                "capability": one.key.key,
                "unit": one.unit,
                "class": one.class.as_str(),
                "first": one.first_t,
                "last": one.last_t,
            })
        };
        let found: Vec<_> = all.iter().filter(|one| query.matches(one)).map(record).collect();
        Ok(json_response(&Value::from(found)))
    })
    .await
}

async fn points(
    State(homes): State<Arc<Homes>>,
    Extension(caller): Extension<Arc<Caller>>,
    Path(name): Path<String>,
    RawQuery(text): RawQuery,
) -> Response {
    answered(async {
        let access = homes.access(&name, &caller).await?;
        let query = HistoryQuery::parse(text.as_deref()).map_err(invalid)?;
        if !query.is_narrowed() {
            return Err(invalid("name `series`, or `device` and `capability`"));
        }
        let home = access.zone().await?;
        let zone = match &query.tz {
            None => home.clone(),
            Some(name) => {
                TimeZone::get(name).map_err(|_| invalid(format!("`{name}` is no time zone")))?
            }
        };
        let now = homes.clock.now().as_millisecond();
        let (from, to) = query.window(now).map_err(invalid)?;
        let all = access.series().await?;
        let found: Vec<_> = all.iter().filter(|one| query.matches(one)).collect();
        if found.is_empty() {
            let why = "no recorded series is called so, or the key may not read it";
            return Err(GatewayError::new(StatusCode::NOT_FOUND, "unknown_series", why));
        }
        if found.len() > MAX_SERIES {
            return Err(too_much(format!(
                "{} series are more than {MAX_SERIES} in one answer",
                found.len()
            )));
        }
        let step = query.step.unwrap_or_else(|| Step::automatic(to - from));
        let (mut rows, mut sources) = (Vec::new(), Vec::new());
        for one in found {
            let function = query.function.unwrap_or_else(|| Function::of(one));
            let query = Query { from, to, step, function, zone: zone.clone() };
            let read = reading::read(&access.reader, one, &query, &home, MAX_ROWS).await;
            let read = read.map_err(|error| match error {
                QueryError::Store(error) => unreadable(error),
                QueryError::NoTime => invalid(error.to_string()),
                QueryError::TooFine { .. } => too_much(error.to_string()),
            })?;
            for row in read.rows {
                rows.push(json!({
                    "time": row.t,
                    "series": one.id,
                    "device": one.place(),
                    "capability": one.key.key,
                    "value": row.value.json(),
                }));
            }
            sources.extend(read.sources);
        }
        sources.sort_unstable();
        sources.dedup();
        let mut response = json_response(&Value::from(rows));
        if let Ok(sources) = HeaderValue::from_str(&sources.join(", ")) {
            response.headers_mut().insert(SOURCE, sources);
        }
        Ok(response)
    })
    .await
}

fn too_much(why: String) -> GatewayError {
    GatewayError::new(StatusCode::PAYLOAD_TOO_LARGE, "too_much", why)
}

async fn events(
    State(homes): State<Arc<Homes>>,
    Extension(caller): Extension<Arc<Caller>>,
    Path(name): Path<String>,
    RawQuery(text): RawQuery,
) -> Response {
    answered(async {
        let access = homes.access(&name, &caller).await?;
        let query = HistoryQuery::parse(text.as_deref()).map_err(invalid)?;
        let now = homes.clock.now().as_millisecond();
        let window = query.window(now).map_err(invalid)?;
        let all = access.reader.events(window, MAX_EVENTS).await.map_err(unreadable)?;
        let record = |event: &housekey_history::store::Event| {
            json!({
                "time": event.t,
                "timeEnd": event.t,
                "text": event.text,
                "tags": [event.kind],
                "item": event.item,
                "who": event.who,
            })
        };
        let seen = all.iter().filter(|event| access.may(&event.kind)).map(record);
        Ok(json_response(&Value::from(seen.collect::<Vec<_>>())))
    })
    .await
}

async fn export(
    State(homes): State<Arc<Homes>>,
    Extension(caller): Extension<Arc<Caller>>,
    Path(name): Path<String>,
    RawQuery(text): RawQuery,
) -> Response {
    answered(async {
        let access = homes.access(&name, &caller).await?;
        let query = HistoryQuery::parse(text.as_deref()).map_err(invalid)?;
        let format = query.format.unwrap_or(ExportFormat::Csv);
        let now = homes.clock.now().as_millisecond();
        let window = query.window_or_all(now).map_err(invalid)?;
        let all = access.series().await?;
        let series: HashMap<i64, Series> =
            all.into_iter().filter(|one| query.matches(one)).map(|one| (one.id, one)).collect();
        let state = Exporting {
            reader: access.reader.clone(),
            series,
            format,
            homey: name.clone(),
            window,
        };
        let body = stream::try_unfold((state, Some((i64::MIN, i64::MIN)), true), next_page);
        let kind = HeaderValue::from_static(format.content_type());
        Ok(([(CONTENT_TYPE, kind)], Body::from_stream(body)).into_response())
    })
    .await
}

/// An export on its way.
struct Exporting {
    reader: SqliteReader,
    series: HashMap<i64, Series>,
    format: ExportFormat,
    homey: String,
    window: (i64, i64),
}

type Position = (Exporting, Option<(i64, i64)>, bool);

/// The next rows of an export: the state, the last row, and whether it is the first page.
async fn next_page(
    (state, after, first): Position,
) -> Result<Option<(Bytes, Position)>, StoreError> {
    let Some(after) = after else { return Ok(None) };
    let page = state.reader.page(state.window, after, PAGE).await?;
    let mut text = String::new();
    if first {
        text += state.format.head();
    }
    for (id, point) in &page {
        if let Some(series) = state.series.get(id) {
            state.format.row(&mut text, &state.homey, series, point);
        }
    }
    let next = page.last().map(|(id, point)| (*id, point.t));
    if next.is_none() {
        text += state.format.tail();
    }
    Ok(Some((Bytes::from(text), (state, next, false))))
}
