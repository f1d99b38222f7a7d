//! Where accounts and Homeys are stored between two runs: two lists that never mix.

mod age;
mod age_key;
mod backend;
mod changes;
mod file;
mod key;
mod keyring;
mod memory;
mod protected_files;
mod protection;
mod record;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

pub use age_key::AgeKey;
pub use backend::Lock;
pub use key::Key;
pub use protection::Protection;
pub use record::{Access, AccountRecord, HomeyRecord, StoredCredentials};

pub(super) use backend::Version;

use age_key::KeyCache;
use backend::Backend;
use changes::ChangeWatcher;
use file::Files;
use key::check_name;
use protected_files::ProtectedFiles;

use tokio::sync::watch;

use crate::discovery::Addresses;
use crate::error::StoreError;

/// What is stored: accounts with their tokens, Homeys with their session or API key.
///
/// Cheap to clone. Reading and writing block for the length of a small file's reading or writing;
/// [`Store::lock`] may wait for another process and is asynchronous.
#[derive(Debug, Clone)]
pub struct Store {
    place: Arc<dyn Backend>,
    changes: Arc<ChangeWatcher>,
}

/// By how much a record may grow in one renewal, in bytes: tokens are not all of one length.
const GROWTH_BYTES: usize = 8 * 1024;

/// How often a task that waits for a lock tries again: often enough not to be noticed, and seldom enough for fifty
/// tasks.
const LOCK_POLL: Duration = Duration::from_millis(10);

impl Store {
    /// Files below `directory` (0700), one for each record (0600).
    pub fn files(directory: impl Into<PathBuf>) -> Self {
        Self::protected(directory, Protection::File, None)
    }

    /// The same, with another protection for records that are new; those that are there keep
    /// theirs. `key` opens and seals those that are encrypted with age.
    pub fn protected(
        directory: impl Into<PathBuf>,
        protection: Protection,
        key: Option<AgeKey>,
    ) -> Self {
        Self::on_files(directory.into(), protection, false, key)
    }

    /// The same, and a record that is there takes that protection too when it is written again.
    pub fn with_new_protection(
        directory: impl Into<PathBuf>,
        protection: Protection,
        key: Option<AgeKey>,
    ) -> Self {
        Self::on_files(directory.into(), protection, true, key)
    }

    fn on_files(
        directory: PathBuf,
        protection: Protection,
        always: bool,
        key: Option<AgeKey>,
    ) -> Self {
        let (files, key_cache) = (Files::new(directory), KeyCache::new(key));
        Self::of(Arc::new(ProtectedFiles { files, key_cache, protection, always }))
    }

    fn of(place: Arc<dyn Backend>) -> Self {
        Self { place, changes: Arc::default() }
    }

    /// Nothing is kept beyond the life of the process.
    pub fn memory() -> Self {
        Self::of(Arc::<memory::Memory>::default())
    }

    /// The names of the accounts, sorted.
    ///
    /// # Errors
    /// [`StoreError::Read`].
    pub fn accounts(&self) -> Result<Vec<String>, StoreError> {
        Ok(self.keys()?.into_iter().filter_map(Key::into_account).collect())
    }

    /// The short names of the Homeys, sorted.
    ///
    /// # Errors
    /// [`StoreError::Read`].
    pub fn homeys(&self) -> Result<Vec<String>, StoreError> {
        Ok(self.keys()?.into_iter().filter_map(Key::into_homey).collect())
    }

    fn keys(&self) -> Result<Vec<Key>, StoreError> {
        let mut keys = self.place.keys()?;
        keys.sort();
        Ok(keys)
    }

    /// The account of that name.
    ///
    /// # Errors
    /// [`StoreError::Read`], [`StoreError::Broken`], [`StoreError::Newer`].
    pub fn account(&self, name: &str) -> Result<Option<AccountRecord>, StoreError> {
        self.read(&Key::Account(name.to_owned()), |text, path| record::read("account", text, path))
    }

    /// The Homey of that short name.
    ///
    /// # Errors
    /// As [`Store::account`].
    pub fn homey(&self, name: &str) -> Result<Option<HomeyRecord>, StoreError> {
        self.read(&Key::Homey(name.to_owned()), record::read_homey)
    }

    /// The Homey of that short name, which must be there.
    ///
    /// # Errors
    /// As [`Store::homey`], and [`StoreError::Unknown`].
    pub fn known_homey(&self, name: &str) -> Result<HomeyRecord, StoreError> {
        match self.homey(name)? {
            Some(record) => Ok(record),
            None => Err(StoreError::Unknown { name: name.to_owned(), known: self.homeys()? }),
        }
    }

    /// The Homeys that an account keeps open, also those of other names; one that cannot be read is
    /// passed over.
    ///
    /// # Errors
    /// [`StoreError::Read`].
    pub(super) fn homeys_of(&self, account: &str) -> Result<Vec<HomeyRecord>, StoreError> {
        let names = self.homeys()?;
        let records = names.iter().filter_map(|name| self.homey(name).ok().flatten());
        let is_its = |record: &HomeyRecord| matches!(&record.access, Access::Account { account: by, .. } if by == account);
        Ok(records.filter(is_its).collect())
    }

    fn read<T>(
        &self,
        key: &Key,
        decode: impl Fn(&str, PathBuf) -> Result<T, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        check_name(key)?;
        let Some(text) = self.place.read(key)? else { return Ok(None) };
        decode(&text, self.place.path(key)).map(Some)
    }

