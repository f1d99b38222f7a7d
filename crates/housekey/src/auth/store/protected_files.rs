//! Files, each protected in its own way: as they are, encrypted, or leading to the keyring.
//!
//! The file is the record, whatever protects it: it is replaced as a whole, so that one record is
//! never there twice.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use tokio::sync::watch;

use super::age;
use super::age_key::KeyCache;
use super::backend::{Backend, Lock, Version};
use super::file::Files;
use super::key::Key;
use super::keyring::Keyring;
use super::protection::Protection;
use super::record::FORMAT;
use crate::error::{KeyringError, StoreError};

/// By how much encryption makes a text of ordinary size longer, in bytes, generously.
const SEAL_BYTES: usize = 1024;

#[derive(Debug)]
pub(super) struct ProtectedFiles {
    pub(super) files: Files,
    pub(super) key_cache: KeyCache,
    /// What protects a record that is new.
    pub(super) protection: Protection,
    /// Whether one that is there is protected so as well, however it was before.
    pub(super) always: bool,
}

/// What stands in the file of a record.
enum Resting {
    Plain(Vec<u8>),
    Age(Vec<u8>),
    /// The id of the item.
    Keyring(String),
}

impl Resting {
    fn of(content: Vec<u8>) -> Self {
        if age::is_age(&content) {
            return Self::Age(content);
        }
        match item_in(&content) {
            Some(id) => Self::Keyring(id),
            None => Self::Plain(content),
        }
    }

    fn protection(&self) -> Protection {
        match self {
            Self::Plain(_) => Protection::File,
            Self::Age(_) => Protection::Age,
            Self::Keyring(_) => Protection::Keyring,
        }
    }
}

/// What leads to an item of the keyring.
fn lead(item: &str) -> Vec<u8> {
    format!("{:#}\n", json!({ "housekey": FORMAT, "keyring": item })).into_bytes()
}

/// The item that a file leads to. One of a newer format is not understood, and reported as such when
/// it is read as a record.
fn item_in(content: &[u8]) -> Option<String> {
    let lead: Value = serde_json::from_slice(content).ok()?;
    let known = lead["housekey"].as_u64().is_some_and(|format| format <= FORMAT);
    Some(lead["keyring"].as_str().filter(|_| known)?.to_owned())
}

/// An item that was written, and how it was before.
struct Put {
    item: String,
    label: String,
    before: Option<String>,
}

impl Put {
    /// As well as it can be done: the failure that led here is what is reported.
    fn undo(self) {
        let _ = match self.before {
            Some(text) => Keyring.put(&self.item, &self.label, &text),
            None => Keyring.delete(&self.item),
        };
    }
}

impl ProtectedFiles {
    fn resting(&self, key: &Key) -> Result<Option<Resting>, StoreError> {
        Ok(self.files.read(key)?.map(Resting::of))
    }

    /// The content of the file; an item that was written for it is added to `put`.
    fn content(
        &self,
        key: &Key,
        text: &str,
        before: Option<&Resting>,
        put: &mut Vec<Put>,
    ) -> Result<Vec<u8>, StoreError> {
        let wanted = match before {
            Some(resting) if !self.always => resting.protection(),
            _ => self.protection,
        };
        match wanted {
            Protection::File => Ok(text.as_bytes().to_vec()),
            Protection::Age => self.key_cache.seal(&self.files.path(key), text),
            Protection::Keyring => {
                let failed = |cause| keyring_error(&self.files.path(key), cause);
                let known = match before {
                    Some(Resting::Keyring(item)) => Some(item.clone()),
                    _ => None,
                };
                let before = match &known {
                    Some(item) => Keyring.get(item).map_err(failed)?,
                    None => None,
                };
                let item = known.unwrap_or_else(|| format!("{:032x}", rand::random::<u128>()));
                let label = format!("housekey: {}", key.name());
                Keyring.put(&item, &label, text).map_err(failed)?;
                let content = lead(&item);
                put.push(Put { item, label, before });
                Ok(content)
            }
        }
    }
}

