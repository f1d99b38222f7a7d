//! The check of the routes: which address is used for a Homey, which others answer, and how fast.

use std::time::Duration;

use housekey::discovery::{
    Candidate, Diagnosis, PlainHttp, Reason, candidates, diagnose, is_loopback,
};
use serde_json::json;
use tokio::time::Instant;

use super::check::{Finding, Findings};
use super::subject::{Examined, Subject, Subjects};
use crate::commands::login::progress::milliseconds;
use crate::context::Context;

const DIAGNOSE: &str = "`housekey homeys diagnose` shows every way and why it fails";

pub(super) async fn check(subjects: &Subjects, context: &Context) -> Findings {
    subjects.each(|subject| homey(subject, context)).await
}

async fn homey(subject: &Subject, context: &Context) -> Examined {
    let title = &subject.title;
    let Some(record) = &subject.record else { return given(subject).await };
    let plain_http = context.settings.read().map(|settings| settings.plain_http(&record.name));
    let plain_http = plain_http.unwrap_or(PlainHttp::Forbidden);
    let http = match context.http() {
        Ok(http) => http,
        Err(error) => return (vec![Finding::of_error(title, &error)], json!(null)),
    };
    let id = Some(&*record.id).filter(|id| !id.is_empty());
    let ways = diagnose(&http, &record.addresses, plain_http, id).await;
    let preferred = candidates(&record.addresses, plain_http);
    let used = preferred.iter().find_map(|candidate| {
        ways.iter().find(|way| way.works && way.strategy == candidate.strategy)
    });
    let about = json!({ "used": used.map(|way| way.strategy), "ways": ways });
    (vec![verdict(title, used, &preferred, &ways)], about)
}

/// The one address that the environment gives.
async fn given(subject: &Subject) -> Examined {
    let (title, started) = (&subject.title, Instant::now());
    match subject.homey.address().await {
        Ok(address) => {
            let took = milliseconds(started.elapsed());
            let finding = Finding::ok(format!("{title} by its address alone in {took}"));
            (vec![finding], json!({ "used": null, "address": address, "ways": [] }))
        }
        Err(error) => (vec![Finding::of_error(title, &error)], json!(null)),
    }
}

fn verdict(
    title: &str,
    used: Option<&Diagnosis>,
    preferred: &[Candidate],
    ways: &[Diagnosis],
) -> Finding {
    let Some(used) = used else {
        let tried = ways.iter().filter_map(|way| match way.reason {
            Some(Reason::NoAddress) | None => None,
            Some(reason) => Some(format!("{}: {reason}", way.strategy)),
        });
        let tried = tried.collect::<Vec<_>>().join("; ");
        let text = format!("{title} cannot be reached ({tried})");
        return Finding::failed(text)
            .next(format!("look whether it is switched on and online; {DIAGNOSE}"));
    };
    let others = ways.iter().filter(|way| way.works && way.strategy != used.strategy);
    let others: Vec<_> = others.map(took).collect();
    let others = match others.is_empty() {
        true => String::new(),
        false => format!("; also {}", others.join(", ")),
    };
    let unencrypted = if used.encrypted == Some(false) { ", unencrypted" } else { "" };
    let text = format!("{title} by {}{unencrypted}{others}", took(used));
    let leaves = used.address.as_ref().is_some_and(|address| !is_loopback(address));
    // What is preferred but does not answer is the fast way that is missing.
    let at_home = |candidate: &&Candidate| candidate.strategy.is_at_home();
    match (preferred.iter().find(at_home), used.strategy.is_at_home()) {
        _ if used.encrypted == Some(false) && leaves => Finding::warning(text).next(
            "who listens in that network can read the token; `plain_http` in config.toml allows it",
        ),
        (Some(_), false) => Finding::ok(format!("{text}; not within the home's network")),
        _ => Finding::ok(text),
    }
}

/// A way, and how long its answer took.
fn took(way: &Diagnosis) -> String {
    let took = way.took_ms.map(|ms| format!(" in {}", milliseconds(Duration::from_millis(ms))));
    format!("{}{}", way.strategy, took.unwrap_or_default())
}
