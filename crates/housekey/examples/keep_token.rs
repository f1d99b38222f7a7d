//! Calls a Homey every minute, or every SECONDS, and prints when its token is renewed.
//!
//! `cargo run --example keep_token`, where `housekey login` was run with an account.

#![allow(clippy::print_stdout, reason = "an example prints")]

use std::env::args;
use std::time::Duration;

use housekey::Homey;
use housekey::error::ErrorReport;
use tokio::time::interval;

#[tokio::main]
async fn main() -> Result<(), ErrorReport> {
    let seconds = args().nth(1).map_or(Ok(60), |seconds| seconds.parse())?;
    let homey = Homey::open_default().await?;
    let session = homey.session().filter(|session| session.due_at().is_some());
    let session = session.ok_or(ErrorReport::new("this token does not end"))?;
    let mut access = session.subscribe();
    let mut calls = interval(Duration::from_secs(seconds));
    println!("holding a session");
    loop {
        tokio::select! {
            _ = calls.tick() => {
                // A call renews a token that is due or was refused.
                if let Err(error) = homey.system().get_system_name().value().await {
                    println!("{:?}", ErrorReport::from(error));
                }
            }
            Ok(()) = access.changed() => {
                let end = access.borrow_and_update().session().map(|session| session.expires_at);
                println!("renewed, until {}", end.unwrap_or_default());
            }
        }
    }
}
