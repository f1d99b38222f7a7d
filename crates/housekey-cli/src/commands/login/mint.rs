//! `housekey login --mint-key`: a sign-in that is exchanged for an API key.

use housekey::Homey;
use housekey::auth::SignedIn;
use housekey::auth::store::{Access, HomeyRecord, Store};
use housekey::catalogue::{Dialect, Preset};
use housekey::client::api::NewApiKey;
use housekey::discovery::PlainHttp;

use crate::context::Context;
use crate::error::{Failure, Outcome};
use crate::output::steps::Mark;
use crate::sign_out;

/// The same Homey with a key that was made on it; the sign-in that made it is ended.
pub(super) async fn instead(
    signed_in: SignedIn,
    preset: Preset,
    plain_http: PlainHttp,
    context: &Context,
) -> Outcome<SignedIn> {
    let SignedIn { account, homey } = signed_in;
    if homey.dialect != Dialect::Local {
        let title = &homey.title;
        return Err(Failure::failed(format!("the Homey \"{title}\" makes no API keys"))
            .hint("those of 2023 and later do; sign in without `--mint-key`"));
    }
    // Nothing of the sign-in is written to disk.
    let store = Store::memory();
    store.save_homey(&homey)?;
    if let Some(account) = &account {
        store.save_account(account)?;
    }
    let target = Homey::stored(&homey, store.clone(), context.http()?, context.clock.clone())
        .with_plain_http(plain_http);
    let scopes: Vec<_> = preset.scopes(homey.dialect).into_iter().collect();
    let answer = target
        .users()
        .create_personal_access_token(&format!("housekey ({})", preset.as_str()), scopes)
        .unread()
        .await?;
    let made = NewApiKey::read(&answer.body).ok_or_else(|| {
        Failure::failed("the Homey made a key, and its answer does not hold it")
            .hint("look at `housekey keys list`, and sign in without `--mint-key`")
    })?;
    context.out.steps().done(Mark::Tick, "Homey: API key made", preset.as_str());
    let id = Some(made.key.id).filter(|id| !id.is_empty());
    if let Some(account) = &account {
        sign_out::end_account(&account.name, &store, context).await;
    }
    let access = Access::ApiKey { id, key: made.token, refused: false };
    Ok(SignedIn { account: None, homey: HomeyRecord { access, ..homey } })
}
