//! A Homey or an account is signed out of: what can be ended is, and what is stored of it goes.

use housekey::auth::store::{Access, HomeyRecord, Key, Store};
use housekey::auth::{AccountAccess, Revoked};
use housekey::catalogue::Dialect;
use jiff::SignedDuration;

use crate::context::Context;
use crate::duration;
use crate::error::Outcome;
use crate::names;
use crate::settings;

/// Ends what lets us in to the Homey of that short name where that can be done, forgets it, and says
/// so.
pub(super) async fn homey(name: &str, context: &Context) -> Outcome {
    // One whose record is broken is forgotten all the same.
    if let Ok(Some(record)) = context.store.homey(name) {
        let notes = revoke(record, context).await;
        notes.iter().for_each(|note| context.out.note(note));
    }
    let key = Key::Homey(name.to_owned());
    let _lock = context.store.lock(key.clone()).await?;
    context.store.remove(&key)?;
    if context.settings.read()?.homey.as_deref() == Some(name) {
        settings::choose_homey(&context.settings, None)?;
    }
    names::forget(&context.state, name);
    // It was allowed for this Homey, not for the next one of that name.
    settings::allow_plain_http(&context.settings, name, false)?;
    context.out.note(&format!("Forgot the Homey {name}."));
    Ok(())
}

/// Ends the sign-in of the account of that name at the cloud, forgets the account, and says so.
pub(super) async fn account(name: &str, context: &Context) -> Outcome {
    if let Ok(Some(_)) = context.store.account(name) {
        end_account(name, &context.store, context).await;
    }
    let key = Key::Account(name.to_owned());
    let _lock = context.store.lock(key.clone()).await?;
    context.store.remove(&key)?;
    context.out.note(&format!("Forgot the account {name}."));
    Ok(())
}

/// Ends the sign-in of an account at the cloud, and says what came of it.
pub(super) async fn end_account(name: &str, store: &Store, context: &Context) {
    let outcome = match context.http() {
        Ok(http) => {
            let access = AccountAccess::new(name, store, &http, &*context.clock);
            access.revoke().await.map_err(|error| error.to_string())
        }
        Err(failure) => Err(failure.to_string()),
    };
    let note = match outcome {
        Ok(Revoked::Ended) => format!("The sign-in of {name} at the account cloud is ended."),
        Ok(Revoked::NotOurs) => {
            "The personal access token goes on opening the account: take it back where it was made."
                .to_owned()
        }
        Ok(Revoked::NotFound) => could_not(name, "the cloud does not say which one it is"),
        Err(why) => could_not(name, &why),
    };
    context.out.note(&note);
}

fn could_not(account: &str, why: &str) -> String {
    format!(
        "The sign-in of {account} at the account cloud could not be ended ({why}): take it back on \
         the account's own page if the stored token may have been copied."
    )
}

/// Ends what can be ended; what there is to say about it.
async fn revoke(record: HomeyRecord, context: &Context) -> Option<String> {
    let title = record.title.clone();
    let left = record.access.session().map(|session| {
        let left = session.expires_at.duration_since(context.clock.now());
        left.max(SignedDuration::ZERO)
    });
    let note = |what: &str, outcome: Result<(), String>| match outcome {
        Ok(()) => format!("The {what} on \"{title}\" is ended."),
        Err(why) => format!("The {what} on \"{title}\" could not be ended: {why}"),
    };
    Some(match (&record.access, record.dialect, left) {
        (Access::ApiKey { id: Some(id), .. }, ..) => {
            let id = id.clone();
            note("API key", delete_key(&id, record, context).await)
        }
        (Access::ApiKey { id: None, .. }, ..) => format!(
            "The API key goes on opening \"{title}\": delete it on the Homey if it is not used elsewhere."
        ),
        (_, _, Some(SignedDuration::ZERO)) => return None,
        (_, Dialect::V2, _) => note("session", end_session(record, context).await),
        (.., left) => format!(
            "The session on \"{title}\" cannot be ended from here; it expires in {}.",
            duration::show(left.unwrap_or_default())
        ),
    })
}

/// Real Homeys let no key manage keys, not even itself, which is said.
async fn delete_key(id: &str, record: HomeyRecord, context: &Context) -> Result<(), String> {
    let target = context.open(record).map_err(|failure| failure.to_string())?;
    let deleted = target.homey.users().delete_personal_access_token(id).value().await;
    deleted.map(drop).map_err(|error| {
        let why = error.to_string();
        if !why.contains("Invalid Session Type") {
            return why;
        }
        "no key may delete keys. Delete it at my.homey.app: Settings, API Keys".to_owned()
    })
}

async fn end_session(record: HomeyRecord, context: &Context) -> Result<(), String> {
    let target = context.open(record).map_err(|failure| failure.to_string())?;
    let ended = async {
        let session = target.homey.sessions().get_session_me().value().await?;
        let id = session["id"].as_str().unwrap_or_default();
        target.homey.sessions().delete_session(id).value().await
    };
    ended.await.map(drop).map_err(|error: housekey::Error| error.to_string())
}
