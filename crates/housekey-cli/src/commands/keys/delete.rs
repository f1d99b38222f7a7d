//! `housekey keys delete`.

use housekey::args;

use crate::context::{Context, Purpose};
use crate::error::Outcome;
use crate::naming::{self, Named};
use crate::prompt::Sure;

/// Delete a key: whoever uses it is locked out
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  housekey keys delete grafana --yes")]
pub(crate) struct Args {
    /// Name or id
    key: String,
    #[command(flatten)]
    sure: Sure,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let opened = context.homey(Purpose::Write).await?;
    let keys = opened.homey.users().get_personal_access_tokens().await?;
    let key = naming::find("API key", &keys, &args.key, |key| Named {
        id: &key.id,
        name: key.name(),
        zone: None,
    })?;
    let name = key.name();
    args.sure.check(&format!("Delete the API key {name} of \"{}\"?", opened.title))?;
    let wanted = args! { "id" => &*key.id };
    let answer = opened.homey.call_bytes("users.deletePersonalAccessToken", &wanted).await?;
    context.written(&opened, &format!("The key {name} is deleted"), &answer)
}
