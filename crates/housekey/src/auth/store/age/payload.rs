//! The content of an age file: chunks of 64 KiB, each with its number and whether it is the last.

use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, Nonce, UnboundKey};
use zeroize::Zeroizing;

use super::key::{AgeError, FileKey, derive, random};

const CHUNK: usize = 64 * 1024;
const TAG: usize = 16;
const NONCE: usize = 16;

/// Appends the payload to the head.
pub(super) fn encrypt(plain: &[u8], key: &FileKey, file: &mut Vec<u8>) -> Result<(), AgeError> {
    let salt = random::<NONCE>()?;
    file.extend(salt);
    let key = payload_key(key, &salt).ok_or(AgeError::NoChance)?;
    // An empty text is one empty chunk.
    let chunks = plain.len().div_ceil(CHUNK).max(1);
    for number in 0..chunks {
        let chunk = &plain[number * CHUNK..plain.len().min((number + 1) * CHUNK)];
        let mut sealed = chunk.to_vec();
        let nonce = chunk_nonce(number, number + 1 == chunks);
        key.seal_in_place_append_tag(nonce, Aad::empty(), &mut sealed)
            .map_err(|_| AgeError::NoChance)?;
        file.extend(sealed);
    }
    Ok(())
}

/// `None` where a chunk is missing, changed, or not what it says.
pub(super) fn decrypt(payload: &[u8], key: &FileKey) -> Option<Zeroizing<Vec<u8>>> {
    let (salt, sealed) = payload.split_at_checked(NONCE)?;
    let key = payload_key(key, salt)?;
    let chunks = sealed.len().div_ceil(CHUNK + TAG);
    let mut plain = Zeroizing::new(Vec::with_capacity(sealed.len()));
    for (number, chunk) in sealed.chunks(CHUNK + TAG).enumerate() {
        let mut chunk = Zeroizing::new(chunk.to_vec());
        let nonce = chunk_nonce(number, number + 1 == chunks);
        let opened = key.open_in_place(nonce, Aad::empty(), &mut chunk).ok()?;
        // Only a text of no length ends with a chunk of none.
        if opened.is_empty() && number > 0 {
            return None;
        }
        plain.extend_from_slice(opened);
    }
    (chunks > 0).then_some(plain)
}

fn payload_key(key: &FileKey, salt: &[u8]) -> Option<LessSafeKey> {
    let key = derive(&**key, salt, "payload");
    UnboundKey::new(&CHACHA20_POLY1305, &*key).ok().map(LessSafeKey::new)
}

/// Eleven bytes of counting, one that says whether it is the last.
fn chunk_nonce(number: usize, last: bool) -> Nonce {
    let mut nonce = [0; 12];
    nonce[3..11].copy_from_slice(&(number as u64).to_be_bytes());
    nonce[11] = u8::from(last);
    Nonce::assume_unique_for_key(nonce)
}
