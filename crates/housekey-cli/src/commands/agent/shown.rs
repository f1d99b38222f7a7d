//! The status of the agent, for people.

use housekey_agent::status::{GatewayStatus, HomeyState, SinkState, Status, Trouble};

use jiff::SignedDuration;

use crate::context::Context;
use crate::duration;
use crate::output::table::Table;

/// Homeys and sinks as tables, then what is wrong.
pub(super) fn text(status: &Status, context: &Context) -> String {
    let now = context.clock.now();
    let mut homeys = Table::new(["Homey", "title", "token", "ends in", "renewed in"]);
    for homey in &status.homeys {
        let state = match homey.state {
            HomeyState::Starting => "not looked at yet",
            HomeyState::Fresh => "fresh",
            HomeyState::Failing => "not renewed",
            HomeyState::SignedOut => "signed out",
        };
        let left = |time: Option<jiff::Timestamp>| match time.map(|time| time.duration_since(now)) {
            Some(left) if left.is_positive() => duration::show(left),
            Some(_) => "now".to_owned(),
            None => "never".to_owned(),
        };
        // A token that was refused does not live as long as it says.
        let (ends, renews) = match homey.state {
            HomeyState::SignedOut => ("-".to_owned(), "-".to_owned()),
            _ => (left(homey.expires_at), left(homey.renew_at)),
        };
        homeys.row([homey.name.clone(), homey.title.clone(), state.to_owned(), ends, renews]);
    }
    let mut sinks = Table::new(["Homey", "sink", "state"]);
    for sink in &status.sinks {
        let state = match sink.state {
            SinkState::Waiting => "waits for a token",
            SinkState::Delivered => "has the token",
            SinkState::Failing => "tried again",
        };
        let target = format!("{} {}", sink.kind, sink.target);
        sinks.row([sink.homey.clone(), target, state.to_owned()]);
    }
    let mut text = context.out.render(homeys);
    if !status.sinks.is_empty() {
        text = format!("{text}\n{}", context.out.render(sinks));
    }
    if !status.history.is_empty() {
        let mut history = Table::new(["Homey", "series", "points", "waiting", "lost", "written"]);
        for row in &status.history {
            let written = match row.written_at.map(|at| now.duration_since(at)) {
                Some(age) => format!("{} ago", duration::show(age)),
                None => "not yet".to_owned(),
            };
            let numbers =
                [row.series, row.points, row.waiting, row.lost].map(|one| one.to_string());
            let [series, points, waiting, lost] = numbers;
            history.row([row.homey.clone(), series, points, waiting, lost, written]);
        }
        text = format!("{text}\n{}", context.out.render(history));
    }
    if !status.snapshots.is_empty() {
        let mut snapshots = Table::new(["Homey", "snapshots", "newest"]);
        for row in &status.snapshots {
            let newest = match row.newest_at.map(|newest| now.duration_since(newest)) {
                Some(age) => format!("{} ago", duration::show(age)),
                None if row.looked_at.is_some() => "before this start".to_owned(),
                None => "not looked at yet".to_owned(),
            };
            snapshots.row([row.homey.clone(), row.kept.to_string(), newest]);
        }
        text = format!("{text}\n{}", context.out.render(snapshots));
    }
    if let Some(gateway) = &status.gateway {
        text = format!("{text}\n{}", gateway_text(gateway, context));
    }
    let homeys = status.homeys.iter().map(|homey| (&homey.name, &homey.trouble));
    let sinks = status.sinks.iter().map(|sink| (&sink.target, &sink.trouble));
    let parts = status.parts.iter().map(|part| (&part.name, &part.trouble));
    let snapshots = status.snapshots.iter().map(|row| (&row.homey, &row.trouble));
    let history = status.history.iter().map(|row| (&row.homey, &row.trouble));
    for (name, trouble) in homeys.chain(sinks).chain(parts).chain(snapshots).chain(history) {
        let Some(Trouble { text: what, advice, next_attempt_at, .. }) = trouble else { continue };
        text = format!("{text}\n{name}: {what}\n");
        if let Some(next) = next_attempt_at {
            text = format!("{text}  {}\n", next_attempt(next.duration_since(now)));
        }
        if let Some(advice) = advice {
            text = format!("{text}  {advice}\n");
        }
    }
    text
}

/// When it is tried again.
fn next_attempt(left: SignedDuration) -> String {
    match left.is_positive() {
        true => format!("next attempt in {}", duration::show(left)),
        false => "next attempt now".to_owned(),
    }
}

fn gateway_text(gateway: &GatewayStatus, context: &Context) -> String {
    let mut requests = Table::new(["Homey", "answered", "with an error", "under way", "waiting"]);
    for homey in &gateway.homeys {
        let of = |failed: bool| {
            let fits = |(class, _): &(&String, &u64)| class.starts_with(['4', '5']) == failed;
            homey.answers.iter().filter(fits).map(|(_, count)| count).sum::<u64>().to_string()
        };
        let (under_way, waiting) = (homey.in_flight.to_string(), homey.waiting.to_string());
        requests.row([homey.name.clone(), of(false), of(true), under_way, waiting]);
    }
    let GatewayStatus { connections, refused, .. } = gateway;
    let requests = context.out.render(requests);
    format!("Gateway: callers connected: {connections}, requests refused: {refused}\n{requests}")
}
