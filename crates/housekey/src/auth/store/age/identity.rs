//! What opens an age file: an X25519 key, or a passphrase.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use bech32::primitives::decode::CheckedHrpstring;
use bech32::{Bech32, Hrp};
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, Nonce, UnboundKey};
use x25519_dalek::{PublicKey, StaticSecret};
use zeroize::Zeroizing;

use super::header::Stanza;
use super::key::{AgeError, FileKey, derive, random};
use crate::Secret;

const SECRET_PREFIX: &str = "age-secret-key-";
const PUBLIC_PREFIX: &str = "age";
const X25519: &str = "X25519";
const SCRYPT: &str = "scrypt";
const X25519_LABEL: &str = "age-encryption.org/v1/X25519";
const SCRYPT_LABEL: &[u8] = b"age-encryption.org/v1/scrypt";

/// More than an honest writer requires: 2^22 blocks are 4 GiB.
const MOST_WORK: u8 = 22;

/// An X25519 key pair.
#[derive(Clone)]
pub(in super::super) struct Identity(StaticSecret);

impl std::fmt::Debug for Identity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("***")
    }
}

impl Identity {
    pub(in super::super) fn generate() -> Result<Self, AgeError> {
        Ok(Self(StaticSecret::from(random::<32>()?)))
    }

    /// The file that `age-keygen` would write of it.
    pub(in super::super) fn file(&self) -> Secret {
        let (public, secret) = (self.public().to_bytes(), Zeroizing::new(self.0.to_bytes()));
        let secret = Zeroizing::new(encode(SECRET_PREFIX, &*secret).to_uppercase());
        let public = encode(PUBLIC_PREFIX, &public);
        Secret::new(format!("# public key: {public}\n{}\n", *secret))
    }

    fn public(&self) -> PublicKey {
        PublicKey::from(&self.0)
    }
}

fn encode(prefix: &str, bytes: &[u8]) -> String {
    // Both prefixes are good ones, and 32 bytes are not too many.
    let prefix = Hrp::parse(prefix);
    prefix.ok().and_then(|prefix| bech32::encode::<Bech32>(prefix, bytes).ok()).unwrap_or_default()
}

/// The identities in a file as `age-keygen` writes it; `None` where a line is neither one nor a
/// comment, or there is none at all.
pub(in super::super) fn identities_in(text: &str) -> Option<Vec<Identity>> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let identities: Option<Vec<_>> =
        lines.filter(|line| !line.starts_with('#')).map(identity_in).collect();
    identities.filter(|identities| !identities.is_empty())
}

fn identity_in(line: &str) -> Option<Identity> {
    let checked = CheckedHrpstring::new::<Bech32>(line).ok()?;
    if checked.hrp() != Hrp::parse(SECRET_PREFIX).ok()? {
        return None;
    }
    let bytes: Zeroizing<Vec<u8>> = Zeroizing::new(checked.byte_iter().collect());
    let bytes: [u8; 32] = bytes.as_slice().try_into().ok()?;
    Some(Identity(StaticSecret::from(bytes)))
}

/// The key of a file, wrapped for an identity.
pub(super) fn wrap(key: &FileKey, identity: &Identity) -> Result<Stanza, AgeError> {
    let once = StaticSecret::from(random::<32>()?);
    let (share, recipient) = (PublicKey::from(&once), identity.public());
    let shared = once.diffie_hellman(&recipient);
    let wrapping = wrapping_key(shared.as_bytes(), &share, &recipient);
    let arguments = vec![X25519.to_owned(), STANDARD_NO_PAD.encode(share.as_bytes())];
    Ok(Stanza { arguments, body: enclose(key, &wrapping)? })
}

/// The key in a stanza, if that is for the identity.
pub(super) fn unwrap(stanza: &Stanza, identity: &Identity) -> Option<FileKey> {
    let [kind, share] = stanza.arguments.as_slice() else { return None };
    if kind != X25519 {
        return None;
    }
    let share: [u8; 32] = STANDARD_NO_PAD.decode(share).ok()?.try_into().ok()?;
    let share = PublicKey::from(share);
    let shared = identity.0.diffie_hellman(&share);
    // A share of low order would make a key that everybody knows.
    let wrapping = shared
        .was_contributory()
        .then(|| wrapping_key(shared.as_bytes(), &share, &identity.public()))?;
    disclose(&stanza.body, &wrapping)
}

fn wrapping_key(
    shared: &[u8; 32],
    share: &PublicKey,
    recipient: &PublicKey,
) -> Zeroizing<[u8; 32]> {
    let salt = [*share.as_bytes(), *recipient.as_bytes()].concat();
    derive(shared, &salt, X25519_LABEL)
}

