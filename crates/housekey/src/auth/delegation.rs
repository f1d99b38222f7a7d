//! Step 5: the cloud's short-lived token for one log-in to a Homey.

use reqwest::Method;
use serde_json::json;

use super::CLOUD_LIMIT;
use super::cloud::{Cloud, refusal_code, refused};
use crate::Secret;
use crate::error::{Error, SignInError};
use crate::http::{Http, Outgoing, below};

/// Asks for a delegation token; the bearer alone authenticates, the body is what the vendor's
/// client sends.
pub(super) async fn delegate(http: &Http, cloud: &Cloud, access: &Secret) -> Result<Secret, Error> {
    let mut url = below(&cloud.api, "/delegation/token");
    url.query_pairs_mut().append_pair("audience", "homey");
    let request = Outgoing::new(Method::POST, url, CLOUD_LIMIT)
        .authorization("Bearer", access)
        .json(&json!({}));
    let answer = http.send(request).await?;
    if !answer.is_success() {
        let refusal = refused("the delegation token", &answer, &[access]);
        return Err(match (answer.status, refusal_code(&answer).as_deref(), refusal) {
            (401, Some("invalid_token"), SignInError::Refused { message, .. }) => {
                SignInError::AccessRefused { message }
            }
            (_, _, refusal) => refusal,
        }
        .into());
    }
    answer.decode::<String>("a delegation token").map(Secret::new).map_err(Error::from)
}
