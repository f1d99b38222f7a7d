//! A place that ends with the process: for tests, and for one-off use without a store.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, PoisonError};

use zeroize::Zeroizing;

use super::{Key, Lock, Place};
use crate::error::StoreError;

#[derive(Debug, Default)]
pub(super) struct Memory {
    texts: Mutex<BTreeMap<Key, Zeroizing<String>>>,
    locks: Arc<Locks>,
}

#[derive(Debug, Default)]
struct Locks {
    held: Mutex<Vec<Key>>,
    released: Condvar,
}

#[derive(Debug)]
struct Held {
    key: Key,
    locks: Arc<Locks>,
}

impl Drop for Held {
    fn drop(&mut self) {
        let mut held = self.locks.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.retain(|key| *key != self.key);
        self.locks.released.notify_all();
    }
}

impl Place for Memory {
    fn read(&self, key: &Key) -> Result<Option<String>, StoreError> {
        let texts = self.texts.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(texts.get(key).map(|text| text.to_string()))
    }

    fn write(&self, records: &[(&Key, &str)]) -> Result<(), StoreError> {
        let mut texts = self.texts.lock().unwrap_or_else(PoisonError::into_inner);
        for (key, text) in records {
            texts.insert((*key).clone(), Zeroizing::new((*text).to_owned()));
        }
        Ok(())
    }

    fn remove(&self, key: &Key) -> Result<(), StoreError> {
        self.texts.lock().unwrap_or_else(PoisonError::into_inner).remove(key);
        Ok(())
    }

    fn keys(&self) -> Result<Vec<Key>, StoreError> {
        let texts = self.texts.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(texts.keys().cloned().collect())
    }

    fn lock(&self, key: &Key) -> Result<Lock, StoreError> {
        let held = self.locks.held.lock().unwrap_or_else(PoisonError::into_inner);
        let free = |held: &mut Vec<Key>| held.contains(key);
        let mut held =
            self.locks.released.wait_while(held, free).unwrap_or_else(PoisonError::into_inner);
        held.push(key.clone());
        Ok(Lock { _held: Box::new(Held { key: key.clone(), locks: self.locks.clone() }) })
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
}
