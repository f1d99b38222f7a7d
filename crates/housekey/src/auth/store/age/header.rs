//! The head of an age file: who may open it, and the proof that this was not changed.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use ring::hmac;

use super::key::{FileKey, derive};

pub(super) const VERSION: &[u8] = b"age-encryption.org/v1\n";
pub(super) const ARMOUR_BEGIN: &str = "-----BEGIN AGE ENCRYPTED FILE-----";
const ARMOUR_END: &str = "-----END AGE ENCRYPTED FILE-----";

/// How many characters of base64 a line of a stanza's body has; a shorter one is its last.
const COLUMNS: usize = 64;

/// One way to the key of the file.
#[derive(Debug)]
pub(super) struct Stanza {
    /// Its kind, and what belongs to that.
    pub(super) arguments: Vec<String>,
    /// The key of the file, wrapped.
    pub(super) body: Vec<u8>,
}

/// The head as it was read.
pub(super) struct Header<'a> {
    pub(super) stanzas: Vec<Stanza>,
    /// What the proof is over: everything up to and with its three dashes.
    proven: &'a [u8],
    proof: Vec<u8>,
}

impl Header<'_> {
    /// Whether it was written with that key and not changed since.
    pub(super) fn is_genuine(&self, key: &FileKey) -> bool {
        hmac::verify(&proof_key(key), self.proven, &self.proof).is_ok()
    }
}

fn proof_key(key: &FileKey) -> hmac::Key {
    hmac::Key::new(hmac::HMAC_SHA256, &*derive(&**key, &[], "header"))
}

/// A head with one stanza.
pub(super) fn write(stanza: &Stanza, key: &FileKey) -> Vec<u8> {
    let mut head = VERSION.to_vec();
    head.extend(format!("-> {}\n", stanza.arguments.join(" ")).bytes());
    let body = STANDARD_NO_PAD.encode(&stanza.body);
    for line in body.as_bytes().chunks(COLUMNS) {
        head.extend(line);
        head.push(b'\n');
    }
    if body.len().is_multiple_of(COLUMNS) {
        head.push(b'\n');
    }
    head.extend(b"---");
    let proof = hmac::sign(&proof_key(key), &head);
    head.extend(format!(" {}\n", STANDARD_NO_PAD.encode(proof)).bytes());
    head
}

/// Head and payload of a file without armour; `None` where it is not of that form.
pub(super) fn read(file: &[u8]) -> Option<(Header<'_>, &[u8])> {
    let mut at = VERSION.len();
    if !file.starts_with(VERSION) {
        return None;
    }
    let mut stanzas = Vec::new();
    loop {
        let start = at;
        let line = line(file, &mut at)?;
        if let Some(proof) = line.strip_prefix("--- ") {
            let proof = STANDARD_NO_PAD.decode(proof).ok()?;
            let header = Header { stanzas, proven: &file[..start + 3], proof };
            return Some((header, &file[at..]));
        }
        let arguments = line.strip_prefix("-> ")?.split(' ').map(str::to_owned).collect();
        stanzas.push(Stanza { arguments, body: body(file, &mut at)? });
    }
}

/// The next line of the head, without its end; `at` moves behind it.
fn line<'a>(file: &'a [u8], at: &mut usize) -> Option<&'a str> {
    let rest = &file[*at..];
    let end = rest.iter().position(|byte| *byte == b'\n')?;
    *at += end + 1;
    std::str::from_utf8(&rest[..end]).ok()
}

fn body(file: &[u8], at: &mut usize) -> Option<Vec<u8>> {
    let mut text = String::new();
    loop {
        let line = line(file, at)?;
        text.push_str(line);
        match line.len() {
            COLUMNS => {}
            ..COLUMNS => return STANDARD_NO_PAD.decode(text).ok(),
            _ => return None,
        }
    }
}

/// A file as it would be without the armour that makes it text.
pub(super) fn without_armour(file: &[u8]) -> Option<Cow<'_, [u8]>> {
    if !file.starts_with(ARMOUR_BEGIN.as_bytes()) {
        return Some(Cow::Borrowed(file));
    }
    let text = std::str::from_utf8(file).ok()?.trim();
    let text = text.strip_prefix(ARMOUR_BEGIN)?.strip_suffix(ARMOUR_END)?;
    STANDARD.decode(text.split_whitespace().collect::<String>()).ok().map(Cow::Owned)
}
