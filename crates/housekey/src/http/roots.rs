//! Trusted certificate authorities besides the public ones.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::Path;

use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;

use crate::error::HttpError;

/// The largest file that is read, in bytes: all public authorities together take a tenth.
const FILE_LIMIT_BYTES: u64 = 4 << 20;

/// How many files of a directory are read.
const FILES_LIMIT: usize = 2_000;

/// Authorities that are trusted besides the public ones, which always are. None by default.
#[derive(Debug, Clone, Default)]
pub struct Roots {
    extra: Vec<CertificateDer<'static>>,
}

impl Roots {
    /// Adds the certificates in a file in PEM form, as `SSL_CERT_FILE` names it.
    ///
    /// # Errors
    /// [`HttpError::Roots`] when it cannot be read, or holds none.
    pub fn add_file(&mut self, path: &Path) -> Result<(), HttpError> {
        let found = read(path).map_err(|cause| unreadable(path, cause))?;
        if found.is_empty() {
            let none = io::Error::new(io::ErrorKind::InvalidData, "it holds no certificate (PEM)");
            return Err(unreadable(path, none));
        }
        self.extra.extend(found);
        Ok(())
    }

    /// Adds the certificates in the files of a directory, as `SSL_CERT_DIR` names it; files that hold
    /// none are passed over.
    ///
    /// # Errors
    /// [`HttpError::Roots`] when the directory cannot be read.
    pub fn add_directory(&mut self, path: &Path) -> Result<(), HttpError> {
        let entries = fs::read_dir(path).map_err(|cause| unreadable(path, cause))?;
        let mut files: Vec<_> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
        files.sort();
        for file in files.iter().filter(|file| file.is_file()).take(FILES_LIMIT) {
            self.extra.extend(read(file).unwrap_or_default());
        }
        Ok(())
    }

    /// With the public ones.
    pub(super) fn store(&self) -> RootCertStore {
        let mut store = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        let (_, unusable) = store.add_parsable_certificates(self.extra.iter().cloned());
        if unusable > 0 {
            tracing::warn!(unusable, "certificates of authorities that cannot be used");
        }
        store
    }
}

fn read(path: &Path) -> io::Result<Vec<CertificateDer<'static>>> {
    let file = File::open(path)?;
    // With room for all of it, or it is read in pieces that begin at 32 bytes.
    let room = file.metadata()?.len().min(FILE_LIMIT_BYTES) as usize + 1;
    let mut bytes = Vec::with_capacity(room);
    file.take(FILE_LIMIT_BYTES).read_to_end(&mut bytes)?;
    CertificateDer::pem_slice_iter(&bytes)
        .collect::<Result<_, _>>()
        .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error.to_string()))
}

fn unreadable(path: &Path, cause: io::Error) -> HttpError {
    HttpError::Roots { path: path.to_owned(), cause }
}

/// The form of a file.
#[cfg(test)]
pub(crate) fn in_pem(certificate: &[u8]) -> String {
    use base64::Engine as _;
    let text = base64::engine::general_purpose::STANDARD.encode(certificate);
    format!("-----BEGIN CERTIFICATE-----\n{text}\n-----END CERTIFICATE-----\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn certificates_are_read_from_files_and_directories() {
        let directory = tempfile::tempdir().unwrap();
        let file = |name: &str, text: &str| {
            let path = directory.path().join(name);
            fs::write(&path, text).unwrap();
            path
        };
        let pem = |name: &str| {
            let made = rcgen::generate_simple_self_signed([name.to_owned()]).unwrap();
            in_pem(made.cert.der())
        };
        let two = file("two.pem", &(pem("a.example") + &pem("b.example")));
        let none = file("none.pem", "no certificate\n");
        let mut roots = Roots::default();
        let public = roots.store().len();
        roots.add_file(&two).unwrap();
        assert_eq!(roots.store().len(), public + 2);
        for wrong in [none, directory.path().join("missing.pem")] {
            let error = roots.add_file(&wrong).unwrap_err().to_string();
            assert!(error.contains(&wrong.display().to_string()), "{error}");
        }
        let mut roots = Roots::default();
        roots.add_directory(directory.path()).unwrap();
        assert_eq!(roots.store().len(), public + 2);
        roots.add_directory(&directory.path().join("missing")).unwrap_err();
    }
}
