//! The builtins of jq that the prelude cannot define: base32, and `debug`, which prints through us.

use jaq_core::Error;
use jaq_core::data::JustLut;
use jaq_core::native::{Fun, bome, run, v};
use jaq_json::Val;

use crate::output::terminal::{one_line, print_line};

const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// The native functions beside those of jaq.
pub(super) fn functions() -> [Fun<JustLut<Val>>; 3] {
    [
        run::<JustLut<Val>>(("encode_base32", v(0), |cv| bome(Ok(text(encode(bytes(&cv.1))))))),
        run::<JustLut<Val>>(("decode_base32", v(0), |cv| {
            let refused = || Error::str(format_args!("{} is not valid base32 data", cv.1));
            bome(decode(bytes(&cv.1)).map(text).ok_or_else(refused))
        })),
        run::<JustLut<Val>>(("debug_empty", v(0), |cv| {
            print_line(&one_line(&format!(r#"["DEBUG:",{}]"#, cv.1)));
            Box::new(std::iter::empty())
        })),
    ]
}

fn bytes(value: &Val) -> &[u8] {
    match value {
        Val::TStr(text) => text,
        _ => &[],
    }
}

fn text(bytes: Vec<u8>) -> Val {
    Val::utf8_str(String::from_utf8_lossy(&bytes).into_owned())
}

/// Five bytes are eight letters; `=` fills up the last eight.
fn encode(bytes: &[u8]) -> Vec<u8> {
    let mut letters = Vec::new();
    for chunk in bytes.chunks(5) {
        let mut five = [0; 8];
        five[3..3 + chunk.len()].copy_from_slice(chunk);
        let bits = u64::from_be_bytes(five);
        let used = (chunk.len() * 8).div_ceil(5);
        letters.extend((0..8).map(|place| match place < used {
            true => ALPHABET[(bits >> (35 - 5 * place) & 31) as usize],
            false => b'=',
        }));
    }
    letters
}

/// What [`encode`] made; `None` where a letter is not one of the alphabet.
fn decode(letters: &[u8]) -> Option<Vec<u8>> {
    let (mut bytes, mut bits, mut held) = (Vec::new(), 0_u32, 0);
    for letter in letters.iter().filter(|letter| **letter != b'=') {
        let value = ALPHABET.iter().position(|one| one == letter)?;
        bits = (bits << 5 | u32::try_from(value).ok()?) & 0xfff;
        held += 5;
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held & 0xff) as u8);
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base32_as_rfc_4648_has_it() {
        for (plain, coded) in [
            ("", ""),
            ("f", "MY======"),
            ("fo", "MZXQ===="),
            ("foo", "MZXW6==="),
            ("foob", "MZXW6YQ="),
            ("fooba", "MZXW6YTB"),
            ("foobar", "MZXW6YTBOI======"),
        ] {
            assert_eq!(encode(plain.as_bytes()), coded.as_bytes(), "{plain}");
            assert_eq!(decode(coded.as_bytes()).as_deref(), Some(plain.as_bytes()), "{coded}");
        }
        assert_eq!(decode(b"m1"), None);
    }
}