    /// Writes an account; when this returns it is on disk.
    ///
    /// # Errors
    /// [`StoreError::Write`]; what was stored before is then untouched. [`StoreError::Newer`] when
    /// what is there was written by a newer version.
    pub fn save_account(&self, record: &AccountRecord) -> Result<(), StoreError> {
        self.account(&record.name).or_else(unless_broken)?;
        self.write(&[(Key::Account(record.name.clone()), record::write("account", record))])
    }

    /// Writes a Homey; when this returns it is on disk.
    ///
    /// # Errors
    /// As [`Store::save_account`].
    pub fn save_homey(&self, record: &HomeyRecord) -> Result<(), StoreError> {
        let text = self.written(record)?;
        self.write(&[(Key::Homey(record.name.clone()), text)])
    }

    /// Writes what a sign-in made: both records or none. Waits for renewals of either.
    ///
    /// # Errors
    /// As [`Store::save_account`].
    pub async fn save_sign_in(
        &self,
        account: &AccountRecord,
        homey: &HomeyRecord,
    ) -> Result<(), StoreError> {
        let (of_account, of_homey) =
            (Key::Account(account.name.clone()), Key::Homey(homey.name.clone()));
        // In the order in which a renewal takes them, so that there is no deadlock.
        let _homey_lock = self.lock(of_homey.clone()).await?;
        let _account_lock = self.lock(of_account.clone()).await?;
        self.account(&account.name).or_else(unless_broken)?;
        let of_homey = (of_homey, self.written(homey)?);
        self.write(&[(of_account, record::write("account", account)), of_homey])
    }

    /// Notes that a person was informed that plain HTTP is not used any more for that Homey.
    ///
    /// # Errors
    /// As [`Store::save_account`].
    pub async fn informed_of_encryption(&self, name: &str) -> Result<(), StoreError> {
        let _lock = self.lock(Key::Homey(name.to_owned())).await?;
        let Some(mut record) = self.homey(name)? else { return Ok(()) };
        record.addresses.encrypted_by_default = true;
        self.save_homey(&record)
    }

    /// The text of a Homey's record: that it had an encrypted address once is not forgotten.
    fn written(&self, record: &HomeyRecord) -> Result<crate::Secret, StoreError> {
        let before = self.homey(&record.name).or_else(unless_broken)?;
        let Some(before) = before.filter(|before| before.id == record.id) else {
            return Ok(record::write("homey", record));
        };
        let fresh = record.addresses.clone();
        let encrypted_by_default = fresh.encrypted_by_default;
        let addresses = before.addresses.replaced_by(fresh);
        let addresses = Addresses { encrypted_by_default, ..addresses };
        Ok(record::write("homey", &HomeyRecord { addresses, ..record.clone() }))
    }

    fn write(&self, records: &[(Key, crate::Secret)]) -> Result<(), StoreError> {
        records.iter().try_for_each(|(key, _)| check_name(key))?;
        let texts: Vec<_> = records.iter().map(|(key, text)| (key, text.expose())).collect();
        self.place.write(&texts)
    }

    /// Makes sure that a record of about the size of the one that is there can be written, before something is requested
    /// that must not be lost. Only under the lock of the key.
    ///
    /// # Errors
    /// [`StoreError::Write`].
    pub(super) fn reserve(&self, key: &Key) -> Result<(), StoreError> {
        check_name(key)?;
        let size = self.place.read(key)?.map_or(0, |text| text.len());
        self.place.reserve(key, size + GROWTH_BYTES)
    }

    /// Forgets an account or a Homey; no error if it is not there.
    ///
    /// # Errors
    /// [`StoreError::Write`].
    pub fn remove(&self, key: &Key) -> Result<(), StoreError> {
        check_name(key)?;
        self.place.remove(key)
    }

    /// Makes sure that a record could be written now, so that no sign-in is wasted.
    ///
    /// # Errors
    /// [`StoreError::Write`].
    pub fn check_writable(&self) -> Result<(), StoreError> {
        self.place.check_writable()
    }

    /// How a record is protected; `None` where there is none.
    ///
    /// # Errors
    /// [`StoreError::Read`].
    pub fn protection(&self, key: &Key) -> Result<Option<Protection>, StoreError> {
        check_name(key)?;
        self.place.protection(key)
    }

    /// Where a record is, for people. What is in the keyring has a file that leads there.
    pub fn path(&self, key: &Key) -> PathBuf {
        self.place.path(key)
    }

    /// Waits until no other task or process holds that key. A caller that stops waiting leaves nothing behind.
    ///
    /// # Errors
    /// [`StoreError::Write`] when the lock cannot be made.
    pub async fn lock(&self, key: Key) -> Result<Lock, StoreError> {
        check_name(&key)?;
        loop {
            if let Some(lock) = self.place.try_lock(&key)? {
                return Ok(lock);
            }
            tokio::time::sleep(LOCK_POLL).await;
        }
    }

    /// What a person is to know that was noticed since the last call, a sentence each: files of ours that
    /// were open to others, and are not any more. It is logged as well.
    pub fn take_notices(&self) -> Vec<String> {
        self.place.take_notices()
    }

    /// ChangeWatcher soon after something was stored, by this process or another.
    pub(super) fn changes(&self) -> watch::Receiver<u64> {
        self.changes.receiver(&self.place)
    }

    /// What differs after every write of that key; `None` where only reading it would show that.
    pub(super) fn version(&self, key: &Key) -> Option<Version> {
        self.place.version(key)
    }
}

/// Treats a record that is broken as none: it may be written over, since it is lost anyway. One that a newer
/// housekey wrote never.
///
/// # Errors
/// All but [`StoreError::Broken`].
pub fn unless_broken<T>(error: StoreError) -> Result<Option<T>, StoreError> {
    match error {
        StoreError::Broken { .. } => Ok(None),
        other => Err(other),
    }
}
