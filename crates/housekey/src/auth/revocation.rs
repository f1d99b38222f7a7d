//! Ends a sign-in at the cloud.
//!
//! That there is a list of them and a way to end one is certain (the operations are in the vendor's
//! specification); that the list marks the one of the caller, with `current`, is inferred. Where
//! nothing is marked nothing is ended, since it might be another program's.

use reqwest::Method;
use serde_json::Value;

use super::CLOUD_LIMIT;
use super::cloud::refused_access;
use super::store::AccountRecord;
use crate::Secret;
use crate::error::Error;
use crate::http::{Http, HttpRequest};

/// What came of ending a sign-in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Revoked {
    /// It is ended, and its tokens are worth nothing.
    Ended,
    /// The cloud does not mark which one is ours, so none was ended.
    NotFound,
    /// The token was made by the person, and may be used elsewhere.
    NotOurs,
}

/// Finds the sign-in that the access token belongs to, and ends it.
pub(super) async fn revoke(
    http: &Http,
    record: &AccountRecord,
    access: &Secret,
) -> Result<Revoked, Error> {
    let mut url = record.cloud.api_url("/user")?;
    let extend = |url: &mut url::Url, segments: &[&str]| {
        if let Ok(mut path) = url.path_segments_mut() {
            path.extend(segments);
        }
    };
    extend(&mut url, &[&record.id, "session"]);
    let send = |method, url| {
        http.send(HttpRequest::new(method, url, CLOUD_LIMIT).authorization("Bearer", access))
    };
    let answer = send(Method::GET, url.clone()).await?;
    if !answer.is_success() {
        return Err(refused_access("the list of sign-ins", &answer, access).into());
    }
    let sessions: Value = answer.decode("a list of sign-ins")?;
    let Some(id) = current(&sessions) else { return Ok(Revoked::NotFound) };
    extend(&mut url, &[id]);
    let answer = send(Method::DELETE, url).await?;
    match answer.is_success() {
        true => Ok(Revoked::Ended),
        false => Err(refused_access("the end of the sign-in", &answer, access).into()),
    }
}

/// The id of the caller's sign-in.
fn current(sessions: &Value) -> Option<&str> {
    let current = sessions.as_array()?.iter().find(|session| session["current"] == true)?;
    current["_id"].as_str().or(current["id"].as_str())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_the_one_that_is_marked_is_ended() {
        for (sessions, want) in [
            (json!([{"_id": "a"}, {"_id": "b", "current": true}]), Some("b")),
            (json!([{"id": "b", "current": true}]), Some("b")),
            (json!([{"_id": "a"}, {"_id": "b", "current": false}]), None),
            (json!([{"_id": "a"}]), None),
            (json!({"sessions": []}), None),
        ] {
            assert_eq!(current(&sessions), want, "{sessions}");
        }
    }
}
