//! How long it takes to be handed a token that is good, from a store that was read before.

use std::hint::black_box;
use std::time::Instant;

use housekey::auth::SessionToken;
use housekey::auth::store::{Access, HomeyRecord, Store};
use housekey::catalogue::Dialect;
use housekey::clock::{Clock as _, SystemClock};
use housekey::discovery::Addresses;
use housekey::http::Http;
use housekey::{Homey, Secret};
use jiff::SignedDuration;
use serde_json::{Value, json};

/// Nothing is sent: the token is an hour old.
pub(crate) async fn run(count: usize, http: Http) -> Value {
    let issued_at = SystemClock.now() - SignedDuration::from_hours(1);
    let session = SessionToken {
        token: Secret::new(format!("{0}:{0}:{1}", "0".repeat(36), "1".repeat(40))),
        issued_at,
        expires_at: issued_at + SignedDuration::from_hours(24),
        refused: false,
    };
    let record = HomeyRecord {
        name: "home".to_owned(),
        title: "Home".to_owned(),
        id: "2".repeat(24),
        dialect: Dialect::Local,
        addresses: Addresses::default(),
        access: Access::Account { account: "a@example.org".to_owned(), session },
    };
    let store = Store::memory();
    store.save_homey(&record).expect("stored");
    let homey = Homey::stored(&record, store, http, SystemClock::shared());
    let begun = Instant::now();
    for _ in 0..count {
        black_box(homey.bearer().await.expect("a token"));
    }
    json!({ "count": count, "ns": begun.elapsed().as_secs_f64() * 1e9 / count as f64 })
}