/// The key of a file, wrapped with a passphrase; `work` is the logarithm of the blocks.
pub(super) fn wrap_with_passphrase(
    key: &FileKey,
    passphrase: &str,
    work: u8,
) -> Result<Stanza, AgeError> {
    let salt = random::<16>()?;
    let wrapping = stretched(passphrase, &salt, work).ok_or(AgeError::TooMuchWork)?;
    let arguments = vec![SCRYPT.to_owned(), STANDARD_NO_PAD.encode(salt), work.to_string()];
    Ok(Stanza { arguments, body: enclose(key, &wrapping)? })
}

/// The key in the one stanza of a file with a passphrase.
pub(super) fn unwrap_with_passphrase(
    stanza: &Stanza,
    passphrase: &str,
) -> Result<FileKey, AgeError> {
    let [kind, salt, work] = stanza.arguments.as_slice() else { return Err(AgeError::Torn) };
    let salt: Option<[u8; 16]> = STANDARD_NO_PAD.decode(salt).ok().and_then(|s| s.try_into().ok());
    let work = work.parse().ok().filter(|_| !work.starts_with(['0', '+']));
    match (kind.as_str(), salt, work) {
        (SCRYPT, Some(_), Some(MOST_WORK..)) => Err(AgeError::TooMuchWork),
        (SCRYPT, Some(salt), Some(work)) => {
            let wrapping = stretched(passphrase, &salt, work).ok_or(AgeError::TooMuchWork)?;
            disclose(&stanza.body, &wrapping).ok_or(AgeError::WrongPassphrase)
        }
        _ => Err(AgeError::Torn),
    }
}

fn stretched(passphrase: &str, salt: &[u8; 16], work: u8) -> Option<Zeroizing<[u8; 32]>> {
    let mut key = Zeroizing::new([0; 32]);
    let params = scrypt::Params::new(work, 8, 1).ok()?;
    let salt = [SCRYPT_LABEL, salt].concat();
    scrypt::scrypt(passphrase.as_bytes(), &salt, &params, &mut *key).ok()?;
    Some(key)
}

/// A wrapping key is used once, so its nonce is always zero.
fn cipher(wrapping: &[u8; 32]) -> Option<(LessSafeKey, Nonce)> {
    let key = UnboundKey::new(&CHACHA20_POLY1305, wrapping).ok()?;
    Some((LessSafeKey::new(key), Nonce::assume_unique_for_key([0; 12])))
}

fn enclose(key: &FileKey, wrapping: &[u8; 32]) -> Result<Vec<u8>, AgeError> {
    let (cipher, nonce) = cipher(wrapping).ok_or(AgeError::NoChance)?;
    let mut body = key.to_vec();
    let sealed = cipher.seal_in_place_append_tag(nonce, Aad::empty(), &mut body);
    sealed.map(|()| body).map_err(|_| AgeError::NoChance)
}

fn disclose(body: &[u8], wrapping: &[u8; 32]) -> Option<FileKey> {
    let (cipher, nonce) = cipher(wrapping)?;
    let mut body = Zeroizing::new(body.to_vec());
    let key = cipher.open_in_place(nonce, Aad::empty(), &mut body).ok()?;
    <[u8; 16]>::try_from(&*key).ok().map(Zeroizing::new)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A pair that `age-keygen` 1.1.1 made.
    const KEYGEN: &str = include_str!("samples/identity.txt");

    #[test]
    fn a_file_of_age_keygen_is_read_and_written_alike() {
        let [identity] = &*identities_in(KEYGEN).unwrap() else { panic!("one") };
        let file = identity.file();
        let ours: Vec<_> = file.expose().lines().collect();
        let theirs: Vec<_> = KEYGEN.lines().filter(|line| !line.contains("created")).collect();
        assert_eq!(ours, theirs);
    }

    #[test]
    fn what_is_no_identity_is_not_taken_for_one() {
        let secret = KEYGEN.lines().find(|line| line.starts_with("AGE")).unwrap();
        let mut wrong = secret.to_owned();
        wrong.replace_range(20..21, if secret.as_bytes()[20] == b'Q' { "P" } else { "Q" });
        let public = KEYGEN.lines().find_map(|line| line.strip_prefix("# public key: ")).unwrap();
        for text in ["", "# a comment", &wrong, public, "AGE-SECRET-KEY-1", "ssh-ed25519 AAAA"] {
            assert!(identities_in(text).is_none(), "{text}");
        }
    }
}
