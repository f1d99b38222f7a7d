//! The account's own record at the cloud (`/user/me`), and the Homeys in it.

use reqwest::Method;
use serde_json::Value;

use super::CLOUD_LIMIT;
use super::cloud::{Cloud, refused_access};
use crate::Secret;
use crate::catalogue::Dialect;
use crate::discovery::Addresses;
use crate::error::{Error, SignInError};
use crate::http::{Http, HttpRequest};
use crate::model::name::{self, Called};

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
    /// The API version in the record.
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
        let request = HttpRequest::new(Method::GET, cloud.api_url("/user/me")?, CLOUD_LIMIT)
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
        Ok(Self::from_record(&record))
    }

    fn from_record(record: &Value) -> Self {
        let homeys = record["homeys"].as_array();
        let names = ["firstname", "lastname"].into_iter().filter_map(|name| text(record, name));
        let user = id(record).unwrap_or_default();
        let homey = |record| AccountHomey::from_record(record, &user);
        Self {
            email: text(record, "email"),
            name: names.collect::<Vec<_>>().join(" "),
            two_factor: record["otpEnabled"].as_bool(),
            homeys: homeys.into_iter().flatten().filter_map(homey).collect(),
            id: user,
        }
    }

    /// The Homey meant: by cloud id, or by name as people see it; without a word, the only one.
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
        let called =
            self.homeys.iter().map(|one| Called { id: &one.id, name: &one.name, group: None });
        match name::find(called, wanted).as_slice() {
            [] => Err(SignInError::UnknownHomey { wanted: wanted.to_owned(), known: known() }),
            [one] => Ok(&self.homeys[*one]),
            _ => Err(SignInError::SeveralHomeys { known: known() }),
        }
    }
}

impl AccountHomey {
    /// `None` for a record without an id, which nothing could be done with.
    fn from_record(record: &Value, user: &str) -> Option<Self> {
        let id = id(record)?;
        let api_version = api_version(record);
        let dialect = match (api_version, record["platform"].as_str()) {
            (..2, _) => None,
            (2, _) => Some(Dialect::V2),
            (_, Some("cloud")) => Some(Dialect::Cloud),
            _ => Some(Dialect::Local),
        };
        // An address that is no URL is as good as none.
        let url = |name: &str| record[name].as_str()?.parse().ok();
        let port = whole(&record["portHttp"]).and_then(|port| u16::try_from(port).ok());
        // A Homey at the cloud is in no home.
        let at_home = dialect != Some(Dialect::Cloud);
        let mdns = Addresses::mdns_name(&id, record["mdnsFqdn"].as_str(), port);
        Some(Self {
            name: name::or_id(name::label(&record["name"]), &id).to_owned(),
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
            role: role(record, user).map(str::to_owned),
            state: text(record, "state"),
            software_version: text(record, "softwareVersion"),
            id,
        })
    }
}

/// The API version. Where old records leave it out it follows from the firmware: that of hubs before 2023 never came
/// to 10 (inferred).
fn api_version(homey: &Value) -> i64 {
    let major = || homey["softwareVersion"].as_str()?.split('.').next()?.parse::<i64>().ok();
    whole(&homey["apiVersion"]).unwrap_or_else(|| match major() {
        Some(..2) => 1,
        Some(2..10) => 2,
        Some(10..) | None => 3,
    })
}

/// What the user may do: a field of the Homey, in old records of its list of users.
fn role<'r>(homey: &'r Value, user: &str) -> Option<&'r str> {
    let is_user = |one: &&Value| {
        let ids = [&one["_id"], &one["id"], &one["user"], &one["user"]["_id"], &one["user"]["id"]];
        !user.is_empty() && ids.iter().any(|id| id.as_str() == Some(user))
    };
    let listed = || homey["users"].as_array()?.iter().find(is_user)?["role"].as_str();
    homey["role"].as_str().or_else(listed)
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn account(record: Value) -> Account {
        Account::from_record(&record)
    }

    /// A record as it was in 2018: no platform, no role, users inside, addresses of then.
    #[test]
    fn a_record_of_2018_is_read() {
        let account = account(json!({
            "_id": "5a0000000000000000000001", "email": "robin@example.com", "firstname": "Robin",
            "lastname": null, "fullname": "Robin", "roles": [], "avatar": {},
            "homeys": [{
                "_id": "5a0000000000000000000002", "name": "Attic\u{a0}", "state": "online",
                "softwareVersion": "2.0.0", "ipInternal": "192.0.2.7", "ipExternal": "198.51.100.7",
                "localUrl": "http://192.0.2.7:80", "remoteUrl": "https://h.example.com",
                "users": [
                    {"_id": "x", "role": "user", "user": {"_id": "5a00000000000000000000ff"}},
                    {"_id": "y", "role": "owner", "user": {"_id": "5a0000000000000000000001"}},
                ],
            }],
        }));
        let homey = account.homey(Some("attic")).unwrap();
        assert_eq!((account.name.as_str(), account.homeys.len()), ("Robin", 1));
        assert_eq!((homey.dialect, homey.api_version), (Some(Dialect::V2), 2));
        assert_eq!(homey.role.as_deref(), Some("owner"));
        assert!(homey.addresses.local.is_some() && homey.addresses.cloud.is_some());
    }

    #[test]
    fn no_field_hides_a_homey_and_no_homey_the_others() {
        let read = account(json!({
            "id": "u", "email": 5, "firstname": {"x": 1},
            "homeys": [
                {"id": "a", "name": null, "apiVersion": "2", "role": 7, "state": [], "users": {}},
                {"id": "b", "name": 5, "apiVersion": null, "softwareVersion": "1.5.13"},
                {"name": "without an id"}, null, 7,
                {"id": "c", "name": "C", "platform": "cloud", "apiVersion": 3, "localUrl": 5},
            ],
        }));
        let found: Vec<_> = read
            .homeys
            .iter()
            .map(|one| (one.id.as_str(), one.name.as_str(), one.dialect))
            .collect();
        let want =
            [("a", "a", Some(Dialect::V2)), ("b", "b", None), ("c", "C", Some(Dialect::Cloud))];
        assert_eq!(found, want);
        let strange = [json!({}), json!({"homeys": null}), json!({"homeys": "none"})];
        assert!(strange.into_iter().all(|record| account(record).homeys.is_empty()));
    }
}
