//! The keyring of the desktop, over the Secret Service of D-Bus.

use crate::error::KeyringError;

/// The keyring of the user who is logged in to the desktop.
///
/// Items have an id of their own, so that two stores never meet in one.
#[derive(Debug, Clone, Copy)]
pub(super) struct Keyring;

#[cfg(not(feature = "keyring"))]
impl Keyring {
    pub(super) fn get(self, _: &str) -> Result<Option<String>, KeyringError> {
        Err(KeyringError::NotBuiltIn)
    }

    pub(super) fn put(self, _: &str, _: &str, _: &str) -> Result<(), KeyringError> {
        Err(KeyringError::NotBuiltIn)
    }

    pub(super) fn delete(self, _: &str) -> Result<(), KeyringError> {
        Err(KeyringError::NotBuiltIn)
    }
}

#[cfg(feature = "keyring")]
mod secret_service_of_the_desktop {
    use std::collections::HashMap;
    use std::sync::mpsc;
    use std::thread;
    use std::time::Duration;

    use secret_service::EncryptionType;
    use secret_service::blocking::{Item, SecretService};

    use super::{Keyring, KeyringError};

    /// How long a keyring may take: the user may have to type its password.
    const LIMIT: Duration = Duration::from_secs(120);

    /// What marks our items.
    const APPLICATION: (&str, &str) = ("application", "housekey");

    type ServiceError = secret_service::Error;

    impl Keyring {
        /// The text of an item; `None` where there is none.
        pub(in super::super) fn get(self, id: &str) -> Result<Option<String>, KeyringError> {
            let text = with_item(id, |item| item.get_secret())?;
            text.map(|bytes| String::from_utf8(bytes).map_err(|_| KeyringError::NotOurs))
                .transpose()
        }

        /// Makes the item, or gives it another text; `label` is what people read.
        pub(in super::super) fn put(
            self,
            id: &str,
            label: &str,
            text: &str,
        ) -> Result<(), KeyringError> {
            let (id, label) = (id.to_owned(), label.to_owned());
            let text = zeroize::Zeroizing::new(text.to_owned());
            on_a_thread_of_its_own(move |service| {
                let collection = service.get_default_collection()?;
                collection.ensure_unlocked().or_else(|_| collection.unlock())?;
                let (label, text) = (label.as_str(), text.as_bytes());
                collection.create_item(label, attributes(&id), text, true, "text/plain").map(drop)
            })
        }

        /// Removes the item; no error where there is none.
        pub(in super::super) fn delete(self, id: &str) -> Result<(), KeyringError> {
            with_item(id, |item| item.delete()).map(drop)
        }
    }

    fn attributes(id: &str) -> HashMap<&str, &str> {
        HashMap::from([APPLICATION, ("record", id)])
    }

    /// Does something with the item of that id, unlocked.
    fn with_item<T: Send + 'static>(
        id: &str,
        work: impl FnOnce(&Item<'_>) -> Result<T, ServiceError> + Send + 'static,
    ) -> Result<Option<T>, KeyringError> {
        let id = id.to_owned();
        on_a_thread_of_its_own(move |service| {
            let found = service.search_items(attributes(&id))?;
            let locked: Vec<_> = found.locked.iter().collect();
            if !locked.is_empty() {
                service.unlock_all(&locked)?;
            }
            found.unlocked.iter().chain(&found.locked).next().map(work).transpose()
        })
    }

    /// The Secret Service blocks and brings a runtime of its own, which cannot be started within
    /// ours.
    fn on_a_thread_of_its_own<T: Send + 'static>(
        work: impl FnOnce(&SecretService<'_>) -> Result<T, ServiceError> + Send + 'static,
    ) -> Result<T, KeyringError> {
        let (answer, answered) = mpsc::channel();
        thread::spawn(move || {
            let outcome = SecretService::connect(EncryptionType::Dh)
                .and_then(|service| work(&service))
                .map_err(keyring_error);
            // The caller has gone if the time was up.
            let _ = answer.send(outcome);
        });
        answered.recv_timeout(LIMIT).unwrap_or(Err(KeyringError::Silent { limit: LIMIT }))
    }

    fn keyring_error(failure: ServiceError) -> KeyringError {
        match failure {
            ServiceError::Locked | ServiceError::Prompt | ServiceError::PromptDisconnected => {
                KeyringError::Locked
            }
            failure => KeyringError::Unavailable { cause: Box::new(failure) },
        }
    }
}
