//! What a Homey says over the socket when it refuses, in whichever of its shapes.

use serde_json::Value;

/// A refusal in an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The HTTP status it stands for, where it told one.
    pub status: Option<u16>,
    /// The machine code, where it told one: `missing_scopes`.
    pub code: Option<String>,
    /// Its words.
    pub message: String,
}

impl Refusal {
    /// Reads the error of an answer. A text is the words; of an object the words are
    /// `error_description`, else `message`, else `error`, and the status is `statusCode`, else `code`.
    pub fn read(error: &Value) -> Self {
        let text = |key: &str| error[key].as_str().map(str::to_owned);
        let status = |key: &str| error[key].as_u64().and_then(|number| number.try_into().ok());
        Self {
            status: status("statusCode").or_else(|| status("code")),
            code: text("error"),
            message: error
                .as_str()
                .map(str::to_owned)
                .or_else(|| text("error_description"))
                .or_else(|| text("message"))
                .or_else(|| text("error"))
                .unwrap_or_else(|| "no reason was given".to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_shape_of_an_error_is_read() {
        for (error, status, code, message) in [
            (json!("Invalid"), None, None, "Invalid"),
            (
                json!({"error":"Missing Scopes","statusCode":403}),
                Some(403),
                Some("Missing Scopes"),
                "Missing Scopes",
            ),
            (
                json!({"code":401,"error":"session_expired","error_description":"Session Expired"}),
                Some(401),
                Some("session_expired"),
                "Session Expired",
            ),
            (json!({"message":"m","statusCode":70000}), None, None, "m"),
            (json!(7), None, None, "no reason was given"),
        ] {
            let code = code.map(str::to_owned);
            let want = Refusal { status, code, message: message.to_owned() };
            assert_eq!(Refusal::read(&error), want, "{error}");
        }
    }
}
