//! The dialect of a Homey, learned when it first matters.

use serde_json::Value;

use super::Homey;
use crate::args;
use crate::catalogue::{self, Dialect};
use crate::error::Error;
use crate::request::{self, ArgumentError};

/// The operation whose answer has the dialect.
const TELLING: &str = "system.getInfo";

impl Homey {
    /// Its dialect. A stored Homey has it in its record; for another it is requested once, when a
    /// call first needs it.
    ///
    /// # Errors
    /// Those of the request; the next call tries again.
    pub async fn dialect(&self) -> Result<Dialect, Error> {
        self.dialect.get_or_try_init(|| self.learn_dialect()).await.copied()
    }

    /// Its dialect, if it is known by now.
    pub fn known_dialect(&self) -> Option<Dialect> {
        self.dialect.get().copied()
    }

    /// The system information of V2 hubs of 2019 has no platform version; newer ones have it. A
    /// token may lack the right to read it, as those of OAuth clients do; then the form of the
    /// refusal shows the dialect.
    async fn learn_dialect(&self) -> Result<Dialect, Error> {
        let operation = catalogue::find(TELLING).ok_or_else(|| ArgumentError::unknown(TELLING))?;
        let request = request::build(operation, Dialect::V2, &args! {})?;
        let answer = self.send_request(&request).await?;
        let dialect = match answer.status {
            200..300 => dialect_of(&super::call::json(answer)?.decode("the system information")?),
            status => match by_refusal(status, &answer.body) {
                Some(dialect) => dialect,
                None => return Err(super::exchange::refusal(TELLING, &[], &answer).into()),
            },
        };
        self.pace.fit(dialect);
        Ok(dialect)
    }
}

fn dialect_of(system: &Value) -> Dialect {
    match (system["homeyPlatform"].as_str(), &system["homeyPlatformVersion"]) {
        (Some("cloud"), _) => Dialect::Cloud,
        (_, Value::Null) if system["homeyVersion"].is_string() => Dialect::V2,
        _ => Dialect::Local,
    }
}

/// The dialect of a refusal: V2 has a numeric `code` and `$stack`, and its text may be in any
/// language; V3 has `statusCode`. JSON with neither leaves the newest dialect, the one with API
/// keys. `None` for refusals about the token or the moment, and for answers that are not from a
/// Homey.
fn by_refusal(status: u16, body: &[u8]) -> Option<Dialect> {
    let body: Value = serde_json::from_slice(body).ok()?;
    let is_v2 = body["code"].is_number() && body["statusCode"].is_null();
    match status {
        403 | 404 | 500 if is_v2 || body.get("$stack").is_some() => Some(Dialect::V2),
        403 | 404 if body.is_object() => Some(Dialect::Local),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn system_information_tells_the_dialect() {
        let rows = [
            (json!({ "homeyVersion": "8.1.6" }), Dialect::V2),
            (json!({ "homeyVersion": "8.1.6", "homeyPlatformVersion": null }), Dialect::V2),
            (json!({ "homeyVersion": "13.4.0", "homeyPlatformVersion": 2 }), Dialect::Local),
            (
                json!({ "homeyPlatform": "local", "homeyVersion": "13.4.0",
                    "homeyPlatformVersion": 2 }),
                Dialect::Local,
            ),
            (json!({ "homeyPlatform": "cloud", "homeyVersion": "1.0.0" }), Dialect::Cloud),
            (json!({}), Dialect::Local),
            (Value::Null, Dialect::Local),
        ];
        for (system, want) in rows {
            assert_eq!(dialect_of(&system), want, "{system}");
        }
    }

    #[test]
    fn a_refusal_tells_the_dialect_by_its_body() {
        let v2 = json!({ "code": 403, "error": "missing_scopes", "$stack": "at …",
            "error_description": "Je hebt hier geen toegang toe." });
        let v3 = json!({ "error": "Missing Scopes", "error_description": "Missing Scopes",
            "statusCode": 403 });
        for (status, body, want) in [
            (403, v2.to_string(), Some(Dialect::V2)),
            (403, json!({ "code": 403, "error": "x" }).to_string(), Some(Dialect::V2)),
            (404, json!({ "$stack": "at …" }).to_string(), Some(Dialect::V2)),
            (
                500,
                json!({ "code": 500, "error": "missing_api_method" }).to_string(),
                Some(Dialect::V2),
            ),
            (403, v3.to_string(), Some(Dialect::Local)),
            (403, json!({ "code": 403, "statusCode": 403 }).to_string(), Some(Dialect::Local)),
            (403, json!({ "error": "no" }).to_string(), Some(Dialect::Local)),
            (404, json!({}).to_string(), Some(Dialect::Local)),
            (403, "<html>Sign in to the hotel</html>".to_owned(), None),
            (403, String::new(), None),
            (404, "Cannot GET /api/manager/system/".to_owned(), None),
            (401, v3.to_string(), None),
            (429, v2.to_string(), None),
            (500, v3.to_string(), None),
            (503, v2.to_string(), None),
        ] {
            assert_eq!(by_refusal(status, body.as_bytes()), want, "{status} {body}");
        }
    }
}
