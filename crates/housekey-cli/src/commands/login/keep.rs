//! Under which name a Homey is kept, and what is said of it.

use housekey::auth::store::{Access, AccountRecord, HomeyRecord, Key};
use housekey::auth::{AccountHomey, Cloud, OAuthClient, SignedIn};
use housekey::error::StoreError;
use serde_json::json;

use super::args::Args;
use crate::context::Context;
use crate::error::{Failure, Outcome};
use crate::inventory;
use crate::sign_in_records::SignInRecords;

/// The records of a sign-in with an account.
pub(super) fn records(
    args: &Args,
    context: &Context,
    cloud: Cloud,
    client: Option<OAuthClient>,
    signed_in: SignedIn,
) -> Outcome<SignInRecords> {
    let AccountHomey { name: title, id, .. } = &signed_in.homey;
    let name = short_name(args.name.as_deref(), title, id, context)?;
    SignInRecords::with_account(signed_in, name, cloud, client)
}

/// Calls the account by another name, in both records.
pub(super) fn rename(account: &mut AccountRecord, homey: &mut HomeyRecord, name: Option<&str>) {
    let Some(name) = name else { return };
    account.name = name.to_owned();
    if let Access::Account { account, .. } = &mut homey.access {
        *account = name.to_owned();
    }
}

/// The short name for a Homey: the one given, else one made of its title. A name that belongs to
/// another Homey is not taken from it.
pub(in crate::commands) fn short_name(
    given: Option<&str>,
    title: &str,
    id: &str,
    context: &Context,
) -> Outcome<String> {
    let belongs_to = |name: &str| -> Outcome<Option<HomeyRecord>> {
        Ok(context.store.homey(name).or_else(unless_broken)?)
    };
    if let Some(name) = given {
        return match belongs_to(name)? {
            Some(other) if other.id != id => {
                Err(Failure::usage(format!("the name {name} belongs to \"{}\"", other.title))
                    .hint("give another with `--name`, or run `housekey logout` for that one"))
            }
            _ => Ok(name.to_owned()),
        };
    }
    // The one it already has.
    for name in context.store.homeys()? {
        if belongs_to(&name)?.is_some_and(|homey| homey.id == id) {
            return Ok(name);
        }
    }
    let slug = slug(title);
    let mut name = slug.clone();
    let mut number = 1_u32;
    while belongs_to(&name)?.is_some() {
        number += 1;
        name = format!("{slug}-{number}");
    }
    Ok(name)
}

/// Treats a broken record as none, so that it can be replaced by a sign-in.
pub(in crate::commands) fn unless_broken<T>(error: StoreError) -> Result<Option<T>, StoreError> {
    match error {
        StoreError::Broken { .. } => Ok(None),
        other => Err(other),
    }
}

/// Says what is kept where.
pub(in crate::commands) fn tell(context: &Context, record: HomeyRecord) -> Outcome {
    let rests = inventory::Rests::of(&Key::Homey(record.name.clone()), context);
    context.out.note(&format!("Signed in to \"{}\" as {}.", record.title, record.name));
    context.out.note(&format!("The token is kept in {}", rests.words()));
    if !context.out.is_json() {
        return Ok(());
    }
    let settings = context.settings.read()?;
    let chosen = settings.homey.as_ref() == Some(&record.name);
    let plain_http = settings.plain_http(&record.name);
    let now = context.clock.now();
    let homey = inventory::Homey::of(record, None, chosen, plain_http, rests, now);
    context.out.value(&json!(homey), String::new)
}

/// Lower-case letters and digits of the title, with `-` for whatever is between them.
fn slug(title: &str) -> String {
    let lower = title.to_lowercase();
    let words: Vec<_> =
        lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    match words.is_empty() {
        true => "homey".to_owned(),
        false => words.join("-"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_becomes_a_name_that_is_easy_to_type() {
        for (title, want) in [
            ("Home", "home"),
            ("Beach Cabin", "beach-cabin"),
            ("  Kantoor / 2e  etage ", "kantoor-2e-etage"),
            ("Café", "café"),
            ("家", "家"),
            (" ☀ ", "homey"),
        ] {
            assert_eq!(slug(title), want, "{title}");
        }
    }
}
