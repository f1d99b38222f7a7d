//! Files in the format of age (<https://age-encryption.org/v1>): computes only.
//!
//! A small part of the format is spoken: X25519 recipients, and one passphrase for the file that
//! holds an identity. Whatever is written here opens with any other implementation.

mod header;
mod identity;
mod key;
mod payload;

pub(super) use identity::{Identity, identities_in};
pub(super) use key::AgeError;

use zeroize::Zeroizing;

use header::Header;
use key::{FileKey, random};

/// How much work a guess of a passphrase costs: 2^16 blocks, 64 MiB and about a fifth of a
/// second. It is paid once by a process.
const PASSPHRASE_WORK: u8 = 16;

/// Whether the bytes begin as a file of age does, bare or in its armour.
pub(super) fn is_age(bytes: &[u8]) -> bool {
    bytes.starts_with(header::VERSION) || bytes.starts_with(header::ARMOUR_BEGIN.as_bytes())
}

/// Encrypts for an identity.
pub(super) fn seal(plain: &[u8], identity: &Identity) -> Result<Vec<u8>, AgeError> {
    let key = Zeroizing::new(random::<16>()?);
    write(plain, &key, identity::wrap(&key, identity)?)
}

/// Encrypts with a passphrase.
pub(super) fn seal_with_passphrase(plain: &[u8], passphrase: &str) -> Result<Vec<u8>, AgeError> {
    let key = Zeroizing::new(random::<16>()?);
    let stanza = identity::wrap_with_passphrase(&key, passphrase, PASSPHRASE_WORK)?;
    write(plain, &key, stanza)
}

/// Decrypts with whichever of the identities the file is for.
pub(super) fn open(file: &[u8], identities: &[Identity]) -> Result<Zeroizing<Vec<u8>>, AgeError> {
    read(file, |header| {
        let pairs = header.stanzas.iter().flat_map(|stanza| {
            identities.iter().map(move |identity| identity::unwrap(stanza, identity))
        });
        pairs.flatten().next().ok_or(AgeError::OtherIdentity)
    })
}

/// Decrypts with a passphrase.
pub(super) fn open_with_passphrase(
    file: &[u8],
    passphrase: &str,
) -> Result<Zeroizing<Vec<u8>>, AgeError> {
    read(file, |header| match header.stanzas.as_slice() {
        [only] => identity::unwrap_with_passphrase(only, passphrase),
        _ => Err(AgeError::Torn),
    })
}

fn write(plain: &[u8], key: &FileKey, stanza: header::Stanza) -> Result<Vec<u8>, AgeError> {
    let mut file = header::write(&stanza, key);
    payload::encrypt(plain, key, &mut file)?;
    Ok(file)
}

fn read(
    file: &[u8],
    unwrap: impl FnOnce(&Header) -> Result<FileKey, AgeError>,
) -> Result<Zeroizing<Vec<u8>>, AgeError> {
    let file = header::without_armour(file).ok_or(AgeError::Torn)?;
    let (header, payload) = header::read(&file).ok_or(AgeError::Torn)?;
    let key = unwrap(&header)?;
    if !header.is_genuine(&key) {
        return Err(AgeError::Torn);
    }
    payload::decrypt(payload, &key).ok_or(AgeError::Torn)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_with_the_same_key_alone() {
        let (ours, other) = (Identity::generate().unwrap(), Identity::generate().unwrap());
        for length in [0, 1, 4096, 65_535, 65_536, 65_537, 200_000] {
            let plain: Vec<u8> = (0..length).map(|n: usize| (n % 251) as u8).collect();
            let file = seal(&plain, &ours).unwrap();
            assert!(is_age(&file));
            let both = [other.clone(), ours.clone()];
            assert_eq!(*open(&file, &both).unwrap(), plain, "{length} bytes");
            let other = std::slice::from_ref(&other);
            assert_eq!(open(&file, other), Err(AgeError::OtherIdentity), "{length} bytes");
        }
    }

    #[test]
    fn a_passphrase_opens_what_it_sealed() {
        let file = seal_with_passphrase(b"made up", "correct horse").unwrap();
        assert_eq!(*open_with_passphrase(&file, "correct horse").unwrap(), b"made up");
        assert_eq!(open_with_passphrase(&file, "wrong horse"), Err(AgeError::WrongPassphrase));
        assert_eq!(open(&file, &[Identity::generate().unwrap()]), Err(AgeError::OtherIdentity));
    }

    /// Whatever byte is changed, and wherever the file is cut, it does not open.
    #[test]
    fn nothing_that_was_changed_opens() {
        let identity = [Identity::generate().unwrap()];
        let file = seal(b"made-up session token", &identity[0]).unwrap();
        for at in 0..file.len() {
            let mut changed = file.clone();
            changed[at] ^= 0x01;
            assert!(open(&changed, &identity).is_err(), "byte {at} changed");
            assert!(open(&file[..at], &identity).is_err(), "cut at {at}");
        }
        assert!(open(&[&file[..], b"x"].concat(), &identity).is_err(), "something behind it");
        // Of a text of two chunks none may be missing, nor stand in the place of the other.
        const CHUNK: usize = 64 * 1024;
        let file = seal(&[7; 2 * CHUNK], &identity[0]).unwrap();
        let (start, last) = file.split_at(file.len() - CHUNK - 16);
        let (head, first) = start.split_at(start.len() - CHUNK - 16);
        assert!(open(&file, &identity).is_ok());
        for (case, changed) in [
            ("without the last", start.to_vec()),
            ("without the first", [head, last].concat()),
            ("the other way round", [head, last, first].concat()),
            ("the last twice", [start, last, last].concat()),
        ] {
            assert!(open(&changed, &identity).is_err(), "{case}");
        }
    }

    /// The samples were written by age 1.1.1: an identity, a text for it, and the identity itself
    /// encrypted with a passphrase.
    #[test]
    fn what_another_implementation_sealed_is_opened() {
        let identities = identities_in(include_str!("age/samples/identity.txt")).unwrap();
        let text = include_bytes!("age/samples/text.age");
        assert_eq!(*open(text, &identities).unwrap(), b"made-up text");
        let sealed = include_bytes!("age/samples/identity.age");
        assert!(is_age(sealed));
        let opened = open_with_passphrase(sealed, "made-up passphrase").unwrap();
        assert_eq!(*opened, include_bytes!("age/samples/identity.txt"));
    }

    #[test]
    fn a_passphrase_that_asks_for_hours_of_work_is_refused() {
        let key = Zeroizing::new([7; 16]);
        let mut stanza = identity::wrap_with_passphrase(&key, "made up", 1).unwrap();
        stanza.arguments[2] = "30".to_owned();
        let file = write(b"x", &key, stanza).unwrap();
        assert_eq!(open_with_passphrase(&file, "made up"), Err(AgeError::TooMuchWork));
    }
}
