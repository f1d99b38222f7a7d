//! The interface between the store and the kinds of places where it keeps records.

use std::fmt;
use std::path::PathBuf;

use tokio::sync::watch;

use super::key::Key;
use super::protection::Protection;
use crate::error::StoreError;

/// Identifies one write of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::auth) struct Version(pub(super) u64, pub(super) i128);

/// Held while a record is read, changed and written; the next in line goes on when it is dropped.
#[derive(Debug)]
pub struct Lock {
    pub(super) _held: Box<dyn fmt::Debug + Send + Sync>,
}

/// A kind of place that keeps texts under keys. A write is whole or has not happened.
pub(super) trait Backend: fmt::Debug + Send + Sync {
    fn read(&self, key: &Key) -> Result<Option<String>, StoreError>;
    /// Writes all of them or none.
    fn write(&self, records: &[(&Key, &str)]) -> Result<(), StoreError>;
    fn remove(&self, key: &Key) -> Result<(), StoreError>;
    fn keys(&self) -> Result<Vec<Key>, StoreError>;
    /// The lock of the key, unless another task or process holds it.
    fn try_lock(&self, key: &Key) -> Result<Option<Lock>, StoreError>;
    /// What differs after every write of any key.
    fn generation(&self) -> Option<Version>;
    /// Changes with every write; `None` where another process may write, so that it has to be looked for.
    fn written(&self) -> Option<watch::Receiver<u64>>;
    /// A version that differs after every write of the key, where the record need not be read for it.
    fn version(&self, key: &Key) -> Option<Version>;
    /// Takes the room that a text of that size will need, so that the next write of the key does
    /// not find the disk full. Only under the lock of the key.
    fn reserve(&self, key: &Key, bytes: usize) -> Result<(), StoreError>;
    /// Makes sure that a write would work, and leaves nothing behind.
    fn check_writable(&self) -> Result<(), StoreError>;
    /// The file of that key, for people and for error texts.
    fn path(&self, key: &Key) -> PathBuf;
    /// What a person is to know that was noticed since the last call.
    fn take_notices(&self) -> Vec<String> {
        Vec::new()
    }
    /// How that record is protected; `None` where there is none.
    fn protection(&self, key: &Key) -> Result<Option<Protection>, StoreError>;
}
