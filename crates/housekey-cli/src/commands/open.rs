//! `housekey open`: the web app, at a device or a flow.
//!
//! The paths are *inferred* from public code that links to the web app; nothing documents them.

use std::io::IsTerminal as _;

use housekey::model::Device;
use serde_json::json;

use super::flows::found::Flows;
use super::flows::kind::Kind;
use super::login::browser::open_browser;
use crate::context::{Context, Purpose, Target};
use crate::env;
use crate::error::{Exit, Failure, Outcome};
use crate::items::Collection;

/// Where the web app of a Homey is.
const HOMEYS: &str = "https://my.homey.app/homeys";

/// Open the web app, at a device or a flow where one is named
///
/// Without a terminal, without a desktop and with --print or --json the address is printed and nothing is
/// opened.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  housekey open
  housekey open 'Kitchen/Ceiling lamp'
  housekey open --print 'Good night'")]
pub(crate) struct Args {
    /// A device or a flow: Name, Zone/Name, Folder/Name or id
    #[arg(value_name = "NAME")]
    item: Option<String>,
    /// Print the address instead
    #[arg(long)]
    print: bool,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let target = context.homey(Purpose::Read).await?;
    let below = match &args.item {
        Some(item) => find(item, &target, context).await?,
        None => String::new(),
    };
    let id = target.homey.id().ok_or_else(|| {
        Failure::failed(format!("the cloud id of \"{}\" is not known", target.title))
            .hint("sign in to it with `housekey login`")
    })?;
    let url = format!("{HOMEYS}/{id}{below}");
    let shown = !args.print && !context.out.is_json() && has_desktop(context);
    if shown && open_browser(&url) {
        context.out.note(&format!("Opened {url}"));
        return Ok(());
    }
    context.out.value(&json!({ "url": url }), || format!("{url}\n"))
}

/// Whether a person sits at this machine, and not at the other end of a line.
fn has_desktop(context: &Context) -> bool {
    let variables = [&env::DISPLAY, &env::WAYLAND_DISPLAY];
    let display = variables.iter().any(|variable| context.env.raw(variable).is_some());
    std::io::stdout().is_terminal() && (display || cfg!(target_os = "macos"))
}

/// The path of the device or the flow of that name.
async fn find(wanted: &str, target: &Target, context: &Context) -> Outcome<String> {
    let (devices, flows) = tokio::join!(
        Collection::<Device>::read(target, &context.out),
        Flows::read(target, context)
    );
    let device = devices.and_then(|devices| Ok(format!("/devices/{}", devices.find(wanted)?.id)));
    let flow = flows.and_then(|flows| {
        let flow = flows.find(wanted)?;
        Ok(match flow.kind {
            Kind::Standard => format!("/flows/{}", flow.head.id),
            Kind::Advanced => format!("/flows/advanced/{}", flow.head.id),
        })
    });
    match (device, flow) {
        (Ok(_), Ok(_)) => {
            Err(Failure::usage(format!("a device and a flow are called \"{wanted}\""))
                .hint("name it by its zone or folder, or by its id"))
        }
        (Ok(path), Err(_)) | (Err(_), Ok(path)) => Ok(path),
        // A list that cannot be read says more than a name that the other one does not have.
        (Err(device), Err(flow)) if device.exit() == Exit::Usage && flow.exit() != Exit::Usage => {
            Err(flow)
        }
        (Err(device), Err(flow)) if device.exit() == Exit::Usage => {
            let near = [device, flow].into_iter().find_map(|failure| {
                failure
                    .hint_text()
                    .filter(|hint| hint.starts_with("did you mean"))
                    .map(str::to_owned)
            });
            let lists = "`housekey devices list` and `housekey flows list` show what there is";
            Err(Failure::usage(format!("there is no device and no flow \"{wanted}\""))
                .hint(near.unwrap_or_else(|| lists.to_owned())))
        }
        (Err(device), Err(_)) => Err(device),
    }
}
