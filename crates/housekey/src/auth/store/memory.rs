//! A place that ends with the process: for tests, and for one-off use without a store.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use tokio::sync::watch;
use zeroize::Zeroizing;

use super::backend::{Backend, Lock, Version};
use super::key::Key;
use super::protection::Protection;
use crate::error::StoreError;
use crate::mutex::lock_unpoisoned;

#[derive(Debug, Default)]
pub(super) struct Memory {
    texts: Mutex<BTreeMap<Key, Zeroizing<String>>>,
    writes: watch::Sender<u64>,
    locked: Arc<Mutex<BTreeSet<Key>>>,
}

#[derive(Debug)]
struct MemoryLock {
    key: Key,
    locked: Arc<Mutex<BTreeSet<Key>>>,
}

impl Drop for MemoryLock {
    fn drop(&mut self) {
        lock_unpoisoned(&self.locked).remove(&self.key);
    }
}

impl Backend for Memory {
    fn read(&self, key: &Key) -> Result<Option<String>, StoreError> {
        let texts = lock_unpoisoned(&self.texts);
        Ok(texts.get(key).map(|text| text.to_string()))
    }

    fn write(&self, records: &[(&Key, &str)]) -> Result<(), StoreError> {
        let mut texts = lock_unpoisoned(&self.texts);
        for (key, text) in records {
            texts.insert((*key).clone(), Zeroizing::new((*text).to_owned()));
        }
        self.writes.send_modify(|count| *count += 1);
        Ok(())
    }

    fn remove(&self, key: &Key) -> Result<(), StoreError> {
        lock_unpoisoned(&self.texts).remove(key);
        self.writes.send_modify(|count| *count += 1);
        Ok(())
    }

    fn keys(&self) -> Result<Vec<Key>, StoreError> {
        let texts = lock_unpoisoned(&self.texts);
        Ok(texts.keys().cloned().collect())
    }

    fn try_lock(&self, key: &Key) -> Result<Option<Lock>, StoreError> {
        let free = lock_unpoisoned(&self.locked).insert(key.clone());
        let held = || MemoryLock { key: key.clone(), locked: self.locked.clone() };
        Ok(free.then(|| Lock { _held: Box::new(held()) }))
    }

    fn generation(&self) -> Option<Version> {
        Some(Version(*self.writes.borrow(), 0))
    }

    fn written(&self) -> Option<watch::Receiver<u64>> {
        Some(self.writes.subscribe())
    }

    fn version(&self, _: &Key) -> Option<Version> {
        Some(Version(*self.writes.borrow(), 0))
    }

    fn reserve(&self, _: &Key, _: usize) -> Result<(), StoreError> {
        Ok(())
    }

    fn check_writable(&self) -> Result<(), StoreError> {
        Ok(())
    }

    fn path(&self, key: &Key) -> PathBuf {
        PathBuf::from("memory").join(key.name())
    }

    fn protection(&self, key: &Key) -> Result<Option<Protection>, StoreError> {
        Ok(self.read(key)?.map(|_| Protection::File))
    }
}
