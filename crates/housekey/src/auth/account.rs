//! The account's own record at the cloud (`/user/me`), and the Homeys in it.

use reqwest::Method;
use serde::Deserialize;
use serde_json::Value;

use super::CLOUD_LIMIT;
use super::cloud::{Cloud, refused_access};
use crate::Secret;
use crate::catalogue::Dialect;
use crate::discovery::Addresses;
use crate::error::{Error, SignInError};
use crate::http::{Http, Outgoing, below};

/// A person at the account cloud.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// The cloud's id of the person.
    pub id: String,
    /// The e-mail address, if the record has one.
    pub email: Option<String>,
    /// First and last name.
    pub name: String,
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

/// The record as it travels: everything may be missing or null but `homeys`, which the vendor's
/// client relies on.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct UserRecord {
    #[serde(rename = "_id")]
    underscored_id: Option<String>,
    id: Option<String>,
    email: Option<String>,
    firstname: Option<String>,
    lastname: Option<String>,
    #[serde(default)]
    homeys: Vec<HomeyRecord>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct HomeyRecord {
    #[serde(rename = "_id")]
    underscored_id: Option<String>,
    id: Option<String>,
    name: Option<String>,
    platform: Option<String>,
    api_version: Option<i64>,
    software_version: Option<String>,
    role: Option<String>,
    state: Option<String>,
    local_url: Option<Value>,
    local_url_secure: Option<Value>,
    remote_url: Option<Value>,
    remote_url_forwarded: Option<Value>,
    mdns_fqdn: Option<Value>,
    port_http: Option<Value>,
}

impl Account {
    /// Reads the record with an access token.
    ///
    /// # Errors
    /// [`SignInError::AccessRefused`] when the cloud does not take the token.
    pub async fn fetch(http: &Http, cloud: &Cloud, access: &Secret) -> Result<Self, Error> {
        let request = Outgoing::new(Method::GET, below(&cloud.api, "/user/me"), CLOUD_LIMIT)
            .authorization("Bearer", access);
        let answer = http.send(request).await?;
        if !answer.is_success() {
            return Err(refused_access("the account's record", &answer, access).into());
        }
        let record: UserRecord = answer.decode("an account's record")?;
        let name = [record.firstname, record.lastname];
        Ok(Self {
            id: record.underscored_id.or(record.id).unwrap_or_default(),
            email: record.email,
            name: name.into_iter().flatten().collect::<Vec<_>>().join(" "),
            homeys: record.homeys.into_iter().filter_map(AccountHomey::from_record).collect(),
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
    fn from_record(record: HomeyRecord) -> Option<Self> {
        let id = record.underscored_id.or(record.id)?;
        let api_version = record.api_version.unwrap_or(3);
        let dialect = match (api_version, record.platform.as_deref()) {
            (..2, _) => None,
            (2, _) => Some(Dialect::V2),
            (_, Some("cloud")) => Some(Dialect::Cloud),
            _ => Some(Dialect::Local),
        };
        // An address that is no URL is as good as none.
        let url = |value: Option<Value>| value.as_ref()?.as_str()?.parse().ok();
        let fqdn = record.mdns_fqdn.as_ref().and_then(Value::as_str);
        let port = record.port_http.as_ref().and_then(Value::as_u64);
        let port = port.and_then(|port| u16::try_from(port).ok());
        // A Homey at the cloud is in nobody's home.
        let at_home = dialect != Some(Dialect::Cloud);
        let mdns = Addresses::mdns_name(&id, fqdn, port).filter(|_| at_home);
        Some(Self {
            name: record.name.unwrap_or_else(|| id.clone()),
            id,
            dialect,
            api_version,
            addresses: Addresses {
                local_secure: url(record.local_url_secure),
                local: url(record.local_url),
                mdns,
                remote_forwarded: url(record.remote_url_forwarded),
                cloud: url(record.remote_url),
            },
            role: record.role,
            state: record.state,
            software_version: record.software_version,
        })
    }
}

impl std::fmt::Display for AccountHomey {
    /// Name and id, as both can be given.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "\"{}\" ({})", self.name, self.id)
    }
}
