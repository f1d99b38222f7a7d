//! `housekey language`: the language of the home, and its units.

use serde_json::json;

use crate::context::{Context, Purpose};
use crate::error::Outcome;
use crate::output::unknown;
use crate::raw_view;

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  housekey language\n  housekey language nl")]
pub(crate) struct Args {
    /// The new language, as a code of two letters
    new: Option<String>,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    if let Some(language) = args.new {
        let target = context.homey(Purpose::Write).await?;
        let answer = target.homey.i18n().set_option_language(&*language).bytes().await?;
        return context.report_write(&target, &format!("The language is {language} now"), &answer);
    }
    let target = context.homey(Purpose::Read).await?;
    if let Some(answer) = raw_view::unlisted("i18n", &target).await? {
        return raw_view::show(&answer, context);
    }
    let i18n = target.homey.i18n();
    let (language, units) = tokio::try_join!(i18n.get_option_language(), i18n.get_option_units())?;
    let composed = json!({ "language": language.value(), "units": units.value() });
    context.out.value(&composed, || unknown::shown(&composed))
}
