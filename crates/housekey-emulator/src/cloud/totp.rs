//! Time-based one-time passwords of six digits that change every 30 seconds (RFC 6238, SHA-1).

use jiff::Timestamp;
use ring::hmac;

/// What an authenticator app is given, and the server checks against.
#[derive(Debug, Clone)]
pub(crate) struct Totp(Vec<u8>);

impl Totp {
    pub(crate) fn new(secret: &[u8]) -> Self {
        Self(secret.to_vec())
    }

    /// The secret as people type it into their app: base32 (RFC 4648) without padding.
    pub(crate) fn secret(&self) -> String {
        const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
        let bits = self.0.iter().flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1));
        let bits: Vec<u8> = bits.collect();
        bits.chunks(5)
            .map(|five| {
                let value = five.iter().fold(0, |sum, bit| sum << 1 | bit) << (5 - five.len());
                char::from(ALPHABET[usize::from(value)])
            })
            .collect()
    }

    /// The code of the half minute around `now`.
    pub(crate) fn code(&self, now: Timestamp) -> String {
        self.code_of(now.as_second().div_euclid(30))
    }

    /// Whether it is the code of this half minute or of one beside it, as servers allow for clocks
    /// that differ.
    pub(crate) fn accepts(&self, code: &str, now: Timestamp) -> bool {
        let slot = now.as_second().div_euclid(30);
        (slot - 1..=slot + 1).any(|slot| self.code_of(slot) == code)
    }

    fn code_of(&self, slot: i64) -> String {
        let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &self.0);
        let tag = hmac::sign(&key, &slot.to_be_bytes());
        let hash = tag.as_ref();
        let at = usize::from(hash[hash.len() - 1] & 0xf);
        let number = hash[at..at + 4].iter().fold(0u32, |sum, byte| sum << 8 | u32::from(*byte));
        format!("{:06}", (number & 0x7fff_ffff) % 1_000_000)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn gives_the_codes_of_rfc_6238_appendix_b() {
        let totp = Totp::new(b"12345678901234567890");
        assert_eq!(totp.secret(), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        for (second, want) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(totp.code(at(second)), want, "at {second}");
        }
        assert_eq!(Totp::new(b"f").secret(), "MY");
    }

    #[test]
    fn accepts_the_neighbouring_half_minutes_only() {
        let totp = Totp::new(b"12345678901234567890");
        let code = totp.code(at(90));
        for (second, want) in [(59, false), (60, true), (90, true), (149, true), (150, false)] {
            assert_eq!(totp.accepts(&code, at(second)), want, "at {second}");
        }
    }
}
