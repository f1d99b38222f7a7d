//! `housekey login --import-homey-cli`: with what the vendor's command line tool is signed in with.
//!
//! Its file is read and never written. Its refresh token works once, so to renew is to sign that tool
//! out: it is kept only where the client it belongs to is named, and that is said.

use std::path::{Path, PathBuf};

use housekey::Secret;
use housekey::auth::{AccountTokens, SignedIn};
use housekey::config::input;
use housekey::error::SignInError;
use housekey::whole_file::{self, SETTINGS_LIMIT_BYTES};
use serde::Deserialize;

use super::args::Args;
use super::client;
use crate::context::Context;
use crate::env;
use crate::error::{Exit, Failure, Outcome};

const WILL_BE_RENEWED: &str = "The first renewal here, within the hour, signs the vendor's tool `homey` \
                               out: the refresh token works only once. `--mint-key` leaves it signed in.";
const ENDS: &str = "Without the client that `homey` signs in with nothing renews this: it ends with the \
                    session on the Homey, in a day. `--mint-key` makes a key that stays.";

/// The part of the file that is of use here.
#[derive(Deserialize)]
struct File {
    #[serde(rename = "homeyApi")]
    homey_api: Option<HomeyApi>,
    #[serde(rename = "activeHomey")]
    active_homey: Option<ActiveHomey>,
}

#[derive(Deserialize)]
struct HomeyApi {
    token: Option<Token>,
}

#[derive(Deserialize)]
struct Token {
    access_token: Option<String>,
    refresh_token: Option<String>,
}

#[derive(Deserialize)]
struct ActiveHomey {
    id: Option<String>,
}

pub(super) async fn run(args: &Args, context: &Context) -> Outcome<SignedIn> {
    let path = path(context)?;
    let (token, active) = read(&path)?;
    let access = token.access_token.map(Secret::new).ok_or_else(|| signed_out(&path))?;
    // Renewing needs the client that the tokens were given to.
    let client = match client::given_id(args, context)? {
        Some(_) => Some(client::client(args, context, None)?),
        None => None,
    };
    let refresh = token.refresh_token.filter(|_| client.is_some()).map(Secret::new);
    let tokens = AccountTokens { refresh, ..AccountTokens::unrenewed(access, context.clock.now()) };
    let mut sign_in = args.sign_in(context)?;
    if let Some(active) = active.filter(|_| context.homey_named.is_none()) {
        sign_in = sign_in.homey(active);
    }
    let renewable = client.is_some();
    if let Some(client) = client {
        sign_in = sign_in.client(client);
    }
    let signed_in = match sign_in.with_tokens(tokens).await {
        Err(housekey::Error::SignIn(SignInError::ForeignTokenRefused { .. })) => {
            return Err(too_old(&path));
        }
        outcome => outcome?,
    };
    if args.mint_key.is_none() {
        context.out.note(if renewable { WILL_BE_RENEWED } else { ENDS });
    }
    Ok(signed_in)
}

/// Where the tool keeps it: its own rules.
fn path(context: &Context) -> Outcome<PathBuf> {
    let directory = match context.env.path(&env::HOMEY_HOME) {
        Some(directory) => directory,
        None => context.env.path(&env::HOME).unwrap_or_default().join(".athom-cli"),
    };
    let path = directory.join("settings.json");
    match path.exists() {
        true => Ok(path),
        false => Err(Failure::failed(format!("{} is not there", path.display()))
            .hint("sign in with `homey login` first, or say where it is in HOMEY_HOME")),
    }
}

/// The tokens, and the Homey that the tool uses.
fn read(path: &Path) -> Outcome<(Token, Option<String>)> {
    let text =
        whole_file::read_text(path, SETTINGS_LIMIT_BYTES).map(Secret::new).map_err(|error| {
            Failure::failed(format!("cannot read {}", path.display())).because(&error)
        })?;
    // The error would quote what may be a token.
    let file: File = serde_json::from_str(input::text(text.expose())).map_err(|_| {
        Failure::failed(format!("{} is not what `homey` writes", path.display()))
            .hint("sign in with `homey login` again")
    })?;
    let token = file.homey_api.and_then(|api| api.token).ok_or_else(|| signed_out(path))?;
    Ok((token, file.active_homey.and_then(|homey| homey.id)))
}

fn signed_out(path: &Path) -> Failure {
    Failure::new(Exit::SignIn, format!("{} holds no sign-in", path.display()))
        .hint("sign in with `homey login` first")
}

fn too_old(path: &Path) -> Failure {
    Failure::new(Exit::SignIn, format!("the access in {} has ended", path.display()))
        .hint("run `homey list` once, which renews it, and then this again")
}
