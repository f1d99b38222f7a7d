//! `/homeys/<name>/history/…`: recorded values for programs such as Grafana.

mod query;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::{Extension, Path, RawQuery, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{BoxError, Router};
use futures_util::stream;
use housekey::catalogue::Need;
use housekey::clock::SharedClock;
use housekey::mirror::ItemKind;
use housekey_history::export::{ExportFormat, ExportWriter};
use housekey_history::query::{self as reading, MAX_ROWS, MAX_SERIES, QueryError};
use housekey_history::reading::{Function, Query};
use housekey_history::series::{Owner, Series};
use housekey_history::step::Step;
use housekey_history::store::location::Place;
use housekey_history::store::{Event, Reader as _, StoreError, StoreReader};
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
    place: Place,
    reader: OnceCell<StoreReader>,
}

/// What of a history is read.
#[derive(Clone, Copy)]
enum Resource {
    Series,
    Points,
    Events,
    Export,
}

pub(crate) fn routes(homes: Vec<(ServedHomey, Place)>, clock: SharedClock) -> Router {
    let home = |(served, place)| Home { served, place, reader: OnceCell::new() };
    let homes = Homes { homes: homes.into_iter().map(home).collect(), clock };
    let of = |resource| {
        get(move |homes, caller, name, query| answered(resource, homes, caller, name, query))
    };
    Router::new()
        .route("/homeys/{name}/history/series", of(Resource::Series))
        .route("/homeys/{name}/history/points", of(Resource::Points))
        .route("/homeys/{name}/history/events", of(Resource::Events))
        .route("/homeys/{name}/history/export", of(Resource::Export))
        .with_state(Arc::new(homes))
}

/// Answers a request: checks the rights and the query, and ends what takes too long.
async fn answered(
    resource: Resource,
    State(homes): State<Arc<Homes>>,
    Extension(caller): Extension<Arc<Caller>>,
    Path(name): Path<String>,
    RawQuery(text): RawQuery,
) -> Response {
    let work = async {
        let home = homes.access(&name, &caller).await?;
        let query = HistoryQuery::parse(text.as_deref()).map_err(invalid)?;
        match resource {
            Resource::Series => series(&home, &query).await,
            Resource::Points => points(&home, &query).await,
            Resource::Events => events(&home, &query).await,
            Resource::Export => export(&home, &query).await,
        }
    };
    match tokio::time::timeout(READING, work).await {
        Ok(Ok(response)) => response,
        Ok(Err(error)) => error.response(),
        Err(_) => {
            let why = "the reading took too long: choose a shorter time";
            GatewayError::try_again("too_slow", why).response()
        }
    }
}

/// What a caller may read of one home.
struct ReadableHome<'a> {
    reader: StoreReader,
    home: &'a Home,
    caller: &'a Caller,
    /// Now, UTC milliseconds.
    now: i64,
}

impl Homes {
    async fn access<'a>(&'a self, name: &str, caller: &'a Caller) -> Outcome<ReadableHome<'a>> {
        let home = self.homes.iter().find(|home| home.served.name == name);
        let home = home.ok_or_else(GatewayError::unknown_homey)?;
        let need = Need::of_subscription(home.served.dialect, "homey:manager:insights");
        let denied = |refusal| GatewayError::Denied(refusal, home.served.dialect);
        caller.may(name, &need).map_err(denied)?;
        let open = || StoreReader::open(&home.place, name);
        let reader = home.reader.get_or_try_init(open).await.map_err(unreadable)?.clone();
        Ok(ReadableHome { reader, home, caller, now: self.clock.now().as_millisecond() })
    }
}

