//! The account's own record at the cloud (`/user/me`), and the Homeys in it.

use reqwest::Method;
use serde_json::Value;

use super::CLOUD_LIMIT;
use super::cloud::{Cloud, refused_access};
use crate::Secret;
use crate::catalogue::Dialect;
use crate::discovery::Addresses;
use crate::error::{Error, SignInError};
use crate::http::{Http, Outgoing};

/// A person at the account cloud.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// The cloud's id of the person.
    pub id: String,
    /// The e-mail address, if the record has one.
    pub email: Option<String>,
    /// First and last name.
    pub name: String,
    /// Whether the account has two-factor authentication, where the record says so.
    pub two_factor: Option<bool>,
    /// The Homeys this person may use.
    pub homeys: Vec<AccountHomey>,
}

/// One Homey as the cloud knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountHomey {
    /// The cloud id.
    pub id: String,
    /// The name its owner gave it.
    pub name: String,
    /// What it speaks; `None` for firmware 1.x, which has no usable API.
    pub dialect: Option<Dialect>,
    /// The API version that the record tells.
    pub api_version: i64,
    /// Where it may be reached now; may change at any time.
    pub addresses: Addresses,
    /// `owner`, `manager`, `user` or `guest`.
    pub role: Option<String>,
    /// `online` and what follows it, or something else when it is offline.
    pub state: Option<String>,
    /// The firmware.
    pub software_version: Option<String>,
}

/// A field of a record: any of them may be missing, null or of another type than was ever seen.
fn text(record: &Value, name: &str) -> Option<String> {
    record[name].as_str().map(str::to_owned)
}

/// The id of a record, which stands under either name.
fn id(record: &Value) -> Option<String> {
    text(record, "_id").or_else(|| text(record, "id")).filter(|id| !id.is_empty())
}

impl Account {
    /// Reads the record with an access token.
    ///
    /// # Errors
    /// [`SignInError::AccessRefused`] when the cloud does not take the token.
    pub async fn fetch(http: &Http, cloud: &Cloud, access: &Secret) -> Result<Self, Error> {
        let request = Outgoing::new(Method::GET, cloud.api_url("/user/me")?, CLOUD_LIMIT)
            .authorization("Bearer", access);
        let answer = http.send(request).await?;
        if !answer.is_success() {
            return Err(refused_access("the account's record", &answer, access).into());
        }
        let record: Value = answer.decode("an account's record")?;
        let homeys = record["homeys"].as_array();
        if !record.is_object() || (homeys.is_none() && id(&record).is_none()) {
            return Err(answer.unreadable("an account's record").into());
        }
        let names = ["firstname", "lastname"].into_iter().filter_map(|name| text(&record, name));
        Ok(Self {
            id: id(&record).unwrap_or_default(),
            email: text(&record, "email"),
            name: names.collect::<Vec<_>>().join(" "),
            two_factor: record["otpEnabled"].as_bool(),
            homeys: homeys.into_iter().flatten().filter_map(AccountHomey::from_record).collect(),
        })
    }

    /// The Homey meant: by cloud id, or by name whatever its case; without a word, the only one.
    ///
    /// # Errors
    /// [`SignInError::UnknownHomey`], [`SignInError::SeveralHomeys`] or [`SignInError::NoHomey`].
    pub fn homey(&self, wanted: Option<&str>) -> Result<&AccountHomey, SignInError> {
        let known = || self.homeys.iter().map(AccountHomey::to_string).collect();
        let Some(wanted) = wanted else {
            return match self.homeys.as_slice() {
                [] => Err(SignInError::NoHomey),
                [only] => Ok(only),
                _ => Err(SignInError::SeveralHomeys { known: known() }),
            };
        };
        let named = |homey: &&AccountHomey| homey.name.to_lowercase() == wanted.to_lowercase();
        let mut found = self.homeys.iter().filter(|homey| homey.id == wanted).collect::<Vec<_>>();
        if found.is_empty() {
            found = self.homeys.iter().filter(named).collect();
        }
        match found.as_slice() {
            [] => Err(SignInError::UnknownHomey { wanted: wanted.to_owned(), known: known() }),
            [one] => Ok(one),
            _ => Err(SignInError::SeveralHomeys { known: known() }),
        }
    }
}

impl AccountHomey {
    /// `None` for a record without an id, which nothing could be done with.
    fn from_record(record: &Value) -> Option<Self> {
        let id = id(record)?;
        let api_version = whole(&record["apiVersion"]).unwrap_or(3);
        let dialect = match (api_version, record["platform"].as_str()) {
            (..2, _) => None,
            (2, _) => Some(Dialect::V2),
            (_, Some("cloud")) => Some(Dialect::Cloud),
            _ => Some(Dialect::Local),
        };
        // An address that is no URL is as good as none.
        let url = |name: &str| record[name].as_str()?.parse().ok();
        let port = whole(&record["portHttp"]).and_then(|port| u16::try_from(port).ok());
        // A Homey at the cloud is in nobody's home.
        let at_home = dialect != Some(Dialect::Cloud);
        let mdns = Addresses::mdns_name(&id, record["mdnsFqdn"].as_str(), port);
        Some(Self {
            name: text(record, "name").unwrap_or_else(|| id.clone()),
            dialect,
            api_version,
            addresses: Addresses {
                local_secure: url("localUrlSecure"),
                local: url("localUrl"),
                mdns: mdns.filter(|_| at_home),
                remote_forwarded: url("remoteUrlForwarded"),
                cloud: url("remoteUrl"),
                encrypted_by_default: true,
                ..Addresses::default()
            },
            role: text(record, "role"),
            state: text(record, "state"),
            software_version: text(record, "softwareVersion"),
            id,
        })
    }
}

/// A whole number, or one as a text.
fn whole(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_str()?.trim().parse().ok())
}

impl std::fmt::Display for AccountHomey {
    /// Name and id, as both can be given.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "\"{}\" ({})", self.name, self.id)
    }
}
