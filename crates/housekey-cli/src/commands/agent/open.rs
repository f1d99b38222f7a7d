//! `housekey agent open`.

use std::path::{Path, PathBuf};

use housekey::Secret;
use housekey::catalogue::Permission;
use housekey_agent::local_api::{Answer, Request};
use serde_json::json;

use super::target::{Where, asked};
use crate::commands::login::browser::open_browser;
use crate::context::Context;
use crate::error::{Failure, Outcome};
use crate::file;
use crate::preset;

/// Open the dashboard in a browser, signed in
///
/// The agent makes a link that is good once, for five minutes. It may do everything that you may, unless
/// --scopes narrows it; keys of the gateway are not needed. agent.toml needs a section [dashboard].
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  housekey agent open
  housekey agent open --scopes readonly --no-browser")]
pub(crate) struct Args {
    /// Print the link, for a browser elsewhere
    #[arg(long)]
    no_browser: bool,
    /// What the page may do: readonly, control, full, or scopes; everything otherwise
    #[arg(long, value_name = "SCOPES", value_delimiter = ',')]
    scopes: Option<Vec<Permission>>,
    #[command(flatten)]
    place: Where,
}

/// The file that leads on to the link.
const FILE: &str = "dashboard-link.html";

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    preset::check_once(args.scopes.as_deref().unwrap_or_default())?;
    let scopes = args.scopes.map(|scopes| scopes.iter().map(ToString::to_string).collect());
    let link = match asked(&args.place, Request::Open { scopes }, context).await? {
        Answer::Link(link) => Secret::new(link.0),
        other => return Err(Failure::failed(format!("the agent answered otherwise: {other:?}"))),
    };
    if args.no_browser || context.out.is_json() {
        let record = json!({ "link": link.expose() });
        context.out.value(&record, || format!("{}\n", link.expose()))?;
        context.out.note("It is good once, for five minutes.");
        return Ok(());
    }
    let file = leads_on(&context.state, &link)?;
    if open_browser(&file.display().to_string()) {
        context.out.note("The dashboard opens in the browser.");
        return Ok(());
    }
    Err(Failure::failed("no browser can be opened here")
        .hint("print the link with `housekey agent open --no-browser`"))
}

/// Writes a page that leads on to the link and that only its owner reads: the arguments of a program, where
/// the link would stand otherwise, are read by every user of the machine.
fn leads_on(directory: &Path, link: &Secret) -> Outcome<PathBuf> {
    let path = directory.join(FILE);
    // The link holds letters, digits and marks that mean nothing in HTML.
    let page = format!(
        "<!doctype html><meta charset=\"utf-8\"><title>housekey</title>\
         <meta http-equiv=\"refresh\" content=\"0; url={}\">\n",
        link.expose()
    );
    file::write_private(&path, page.as_bytes())?;
    Ok(path)
}
