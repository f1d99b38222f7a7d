//! `housekey demo`: the whole story on a virtual Homey, in the time it takes to read it.

mod story;

use housekey::auth::store::Store;
use housekey::auth::{Cloud, OAuthClient, Password, SignIn};
use housekey::config::address::server_address;
use housekey::{Homey, Secret};
use housekey_emulator::{ConnectionInfo, Emulator};

use self::story::Story;
use super::emulate::introduction;
use super::login::progress;
use crate::context::{Context, Target};
use crate::error::{Failure, Outcome};
use crate::output::steps::Steps;
use crate::signal;

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  housekey demo\n  housekey demo --keep")]
pub(crate) struct Args {
    /// Leave the virtual Homey running after the demo, until Ctrl-C
    #[arg(long)]
    keep: bool,
    /// Show the whole token of the virtual Homey
    #[arg(long)]
    show_token: bool,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let stopped = signal::stop()?;
    let emulator = Emulator::start().await.map_err(|error| {
        Failure::failed("the virtual Homey cannot listen on this machine").because(&error)
    })?;
    let facts = emulator.facts();
    let story = Story { out: &context.out, show_token: args.show_token };
    story.opening(&facts)?;
    let target = sign_in(&facts, context).await?;
    story.token(&target).await?;
    story.variable(&target).await?;
    story.devices(&target).await?;
    story.lamp(&target).await?;
    story.renewal(&target, &emulator, context.http()?).await?;
    story.ending()?;
    if args.keep {
        story.heading("The virtual Homey goes on")?;
        context.out.text(&introduction(&facts))?;
        stopped.await;
    }
    Ok(())
}

/// Signs in as `login` does, but into a store that ends with the program.
async fn sign_in(facts: &ConnectionInfo, context: &Context) -> Outcome<Target> {
    let url = |text: &str| server_address(text).map_err(Failure::failed);
    let cloud = Cloud { accounts: url(&facts.accounts_url)?, api: url(&facts.api_url)? };
    let client = OAuthClient {
        id: facts.client_id.clone(),
        secret: Secret::new(facts.client_secret.clone()),
        redirect_uri: facts.redirect_uri.clone(),
    };
    let password = Password {
        email: facts.email.clone(),
        password: Secret::new(facts.password.clone()),
        otp: None,
    };
    let http = context.http()?;
    let sign_in = SignIn::at(cloud, http.clone())
        .client(client)
        .on_progress(|step| progress::tell(Steps::Narrated, step));
    let signed_in = sign_in.with_password(&password).await?;
    let store = Store::memory();
    signed_in.save(&store).await?;
    let homey = Homey::stored(&signed_in.homey, store, http, context.clock.clone());
    Ok(Target::new(homey, signed_in.homey.title))
}