fn keyring_error(path: &Path, cause: KeyringError) -> StoreError {
    StoreError::Keyring { path: path.to_owned(), cause }
}

impl Backend for ProtectedFiles {
    fn read(&self, key: &Key) -> Result<Option<String>, StoreError> {
        let path = self.files.path(key);
        let broken = |why: &str| StoreError::Broken { path: path.clone(), why: why.to_owned() };
        let text = match self.resting(key)? {
            None => return Ok(None),
            Some(Resting::Plain(bytes)) => {
                String::from_utf8(bytes).map_err(|_| broken("it is not text"))
            }
            Some(Resting::Age(file)) => self.key_cache.open(&path, &file),
            Some(Resting::Keyring(item)) => {
                let text = Keyring.get(&item).map_err(|cause| keyring_error(&path, cause))?;
                text.ok_or_else(|| broken("what it leads to is not in the keyring"))
            }
        };
        text.map(Some)
    }

    fn write(&self, records: &[(&Key, &str)]) -> Result<(), StoreError> {
        let (mut put, mut left) = (Vec::new(), Vec::new());
        let mut contents = Vec::new();
        let written = records
            .iter()
            .try_for_each(|(key, text)| {
                let before = self.resting(key)?;
                contents.push((*key, self.content(key, text, before.as_ref(), &mut put)?));
                if let Some(Resting::Keyring(item)) = before {
                    left.push(item);
                }
                Ok(())
            })
            .and_then(|()| self.files.write(&contents));
        if written.is_err() {
            put.into_iter().for_each(Put::undo);
            return written;
        }
        // Nothing leads to these any more. One that stays is no harm to anybody but its owner's order.
        for item in left.iter().filter(|item| put.iter().all(|put| put.item != **item)) {
            let _ = Keyring.delete(item);
        }
        Ok(())
    }

    fn remove(&self, key: &Key) -> Result<(), StoreError> {
        if let Some(Resting::Keyring(item)) = self.resting(key)? {
            Keyring.delete(&item).map_err(|cause| keyring_error(&self.files.path(key), cause))?;
        }
        self.files.remove(key)
    }

    fn keys(&self) -> Result<Vec<Key>, StoreError> {
        self.files.keys()
    }

    fn try_lock(&self, key: &Key) -> Result<Option<Lock>, StoreError> {
        self.files.try_lock(key)
    }

    /// The file is replaced by every write, also where it only leads to the keyring.
    fn generation(&self) -> Option<Version> {
        self.files.generation()
    }

    fn written(&self) -> Option<watch::Receiver<u64>> {
        None
    }

    fn version(&self, key: &Key) -> Option<Version> {
        self.files.version(key)
    }

    /// A keyring takes no room in advance; that it takes the text that is there once more shows that
    /// it is unlocked and can write.
    fn reserve(&self, key: &Key, bytes: usize) -> Result<(), StoreError> {
        match self.resting(key)? {
            Some(Resting::Keyring(item)) => {
                let failed = |cause| keyring_error(&self.files.path(key), cause);
                let text = Keyring.get(&item).map_err(failed)?.unwrap_or_default();
                Keyring.put(&item, &format!("housekey: {}", key.name()), &text).map_err(failed)
            }
            _ => self.files.reserve(key, bytes + SEAL_BYTES),
        }
    }

    fn check_writable(&self) -> Result<(), StoreError> {
        self.files.check_writable()?;
        let directory = self.files.directory();
        match self.protection {
            Protection::File => Ok(()),
            Protection::Age => self.key_cache.seal(directory, "").map(drop),
            Protection::Keyring => Keyring
                .put("check", "housekey: check", "")
                .and_then(|()| Keyring.delete("check"))
                .map_err(|cause| keyring_error(directory, cause)),
        }
    }

    fn path(&self, key: &Key) -> PathBuf {
        self.files.path(key)
    }

    fn take_notices(&self) -> Vec<String> {
        self.files.take_notices()
    }

    fn protection(&self, key: &Key) -> Result<Option<Protection>, StoreError> {
        Ok(self.resting(key)?.map(|resting| resting.protection()))
    }
}
