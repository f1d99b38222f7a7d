//! Waits until the apps of a Homey have started: right after a boot most cards are missing.

use std::time::Duration;

use housekey::model::Items;
use housekey_backup::check::starting_apps;
use housekey_backup::{Home, Part};
use jiff::SignedDuration;
use serde_json::Value;

use crate::context::{Context, Target};
use crate::error::Outcome;

/// How often the apps are looked at.
const POLL: Duration = Duration::from_secs(2);

/// Waits until no app is starting, at most that long. Apps that may not be read are not waited for.
pub(super) async fn until_started(
    target: &Target,
    limit: SignedDuration,
    context: &Context,
) -> Outcome {
    let apps = async || starting(target).await;
    let note = |names: &str| {
        let limit = housekey_backup::words::length(limit.as_secs() as f64);
        context
            .out
            .note(&format!("Waiting for apps that are starting, for up to {limit}: {names}"));
    };
    let limit = Duration::try_from(limit).unwrap_or_default();
    until(limit, apps, note, tokio::time::sleep).await
}

/// The names of the apps that are starting.
async fn starting(target: &Target) -> Outcome<Vec<String>> {
    let Ok(Items(apps)) = target.homey.apps().get_apps().read_as::<Items<Value>>().await else {
        // Reading the home says why.
        return Ok(Vec::new());
    };
    let mut home = Home::default();
    let items = apps.into_iter().filter_map(|app| Some((app["id"].as_str()?.to_owned(), app)));
    home.insert(Part::Apps, items.collect());
    let names = starting_apps(&home).into_iter().map(|id| home.name(Part::Apps, id).to_owned());
    Ok(names.collect())
}

async fn until(
    limit: Duration,
    apps: impl AsyncFn() -> Outcome<Vec<String>>,
    note: impl Fn(&str),
    pause: impl AsyncFn(Duration),
) -> Outcome {
    let mut waited = Duration::ZERO;
    loop {
        let starting = apps().await?;
        if starting.is_empty() || waited >= limit {
            return Ok(());
        }
        if waited.is_zero() {
            note(&starting.join(", "));
        }
        pause(POLL).await;
        waited += POLL;
    }
}

#[cfg(test)]
mod tests {
    use std::cell::{Cell, RefCell};

    use super::*;

    /// How often it looked, how long it waited, what it said.
    async fn outcome(limit: u64, ready_after: u32) -> (u32, u64, Vec<String>) {
        let (looks, waited) = (Cell::new(0), Cell::new(0));
        let said = RefCell::new(Vec::new());
        let apps = async || {
            looks.set(looks.get() + 1);
            Ok(if looks.get() > ready_after {
                vec![]
            } else {
                vec!["A".to_owned(), "B".to_owned()]
            })
        };
        let note = |names: &str| said.borrow_mut().push(names.to_owned());
        let pause = async |pause: Duration| waited.set(waited.get() + pause.as_secs());
        until(Duration::from_secs(limit), apps, note, pause).await.unwrap();
        (looks.get(), waited.get(), said.into_inner())
    }

    #[tokio::test]
    async fn waits_for_apps_up_to_the_limit() {
        let said = || vec!["A, B".to_owned()];
        assert_eq!(outcome(120, 0).await, (1, 0, vec![]));
        assert_eq!(outcome(120, 3).await, (4, 6, said()));
        assert_eq!(outcome(120, u32::MAX).await, (61, 120, said()));
        assert_eq!(outcome(0, u32::MAX).await, (1, 0, vec![]));
    }
}
