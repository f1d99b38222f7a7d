//! Step 5: the cloud's short-lived token for one log-in to a Homey.

use reqwest::Method;
use serde_json::json;

use super::CLOUD_LIMIT;
use super::answer::LenientAnswer;
use super::cloud::{Cloud, refused_access};
use crate::Secret;
use crate::error::Error;
use crate::http::{Http, HttpRequest};

/// Requests a delegation token; the bearer alone authenticates, the body is what the vendor's
/// client sends.
pub(super) async fn delegate(http: &Http, cloud: &Cloud, access: &Secret) -> Result<Secret, Error> {
    let mut url = cloud.api_url("/delegation/token")?;
    url.query_pairs_mut().append_pair("audience", "homey");
    let request = HttpRequest::new(Method::POST, url, CLOUD_LIMIT)
        .authorization("Bearer", access)
        .json(&json!({}));
    let answer = http.send(request).await?;
    if !answer.is_success() {
        return Err(refused_access("the delegation token", &answer, access).into());
    }
    let token = LenientAnswer::of(&answer.text()).token(answer.is_json());
    token.ok_or_else(|| answer.unreadable("a delegation token").into())
}
