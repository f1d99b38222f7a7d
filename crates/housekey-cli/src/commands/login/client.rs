//! Whom we are to the account cloud: the OAuth client.

use housekey::Secret;
use housekey::auth::OAuthClient;
use housekey::auth::store::AccountRecord;

use super::args::Args;
use crate::context::Context;
use crate::env;
use crate::error::Outcome;
use crate::prompt;

/// The client of the options, of the settings, or of the last sign-in of the account; else that of a prompt.
pub(super) fn client(
    args: &Args,
    context: &Context,
    known: Option<&AccountRecord>,
) -> Outcome<OAuthClient> {
    let known = known.and_then(|account| account.client.as_ref());
    let id = id(args, context, known)?;
    let secret = secret(context, known.filter(|client| client.id == id))?;
    Ok(OAuthClient { id, secret, redirect_uri: args.redirect_uri.clone() })
}

/// Whether [`client`] would prompt for the id or the secret.
pub(super) fn is_unknown(
    args: &Args,
    context: &Context,
    known: Option<&AccountRecord>,
) -> Outcome<bool> {
    let known = known.and_then(|account| account.client.as_ref());
    Ok(match (given_id(args, context)?, known) {
        (Some(id), Some(known)) if known.id == id => false,
        (None, Some(_)) => false,
        (Some(_), _) => context.env.secret(&env::HOUSEKEY_CLIENT_SECRET)?.is_none(),
        (None, None) => true,
    })
}

/// The id, as [`client`] finds it.
pub(super) fn id(args: &Args, context: &Context, known: Option<&OAuthClient>) -> Outcome<String> {
    match given_id(args, context)?.or_else(|| known.map(|client| client.id.clone())) {
        Some(id) => Ok(id),
        None if prompt::can_ask() => prompt::text("Id of the OAuth client:"),
        None => Err(prompt::missing(
            "the id of the OAuth client",
            "give it with `--client-id`; you make one at https://tools.developer.homey.app/api/clients",
        )),
    }
}

/// The id of the client: of the option, or of the settings.
pub(super) fn given_id(args: &Args, context: &Context) -> Outcome<Option<String>> {
    match &args.client_id {
        Some(id) => Ok(Some(id.clone())),
        None => Ok(context.client_id()?),
    }
}

fn secret(context: &Context, known: Option<&OAuthClient>) -> Outcome<Secret> {
    if let Some(secret) = context.env.secret(&env::HOUSEKEY_CLIENT_SECRET)? {
        return Ok(secret);
    }
    match known {
        Some(client) => Ok(client.secret.clone()),
        None if prompt::can_ask() => prompt::hidden("Secret of the OAuth client:"),
        None => Err(prompt::missing(
            "the secret of the OAuth client",
            "set it in the environment variable HOUSEKEY_CLIENT_SECRET",
        )),
    }
}
