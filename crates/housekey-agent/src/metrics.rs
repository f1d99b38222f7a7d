//! The status as Prometheus reads it.
//!
//! Labels: `homey` is the short name; `kind` and `target` are those of a sink; `part` is the name of
//! a part in the status. None of them is a secret.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use prometheus_client::collector::Collector;
use prometheus_client::encoding::DescriptorEncoder;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::MetricType;
use prometheus_client::registry::{Registry, Unit};

use crate::counters::{GatewayCounters, HomeyCounters, InfluxCounters};
use crate::status::{HomeyState, HomeyStatus, PartState, SinkState, SinkStatus};
use crate::status_board::StatusBoard;

/// The content type over HTTP.
pub(crate) const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// The metrics as they are now.
///
/// # Errors
/// Never in practice: text is written to memory.
pub(crate) fn text(
    board: &StatusBoard,
    counts: Arc<GatewayCounters>,
) -> Result<String, fmt::Error> {
    let mut registry = Registry::default();
    registry.register_collector(Box::new(FromStatus(board.clone())));
    registry.register_collector(Box::new(OfGateway(counts)));
    let mut text = String::new();
    encode(&mut text, &registry)?;
    Ok(text)
}

#[derive(Debug)]
struct FromStatus(StatusBoard);

/// A value and the labels it stands under.
type Row<'a> = (Vec<(&'a str, &'a str)>, f64);

impl Collector for FromStatus {
    fn encode(&self, mut to: DescriptorEncoder) -> fmt::Result {
        let (status, now) = (self.0.status(), self.0.clock().now());
        let homeys = |value: &dyn Fn(&HomeyStatus) -> Option<f64>| -> Vec<_> {
            let row = |homey| Some((vec![("homey", homey_name(homey))], value(homey)?));
            status.homeys.iter().filter_map(row).collect()
        };
        let sinks = |value: &dyn Fn(&SinkStatus) -> f64| -> Vec<_> {
            status.sinks.iter().map(|sink| (sink_labels(sink), value(sink))).collect()
        };
        let seconds = Some(Unit::Seconds);

        let age = |homey: &HomeyStatus| Some(now.duration_since(homey.issued_at?).as_secs_f64());
        gauge(&mut to, "token_age", "Age of the session token", &seconds, homeys(&age))?;
        let left = |homey: &HomeyStatus| Some(homey.expires_at?.duration_since(now).as_secs_f64());
        let help = "Time the session token still lives; below zero it has ended";
        gauge(&mut to, "token_life_left", help, &seconds, homeys(&left))?;
        let fresh = |homey: &HomeyStatus| Some(flag(homey.state == HomeyState::Fresh));
        gauge(&mut to, "token_fresh", "1 if the token is renewed in time", &None, homeys(&fresh))?;
        let out = |homey: &HomeyStatus| Some(flag(homey.state == HomeyState::SignedOut));
        gauge(&mut to, "signed_out", "1 if a new sign-in is required", &None, homeys(&out))?;
        let renewals = |homey: &HomeyStatus| Some(count(homey.renewals));
        counter(&mut to, "renewals", "New tokens since the start", homeys(&renewals))?;
        let failures = |homey: &HomeyStatus| Some(count(homey.failures));
        let help = "Tries since the start that brought no token";
        counter(&mut to, "renewal_failures", help, homeys(&failures))?;

        let delivered = |sink: &SinkStatus| flag(sink.state == SinkState::Delivered);
        let help = "1 if the sink has the newest token";
        gauge(&mut to, "sink_delivered", help, &None, sinks(&delivered))?;
        let deliveries = |sink: &SinkStatus| count(sink.deliveries);
        counter(&mut to, "sink_deliveries", "Tokens handed over", sinks(&deliveries))?;
        let failures = |sink: &SinkStatus| count(sink.failures);
        counter(&mut to, "sink_failures", "Tries that failed", sinks(&failures))?;

        let parts = || status.parts.iter();
        let running = parts().map(|part| {
            (vec![("part", part.name.as_str())], flag(part.state == PartState::Running))
        });
        gauge(&mut to, "part_running", "1 if the part runs", &None, running.collect())?;
        let restarts =
            parts().map(|part| (vec![("part", part.name.as_str())], count(part.restarts)));
        counter(&mut to, "part_restarts", "How often it was started again", restarts.collect())?;
        let events = self.0.security().counts();
        let events = events.map(|(event, events)| (vec![("event", event)], count(events)));
        let help = "What may be an attack, by its kind";
        counter(&mut to, "security_events", help, events.collect())?;
        let about = vec![(vec![("version", status.version.as_str())], 1.0)];
        gauge(&mut to, "agent_info", "The version of the agent", &None, about)
    }
}

/// The counters of the gateway.
#[derive(Debug)]
struct OfGateway(Arc<GatewayCounters>);

