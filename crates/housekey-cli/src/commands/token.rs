//! `housekey token`: the bearer token, for other programs.

use housekey::Secret;
use housekey::auth::store::Access;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use crate::context::{Context, Opened, Purpose};
use crate::error::{Failure, Outcome};
use crate::span;

/// Print the bearer token of the Homey, renewed first if that is due
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  curl -H \"$(housekey token --format header)\" http://192.0.2.7/api/manager/system/
  export HOMEY_TOKEN=$(housekey token --min-life 1h)
  housekey token --format env > homey.env")]
pub(crate) struct Args {
    /// How it is printed: bare; as JSON with its times; as an HTTP header; as lines for an
    /// environment file
    #[arg(long, value_enum, default_value_t = Format::Raw)]
    format: Format,
    /// Renew it first if it lives shorter than that
    #[arg(long, value_name = "TIME", value_parser = span::parse)]
    min_life: Option<SignedDuration>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    Raw,
    Json,
    Header,
    Env,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let opened = context.homey(Purpose::Read).await?;
    let mut token = opened.homey.bearer().await?;
    if let Some(wanted) = args.min_life {
        token = lasting(token, wanted, &opened, context).await?;
    }
    let format = if context.out.is_json() { Format::Json } else { args.format };
    match format {
        Format::Raw => context.out.text(&format!("{}\n", token.expose())),
        Format::Header => context.out.text(&format!("Authorization: Bearer {}\n", token.expose())),
        Format::Env => {
            let address = opened.homey.address().await?.as_str().trim_end_matches('/').to_owned();
            let token = token.expose();
            context.out.text(&format!("HOMEY_ADDRESS={address}\nHOMEY_TOKEN={token}\n"))
        }
        Format::Json => {
            let (issued_at, expires_at) = times(&opened);
            let value = json!({
                "token": token.expose(),
                "address": opened.homey.address().await?.as_str().trim_end_matches('/'),
                "homey_id": opened.homey.id(),
                "issued_at": issued_at,
                "expires_at": expires_at,
            });
            context.out.json(&value)
        }
    }
}

/// When the token was made and when it ends; neither for one that does not end or is not ours.
fn times(opened: &Opened) -> (Option<Timestamp>, Option<Timestamp>) {
    let access = opened.homey.session().map(|session| session.access());
    let session = access.as_ref().and_then(Access::session);
    (session.map(|session| session.issued_at), session.map(|session| session.expires_at))
}

/// A token that lives at least so long.
async fn lasting(
    token: Secret,
    wanted: SignedDuration,
    opened: &Opened,
    context: &Context,
) -> Outcome<Secret> {
    let left = || times(opened).1.map(|end| end.duration_since(context.clock.now()));
    let (Some(session), Some(now_left)) = (opened.homey.session(), left()) else {
        return Ok(token);
    };
    if now_left >= wanted {
        return Ok(token);
    }
    let token = session.renew_after(&token).await?;
    match left() {
        Some(left) if left < wanted => {
            let (left, wanted) = (span::show(left), span::show(wanted));
            Err(Failure::failed(format!(
                "a new token lives only {left}, which is less than {wanted}"
            ))
            .hint("ask for less with `--min-life`"))
        }
        _ => Ok(token),
    }
}
