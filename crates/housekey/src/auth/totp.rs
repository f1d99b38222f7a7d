//! Codes of the second factor, made from the secret that the account was set up with (RFC 6238 with
//! SHA-1, six digits, half a minute: the defaults of every authenticator, and of `totp_rs`).

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use url::Url;

use crate::Secret;
use crate::secret;

/// The secret behind the codes of a second factor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TotpSecret(#[serde(with = "secret::stored")] Secret);

/// Why a text is no such secret. Never quotes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TotpError {
    /// It is not base32.
    #[error("the two-factor secret is not base32: letters A to Z and digits 2 to 7")]
    NotBase32,
    /// It is for another kind of code.
    #[error("the two-factor secret is for codes other than six digits every 30 s by SHA-1")]
    OtherKind,
}

impl TotpSecret {
    /// Reads it as people have it: base32 with or without blanks, or the `otpauth://` address behind
    /// a QR code.
    ///
    /// # Errors
    /// [`TotpError`].
    pub fn parse(text: &str) -> Result<Self, TotpError> {
        let text = text.trim();
        let secret = match text.starts_with("otpauth:") {
            true => secret_of(text)?,
            false => Secret::new(text),
        };
        let kept = secret.expose().chars().filter(|c| !c.is_whitespace() && !"-=".contains(*c));
        let secret = Secret::new(kept.collect::<String>().to_uppercase());
        key(&secret).filter(|key| !key.as_bytes().is_empty()).ok_or(TotpError::NotBase32)?;
        Ok(Self(secret))
    }

    /// The code of that moment; empty only if what is stored was changed by hand.
    pub fn code_at(&self, now: Timestamp) -> Secret {
        let Some(key) = key(&self.0) else { return Secret::new("") };
        let second = now.as_second().try_into().unwrap_or_default();
        let totp = totp_rs::Builder::new().with_secret(key).build_noncompliant();
        Secret::new(totp.generate(second).to_string())
    }
}

fn secret_of(address: &str) -> Result<Secret, TotpError> {
    let url = Url::parse(address).map_err(|_| TotpError::NotBase32)?;
    let find = |name| url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value);
    let usual = |name, usual: &str| find(name).is_none_or(|set| set.eq_ignore_ascii_case(usual));
    let kind = url.host_str() == Some("totp");
    if !(kind && usual("algorithm", "SHA1") && usual("digits", "6") && usual("period", "30")) {
        return Err(TotpError::OtherKind);
    }
    find("secret").map(Secret::new).ok_or(TotpError::NotBase32)
}

/// The bytes of a base32 text (RFC 4648) without padding.
fn key(secret: &Secret) -> Option<totp_rs::Secret> {
    totp_rs::Secret::try_from_base32(secret.expose()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

    #[test]
    fn the_codes_are_those_of_rfc_6238() {
        let secret = TotpSecret::parse(SECRET).unwrap();
        for (second, want) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            let code = secret.code_at(Timestamp::from_second(second).unwrap());
            assert_eq!(code.expose(), want, "at {second}");
        }
    }

    #[test]
    fn the_secret_is_read_however_people_have_it() {
        let want = TotpSecret::parse(SECRET).unwrap();
        for text in [
            " gezd gnbv gy3t qojq gezd gnbv gy3t qojq\n",
            "GEZD-GNBV-GY3T-QOJQ-GEZD-GNBV-GY3T-QOJQ",
            "otpauth://totp/Athom:robin?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Athom",
            "otpauth://totp/x?secret=gezdgnbvgy3tqojqgezdgnbvgy3tqojq&digits=6&period=30&algorithm=sha1",
        ] {
            assert_eq!(TotpSecret::parse(text), Ok(want.clone()), "{text}");
        }
    }

    #[test]
    fn what_is_no_secret_is_refused_without_being_quoted() {
        use TotpError::{NotBase32, OtherKind};
        for (text, want) in [
            ("", NotBase32),
            ("123456", NotBase32),
            ("not base32!", NotBase32),
            ("otpauth://totp/x", NotBase32),
            ("otpauth://hotp/x?secret=GEZDGNBV", OtherKind),
            ("otpauth://totp/x?secret=GEZDGNBV&digits=8", OtherKind),
            ("otpauth://totp/x?secret=GEZDGNBV&algorithm=SHA256", OtherKind),
        ] {
            assert_eq!(TotpSecret::parse(text), Err(want), "{text}");
        }
    }
}