impl Collector for OfGateway {
    fn encode(&self, mut to: DescriptorEncoder) -> fmt::Result {
        let homeys = |value: &dyn Fn(&HomeyCounters) -> &AtomicU64| -> Vec<_> {
            let row = |homey: &'_ Arc<HomeyCounters>| count(value(homey).load(Relaxed));
            self.0.homeys.iter().map(|homey| (vec![("homey", &*homey.name)], row(homey))).collect()
        };
        let connections = vec![(Vec::new(), count(self.0.connections.load(Relaxed)))];
        let help = "Callers that are connected to the gateway";
        gauge(&mut to, "gateway_connections", help, &None, connections)?;
        let refused = vec![(Vec::new(), count(self.0.refused.load(Relaxed)))];
        let help = "Requests that were refused or malformed";
        counter(&mut to, "gateway_refused", help, refused)?;
        let answers = self.0.homeys.iter().flat_map(|homey| {
            let labels = |class| vec![("homey", &*homey.name), ("status", class)];
            homey.answers().map(move |(class, answers)| (labels(class), count(answers)))
        });
        let help = "Answers to requests to a Homey, the gateway's own among them";
        counter(&mut to, "gateway_answers", help, answers.collect())?;
        let help = "Requests that have their turn at the Homey";
        gauge(&mut to, "gateway_in_flight", help, &None, homeys(&|homey| &homey.in_flight))?;
        let help = "Requests that wait for their turn";
        gauge(&mut to, "gateway_waiting", help, &None, homeys(&|homey| &homey.waiting))?;
        let help = "Requests sent again with a new token";
        counter(&mut to, "gateway_renewed", help, homeys(&|homey| &homey.renewed))?;
        let help = "Requests sent again because the Homey was away or broke off";
        counter(&mut to, "gateway_repeated", help, homeys(&|homey| &homey.repeated))?;
        self.encode_exports(&mut to)?;
        self.encode_influx(&mut to)
    }
}

impl OfGateway {
    /// The last scrape of each home that was scraped.
    fn encode_exports(&self, to: &mut DescriptorEncoder) -> fmt::Result {
        let rows = |value: &dyn Fn(&HomeyCounters) -> f64| -> Vec<_> {
            let scraped = |homey: &&Arc<HomeyCounters>| homey.export_series.load(Relaxed) > 0;
            let scraped = self.0.homeys.iter().filter(scraped);
            scraped.map(|homey| (vec![("homey", &*homey.name)], value(homey))).collect()
        };
        let took = rows(&|homey| count(homey.export_us.load(Relaxed)) / 1e6);
        if took.is_empty() {
            return Ok(());
        }
        let help = "Time that the last scrape of the home took";
        gauge(to, "export", help, &Some(Unit::Seconds), took)?;
        let series = rows(&|homey| count(homey.export_series.load(Relaxed)));
        gauge(to, "export_series", "Series of the last scrape of the home", &None, series)?;
        let dropped = rows(&|homey| count(homey.export_dropped.load(Relaxed)));
        let help = "Series above the limit that the last scrape of the home left out";
        gauge(to, "export_dropped_series", help, &None, dropped)
    }

    /// What was pushed to servers that take lines.
    fn encode_influx(&self, to: &mut DescriptorEncoder) -> fmt::Result {
        let rows = |value: &dyn Fn(&InfluxCounters) -> &AtomicU64| -> Vec<_> {
            let row = |target: &'_ Arc<InfluxCounters>| count(value(target).load(Relaxed));
            let targets = self.0.influx.iter();
            targets.map(|target| (vec![("target", &*target.target)], row(target))).collect()
        };
        if self.0.influx.is_empty() {
            return Ok(());
        }
        let lines = rows(&|target| &target.lines);
        counter(to, "influx_lines", "Lines that the server stored", lines)?;
        let refused = rows(&|target| &target.wrong_lines);
        counter(to, "influx_refused_lines", "Lines that the server found wrong", refused)?;
        let help = "Size of the lines that were dropped, since too many waited or the disk is full";
        counter(to, "influx_dropped_bytes", help, rows(&|target| &target.dropped_bytes))?;
        let waiting = rows(&|target| &target.spool_bytes);
        gauge(to, "influx_spool_bytes", "Size of the lines that wait on disk", &None, waiting)
    }
}

fn homey_name(homey: &HomeyStatus) -> &str {
    &homey.name
}

fn sink_labels(sink: &SinkStatus) -> Vec<(&str, &str)> {
    vec![("homey", &sink.homey), ("kind", &sink.kind), ("target", &sink.target)]
}

fn flag(is: bool) -> f64 {
    if is { 1.0 } else { 0.0 }
}

/// Exact up to 2^53.
fn count(count: u64) -> f64 {
    count as f64
}

fn gauge(
    to: &mut DescriptorEncoder,
    name: &str,
    help: &str,
    unit: &Option<Unit>,
    rows: Vec<Row<'_>>,
) -> fmt::Result {
    let name = format!("housekey_{name}");
    let mut family = to.encode_descriptor(&name, help, unit.as_ref(), MetricType::Gauge)?;
    rows.iter().try_for_each(|(labels, value)| family.encode_family(labels)?.encode_gauge(value))
}

fn counter(to: &mut DescriptorEncoder, name: &str, help: &str, rows: Vec<Row<'_>>) -> fmt::Result {
    let name = format!("housekey_{name}");
    let mut family = to.encode_descriptor(&name, help, None, MetricType::Counter)?;
    rows.iter().try_for_each(|(labels, value)| {
        family
            .encode_family(labels)?
            .encode_counter::<prometheus_client::encoding::NoLabelSet, f64, f64>(value, None)
    })
}
