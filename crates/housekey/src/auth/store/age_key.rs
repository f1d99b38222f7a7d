//! The identity that opens encrypted records: where its file is, and how that is opened.

use std::fs;
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use super::age::{self, AgeError, Identity};
use crate::Secret;
use crate::error::StoreError;
use crate::whole_file::{self, SETTINGS_LIMIT_BYTES};

const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// What opens records that are encrypted with age: the file of an identity, as `age-keygen` makes
/// one. That file may itself be encrypted with a passphrase.
#[derive(Debug, Clone)]
pub struct AgeKey {
    /// The file.
    pub file: PathBuf,
    /// What opens it, where it is encrypted.
    pub passphrase: Option<Secret>,
}

/// The same with the identities that were read from it, once for the life of the store.
#[derive(Debug)]
pub(super) struct KeyCache {
    key: Option<AgeKey>,
    identities: OnceLock<Vec<Identity>>,
}

impl AgeKey {
    /// Makes the file with a new identity, encrypted where there is a passphrase, unless it is
    /// there. Returns whether it was made.
    ///
    /// # Errors
    /// [`StoreError::Write`]; [`StoreError::Sealed`] where one is there that cannot be opened.
    pub fn make(&self) -> Result<bool, StoreError> {
        let written = |cause| StoreError::Write { path: self.file.clone(), cause };
        match fs::metadata(&self.file) {
            Ok(_) => return self.read().map(|_| false),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(cause) => return Err(StoreError::Read { path: self.file.clone(), cause }),
        }
        let sealed = |refusal: AgeError| written(io::Error::other(refusal.words()));
        let text = Identity::generate().map_err(sealed)?.file();
        let content = match &self.passphrase {
            Some(passphrase) => {
                age::seal_with_passphrase(text.expose().as_bytes(), passphrase.expose())
                    .map_err(sealed)?
            }
            None => text.expose().as_bytes().to_vec(),
        };
        write_new(&self.file, &content).map_err(written)?;
        Ok(true)
    }

    /// Encrypts for this identity, as a file that the program `age` opens as well.
    ///
    /// # Errors
    /// The file of the identity cannot be opened.
    pub fn encrypt(&self, plain: &[u8]) -> Result<Vec<u8>, StoreError> {
        let sealed = |why| StoreError::Sealed { path: self.file.clone(), why };
        let identities = self.read()?;
        let identity = identities.first().ok_or_else(|| sealed("it holds no age identity"))?;
        age::seal(plain, identity).map_err(|refusal| sealed(refusal.words()))
    }

    /// Decrypts what was encrypted for this identity.
    ///
    /// # Errors
    /// The file of the identity cannot be opened, or it is not the one that opens this.
    pub fn decrypt(&self, file: &[u8]) -> Result<zeroize::Zeroizing<Vec<u8>>, StoreError> {
        let sealed = |refusal: AgeError| StoreError::Sealed {
            path: self.file.clone(),
            why: refusal.words(),
        };
        age::open(file, &self.read()?).map_err(sealed)
    }

    fn read(&self) -> Result<Vec<Identity>, StoreError> {
        let sealed = |why| StoreError::Sealed { path: self.file.clone(), why };
        let content = match whole_file::read(&self.file, SETTINGS_LIMIT_BYTES) {
            Ok(content) => zeroize::Zeroizing::new(content),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(sealed("there is no age identity"));
            }
            Err(cause) => return Err(StoreError::Read { path: self.file.clone(), cause }),
        };
        // Some editors begin a file with a byte order mark.
        let content = content.strip_prefix(BYTE_ORDER_MARK).unwrap_or(&content);
        let text = match (age::is_age(content), &self.passphrase) {
            (false, _) => zeroize::Zeroizing::new(content.to_vec()),
            (true, Some(passphrase)) => age::open_with_passphrase(content, passphrase.expose())
                .map_err(|refusal| sealed(refusal.words()))?,
            (true, None) => return Err(sealed("it needs a passphrase, and none is given")),
        };
        let identities = std::str::from_utf8(&text).ok().and_then(age::identities_in);
        identities.ok_or_else(|| sealed("it holds no age identity"))
    }
}

/// A new file that only its owner may read; one that is there already is an error.
fn write_new(path: &Path, content: &[u8]) -> io::Result<()> {
    use io::Write as _;
    if let Some(directory) = path.parent() {
        fs::DirBuilder::new().recursive(true).mode(0o700).create(directory)?;
    }
    let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(content)?;
    file.sync_all()
}

impl KeyCache {
    pub(super) fn new(key: Option<AgeKey>) -> Self {
        Self { key, identities: OnceLock::new() }
    }

    fn identities(&self, path: &Path) -> Result<&[Identity], StoreError> {
        if let Some(identities) = self.identities.get() {
            return Ok(identities);
        }
        let why = "it is encrypted with age, and no identity is named";
        let key = self.key.as_ref().ok_or(StoreError::Sealed { path: path.to_owned(), why })?;
        let read = key.read()?;
        Ok(self.identities.get_or_init(|| read))
    }

    /// The text in the file of a record.
    pub(super) fn open(&self, path: &Path, file: &[u8]) -> Result<String, StoreError> {
        let opened = age::open(file, self.identities(path)?).map_err(|refusal| match refusal {
            AgeError::OtherIdentity => {
                StoreError::Sealed { path: path.to_owned(), why: refusal.words() }
            }
            refusal => {
                StoreError::Broken { path: path.to_owned(), why: refusal.words().to_owned() }
            }
        })?;
        std::str::from_utf8(&opened).map(str::to_owned).map_err(|_| StoreError::Broken {
            path: path.to_owned(),
            why: "it is not text".to_owned(),
        })
    }

    /// The file of a record with that text.
    pub(super) fn seal(&self, path: &Path, text: &str) -> Result<Vec<u8>, StoreError> {
        let failed = |why| StoreError::Sealed { path: path.to_owned(), why };
        let identity = self.identities(path)?.first().ok_or(failed("there is no age identity"))?;
        age::seal(text.as_bytes(), identity).map_err(|refusal| failed(refusal.words()))
    }
}
