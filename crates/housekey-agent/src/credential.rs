//! A token as other programs take it: bare, as a header, as environment, as a document.

use std::fmt;
use std::str::FromStr;

use housekey::auth::SessionToken;
use housekey::auth::store::Access;
use housekey::{Error, Homey, Secret};
use jiff::Timestamp;
use serde_json::{Value, json};

/// The version of the credential document, which only ever grows.
pub const DOCUMENT_VERSION: &str = "housekey/v1";

/// The output format of a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// The token and a line break.
    Raw,
    /// An object: `token`, `address`, `homey_id`, `issued_at`, `expires_at`.
    Json,
    /// `Authorization: Bearer …`
    Header,
    /// `HOMEY_ADDRESS=…` and `HOMEY_TOKEN=…`, for an environment file.
    Env,
    /// A credential document with a version and, where there is one, the end of the token; in the
    /// form that `kubectl` takes from its credential plugins.
    ExecCredential,
}

/// The token of one Homey, and what belongs to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credential {
    /// The bearer token.
    pub token: Secret,
    /// The address of the Homey, without a slash at the end; `None` if it was not looked up.
    pub address: Option<String>,
    /// The cloud id, if it is known.
    pub homey_id: Option<String>,
    /// When the session was made; `None` for an API key and for a token that another program keeps.
    pub issued_at: Option<Timestamp>,
    /// When the session ends; `None` as above.
    pub expires_at: Option<Timestamp>,
}

/// A word that is no format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownFormat(String);

impl Format {
    /// All of them, in the order of the manual.
    pub const ALL: [Self; 5] =
        [Self::Raw, Self::Json, Self::Header, Self::Env, Self::ExecCredential];

    /// The names of all of them, in the same order.
    pub const NAMES: [&str; 5] = ["raw", "json", "header", "env", "exec-credential"];

    /// The name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Raw => "raw",
            Self::Json => "json",
            Self::Header => "header",
            Self::Env => "env",
            Self::ExecCredential => "exec-credential",
        }
    }

    /// Whether the address of the Homey is part of it, which has to be looked for on the network.
    pub fn tells_address(self) -> bool {
        !matches!(self, Self::Raw | Self::Header)
    }
}

impl FromStr for Format {
    type Err = UnknownFormat;

    fn from_str(name: &str) -> Result<Self, UnknownFormat> {
        let found = Self::ALL.into_iter().find(|format| format.as_str() == name);
        found.ok_or_else(|| UnknownFormat(name.to_owned()))
    }
}

impl fmt::Display for UnknownFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\" is none of {}", self.0, Format::NAMES.join(", "))
    }
}

impl std::error::Error for UnknownFormat {}

impl Credential {
    /// The current token of a Homey, renewed first if it has ended.
    ///
    /// # Errors
    /// The failure of the renewal; that the Homey cannot be found, if the format contains its address.
    pub async fn of(homey: &Homey, format: Format) -> Result<Self, Error> {
        let token = homey.bearer().await?;
        let access = homey.session().map(|session| session.access());
        let session = access.as_ref().and_then(Access::session);
        // A renewal beside us may have brought the next one already.
        let session = session.filter(|session| session.token == token);
        Self::with(homey, token.clone(), session, format).await
    }

    /// The current token of a Homey, without any renewal; `None` if it has ended, if the Homey has refused
    /// it, or if another program keeps the token.
    ///
    /// # Errors
    /// That the Homey cannot be found, if the format contains its address.
    pub async fn at_hand(
        homey: &Homey,
        format: Format,
        now: Timestamp,
    ) -> Result<Option<Self>, Error> {
        let Some(access) = homey.session().map(|session| session.access()) else { return Ok(None) };
        if access.is_refused() || access.session().is_some_and(|session| session.expires_at <= now)
        {
            return Ok(None);
        }
        let token = access.token().clone();
        Self::with(homey, token, access.session(), format).await.map(Some)
    }

