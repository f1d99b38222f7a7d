//! `housekey emulate`: the virtual cloud and Homey, for tests and for trying things out.

use housekey::catalogue::Dialect;
use housekey_emulator::{ConnectionInfo, Emulator, Model};
use jiff::SignedDuration;
use serde_json::json;

use crate::context::Context;
use crate::error::{Failure, Outcome};
use crate::{duration, signal};

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  housekey emulate --port 4780
  housekey emulate --homeys 2 --dialect v2 --session-life 1m --json
  housekey emulate --home messy")]
pub(crate) struct Args {
    /// TCP port on this machine; 0 takes a free one
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// How many Homeys the account has
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=10_000))]
    homeys: u16,
    /// How many devices each Homey has; at least 120 in the home `messy`
    #[arg(long, value_name = "N", default_value_t = 30)]
    devices: usize,
    /// Which home the Homeys have; `messy` has every fault that `flows check` finds
    #[arg(long, default_value = "family", value_parser = ["family", "messy"])]
    home: String,
    /// What the Homeys speak: v2 is a hub of 2016-2019, local a Pro of 2023 or later
    #[arg(long, default_value = "local", value_parser = ["v2", "local", "cloud"])]
    dialect: String,
    /// What kind of hubs the Homeys are, which says what they speak
    #[arg(long, conflicts_with = "dialect", value_parser = MODELS)]
    model: Option<String>,
    /// A way in which real sites differ, by its name; may be given several times
    #[arg(long = "quirk", value_name = "NAME")]
    quirks: Vec<String>,
    /// The account wants a two-factor code at sign-in
    #[arg(long)]
    otp: bool,
    /// How long an access token of the cloud lives
    #[arg(long, value_name = "TIME", default_value = "3660s", value_parser = duration::parse)]
    access_life: SignedDuration,
    /// How long a session on a Homey lives
    #[arg(long, value_name = "TIME", default_value = "24h", value_parser = duration::parse)]
    session_life: SignedDuration,
    /// What all names, ids and values are made from; without it, ids of new items differ in each run
    #[arg(long, value_name = "NUMBER")]
    seed: Option<u64>,
}

/// As `serde` names them in the emulator.
const MODELS: [&str; 6] =
    ["pro-2019", "homey-2018", "pro-2023", "pro-mini", "self-hosted", "cloud"];

/// The value of that name, as the emulator names its own.
fn named<T: serde::de::DeserializeOwned>(name: &str, what: &str) -> Result<T, Failure> {
    serde_json::from_value(json!(name)).map_err(|_| {
        Failure::usage(format!("the emulator has no {what} `{name}`"))
            .hint("see the emulator's README for the names")
    })
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let dialect = match args.dialect.as_str() {
        "v2" => Dialect::V2,
        "cloud" => Dialect::Cloud,
        _ => Dialect::Local,
    };
    let model: Option<Model> =
        args.model.as_deref().map(|name| named(name, "model")).transpose()?;
    let mut builder = Emulator::builder();
    for quirk in &args.quirks {
        builder = builder.quirk(named(quirk, "quirk")?, true);
    }
    if let Some(seed) = args.seed {
        builder = builder.seed(seed);
    }
    builder = match model {
        Some(model) => builder.model(model),
        None => builder.dialect(dialect),
    };
    let stopped = signal::stop()?;
    let emulator = builder
        .port(args.port)
        .homeys(args.homeys.into())
        .devices(args.devices)
        .home(named(&args.home, "home")?)
        .otp(args.otp)
        .access_life(args.access_life)
        .session_life(args.session_life)
        .start()
        .await
        .map_err(|error| {
            Failure::failed(format!("cannot listen on port {}", args.port))
                .because(&error)
                .hint("take another with `--port`, or 0 for any that is free")
        })?;
    let facts = emulator.facts();
    match context.out.is_json() {
        // One line, so that a program can wait for it.
        true => context.out.line(&json!(facts))?,
        false => context.out.text(&introduction(&facts))?,
    }
    stopped.await;
    Ok(())
}

/// Addresses, account, and how to sign in to it from a shell.
pub(super) fn introduction(facts: &ConnectionInfo) -> String {
    let ConnectionInfo {
        url,
        email,
        password,
        client_id,
        client_secret,
        redirect_uri,
        api_key,
        ..
    } = facts;
    let token = &facts.personal_access_token;
    let otp = match &facts.otp_secret {
        Some(secret) => format!("  two-factor      {secret} (TOTP secret)\n"),
        None => String::new(),
    };
    let homeys: String = facts
        .homeys
        .iter()
        .map(|homey| format!("  {:<15} {} ({})\n", homey.name, homey.cloud_id, homey.dialect))
        .collect();
    let otp_flag = if facts.otp_secret.is_some() { " --otp CODE" } else { "" };
    format!(
        "The virtual cloud and Homey answer at {url}

Homeys
{homeys}
Account
  e-mail          {email}
  password        {password}
{otp}  client id       {client_id}
  client secret   {client_secret}
  redirect URI    {redirect_uri}
  personal token  {token}
  API key         {api_key}

To sign in to it, in another terminal:
  export HOUSEKEY_STATE=$(mktemp -d) HOUSEKEY_CONFIG=$(mktemp -d)
  export HOUSEKEY_ACCOUNTS_URL={url} HOUSEKEY_API_URL={url}
  export HOUSEKEY_CLIENT_SECRET={client_secret}
  echo '{password}' | housekey login --email {email} --password-stdin \\
    --client-id {client_id} --redirect-uri {redirect_uri}{otp_flag}
  housekey devices list

To steer it: curl {url}/_emulator/
Ctrl-C stops it.
"
    )
}
