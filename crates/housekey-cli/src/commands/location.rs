//! `housekey location`: where the Homey is.

use serde_json::json;

use crate::context::{Context, Purpose};
use crate::error::Outcome;
use crate::output::unknown;
use crate::raw_view;

#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  housekey location")]
pub(crate) struct Args {}

pub(crate) async fn run(_: Args, context: &Context) -> Outcome {
    let target = context.homey(Purpose::Read).await?;
    if let Some(answer) = raw_view::unlisted("geolocation", &target).await? {
        return raw_view::show(&answer, &target, context).await;
    }
    let location = target.homey.geolocation().get_option_location().await?;
    let composed = json!({ "location": location.value() });
    context.out.value(&composed, || unknown::shown(&composed))
}
