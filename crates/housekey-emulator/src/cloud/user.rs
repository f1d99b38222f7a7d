//! The user record with its Homeys, and the list of sign-ins with the means to end one.

use housekey::catalogue::Dialect;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::Cloud;
use super::account::HomeyRecord;
use super::ledger::Grant;
use crate::call::Call;
use crate::hub;
use crate::quirk::Quirks;
use crate::reply::Reply;

impl Cloud {
    /// `GET /user/me`.
    pub(super) fn user(&mut self, call: &Call, now: Timestamp, quirks: &Quirks) -> Reply {
        if let Err(reply) = self.user_of(call, "me", now) {
            return *reply;
        }
        let account = &self.account;
        let homeys: Vec<Value> = self.homeys(quirks).map(|homey| self.homey(homey)).collect();
        let picture = |size| format!("{}/avatar/{size}.png", self.url);
        Reply::json(
            200,
            &json!({
                "_id": account.id,
                "id": account.id,
                "firstname": account.firstname,
                "lastname": account.lastname,
                "email": account.email,
                "language": "en",
                "avatar": {
                    "small": picture("small"), "medium": picture("medium"), "large": picture("large")
                },
                "roleIds": [],
                "roles": [],
                "homeys": homeys,
                "devices": [],
            }),
        )
    }

    /// One Homey as the user record shows it: all its addresses lead to this listener, which is
    /// plain HTTP, so those that need a certificate are not set.
    fn homey(&self, homey: &HomeyRecord) -> Value {
        let cloud = homey.dialect == Dialect::Cloud;
        let (api_version, platform_version) =
            if homey.dialect == Dialect::V2 { (2, 1) } else { (3, 2) };
        let port = self.url.rsplit(':').next().and_then(|port| port.parse::<u16>().ok());
        json!({
            "_id": homey.id,
            "id": homey.id,
            "name": homey.name,
            "platform": if cloud { "cloud" } else { "local" },
            "platformVersion": platform_version,
            "apiVersion": api_version,
            "softwareVersion": hub::version(homey.dialect),
            "model": hub::model(homey.dialect).0,
            "language": "en",
            "region": "eu",
            "role": "owner",
            "state": "online",
            "users": [{ "_id": self.account.id, "id": self.account.id, "role": "owner" }],
            "localUrl": (!cloud).then_some(&self.url),
            "localUrlSecure": null,
            "remoteUrl": self.url,
            "remoteUrlForwarded": null,
            "mdnsFqdn": null,
            "portHttp": port.filter(|_| !cloud),
        })
    }

    /// `GET /user/:id/session`. The real shape is unknown; this one is inferred.
    pub(super) fn sessions(&mut self, call: &Call, user: &str, now: Timestamp) -> Reply {
        let current = match self.user_of(call, user, now) {
            Ok(grant) => grant.id.clone(),
            Err(reply) => return *reply,
        };
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
        Reply::json(200, &list.collect())
    }

    /// `DELETE /user/:id/session/:session`: its tokens are refused from now on. Inferred as well.
    pub(super) fn end_session(
        &mut self,
        call: &Call,
        user: &str,
        session: &str,
        now: Timestamp,
    ) -> Reply {
        if let Err(reply) = self.user_of(call, user, now) {
            return *reply;
        }
        if self.ledger.revoke(session) {
            Reply::empty(204)
        } else {
            Reply::error(404, "not_found", "There is no such session.")
        }
    }

    /// The grant of the bearer, if it stands for that user (an id, or `me`).
    fn user_of(&mut self, call: &Call, user: &str, now: Timestamp) -> Result<&Grant, Box<Reply>> {
        let known = user == "me" || user == self.account.id;
        let grant = self.bearer(call, now)?;
        if known && grant.for_user {
            Ok(grant)
        } else {
            Err(Box::new(Reply::error(403, "access_denied", "This token is not of that user.")))
        }
    }
}
