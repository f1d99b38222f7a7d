//! Unpacks bodies that are packed (`Content-Encoding`), so that they can be read.

use std::io::{self, Read};

use brotli_decompressor::Decompressor;
use flate2::read::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};

/// The buffer for a compressed body, in bytes.
const BUFFER: usize = 4096;

/// Why a body cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(in crate::gateway) enum DecodeError {
    /// It is packed in a way that is not known here.
    #[error("it is packed in a way that is not known here")]
    Unknown,
    /// It is not in the coding that it is declared in.
    #[error("it cannot be unpacked")]
    Broken,
    /// There is more of it than allowed.
    #[error("it is too large")]
    TooLarge,
}

/// The bytes of a body that is compressed as its `Content-Encoding` says, if they are no more than
/// `limit`.
///
/// # Errors
/// Why it cannot be decoded.
pub(in crate::gateway) fn unpacked(
    coding: &str,
    packed: &[u8],
    limit: usize,
) -> Result<Vec<u8>, DecodeError> {
    match &*coding.trim().to_ascii_lowercase() {
        "gzip" | "x-gzip" => read(MultiGzDecoder::new(packed), limit),
        // With its own head as it should be, or without one as some servers send it.
        "deflate" => match read(ZlibDecoder::new(packed), limit) {
            Err(DecodeError::Broken) => read(DeflateDecoder::new(packed), limit),
            outcome => outcome,
        },
        "br" => read(Decompressor::new(packed, BUFFER), limit),
        _ => Err(DecodeError::Unknown),
    }
}

fn read(from: impl Read, limit: usize) -> Result<Vec<u8>, DecodeError> {
    let mut bytes = Vec::new();
    let most = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    let read: io::Result<usize> = from.take(most).read_to_end(&mut bytes);
    match read {
        Ok(read) if read > limit => Err(DecodeError::TooLarge),
        Ok(_) => Ok(bytes),
        Err(_) => Err(DecodeError::Broken),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::Compression;
    use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};

    use super::*;

    /// `hello hello hello` as brotli, made with its reference encoder.
    const BROTLI: &[u8] = &[
        0x1b, 0x10, 0x00, 0xf8, 0x8d, 0x94, 0x6e, 0xde, 0x44, 0x55, 0x86, 0x96, 0x6c, 0x20, 0x6f,
        0x01, 0x4f, 0x1c, 0x60, 0x1c,
    ];

    const TEXT: &[u8] = b"hello hello hello";

    #[test]
    fn what_is_packed_is_read_up_to_a_limit() {
        let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
        gzip.write_all(TEXT).unwrap();
        let gzip = gzip.finish().unwrap();
        let mut zlib = ZlibEncoder::new(Vec::new(), Compression::default());
        zlib.write_all(TEXT).unwrap();
        let mut raw = DeflateEncoder::new(Vec::new(), Compression::default());
        raw.write_all(TEXT).unwrap();
        for (coding, packed) in [
            ("gzip", &*gzip),
            ("X-GZip ", &*gzip),
            ("deflate", &*zlib.finish().unwrap()),
            ("deflate", &*raw.finish().unwrap()),
            ("br", BROTLI),
        ] {
            assert_eq!(unpacked(coding, packed, TEXT.len()).as_deref(), Ok(TEXT), "{coding}");
            assert_eq!(
                unpacked(coding, packed, TEXT.len() - 1),
                Err(DecodeError::TooLarge),
                "{coding}"
            );
            let cut = &packed[..packed.len() / 2];
            assert_eq!(unpacked(coding, cut, 100), Err(DecodeError::Broken), "{coding}");
        }
        for coding in ["zstd", "gzip, gzip", "", "compress"] {
            assert_eq!(unpacked(coding, &gzip, 100), Err(DecodeError::Unknown), "{coding}");
        }
    }
}
