//! Many processes on one store, and processes that are killed in the middle of a renewal.

use std::process::Child;
use std::time::{Duration, Instant};

use housekey_emulator::{Emulator, Expire};
use jiff::SignedDuration;

use crate::context::TestContext;

/// Anything that needs a good token.
const CALL: [&str; 3] = ["zones", "list", "--json"];

/// The cloud gives the answer again to whoever was killed before it was stored. No client could do
/// without that; how long the real one does so is unknown, and a loaded machine is slow.
fn world() -> housekey_emulator::Builder {
    Emulator::builder().devices(0).refresh_reuse_window(SignedDuration::from_mins(10))
}

async fn signed_in() -> TestContext {
    let context = TestContext::with(world()).await;
    assert_eq!(context.login(&[]).exit, 0, "signed in");
    context
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_processes_renew_once_between_them() {
    let context = signed_in().await;
    let started = |_| context.command(&CALL).spawn().expect("started");
    context.world().expire(Expire::Session);
    context.world().expire(Expire::Access);
    // Slow enough for all of them to want it.
    context.world().script("users.login").delay(Duration::from_secs(1));
    let processes: Vec<Child> = (0..50).map(started).collect();
    for (nth, process) in processes.into_iter().enumerate() {
        let said = context.said(&process.wait_with_output().expect("ended"));
        assert_eq!(said.exit, 0, "process {nth}: {said}");
    }
    assert_eq!(context.world().calls("users.login"), 2, "the one of the sign-in and one more");
    assert_eq!(context.world().calls("oauth2.token.refresh_token"), 1);
}

/// When a process is killed.
#[derive(Debug, Clone, Copy)]
enum Moment {
    /// Some time after its start.
    After(Duration),
    /// Some time after the cloud, or the Homey, has got the request of that name.
    Asked(&'static str, Duration),
}

/// `HOUSEKEY_KILLS` makes more of them, as in docs/reliability.md.
#[tokio::test(flavor = "multi_thread")]
#[expect(clippy::print_stderr, reason = "what was done in a long run is told")]
#[expect(clippy::disallowed_methods, reason = "a test, not the program")]
async fn whoever_is_killed_while_renewing_is_still_signed_in() {
    let kills = std::env::var("HOUSEKEY_KILLS").ok().and_then(|kills| kills.parse().ok());
    let kills: u32 = kills.unwrap_or(30);
    let context = signed_in().await;
    let expire = || {
        context.world().expire(Expire::Session);
        context.world().expire(Expire::Access);
    };
    expire();
    let started = Instant::now();
    assert_eq!(context.run(&CALL).exit, 0);
    let whole = started.elapsed();
    let (mut renewing, mut torn) = (0, 0);
    for kill in 0..kills {
        expire();
        let chance: f64 = rand::random();
        let soon = Duration::from_secs_f64(chance * 0.01);
        let moment = match kill % 5 {
            0 => Moment::Asked("oauth2.token.refresh_token", soon),
            1 => Moment::Asked("users.login", soon),
            _ => Moment::After(whole.mul_f64(chance)),
        };
        let before = context.world().seen();
        let mut process = context.command(&CALL).spawn().expect("started");
        match moment {
            Moment::After(wait) => tokio::time::sleep(wait).await,
            Moment::Asked(name, wait) => {
                context.world().until(|seen| seen.calls(name) > before.calls(name)).await;
                tokio::time::sleep(wait).await;
            }
        }
        process.kill().expect("killed, or over");
        process.wait().expect("ended");
        let begun = |name| context.world().calls(name) > before.calls(name);
        renewing += u32::from(begun("oauth2.token.refresh_token"));
        torn += u32::from(context.credentials().read_dir().expect("read").any(|entry| {
            entry.expect("an entry").path().extension().is_some_and(|kind| kind == "new")
        }));
        let said = context.run(&CALL);
        assert_eq!(said.exit, 0, "kill {kill}, {moment:?}: {said}");
    }
    assert_eq!(context.world().calls("login"), 1, "nobody signed in again");
    eprintln!(
        "{kills} processes killed: {renewing} after they had sent a refresh token, {torn} while a \
         file was being written; the next start worked without signing in every time"
    );
}
