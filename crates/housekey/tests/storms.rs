//! Many callers whose token is refused at once: one renewal for all of them, and no call is lost.
//!
//! Time is paused and the virtual Homey answers in this process, so that nothing depends on how fast
//! the machine is.

#![allow(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod house;

use std::time::Duration;

use futures_util::future::join_all;
use house::House;
use housekey::args;
use housekey::auth::AccountAccess;
use housekey::auth::store::{Access, Store};
use housekey_emulator::{Emulator, Expire};

/// How many requests to one Homey are under way at once.
const IN_FLIGHT: u64 = 8;

/// A storm and what it may cost.
struct Storm {
    name: &'static str,
    expired: &'static [Expire],
    /// Of step 6, the login on the Homey.
    login: Login,
    /// Between two calls.
    spread: Duration,
    refreshes: u64,
    logins: u64,
}

#[derive(Clone, Copy, PartialEq)]
enum Login {
    AtOnce,
    Slow,
    OnceUnavailable,
}

const SESSION: &[Expire] = &[Expire::Session];
const BOTH: &[Expire] = &[Expire::Session, Expire::Access];

impl Storm {
    const fn of(name: &'static str, expired: &'static [Expire], login: Login) -> Self {
        Self { name, expired, login, spread: Duration::ZERO, refreshes: 0, logins: 1 }
    }

    async fn breaks(&self, calls: u64) {
        let (house, store) = (House::in_process(Emulator::builder().devices(0)), Store::memory());
        house.signed_in(&store).await;
        let homey = house.homey(&store);
        self.expired.iter().for_each(|what| house.world.expire(*what));
        let script = |name| house.world.script(name);
        script("zones.getZones").delay(Duration::from_millis(20)).times(2 * calls);
        match self.login {
            Login::AtOnce => {}
            Login::Slow => drop(script("users.login").delay(Duration::from_millis(200))),
            Login::OnceUnavailable => drop(script("users.login").reply(503)),
        }
        let before = house.world.seen();
        let callers = (0..calls).map(|nth| {
            let (homey, wait) = (homey.clone(), self.spread * u32::try_from(nth).expect("few"));
            tokio::spawn(async move {
                tokio::time::sleep(wait).await;
                homey.call("zones.getZones", &args! {}).await
            })
        });
        for (nth, outcome) in join_all(callers).await.into_iter().enumerate() {
            let outcome = outcome.expect("no panic");
            outcome.unwrap_or_else(|error| panic!("{}: call {nth} is lost: {error:?}", self.name));
        }
        let count = |name| house.world.seen().calls(name) - before.calls(name);
        assert_eq!(count("users.login"), self.logins, "{}", self.name);
        assert_eq!(count("oauth2.token.refresh_token"), self.refreshes, "{}", self.name);
        let refused = count("zones.getZones") - calls;
        let at_once = (1..=IN_FLIGHT).contains(&refused);
        assert!(at_once, "{}: {refused} went out with a refused token", self.name);
    }
}

#[tokio::test(start_paused = true)]
async fn a_storm_of_two_hundred_calls_loses_none() {
    let spread = Duration::from_millis(2);
    for storm in [
        Storm::of("session refused", SESSION, Login::AtOnce),
        Storm { refreshes: 1, ..Storm::of("account token as well", BOTH, Login::AtOnce) },
        Storm { spread, ..Storm::of("spread over time", SESSION, Login::Slow) },
        Storm::of("slow login", SESSION, Login::Slow),
        Storm { logins: 2, ..Storm::of("login answers 503 once", SESSION, Login::OnceUnavailable) },
    ] {
        storm.breaks(200).await;
    }
}

#[tokio::test(start_paused = true)]
async fn ten_thousand_callers_with_a_refused_token_make_one_login() {
    Storm::of("ten thousand", SESSION, Login::AtOnce).breaks(10_000).await;
}

#[tokio::test(start_paused = true)]
async fn two_hundred_questions_to_a_cloud_that_refuses_the_access_make_one_refresh() {
    let (house, store) = (House::in_process(Emulator::builder().devices(0)), Store::memory());
    let record = house.signed_in(&store).await;
    let Access::Account { account, .. } = record.access else { panic!("{record:?}") };
    house.world.expire(Expire::Access);
    let access = AccountAccess::new(&account, &store, &house.http, &*house.clock);
    for outcome in join_all((0..200).map(|_| access.account())).await {
        outcome.expect("answered");
    }
    assert_eq!(house.world.calls("oauth2.token.refresh_token"), 1);
}
