//! Errors of a Homey over the socket, in each of their forms.

use serde_json::Value;

use crate::redaction::TokenText;

/// The error in an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HomeyRefusal {
    /// The HTTP status, if given.
    pub status: Option<u16>,
    /// The error code, if given: `missing_scopes`.
    pub code: Option<String>,
    /// The message.
    pub message: String,
}

impl HomeyRefusal {
    /// Reads the error of an answer. A text is the message; of an object the message is
    /// `error_description`, else `message`, else `error`, and the status is `statusCode`, else
    /// `code`.
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

    /// The same with that token masked.
    pub(super) fn without(self, token: &TokenText) -> Self {
        let masked = |text: String| token.mask_text(&text);
        Self { code: self.code.map(masked), message: masked(self.message), ..self }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::secret::Secret;

    #[test]
    fn a_refusal_that_quotes_the_token_is_kept_without_it() {
        let token = Secret::new("u1:s1:0f1e2d3c4b5a69788796a5b4c3d2e1f0a1b2c3d4");
        let said = format!("unknown {}", token.expose());
        let refusal = HomeyRefusal::read(&json!({"error": said, "error_description": said}));
        let refusal = refusal.without(&TokenText::new(&token).expect("long enough"));
        assert_eq!(
            (refusal.code.as_deref(), &*refusal.message),
            (Some("unknown ***"), "unknown ***")
        );
    }

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
            let want = HomeyRefusal { status, code, message: message.to_owned() };
            assert_eq!(HomeyRefusal::read(&error), want, "{error}");
        }
    }
}