impl ReadableHome<'_> {
    fn may(&self, kind: &str) -> bool {
        let kind = ItemKind::ALL.into_iter().find(|one| one.as_str() == kind);
        let Some(kind) = kind else { return true };
        let served = &self.home.served;
        self.caller.may(&served.name, &Need::of_subscription(served.dialect, kind.uri())).is_ok()
    }

    /// The series that the query names and the caller may read.
    async fn series(&self, query: &HistoryQuery) -> Outcome<Vec<Series>> {
        let mut all = self.reader.series().await.map_err(unreadable)?;
        let readable: HashMap<Owner, bool> =
            Owner::ALL.into_iter().map(|owner| (owner, self.may(owner.as_str()))).collect();
        all.retain(|one| readable.get(&one.key.owner) == Some(&true) && query.matches(one));
        Ok(all)
    }

    async fn zone(&self) -> Outcome<TimeZone> {
        let name = self.reader.meta("zone").await.map_err(unreadable)?;
        Ok(name.and_then(|name| TimeZone::get(&name).ok()).unwrap_or(TimeZone::UTC))
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

async fn series(home: &ReadableHome<'_>, query: &HistoryQuery) -> Outcome {
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
    let found: Vec<_> = home.series(query).await?.iter().map(record).collect();
    Ok(json_response(&Value::from(found)))
}

async fn points(home: &ReadableHome<'_>, query: &HistoryQuery) -> Outcome {
    if !query.is_narrowed() {
        return Err(invalid("name `series`, or `device` and `capability`"));
    }
    let own = home.zone().await?;
    let zone = match &query.tz {
        None => own.clone(),
        Some(name) => {
            TimeZone::get(name).map_err(|_| invalid(format!("`{name}` is no time zone")))?
        }
    };
    let (from, to) = query.window(home.now).map_err(invalid)?;
    let found = home.series(query).await?;
    if found.is_empty() {
        let why = "no recorded series is called so, or the key may not read it";
        return Err(GatewayError::new(StatusCode::NOT_FOUND, "unknown_series", why));
    }
    if found.len() > MAX_SERIES {
        let count = found.len();
        return Err(too_much(format!("{count} series are more than {MAX_SERIES} in one answer")));
    }
    let step = query.step.unwrap_or_else(|| Step::automatic(to - from));
    let (mut rows, mut sources) = (Vec::new(), Vec::new());
    for one in &found {
        let function = query.function.unwrap_or_else(|| Function::of(one));
        let query = Query { from, to, step, function, zone: zone.clone() };
        let read = reading::read(&home.reader, one, &query, &own, MAX_ROWS).await;
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
}

fn too_much(why: String) -> GatewayError {
    GatewayError::new(StatusCode::PAYLOAD_TOO_LARGE, "too_much", why)
}

async fn events(home: &ReadableHome<'_>, query: &HistoryQuery) -> Outcome {
    let window = query.window(home.now).map_err(invalid)?;
    let all = home.reader.events(window, MAX_EVENTS).await.map_err(unreadable)?;
    let record = |event: &Event| {
        json!({
            "time": event.t,
            "timeEnd": event.t,
            "text": event.text,
            "tags": [event.kind],
            "item": event.item,
            "who": event.who,
        })
    };
    let seen = all.iter().filter(|event| home.may(&event.kind)).map(record);
    Ok(json_response(&Value::from(seen.collect::<Vec<_>>())))
}

async fn export(home: &ReadableHome<'_>, query: &HistoryQuery) -> Outcome {
    let format = query.format.unwrap_or(ExportFormat::Csv);
    let window = query.window_or_all(home.now).map_err(invalid)?;
    let series = home.series(query).await?.into_iter().map(|one| (one.id, one)).collect();
    let writing = ExportWriter::new(format, &home.home.served.name).map_err(|error| {
        GatewayError::try_again("history_unreadable", format!("the export failed: {error}"))
    })?;
    let state = Exporting { reader: home.reader.clone(), series, window, after: START };
    let body = stream::try_unfold(Some((state, writing)), next_page);
    let kind = HeaderValue::from_static(format.content_type());
    Ok(([(CONTENT_TYPE, kind)], Body::from_stream(body)).into_response())
}

/// Before the first row of an export.
const START: (i64, i64) = (i64::MIN, i64::MIN);

/// An export on its way.
struct Exporting {
    reader: StoreReader,
    series: HashMap<i64, Series>,
    window: (i64, i64),
    /// Series and time of the last row.
    after: (i64, i64),
}

type Position = Option<(Exporting, ExportWriter)>;

/// The next bytes of an export; none after its end.
async fn next_page(position: Position) -> Result<Option<(Bytes, Position)>, BoxError> {
    let Some((mut state, mut export)) = position else { return Ok(None) };
    let page = state.reader.page(state.window, state.after, PAGE).await?;
    let Some((id, point)) = page.last() else {
        return Ok(Some((export.finish()?.into(), None)));
    };
    state.after = (*id, point.t);
    for (id, point) in &page {
        if let Some(series) = state.series.get(id) {
            export.row(series, point)?;
        }
    }
    Ok(Some((export.take()?.into(), Some((state, export)))))
}
