//! `housekey language`: the language of the home, and its units.

use serde_json::json;

use crate::context::{Context, Purpose};
use crate::dry_run::DryRun;
use crate::error::Outcome;
use crate::output::unknown;
use crate::raw_view;

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  housekey language\n  housekey language nl")]
pub(crate) struct Args {
    /// The new language, as a code of two letters
    new: Option<String>,
    #[command(flatten)]
    dry_run: DryRun,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    if let Some(language) = args.new {
        let target = context.homey(Purpose::Write(args.dry_run)).await?;
        let call = target.homey.i18n().set_option_language(&*language);
        return target.write(call, &format!("The language is {language} now"), context).await;
    }
    let target = context.homey(Purpose::Read).await?;
    if let Some(answer) = raw_view::unlisted("i18n", &target).await? {
        return raw_view::show(&answer, &target, context).await;
    }
    let i18n = target.homey.i18n();
    let (language, units) = tokio::try_join!(i18n.get_option_language(), i18n.get_option_units())?;
    let composed = json!({ "language": language.value(), "units": units.value() });
    context.out.value(&composed, || unknown::shown(&composed))
}
