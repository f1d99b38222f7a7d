//! The user record with its Homeys, and the list of sign-ins with the means to end one.

use housekey::catalogue::Dialect;
use serde_json::{Value, json};

use super::account::HomeyRecord;
use super::ledger::Grant;
use super::{Cloud, CloudRequest, ReplyResult, refusal};
use crate::model::Model;
use crate::quirk::Quirk;
use crate::reply::Reply;
use crate::state::house::APPS;

/// The fields of a Homey in a user record of 2018.
#[rustfmt::skip]
const IN_2018: [&str; 14] = [
    "_id", "name", "apiVersion", "softwareVersion", "language", "role", "state", "stateSince", "users",
    "geolocation", "ipInternal", "ipExternal", "localUrl", "remoteUrl",
];

/// The time of all records.
const SINCE: &str = "2025-11-02T09:30:00.000Z";

impl Cloud {
    /// `GET /user/me`.
    pub(super) fn user(&mut self, call: &CloudRequest<'_>) -> ReplyResult {
        self.user_of(call, "me")?;
        let account = &self.account;
        let homeys: Value = self.homeys(call.quirks).map(|homey| self.homey(homey, call)).collect();
        let picture = |size| format!("{}/avatar/{size}.png", self.url);
        let mut user = json!({
                "_id": account.id,
                "id": account.id,
                "firstname": account.firstname,
                "lastname": account.lastname,
                "fullname": account.name(),
                "email": account.email,
                "language": "en",
                "avatar": {
                    "small": picture("small"), "medium": picture("medium"), "large": picture("large")
                },
                "otpEnabled": account.totp.is_some(),
                "roleIds": [],
                "roles": [],
                "subscriptions": [],
                "homeys": homeys,
                "devices": [self.phone()],
        });
        // A person's record was shorter in 2018.
        let old = self.account.homeys.iter().all(|homey| homey.model == Model::Homey2018);
        if let Some(user) = user.as_object_mut().filter(|_| old) {
            for newer in ["id", "fullname", "otpEnabled", "subscriptions"] {
                user.shift_remove(newer);
            }
        }
        Ok(Reply::json(200, &user))
    }

    /// The phone with the vendor's app. Its token is private.
    fn phone(&self) -> Value {
        json!({
            "_id": self.account.phone.id,
            "id": self.account.phone.id,
            "name": "Robin's phone",
            "platform": "android",
            "osVersion": "15",
            "appVersion": "9.8.1",
            "devMode": false,
            "publicKey": "",
            "token": self.account.phone.token,
            "created": SINCE,
            "updated": SINCE,
        })
    }

    /// One Homey as the user record shows it: all its addresses lead to this listener, which is plain
    /// HTTP, so those that need a certificate are not set but by a quirk.
    fn homey(&self, homey: &HomeyRecord, call: &CloudRequest<'_>) -> Value {
        let dialect = homey.model.dialect();
        let cloud = dialect == Dialect::Cloud;
        let (api_version, platform_version) = match dialect {
            Dialect::V2 => (2, 1),
            Dialect::Local => (3, 2),
            Dialect::Cloud => (3, 1),
        };
        let port = self.url.rsplit(':').next().and_then(|port| port.parse::<u16>().ok());
        let (model, model_name) = homey.model.names();
        let offline = call.has(Quirk::HomeyOffline);
        let secure = call.has(Quirk::SecureAddress) && !cloud;
        let mut record = json!({
            "_id": homey.id,
            "id": homey.id,
            "name": homey.name,
            "platform": if cloud { "cloud" } else { "local" },
            "platformVersion": platform_version,
            "apiVersion": api_version,
            "softwareVersion": homey.model.version(),
            "model": model,
            "modelName": model_name,
            "language": "en",
            "region": "eu",
            "role": "owner",
            "state": if offline { "offline" } else { "online" },
            "stateSince": SINCE,
            "manufacturedAt": SINCE,
            "licenses": [],
            "bridges": [],
            "apps": APPS.map(|(id, _, version)| {
                json!({ "id": id, "version": version, "channel": "live" })
            }),
            "users": [self.member()],
            "geolocation": { "latitude": 52.0907, "longitude": 5.1214, "accuracy": 20 },
            "ipExternal": "203.0.113.4",
            "ipExternalCountry": "NL",
            "ipInternal": (!cloud).then_some("192.0.2.17"),
            "localUrl": (!cloud).then_some(&self.url),
            "localUrlSecure": secure.then(|| self.url.replacen("http://", "https://", 1)),
            "remoteUrl": self.url,
            "remoteUrlForwarded": null,
            "mdnsFqdn": null,
            "portHttp": port.filter(|_| !cloud),
        });
        let Some(fields) = record.as_object_mut() else { return record };
        match homey.model {
            // Older Homeys do not have it at all.
            Model::Pro2019 => {
                fields.shift_remove("remoteUrlForwarded");
            }
            Model::Homey2018 => fields.retain(|field, _| IN_2018.contains(&field.as_str())),
            Model::SelfHosted => {
                fields.insert("localUrl".to_owned(), "http://127.0.0.2:4859".into());
                fields.insert("portHttp".to_owned(), 4859.into());
                fields.insert("portHttps".to_owned(), 4860.into());
            }
            _ => {}
        }
        record
    }

    /// The owner among the people of a Homey: the ids, and the person once more within.
    fn member(&self) -> Value {
        let account = &self.account;
        json!({
            "_id": account.id,
            "id": account.id,
            "role": "owner",
            "user": {
                "_id": account.id,
                "id": account.id,
                "firstname": account.firstname,
                "lastname": account.lastname,
                "fullname": account.name(),
                "email": account.email,
            },
        })
    }

    /// `GET /user/:id/session`. The real shape is unknown; this one is inferred.
    pub(super) fn sessions(&mut self, call: &CloudRequest<'_>, user: &str) -> ReplyResult {
        let current = self.user_of(call, user)?.id.clone();
        let client = &self.account.client;
        let list = self.ledger.sessions().map(|grant| {
            json!({
                "_id": grant.id,
                "id": grant.id,
                "client": { "id": client.id, "name": client.name },
                "grantType": grant.began_with,
                "createdAt": grant.created,
                "lastUsed": grant.last_used,
                "current": grant.id == current,
            })
        });
        Ok(Reply::json(200, &list.collect()))
    }

    /// `DELETE /user/:id/session/:session`: its tokens are refused from now on. Inferred as well.
    pub(super) fn end_session(
        &mut self,
        call: &CloudRequest<'_>,
        user: &str,
        session: &str,
    ) -> ReplyResult {
        self.user_of(call, user)?;
        if !self.ledger.revoke(session) {
            return Err(refusal(404, "not_found", "There is no such session."));
        }
        Ok(Reply::empty(204))
    }

    /// The grant of the bearer, if it stands for that user (an id, or `me`).
    fn user_of(&mut self, call: &CloudRequest<'_>, user: &str) -> Result<&Grant, Box<Reply>> {
        let known = user == "me" || user == self.account.id;
        let grant = self.bearer(call)?;
        if known && grant.for_user {
            Ok(grant)
        } else {
            Err(refusal(403, "access_denied", "This token is not of that user."))
        }
    }
}
