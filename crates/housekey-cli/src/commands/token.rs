//! `housekey token`: the bearer token, for other programs.

use clap::builder::{PossibleValuesParser, TypedValueParser};
use housekey::auth::Session;
use housekey_agent::credential::{Credential, Format};
use jiff::SignedDuration;

use crate::context::{Context, Purpose, Target};
use crate::duration;
use crate::error::{Failure, Outcome};

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  curl -H \"$(housekey token --format header)\" http://192.0.2.7/api/manager/system/
  export HOMEY_TOKEN=$(housekey token --min-life 1h)
  housekey token --format env > homey.env")]
pub(crate) struct Args {
    /// How it is printed: bare; as JSON with its times; as an HTTP header; as lines for an
    /// environment file; as a versioned credential document with its end
    #[arg(long, default_value = "raw", value_parser = format())]
    format: Format,
    /// Renew it first if it lives shorter than that
    #[arg(long, value_name = "TIME", value_parser = duration::parse)]
    min_life: Option<SignedDuration>,
}

/// One of the formats by its name.
fn format() -> impl TypedValueParser<Value = Format> {
    PossibleValuesParser::new(Format::NAMES).try_map(|name| name.parse::<Format>())
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let target = context.homey(Purpose::Read).await?;
    let format = if context.out.is_json() { Format::Json } else { args.format };
    let credential = lasting(&target, format, args.min_life, context).await?;
    match format {
        Format::Json => context.out.json(&credential.json()),
        _ => context.out.text(credential.render(format).expose()),
    }
}

/// The token, which lives at least as long as is wanted.
pub(super) async fn lasting(
    target: &Target,
    format: Format,
    wanted: Option<SignedDuration>,
    context: &Context,
) -> Outcome<Credential> {
    if let Some(wanted) = wanted {
        renew_below(wanted, target, context).await?;
    }
    let credential = Credential::of(&target.homey, format).await?;
    if let Some(why) = target.homey.session().and_then(Session::account_ended) {
        let left = credential.expires_at.map(|end| end.duration_since(context.clock.now()));
        let left = duration::show(left.unwrap_or_default());
        context.out.note(&format!("warning: {why}"));
        context.out.note(&format!("This token ends in {left}: run `housekey login`."));
    }
    Ok(credential)
}

/// Renews a token that ends sooner. A token that does not end, or that another agent keeps, is left alone.
async fn renew_below(wanted: SignedDuration, target: &Target, context: &Context) -> Outcome {
    let token = target.homey.bearer().await?;
    let Some(session) = target.homey.session() else { return Ok(()) };
    let left = || {
        let access = session.access();
        access.session().map(|session| session.expires_at.duration_since(context.clock.now()))
    };
    if left().is_none_or(|left| left >= wanted) {
        return Ok(());
    }
    session.renew(&token).await?;
    match left() {
        Some(left) if left < wanted => {
            let (left, wanted) = (duration::show(left), duration::show(wanted));
            Err(Failure::failed(format!(
                "a new token lives only {left}, which is less than {wanted}"
            ))
            .hint("choose a shorter `--min-life`"))
        }
        _ => Ok(()),
    }
}
