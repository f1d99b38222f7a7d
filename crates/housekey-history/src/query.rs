//! Answers queries: from points, and from stored buckets where they say the same.

use jiff::tz::TimeZone;

use crate::pieces::{self, Bucket, Carried};
use crate::reading::{Function, Query, Row, RowValue, merged, raw_rows};
use crate::series::Series;
use crate::step::{FIVE_MINUTES, HOUR, Step};
use crate::store::{Progress, Reader, Source, StoreError};
use crate::value::Point;

/// The most rows of one series.
pub const MAX_ROWS: usize = 11_000;

/// The most series in one answer.
pub const MAX_SERIES: usize = 50;

/// The longest stretch whose points are read at once.
const STRETCH: i64 = 7 * 24 * HOUR;

/// The most points that are read at once.
const MAX_POINTS: usize = 2_000_000;

/// The rows of one series, and what they were made of.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// The rows, oldest first.
    pub rows: Vec<Row>,
    /// `raw`, `5m`, `1h`, `insights`: each once.
    pub sources: Vec<&'static str>,
}

/// Why a query has no answer.
#[derive(Debug, thiserror::Error)]
pub enum QueryError {
    /// The end is not after the beginning.
    #[error("the time ends before it begins")]
    NoTime,
    /// There would be too many rows.
    #[error("there would be more than {limit} rows: the smallest step that fits is {fits}")]
    TooFine {
        /// The limit.
        limit: usize,
        /// The smallest step below it.
        fits: Step,
    },
    /// The store does not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Reads one series. `home` is the zone that the stored buckets begin by, `limit` the most rows.
///
/// # Errors
/// [`QueryError`].
pub async fn read<R: Reader>(
    reader: &R,
    series: &Series,
    query: &Query,
    home: &TimeZone,
    limit: usize,
) -> Result<Reading, QueryError> {
    if query.to <= query.from {
        return Err(QueryError::NoTime);
    }
    let span = query.to - query.from;
    let too_fine = || QueryError::TooFine {
        limit,
        fits: Step::finest(span, i64::try_from(limit).unwrap_or(i64::MAX)),
    };
    if query.step == Step::Raw {
        let carried = reader.carried(series.id, query.from).await?;
        let points =
            points(reader, series, (query.from, query.to), limit.saturating_add(1)).await?;
        if points.len() > limit {
            return Err(too_fine());
        }
        return Ok(Reading { rows: raw_rows(query, carried, points), sources: vec!["raw"] });
    }
    let expected = span / query.step.length().max(1);
    if usize::try_from(expected).is_ok_and(|expected| expected > limit) {
        return Err(too_fine());
    }
    let edges = query.step.edges(query.from, query.to, &query.zone);
    if query.function == Function::States {
        let rows = states(reader, series, query, &edges).await?;
        return Ok(Reading { rows, sources: vec!["raw"] });
    }
    let (buckets, sources) = buckets(reader, series, (query, home), &edges).await?;
    let rows = buckets.iter().map(|bucket| query.function.row(bucket, series)).collect();
    Ok(Reading { rows, sources })
}

async fn buckets<R: Reader>(
    reader: &R,
    series: &Series,
    (query, home): (&Query, &TimeZone),
    edges: &[i64],
) -> Result<(Vec<Bucket>, Vec<&'static str>), StoreError> {
    let window = (query.from, query.to);
    let progress = reader.progress(series.id).await?;
    let stored = stored_edges(&progress, query, home, edges);
    let Some((step, first, last)) = stored else {
        let mut buckets = computed(reader, series, edges, window).await?;
        let mut sources = vec!["raw"];
        if fill_in(reader, series, edges, &mut buckets).await? {
            sources.push("insights");
        }
        return Ok((buckets, sources));
    };
    let mut sources = Vec::new();
    let mut all = Vec::with_capacity(edges.len());
    if first > 0 {
        all.extend(computed(reader, series, &edges[..=first], window).await?);
        sources.push("raw");
    }
    let parts = reader.buckets(series.id, step, (edges[first], edges[last])).await?;
    let parts: Vec<Bucket> = parts
        .into_iter()
        .filter_map(|(bucket, source)| (source == Source::Own).then_some(bucket))
        .collect();
    let mut rest = &parts[..];
    for pair in edges[first..=last].windows(2) {
        let (inside, later) = rest.split_at(rest.partition_point(|part| part.t < pair[1]));
        rest = later;
        match inside {
            [one] if one.t == pair[0] => all.push(one.clone()),
            several => all.push(merged(pair[0], several, series.turn())),
        }
    }
    sources.push(if step == HOUR { "1h" } else { "5m" });
    if last + 1 < edges.len() {
        all.extend(computed(reader, series, &edges[last..], window).await?);
        if !sources.contains(&"raw") {
            sources.push("raw");
        }
    }
    if fill_in(reader, series, edges, &mut all).await? {
        sources.push("insights");
    }
    Ok((all, sources))
}

/// Which of the buckets can be made of stored ones: of which step, and from which edge to which.
fn stored_edges(
    progress: &Progress,
    query: &Query,
    home: &TimeZone,
    edges: &[i64],
) -> Option<(i64, usize, usize)> {
    let (from, until) = (progress.from?, progress.until?);
    let length = query.step.length();
    let step = if length % HOUR == 0 && query.zone == *home {
        HOUR
    } else if length % FIVE_MINUTES == 0 {
        FIVE_MINUTES
    } else {
        return None;
    };
    let first = edges.partition_point(|edge| *edge < from.max(query.from));
    let last = edges.partition_point(|edge| *edge <= until.min(query.to)).checked_sub(1)?;
    (first < last).then_some((step, first, last))
}

/// Buckets from points, a stretch at a time.
async fn computed<R: Reader>(
    reader: &R,
    series: &Series,
    edges: &[i64],
    (from, to): (i64, i64),
) -> Result<Vec<Bucket>, StoreError> {
    let (Some(begin), Some(end)) = (edges.first(), edges.last()) else { return Ok(Vec::new()) };
    let (from, to) = (from.max(*begin), to.min(*end));
    let mut carried = reader.carried(series.id, from).await?;
    let mut all = Vec::with_capacity(edges.len());
    for stretch in stretches(edges) {
        let window = (stretch[0].max(from), stretch[stretch.len() - 1].min(to));
        let points = points(reader, series, window, MAX_POINTS).await?;
        all.extend(pieces::buckets(&mut carried, &points, stretch, window, series.turn()));
    }
    Ok(all)
}

async fn states<R: Reader>(
    reader: &R,
    series: &Series,
    query: &Query,
    edges: &[i64],
) -> Result<Vec<Row>, StoreError> {
    let mut carried: Carried = reader.carried(series.id, query.from).await?;
    let mut all = Vec::with_capacity(edges.len());
    for stretch in stretches(edges) {
        let window = (stretch[0].max(query.from), stretch[stretch.len() - 1].min(query.to));
        let points = points(reader, series, window, MAX_POINTS).await?;
        let states = pieces::states(&mut carried, &points, stretch, window);
        all.extend(states.into_iter().map(|(t, all)| Row { t, value: RowValue::States(all) }));
    }
    Ok(all)
}

/// Slices of edges that overlap by one, each no longer than a stretch unless it is one bucket.
fn stretches(edges: &[i64]) -> Vec<&[i64]> {
    let mut all = Vec::new();
    let mut first = 0;
    while first + 1 < edges.len() {
        let end = edges.partition_point(|edge| *edge <= edges[first] + STRETCH);
        let last = (end - 1).max(first + 1);
        all.push(&edges[first..=last]);
        first = last;
    }
    all
}

/// The points of a window, ended where gaps begin.
async fn points<R: Reader>(
    reader: &R,
    series: &Series,
    window: (i64, i64),
    limit: usize,
) -> Result<Vec<Point>, StoreError> {
    let points = reader.points(series.id, window, limit).await?;
    let gaps = reader.gaps(window).await?;
    let begins = gaps.iter().map(|gap| gap.from_t).filter(|t| *t >= window.0);
    Ok(pieces::with_gaps(points, &begins.collect::<Vec<_>>()))
}

/// Fills buckets of which nothing is known with those of Insights; returns whether there were any.
async fn fill_in<R: Reader>(
    reader: &R,
    series: &Series,
    edges: &[i64],
    buckets: &mut [Bucket],
) -> Result<bool, StoreError> {
    let Some(first) = buckets.iter().position(|bucket| bucket.ms == 0 && bucket.n == 0) else {
        return Ok(false);
    };
    let last = buckets.iter().rposition(|bucket| bucket.ms == 0 && bucket.n == 0).unwrap_or(first);
    let (Some(from), Some(to)) = (edges.get(first), edges.get(last + 1)) else { return Ok(false) };
    let foreign = reader.foreign_buckets(series.id, (*from, *to)).await?;
    let mut used = false;
    for (bucket, pair) in buckets.iter_mut().zip(edges.windows(2)) {
        if bucket.ms > 0 || bucket.n > 0 {
            continue;
        }
        // Those of one step, the finest that has some here: sources are not mixed in a bucket.
        let inside = |(_, one): &&(i64, Bucket)| one.t >= pair[0] && one.t < pair[1];
        let Some(step) = foreign.iter().filter(inside).map(|(step, _)| *step).min() else {
            continue;
        };
        let parts: Vec<Bucket> = foreign
            .iter()
            .filter(inside)
            .filter(|(of, _)| *of == step)
            .map(|(_, one)| one.clone())
            .collect();
        *bucket = merged(pair[0], &parts, series.turn());
        used = true;
    }
    Ok(used)
}
