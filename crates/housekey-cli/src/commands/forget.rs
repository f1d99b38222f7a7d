//! A Homey is signed out of: what can be ended is, and what is stored of it goes.

use housekey::args;
use housekey::auth::store::{Access, HomeyRecord, Key};
use housekey::catalogue::Dialect;
use jiff::SignedDuration;

use crate::context::Context;
use crate::error::Outcome;
use crate::span;

/// Ends the session where the Homey lets us, forgets the Homey of that short name, and says so.
pub(super) async fn homey(name: &str, context: &Context) -> Outcome {
    // One whose record is broken is forgotten all the same.
    if let Ok(Some(record)) = context.store.homey(name) {
        revoke(record, context).await;
    }
    let key = Key::Homey(name.to_owned());
    let _lock = context.store.lock(key.clone()).await?;
    context.store.remove(&key)?;
    if context.settings.read()?.homey.as_deref() == Some(name) {
        context.settings.choose_homey(None)?;
    }
    context.out.note(&format!("Forgot the Homey {name}."));
    Ok(())
}

/// Ends what can be ended, and says what cannot.
async fn revoke(record: HomeyRecord, context: &Context) {
    let title = record.title.clone();
    let left = record.access.session().map(|session| {
        let left = session.expires_at.duration_since(context.clock.now());
        left.max(SignedDuration::ZERO)
    });
    let told = match (&record.access, record.dialect, left) {
        (Access::ApiKey { .. }, ..) => format!(
            "The API key goes on opening \"{title}\": delete it on the Homey if it is not used elsewhere."
        ),
        (_, _, Some(SignedDuration::ZERO)) => return,
        (_, Dialect::V2, _) => match end_session(record, context).await {
            Ok(()) => format!("The session on \"{title}\" is ended."),
            Err(why) => format!("The session on \"{title}\" could not be ended: {why}"),
        },
        (.., left) => format!(
            "The session on \"{title}\" cannot be ended from here; it ends by itself in {}.",
            span::show(left.unwrap_or_default())
        ),
    };
    context.out.note(&told);
}

async fn end_session(record: HomeyRecord, context: &Context) -> Result<(), String> {
    let opened = context.open(record).map_err(|failure| failure.to_string())?;
    let ended = async {
        let session = opened.homey.call("sessions.getSessionMe", &args! {}).await?;
        let id = session["id"].as_str().unwrap_or_default();
        opened.homey.call("sessions.deleteSession", &args! { "id" => id }).await
    };
    ended.await.map(drop).map_err(|error: housekey::Error| error.to_string())
}
