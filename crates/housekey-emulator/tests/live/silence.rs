//! The limits of the heart-beat. Time is paused: it runs ahead whenever everybody waits.

use std::time::Duration;

use housekey_emulator::Emulator;
use tokio::time::Instant;

use crate::wire::Wire;

#[tokio::test(start_paused = true)]
async fn whoever_is_silent_for_13_s_is_dropped() {
    let world = Emulator::start().await.unwrap();
    let mut wire = Wire::joined(&world).await;
    let began = Instant::now();
    while wire.next().await.is_some() {}
    let silence = began.elapsed();
    assert!((12..=14).contains(&silence.as_secs()), "{silence:?}");
}

#[tokio::test(start_paused = true)]
async fn whoever_pings_in_time_stays() {
    let world = Emulator::start().await.unwrap();
    let mut wire = Wire::joined(&world).await;
    for _ in 0..5 {
        tokio::time::sleep(Duration::from_secs(12)).await;
        assert_eq!(wire.ask("2").await, "3");
    }
    assert_eq!(world.seen().connections(), 1);
}
