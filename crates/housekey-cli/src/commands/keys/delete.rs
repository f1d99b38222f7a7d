//! `housekey keys delete`.

use housekey::args;

use super::all;
use crate::context::{Context, Purpose};
use crate::error::Outcome;
use crate::naming::{self, Named};
use crate::prompt;

/// Delete a key: whoever uses it is locked out
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  housekey keys delete grafana --yes")]
pub(crate) struct Args {
    /// Name or id
    key: String,
    /// Do not ask
    #[arg(long, short)]
    yes: bool,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let opened = context.homey(Purpose::Write).await?;
    let (_, keys) = all(&opened).await?;
    let key = naming::find("API key", &keys, &args.key, |key| Named {
        id: &key.id,
        name: key.name.text().unwrap_or_default(),
        zone: None,
    })?;
    let name = key.name.text().unwrap_or(&key.id);
    if !args.yes {
        prompt::confirm(&format!("Delete the API key {name} of \"{}\"?", opened.title))?;
    }
    let wanted = args! { "id" => &*key.id };
    opened.homey.call("users.deletePersonalAccessToken", &wanted).await?;
    context.out.note(&format!("The key {name} is deleted (Homey \"{}\")", opened.title));
    Ok(())
}
