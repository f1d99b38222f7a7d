//! The commands for everything a home has, on every dialect.

mod answers;
mod dry_run;
mod flow_checks;
mod flows;
mod images;
mod names;
mod reads;
mod unlisted;
mod writes;

use std::sync::Arc;

use housekey::clock::ManualClock;
use housekey_emulator::{Dialect, Emulator};

use crate::context::TestContext;

const ALL: &[Dialect] = &[Dialect::V2, Dialect::Local, Dialect::Cloud];
const V2: &[Dialect] = &[Dialect::V2];
const V3: &[Dialect] = &[Dialect::Local, Dialect::Cloud];
const NOT_CLOUD: &[Dialect] = &[Dialect::V2, Dialect::Local];

/// A Homey of that dialect whose clock stands still, reached with an API key.
pub(crate) async fn home(dialect: Dialect) -> TestContext {
    let now = "2026-03-10T18:30:00Z".parse().expect("a time");
    let clock = Arc::new(ManualClock::at(now));
    let mut context = TestContext::with(Emulator::builder().dialect(dialect).clock(clock)).await;
    let facts = context.facts();
    context.set("HOMEY_ADDRESS", &facts.homey_url);
    context.set("HOMEY_TOKEN", &facts.api_key);
    context.set("TZ", "UTC");
    context
}
