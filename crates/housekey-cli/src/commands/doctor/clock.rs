//! The check of the clock: this machine beside the Homey and the cloud, and the time zone of the home.

use std::time::Duration;

use housekey::client::RawCall;
use housekey::http::{Http, HttpRequest};
use jiff::fmt::rfc2822;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::check::{Finding, Findings};
use super::subject::{Examined, Subject, Subjects};
use crate::context::Context;
use crate::duration;

/// How far a clock may be off: a header has whole seconds.
const CLOSE: SignedDuration = SignedDuration::from_secs(5);

/// How far off codes of two factors, certificates and the times of tokens stop working.
const FAR: SignedDuration = SignedDuration::from_secs(60);

/// How long the cloud may take.
const CLOUD_LIMIT: Duration = Duration::from_secs(10);

pub(super) async fn check(subjects: &Subjects, context: &Context) -> Findings {
    let (mut findings, cloud) =
        tokio::join!(subjects.each(|subject| homey(subject, context)), cloud(context));
    if let Some((finding, offset)) = cloud {
        findings.add(finding);
        findings.fact("cloud_offset_s", offset);
    }
    findings
}

async fn homey(subject: &Subject, context: &Context) -> Examined {
    let title = &subject.title;
    let before = context.clock.now();
    let answer = match subject.homey.raw(&RawCall::get("/api/manager/system/")).await {
        Ok(answer) => answer,
        Err(error) => return (vec![Finding::of_request(title, &error)], Value::Null),
    };
    let now = middle(before, context.clock.now());
    let system: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    // Its own clock; the header is that of the server in front of it.
    let date = system["date"].as_str().and_then(|date| date.parse().ok());
    let offset = date.or_else(|| header_date(answer.header("date"))).map(|date| offset(date, now));
    let zone = system["timezone"].as_str();
    let mut findings = vec![match offset {
        Some(offset) => verdict(title, offset),
        None => Finding::warning(format!("{title} does not report the time")),
    }];
    findings.extend(zone.map(|zone| zone_finding(title, zone)));
    let offset_s = offset.map(|offset| offset.as_secs());
    (findings, json!({ "offset_s": offset_s, "time_zone": zone }))
}

/// The clock of the cloud, where an account is stored: a request without a token.
async fn cloud(context: &Context) -> Option<(Finding, Option<i64>)> {
    let name = context.store.accounts().ok()?.into_iter().next()?;
    let cloud = context.store.account(&name).ok()??.cloud.api;
    let before = context.clock.now();
    let request = HttpRequest::new(http::Method::GET, cloud, CLOUD_LIMIT);
    let http: Http = context.http().ok()?;
    let answer = match http.send(request).await {
        Ok(answer) => answer,
        Err(error) => {
            let finding = Finding::warning(format!("the clock of the cloud is not known: {error}"));
            return Some((finding.next("sign-ins are not renewed until it can be reached"), None));
        }
    };
    let date = header_date(answer.header("date"))?;
    let offset = offset(date, middle(before, context.clock.now()));
    Some((verdict("the cloud", offset), Some(offset.as_secs())))
}

/// The time of a header, in whole seconds.
fn header_date(text: Option<&str>) -> Option<Timestamp> {
    rfc2822::parse(text?).ok().map(|date| date.timestamp())
}

/// The middle of a request, when the other side most likely read its clock.
fn middle(before: Timestamp, after: Timestamp) -> Timestamp {
    before.checked_add(after.duration_since(before) / 2).unwrap_or(after)
}

/// How far the other clock is ahead of this machine's.
fn offset(theirs: Timestamp, ours: Timestamp) -> SignedDuration {
    theirs.duration_since(ours)
}

fn verdict(name: &str, offset: SignedDuration) -> Finding {
    let far = duration::show(offset);
    let side = if offset.is_negative() { "ahead of" } else { "behind" };
    let text = format!("this machine is {far} {side} {name}");
    let next =
        "compare both with a clock that is right; on Linux `timedatectl set-ntp true` keeps it so";
    match offset.abs() {
        close if close <= CLOSE => Finding::ok(format!("this machine and {name} agree")),
        far if far <= FAR => Finding::warning(text).next(next),
        _ => Finding::failed(text).next(next),
    }
}

fn zone_finding(title: &str, zone: &str) -> Finding {
    let ours = TimeZone::system();
    match (TimeZone::get(zone), ours.iana_name()) {
        (Err(_), _) => Finding::warning(format!("{title}: the time zone {zone} is not known here"))
            .next("times are shown in UTC; set TZ to show them in another zone"),
        (Ok(_), Some(ours)) if ours == zone => {
            Finding::ok(format!("{title}: time zone {zone}, as here"))
        }
        (Ok(_), ours) => Finding::ok(format!(
            "{title}: time zone {zone}, here {}",
            ours.unwrap_or("one without a name")
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::super::check::Verdict;
    use super::*;

    #[test]
    fn a_clock_may_be_off_by_the_seconds_of_a_header() {
        let ours: Timestamp = "2026-03-10T12:00:00Z".parse().unwrap();
        for (theirs, want, text) in [
            ("Tue, 10 Mar 2026 12:00:05 GMT", Verdict::Ok, "this machine and it agree"),
            ("Tue, 10 Mar 2026 11:59:55 GMT", Verdict::Ok, "this machine and it agree"),
            ("Tue, 10 Mar 2026 12:00:06 GMT", Verdict::Warning, "this machine is 6 s behind it"),
            (
                "Tue, 10 Mar 2026 11:59:00 GMT",
                Verdict::Warning,
                "this machine is 1 min ahead of it",
            ),
            ("Tue, 10 Mar 2026 10:00:00 GMT", Verdict::Failed, "this machine is 2 h ahead of it"),
        ] {
            let theirs = header_date(Some(theirs)).unwrap();
            let found = verdict("it", offset(theirs, ours));
            assert_eq!((found.verdict, found.text.as_str()), (want, text));
        }
        assert_eq!(header_date(Some("noon")), None);
        let after = "2026-03-10T12:00:04Z".parse().unwrap();
        assert_eq!(middle(ours, after).to_string(), "2026-03-10T12:00:02Z");
    }
}