    async fn with(
        homey: &Homey,
        token: Secret,
        session: Option<&SessionToken>,
        format: Format,
    ) -> Result<Self, Error> {
        let address = match format.tells_address() {
            true => Some(homey.address().await?.as_str().trim_end_matches('/').to_owned()),
            false => None,
        };
        Ok(Self {
            token,
            address,
            homey_id: homey.id().map(str::to_owned),
            issued_at: session.map(|session| session.issued_at),
            expires_at: session.map(|session| session.expires_at),
        })
    }

    /// The text, which ends with a line break.
    pub fn render(&self, format: Format) -> Secret {
        let token = self.token.expose();
        Secret::new(match format {
            Format::Raw => format!("{token}\n"),
            Format::Header => format!("Authorization: Bearer {token}\n"),
            Format::Env => {
                let address = self.address.as_deref().unwrap_or_default();
                format!("HOMEY_ADDRESS={address}\nHOMEY_TOKEN={token}\n")
            }
            Format::Json => format!("{:#}\n", self.json()),
            Format::ExecCredential => format!("{:#}\n", self.document()),
        })
    }

    /// As [`Format::Json`]. It holds the token: this is for explicit output only.
    pub fn json(&self) -> Value {
        json!({
            "token": self.token.expose(),
            "address": self.address,
            "homey_id": self.homey_id,
            "issued_at": self.issued_at,
            "expires_at": self.expires_at,
        })
    }

    fn document(&self) -> Value {
        let mut status = json!({ "token": self.token.expose() });
        // A credential that does not end has no such field.
        if let Some(end) = self.expires_at {
            status["expirationTimestamp"] = json!(end);
        }
        json!({
            "apiVersion": DOCUMENT_VERSION,
            "kind": "ExecCredential",
            "spec": { "address": self.address, "homeyId": self.homey_id },
            "status": status,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn credential(expires_at: Option<&str>) -> Credential {
        Credential {
            token: Secret::new("made-up"),
            address: Some("http://192.0.2.7".to_owned()),
            homey_id: Some("5f1e".to_owned()),
            issued_at: Some("2026-03-01T12:00:00Z".parse().unwrap()),
            expires_at: expires_at.map(|end| end.parse().unwrap()),
        }
    }

    #[test]
    fn a_token_is_written_in_every_form() {
        let credential = credential(Some("2026-03-02T12:00:00Z"));
        for (format, want) in [
            (Format::Raw, "made-up\n"),
            (Format::Header, "Authorization: Bearer made-up\n"),
            (Format::Env, "HOMEY_ADDRESS=http://192.0.2.7\nHOMEY_TOKEN=made-up\n"),
            (
                Format::Json,
                "{
  \"token\": \"made-up\",
  \"address\": \"http://192.0.2.7\",
  \"homey_id\": \"5f1e\",
  \"issued_at\": \"2026-03-01T12:00:00Z\",
  \"expires_at\": \"2026-03-02T12:00:00Z\"
}\n",
            ),
            (
                Format::ExecCredential,
                "{
  \"apiVersion\": \"housekey/v1\",
  \"kind\": \"ExecCredential\",
  \"spec\": {
    \"address\": \"http://192.0.2.7\",
    \"homeyId\": \"5f1e\"
  },
  \"status\": {
    \"token\": \"made-up\",
    \"expirationTimestamp\": \"2026-03-02T12:00:00Z\"
  }
}\n",
            ),
        ] {
            assert_eq!(credential.render(format).expose(), want, "{format:?}");
        }
    }

    #[test]
    fn a_key_that_does_not_end_shows_no_end() {
        let document = credential(None).document();
        assert_eq!(document["status"], json!({ "token": "made-up" }));
    }

    #[test]
    fn formats_are_called_by_their_names() {
        for (format, name) in Format::ALL.into_iter().zip(Format::NAMES) {
            assert_eq!((format.as_str(), name.parse()), (name, Ok(format)));
        }
        let error = "yaml".parse::<Format>().unwrap_err();
        assert_eq!(
            error.to_string(),
            "\"yaml\" is none of raw, json, header, env, exec-credential"
        );
    }
}
