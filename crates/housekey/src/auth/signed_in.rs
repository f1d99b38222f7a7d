//! What a sign-in made, and the short name that its Homey is stored under.

use super::store::{
    Access, AccountRecord, HomeyRecord, Key, Store, StoredCredentials, unless_broken,
};
use crate::error::StoreError;

/// What a sign-in made, as a store holds it.
#[derive(Debug, Clone)]
#[must_use = "nothing is stored before `save`"]
pub struct SignedIn {
    /// The account, and what renews its access; `None` where the Homey takes an API key or a user of its own.
    pub account: Option<AccountRecord>,
    /// The Homey. Its short name is made of its title; [`SignedIn::named`] makes sure that it is free.
    pub homey: HomeyRecord,
}

impl SignedIn {
    /// The same under the short name that [`short_name`] chooses.
    ///
    /// # Errors
    /// As [`short_name`].
    pub fn named(mut self, given: Option<&str>, store: &Store) -> Result<Self, StoreError> {
        self.homey.name = short_name(given, &self.homey.title, &self.homey.id, store)?;
        Ok(self)
    }

    /// The same with credentials that are kept in the store.
    pub fn remembering(mut self, kept: Option<StoredCredentials>) -> Self {
        if let Some(account) = &mut self.account {
            account.remembered = kept;
        }
        self
    }

    /// The same with the account under the name that a person typed, and will type again. A code that the
    /// cloud has taken proves that the account has two-factor authentication, whether or not its record says
    /// so.
    pub(super) fn typed(mut self, email: &str, code_taken: bool) -> Self {
        if let Some(account) = &mut self.account {
            email.clone_into(&mut account.name);
            account.two_factor = account.two_factor.or(code_taken.then_some(true));
        }
        if let Access::Account { account, .. } = &mut self.homey.access {
            email.clone_into(account);
        }
        self
    }

    /// Stores both or none; a Homey of the same short name is replaced. Waits for a renewal of either that is
    /// under way, in any process.
    ///
    /// # Errors
    /// As [`Store::save_account`].
    pub async fn save(&self, store: &Store) -> Result<(), StoreError> {
        match &self.account {
            Some(account) => store.save_sign_in(account, &self.homey).await,
            None => {
                let _lock = store.lock(Key::Homey(self.homey.name.clone())).await?;
                store.save_homey(&self.homey)
            }
        }
    }
}

/// The short name for a Homey: the one given, else the one that it is stored under, else one made of its
/// title. A name that belongs to another Homey is not taken from it.
///
/// # Errors
/// [`StoreError::NameTaken`], and as [`Store::homey`].
pub fn short_name(
    given: Option<&str>,
    title: &str,
    id: &str,
    store: &Store,
) -> Result<String, StoreError> {
    let belongs_to = |name: &str| store.homey(name).or_else(unless_broken);
    if let Some(name) = given {
        return match belongs_to(name)? {
            Some(other) if other.id != id => {
                Err(StoreError::NameTaken { name: name.to_owned(), title: other.title })
            }
            _ => Ok(name.to_owned()),
        };
    }
    for name in store.homeys()? {
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

/// Lower-case letters and digits of the title, with `-` for what is between them.
pub(crate) fn slug(title: &str) -> String {
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
