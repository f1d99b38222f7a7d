//! `housekey location`: where the Homey is.

use serde_json::json;

use super::look;
use crate::context::{Context, Purpose};
use crate::error::Outcome;
use crate::output::unknown;

#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  housekey location")]
pub(crate) struct Args {}

pub(crate) async fn run(_: Args, context: &Context) -> Outcome {
    let opened = context.homey(Purpose::Read).await?;
    if let Some(answer) = look::unlisted("geolocation", &opened).await? {
        return look::show(&answer, context);
    }
    let location = opened.homey.geolocation().get_option_location().await?;
    let composed = json!({ "location": location.value() });
    context.out.value(&composed, || unknown::shown(&composed))
}
