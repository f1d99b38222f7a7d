//! Reads whole files up to a limit, so that a wrong name cannot fill the memory.
//!
//! A limit says what a file of that kind is never larger than. Pipes and devices are read like files,
//! so `/dev/zero` ends at the limit as well.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// Settings, certificates, keys, stored records.
pub const SETTINGS_LIMIT_BYTES: u64 = 1 << 20;

/// Data that a user sends from a file to a Homey.
pub const INPUT_LIMIT_BYTES: u64 = 64 << 20;

/// The bytes of a file of at most `limit_bytes`.
///
/// # Errors
/// Those of the system; [`io::ErrorKind::FileTooLarge`] for a larger one.
pub fn read(path: &Path, limit_bytes: u64) -> io::Result<Vec<u8>> {
    read_from(File::open(path)?, limit_bytes)
}

/// The same as text.
///
/// # Errors
/// As [`read`]; [`io::ErrorKind::InvalidData`] where it is not UTF-8.
pub fn read_text(path: &Path, limit_bytes: u64) -> io::Result<String> {
    text_from(File::open(path)?, limit_bytes)
}

/// All bytes of a reader, if they are at most `limit_bytes`.
///
/// # Errors
/// As [`read`].
pub fn read_from(from: impl Read, limit_bytes: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    from.take(limit_bytes.saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limit_bytes {
        let why = format!("it is larger than {} KB", limit_bytes / 1024);
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, why));
    }
    Ok(bytes)
}

/// The same as text.
///
/// # Errors
/// As [`read_text`].
pub fn text_from(from: impl Read, limit_bytes: u64) -> io::Result<String> {
    String::from_utf8(read_from(from, limit_bytes)?).map_err(|error| {
        // The error would carry the bytes, which may be a secret.
        let place = error.utf8_error().valid_up_to();
        io::Error::new(io::ErrorKind::InvalidData, format!("it is not UTF-8 at byte {place}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_as_large_as_the_limit_is_read_and_no_byte_more() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("f");
        for (bytes, want) in [(0, true), (4096, true), (4097, false)] {
            std::fs::write(&path, vec![b'x'; bytes]).unwrap();
            let found = read_text(&path, 4096);
            assert_eq!(found.is_ok_and(|text| text.len() == bytes), want, "{bytes}");
        }
    }

    #[test]
    fn what_never_ends_is_not_read_to_its_end() {
        let error = read(Path::new("/dev/zero"), 1 << 20).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::FileTooLarge);
        assert_eq!(error.to_string(), "it is larger than 1024 KB");
    }

    #[test]
    fn what_is_no_text_is_told_without_its_bytes() {
        let error = text_from(&b"s3cret \xff"[..], 100).unwrap_err();
        assert_eq!(error.to_string(), "it is not UTF-8 at byte 7");
        assert!(!format!("{error:?}").contains("s3cret"), "{error:?}");
    }
}
