//! Signs in and stores that, for all programs of this user: the command line and the agent use it too.
//!
//! With an account, and an OAuth client in HOUSEKEY_CLIENT_ID and HOUSEKEY_CLIENT_SECRET:
//! `cargo run --example sign_in -- robin@example.org < password.txt`
//!
//! With an API key: `cargo run --example sign_in -- http://192.0.2.7 < key.txt`

#![allow(clippy::print_stdout, reason = "an example prints")]

use std::env::args;
use std::io::{read_to_string, stdin};

use housekey::auth::Password;
use housekey::config::Config;
use housekey::error::ErrorReport;

#[tokio::main]
async fn main() -> Result<(), ErrorReport> {
    let place = args().nth(1).ok_or(ErrorReport::new("usage: sign_in E-MAIL|ADDRESS"))?;
    let secret = read_to_string(stdin())?.trim().to_owned();
    let config = Config::of_process()?;
    let signed_in = match place.contains('@') {
        true => config.sign_in()?.with_password(&Password::new(place, secret)).await?,
        false => config.sign_in_at(&place).await?.with_api_key(secret.into()).await?,
    };
    println!("signed in to {}", signed_in.homey.title);
    let homey = config.keep(signed_in, None).await?;
    println!("{} devices", homey.devices().get_devices().await?.len());
    Ok(())
}
