//! What is logged at the finest level, and every error on the way, searched for secrets. A file of
//! its own, since the log is that of the whole process.

#![allow(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod house;

use std::sync::{Arc, Mutex};

use house::House;
use housekey::auth::store::Store;
use housekey::{Secret, args};
use housekey_emulator::Expire;

/// Everything that is logged, at the finest level.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("no panic").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn no_secret_reaches_a_log_or_an_error() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(move || writer.clone())
        .finish();
    tracing::subscriber::set_global_default(subscriber).expect("the only test of this file");

    let (house, store) = (House::new().await, Store::memory());
    let mut errors = String::new();
    let wrong =
        housekey::auth::Password { password: Secret::new("a-wrong-guess"), ..house.password() };
    errors += &format!("{:?}", house.sign_in(&wrong, None).await.0.expect_err("refused"));
    house.signed_in(&store).await;
    let homey = house.homey(&store);
    house.world.expire(Expire::Session);
    house.world.expire(Expire::Access);
    homey.call("zones.getZones", &args! {}).await.expect("answered");
    house.world.expire(Expire::All);
    errors += &format!("{:?}", homey.call("zones.getZones", &args! {}).await);

    let log = String::from_utf8(log.0.lock().expect("no panic").clone()).expect("text");
    assert!(log.contains("session renewed"), "the log was caught:\n{log}");
    for secret in house.world.secrets().into_iter().chain(["a-wrong-guess".to_owned()]) {
        assert!(!log.contains(&secret), "a secret is in the log");
        assert!(!errors.contains(&secret), "a secret is in an error: {errors}");
    }
}
