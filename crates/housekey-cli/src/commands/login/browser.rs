//! `housekey login --browser` and `--no-browser`: on the account's own page.

use std::io::IsTerminal as _;
use std::os::unix::process::CommandExt as _;
use std::process::Stdio;

use housekey::Secret;
use housekey::auth::{BrowserSignIn, SignedIn};
use housekey_agent::child::withhold_secrets;

use super::args::Args;
use super::client;
use crate::context::Context;
use crate::error::Outcome;
use crate::prompt;

pub(super) async fn run(args: &Args, context: &Context) -> Outcome<SignedIn> {
    let cloud = context.cloud()?;
    let client = client::client(args, context, known(context).as_ref())?;
    let code = match args.no_browser {
        true => pasted(&BrowserSignIn::pasted(&cloud, &client)?, context)?,
        false => brought(&BrowserSignIn::listening(&cloud, &client).await?, context).await?,
    };
    Ok(args.sign_in(context)?.client(client).with_code(&code).await?)
}

/// The stored account, where there is only one: its client is used again.
pub(super) fn known(context: &Context) -> Option<housekey::auth::store::AccountRecord> {
    match context.store.accounts().ok()?.as_slice() {
        [only] => context.store.account(only).ok().flatten(),
        _ => None,
    }
}

/// Sends the browser there, and waits for it to come back.
pub(super) async fn brought(sign_in: &BrowserSignIn, context: &Context) -> Outcome<Secret> {
    let url = sign_in.url().as_str();
    let target = std::io::stderr().is_terminal() && open_browser(url);
    let how = match target {
        true => "Sign in in the browser that opens. If none does, go to",
        false => "Sign in in a browser on this machine, at",
    };
    context.out.note(how);
    context.out.note(url);
    context
        .out
        .note("If that page does not take the redirect address, stop this and use --no-browser.");
    context.waiting.name("the browser to come back");
    Ok(sign_in.code().await?)
}

/// Shows where to go, and reads what the browser ended at.
fn pasted(sign_in: &BrowserSignIn, context: &Context) -> Outcome<Secret> {
    context.out.note("Sign in in any browser, at");
    context.out.note(sign_in.url().as_str());
    context.out.note(
        "It ends at an address that does not open, and need not. Paste that address, or the code in \
         it, within 30 seconds.",
    );
    let pasted = match prompt::can_ask() {
        true => Secret::new(prompt::text("Address or code:")?),
        false => prompt::line_of_stdin("address or code")?,
    };
    Ok(sign_in.code_in(pasted.expose())?)
}

/// Starts the browser of this machine, which inherits none of our secrets; returns whether that worked.
pub(in crate::commands) fn open_browser(url: &str) -> bool {
    open::commands(url).into_iter().any(|mut command| {
        withhold_secrets(&mut command);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        // Ctrl-C here is not meant for it.
        command.process_group(0).spawn().is_ok()
    })
}
