//! JSON Web Tokens as the cloud signs them: RS512.

use std::io;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use ring::rand::SystemRandom;
use ring::rsa::KeyPair;
use ring::signature::{RSA_PKCS1_2048_8192_SHA512, RSA_PKCS1_SHA512, UnparsedPublicKey};
use serde_json::{Value, json};

/// A key for tests, public in the repository (PKCS#8, DER).
const TEST_KEY: &[u8] = include_bytes!("test-key.pk8");
/// Its public key, as `GET /delegation/key` returns it (SubjectPublicKeyInfo, PEM).
pub(crate) const PUBLIC_PEM: &str = include_str!("test-key.pub.pem");

/// Signs tokens and checks them.
pub(crate) struct Signer(KeyPair);

impl Signer {
    /// Fails only if the key file is broken.
    pub(crate) fn new() -> io::Result<Self> {
        KeyPair::from_pkcs8(TEST_KEY)
            .map(Self)
            .map_err(|error| io::Error::other(format!("the built-in test key is broken: {error}")))
    }

    /// A token for `audience` about `subject`, valid from `now` for `life`. `id` makes it unique.
    pub(crate) fn sign(
        &self,
        audience: &str,
        subject: &str,
        id: &str,
        now: Timestamp,
        life: SignedDuration,
    ) -> io::Result<String> {
        let claims = json!({
            "iss": "athom-cloud-emulator",
            "aud": audience,
            "sub": subject,
            "jti": id,
            "iat": now.as_second(),
            "exp": now.as_second().saturating_add(life.as_secs()),
        });
        let header = json!({ "alg": "RS512", "typ": "JWT" });
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let text = format!("{}.{}", part(&header), part(&claims));
        let mut signature = vec![0; self.0.public().modulus_len()];
        self.0
            .sign(&RSA_PKCS1_SHA512, &SystemRandom::new(), text.as_bytes(), &mut signature)
            .map_err(|_| io::Error::other("the system gives no random numbers to sign with"))?;
        Ok(format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }

    /// The claims of a token of ours that is meant for `audience` and has not expired, or what is
    /// wrong with it.
    pub(crate) fn check(
        &self,
        token: &str,
        audience: &str,
        now: Timestamp,
    ) -> Result<Value, &'static str> {
        let bytes = |part: &str| URL_SAFE_NO_PAD.decode(part).map_err(|_| "not base64url");
        let (text, signature) = token.rsplit_once('.').ok_or("not a JSON Web Token")?;
        let (header, claims) = text.split_once('.').ok_or("not a JSON Web Token")?;
        let parse =
            |part| serde_json::from_slice::<Value>(&bytes(part)?).map_err(|_| "not made of JSON");
        if parse(header)?["alg"] != "RS512" {
            return Err("not signed with RS512");
        }
        UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA512, self.0.public().as_ref())
            .verify(text.as_bytes(), &bytes(signature)?)
            .map_err(|_| "the signature is wrong")?;
        let claims = parse(claims)?;
        if claims["aud"] != audience {
            return Err("made for another audience");
        }
        match claims["exp"].as_i64() {
            Some(end) if now.as_second() < end => Ok(claims),
            _ => Err("expired"),
        }
    }
}

#[cfg(test)]
mod tests {
    use base64::engine::general_purpose::STANDARD;

    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn takes_its_own_tokens_in_time_and_nothing_else() {
        let signer = Signer::new().unwrap();
        let life = SignedDuration::from_secs(60);
        let token = signer.sign("homey", "user-1", "id", at(1000), life).unwrap();
        assert_eq!(signer.check(&token, "homey", at(1059)).unwrap()["sub"], "user-1");

        let [header, claims, signature] = token.split('.').collect::<Vec<_>>()[..] else {
            panic!("three parts: {token}")
        };
        let forged = URL_SAFE_NO_PAD.encode(r#"{"aud":"homey","sub":"user-2","exp":9999999999}"#);
        let unsigned = URL_SAFE_NO_PAD.encode(r#"{"alg":"none"}"#);
        for (what, token, audience, second) in [
            ("expired", token.clone(), "homey", 1060),
            ("made for another audience", token.clone(), "accounts", 1000),
            ("the signature is wrong", format!("{header}.{forged}.{signature}"), "homey", 1000),
            ("the signature is wrong", format!("{header}.{claims}.AAAA"), "homey", 1000),
            ("not signed with RS512", format!("{unsigned}.{claims}."), "homey", 1000),
            ("not a JSON Web Token", "hello".into(), "homey", 1000),
            ("not base64url", format!("{header}.{claims}.+/"), "homey", 1000),
        ] {
            assert_eq!(signer.check(&token, audience, at(second)).unwrap_err(), what, "{token}");
        }
    }

    #[test]
    fn the_public_key_handed_out_is_that_of_the_signing_key() {
        let text: String = PUBLIC_PEM.lines().filter(|line| !line.starts_with("---")).collect();
        let public = STANDARD.decode(text).unwrap();
        assert!(public.ends_with(Signer::new().unwrap().0.public().as_ref()));
    }
}
