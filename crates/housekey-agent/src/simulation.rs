//! Years in the life of a token: the agent, programs beside it and a person, in a world with faults.
//!
//! Time is paused and the virtual Homey answers in this process, so that ten years pass in seconds. What
//! must hold at every instant:
//!
//! * where cloud and Homey could be reached for ten minutes, a token is at hand that the Homey takes;
//! * nothing is renewed twice: no two renewals are under way at once, none brings a second answer for
//!   one refresh token, and no session is replaced that was still fresh;
//! * only a final refusal of the token endpoint signs out.
//!
//! A few seeds run with all tests. Many years of many seeds, in `docs/reliability.md`:
//!
//! ```text
//! HOUSEKEY_SEEDS=300 HOUSEKEY_DAYS=3650 cargo test --release -p housekey-agent --lib simulation -- --nocapture
//! ```

mod judge;
mod life;
mod network;
mod tally;
mod time;

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use self::life::Life;
use self::tally::Tally;

/// A number from the environment, for runs that are longer than a test may be.
#[expect(clippy::disallowed_methods, reason = "a test, not the program")]
fn number(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

/// Simulates that many days with that seed.
fn live(seed: u64, days: u64) -> Result<Tally, String> {
    // What the program itself leaves to chance.
    fastrand::seed(seed);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .expect("a runtime");
    runtime.block_on(async { Life::begin(seed).await.go_on(days).await })
}

#[test]
fn a_seed_determines_the_whole_life() {
    assert_eq!(live(7, 100), live(7, 100));
}

#[test]
#[expect(clippy::print_stderr, reason = "the result of a long run is what it is for")]
fn years_with_faults_go_by_and_a_token_is_at_hand() {
    let (first, seeds) = (number("HOUSEKEY_SEED", 1), number("HOUSEKEY_SEEDS", 2));
    let days = number("HOUSEKEY_DAYS", 250);
    let (next, total) = (AtomicU64::new(first), Mutex::new(Tally::default()));
    let failures = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..number("HOUSEKEY_THREADS", 2) {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::SeqCst);
                    if seed >= first + seeds {
                        return;
                    }
                    match live(seed, days) {
                        Ok(tally) => total.lock().expect("no panic").add(&tally),
                        Err(why) => failures.lock().expect("no panic").push((seed, why)),
                    }
                }
            });
        }
    });
    eprintln!("{seeds} seeds of {days} days: {}", total.into_inner().expect("no panic"));
    let failures = failures.into_inner().expect("no panic");
    let failed = failures.iter().map(|(seed, why)| format!("HOUSEKEY_SEED={seed}: {why}"));
    let failed: Vec<_> = failed.collect();
    assert!(failed.is_empty(), "{} seeds fail\n{}", failed.len(), failed.join("\n"));
}
