//! `housekey agent key create`.

use housekey::catalogue::Permission;
use housekey_agent::key::new_key;
use housekey_agent::settings::{KeySettings, MCP_GROUPS, McpKeySettings};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Span, SpanRelativeTo, Timestamp};
use serde_json::json;

use super::config::Config;
use super::reload::tell_the_agent;
use crate::context::Context;
use crate::error::{Failure, Outcome};
use crate::preset;

/// Create a key and print it; it is shown only this once
///
/// The settings keep a digest of it. A key may do what its scopes say: `readonly` looks, `control` also
/// uses devices, flows and moods, `full` does everything; `housekey operations` shows the scope of
/// every operation.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  housekey agent key create grafana --scopes readonly
  housekey agent key create lights --scopes homey.device.readonly,homey.device.control
  housekey agent key create guest --scopes control --homeys cabin --expires 14d
  housekey agent key create claude --scopes control --mcp read,control")]
pub(crate) struct Args {
    /// What it is for
    name: String,
    /// What it may do: readonly, control, full, or scopes
    #[arg(long, value_name = "SCOPES", value_delimiter = ',', required = true)]
    scopes: Vec<Permission>,
    /// The Homeys it is for; all of the settings otherwise
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    homeys: Option<Vec<String>>,
    /// When it ends: `90d`, `2027-01-31` or `2027-01-31T12:00:00Z`; never otherwise
    #[arg(long, value_name = "WHEN", value_parser = when)]
    expires: Option<When>,
    /// What assistants may do with it at `/mcp`, besides its scopes; nothing otherwise
    #[arg(long, value_name = "GROUPS", value_delimiter = ',', value_parser = MCP_GROUPS)]
    mcp: Option<Vec<String>>,
    #[command(flatten)]
    config: Config,
}

/// A moment, or how far away it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum When {
    At(Timestamp),
    In(SignedDuration),
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    preset::check_once(&args.scopes)?;
    let mut file = args.config.open(context)?;
    if file.keys.iter().any(|key| key.name == args.name) {
        let hint = format!("choose another name, or `housekey agent key delete {}`", args.name);
        return Err(Failure::usage(format!("there is a key \"{}\" already", args.name)).hint(hint));
    }
    let unknown = args.homeys.iter().flatten().find(|name| !file.homeys.contains(name));
    if let Some(name) = unknown {
        let hint = format!("there is: {}", file.homeys.join(", "));
        return Err(Failure::usage(format!("no [[homey]] is called \"{name}\"")).hint(hint));
    }
    let now = context.clock.now();
    let expires = match args.expires {
        None => None,
        Some(When::At(at)) => Some(at),
        Some(When::In(length)) => Some(now.saturating_add(length).unwrap_or(Timestamp::MAX)),
    };
    if expires.is_some_and(|expires| expires <= now) {
        return Err(Failure::usage("the key would have ended already").hint("name a later time"));
    }
    let (text, hash) = new_key();
    let key = KeySettings {
        name: args.name,
        hash,
        scopes: args.scopes,
        homeys: args.homeys,
        // Nobody reads fractions of seconds.
        expires: expires.map(|at| at.round(jiff::Unit::Second).unwrap_or(at)),
        mcp: args.mcp.map(|groups| McpKeySettings { groups, expose: None, dry_run: false }),
    };
    file.add(&key)?;
    let record = json!({
        "name": key.name,
        "key": text.expose(),
        "scopes": key.scopes.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "homeys": key.homeys,
        "expires": key.expires,
    });
    context.out.value(&record, || format!("{}\n", text.expose()))?;
    context.out.note(&format!("The key {} is made; it is shown only this once.", key.name));
    tell_the_agent(&file, context).await;
    context.out.note(&match &file.gateway {
        Some(gateway) => {
            format!("Programs send it to {gateway} with the header `Authorization: Bearer KEY`.")
        }
        None => format!(
            "There is no gateway to use it at: add `listen = \"127.0.0.1:4747\"` to {}.",
            file.path().display()
        ),
    });
    Ok(())
}

fn when(text: &str) -> Result<When, String> {
    if let Ok(at) = text.parse::<Timestamp>() {
        return Ok(When::At(at));
    }
    if let Ok(date) = text.parse::<Date>() {
        let begins = date.to_zoned(TimeZone::UTC).map_err(|error| error.to_string())?;
        return Ok(When::At(begins.timestamp()));
    }
    let span: Span = text
        .parse()
        .map_err(|_| "write it as `90d`, `2027-01-31` or `2027-01-31T12:00:00Z`".to_owned())?;
    let length = span.to_duration(SpanRelativeTo::days_are_24_hours());
    length.map(When::In).map_err(|_| "write a span in days or weeks".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_are_read_as_people_write_them() {
        let at = |text: &str| Ok(When::At(text.parse().unwrap()));
        for (text, want) in [
            ("90d", Ok(When::In(SignedDuration::from_hours(90 * 24)))),
            ("2w", Ok(When::In(SignedDuration::from_hours(14 * 24)))),
            ("12h", Ok(When::In(SignedDuration::from_hours(12)))),
            ("2027-01-31", at("2027-01-31T00:00:00Z")),
            ("2027-01-31T12:00:00+01:00", at("2027-01-31T11:00:00Z")),
        ] {
            assert_eq!(when(text), want, "{text}");
        }
        for text in ["", "soon", "3 months", "2027-02-30"] {
            assert!(when(text).is_err(), "{text}");
        }
    }
}
