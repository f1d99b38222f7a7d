//! Redaction of what a Homey sends before a caller of the gateway reads it: its tokens, and the values of
//! the variables that sinks write.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::VecDeque;

use housekey::Secret;
use housekey::catalogue::{self, Dialect, ItemAccess, Operation};
use housekey::realtime::packet::{Packet, elements};
use housekey::redaction::{TokenText, TokenVariables, UnreadableJson};
use hyper::header::{HeaderMap, HeaderValue};

/// How many tokens are searched for: the current one, and those before it.
const TOKENS: usize = 4;

/// Removes tokens from what one Homey sends.
#[derive(Debug)]
pub(crate) struct Redactor {
    dialect: Dialect,
    /// Those that sinks write.
    variables: TokenVariables,
    /// The tokens that were sent last, the newest first.
    tokens: RefCell<VecDeque<TokenText>>,
}

/// Whether an answer may hold the value of a token variable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Watch {
    /// It does not.
    No,
    /// It may, since it comes from where variables are.
    Managers,
    /// It may, since the operation is not known.
    Unknown,
    /// All of it is about one such variable.
    OneVariable,
}

impl Redactor {
    /// Of a Homey of that dialect, to which sinks write those variables.
    pub(crate) fn new(dialect: Dialect, variables: TokenVariables) -> Self {
        Self { dialect, variables, tokens: RefCell::default() }
    }

    /// Looks for that token from now on.
    pub(crate) fn sends(&self, token: &Secret) {
        let mut tokens = self.tokens.borrow_mut();
        if tokens.front().is_some_and(|newest| newest.is(token)) {
            return;
        }
        tokens.retain(|known| !known.is(token));
        if let Some(token) = TokenText::new(token) {
            tokens.push_front(token);
            tokens.truncate(TOKENS);
        }
    }

    /// Whether the response to a request needs redaction: by its method, and its path as it is sent to the
    /// Homey.
    pub(crate) fn watch_request(&self, method: &str, path: &str) -> Watch {
        if self.variables.is_empty() {
            return Watch::No;
        }
        let watch = match catalogue::meant(self.dialect, method, path) {
            Some((operation, variant)) => watch(operation, variant.access.as_ref()),
            None => Watch::Unknown,
        };
        self.about(watch, path)
    }

    /// Whether the reply to a call over the live connection needs redaction.
    pub(crate) fn watch_call(&self, uri: &str, operation: &str, arguments: &str) -> Watch {
        if self.variables.is_empty() {
            return Watch::No;
        }
        let found = catalogue::by_uri(uri, operation);
        let found = found.and_then(|operation| Some((operation, operation.on(self.dialect)?)));
        let watch = match found {
            Some((operation, variant)) => watch(operation, variant.access.as_ref()),
            None => Watch::Unknown,
        };
        self.about(watch, arguments)
    }

    fn about(&self, watch: Watch, named: &str) -> Watch {
        match watch {
            Watch::Managers if self.variables.are_named_in(named) => Watch::OneVariable,
            watch => watch,
        }
    }

    /// Any text without the tokens that were sent.
    pub(crate) fn text<'a>(&self, text: &'a str) -> Cow<'a, str> {
        match self.bytes(text.as_bytes()) {
            Cow::Borrowed(_) => Cow::Borrowed(text),
            // A token is ASCII, and so is what takes its place.
            Cow::Owned(masked) => Cow::Owned(String::from_utf8_lossy(&masked).into_owned()),
        }
    }

    /// The same for what may be no text.
    pub(crate) fn bytes<'a>(&self, bytes: &'a [u8]) -> Cow<'a, [u8]> {
        let tokens = self.tokens.borrow();
        tokens.iter().fold(Cow::Borrowed(bytes), |bytes, token| match token.mask(&bytes) {
            Cow::Borrowed(_) => bytes,
            Cow::Owned(masked) => Cow::Owned(masked),
        })
    }

    /// JSON without tokens and without the values of token variables.
    ///
    /// # Errors
    /// If it cannot be parsed, so that its content is unknown.
    pub(crate) fn json<'a>(
        &self,
        json: &'a str,
        watch: Watch,
    ) -> Result<Cow<'a, str>, UnreadableJson> {
        Ok(match self.json_bytes(json.as_bytes(), watch)? {
            Cow::Borrowed(_) => Cow::Borrowed(json),
            Cow::Owned(masked) => Cow::Owned(String::from_utf8_lossy(&masked).into_owned()),
        })
    }

    /// The same for what may be no text.
    ///
    /// # Errors
    /// As [`Redactor::json`].
    pub(crate) fn json_bytes<'a>(
        &self,
        json: &'a [u8],
        watch: Watch,
    ) -> Result<Cow<'a, [u8]>, UnreadableJson> {
        let masked = match watch {
            Watch::No => Cow::Borrowed(json),
            watch => self.variables.mask_json(json, watch == Watch::OneVariable)?,
        };
        Ok(match masked {
            Cow::Borrowed(json) => self.bytes(json),
            Cow::Owned(json) => Cow::Owned(self.bytes(&json).into_owned()),
        })
    }

    /// The frame of an event, without the values of token variables.
    ///
    /// # Errors
    /// As [`Redactor::json`].
    pub(crate) fn event<'a>(&self, frame: &'a str) -> Result<Cow<'a, str>, UnreadableJson> {
        if self.variables.is_empty() {
            return Ok(Cow::Borrowed(frame));
        }
        let Ok(Packet::Event { namespace, ack, arguments }) = Packet::decode(frame) else {
            return Ok(Cow::Borrowed(frame));
        };
        let elements = elements(arguments).map_err(|_| UnreadableJson)?;
        let (uri, name, data) = match &*elements {
            [uri, name, data @ ..] => (uri, name, data),
            // Nothing but the URI.
            _ => return Ok(Cow::Borrowed(frame)),
        };
        let place: Cow<'_, str> = serde_json::from_str(uri.get()).map_err(|_| UnreadableJson)?;
        if !concerns_variables(&place) {
            return Ok(Cow::Borrowed(frame));
        }
        let watch = self.about(Watch::Managers, &place);
        let masked = data.iter().map(|data| self.json(data.get(), watch));
        let masked = masked.collect::<Result<Vec<_>, _>>()?;
        if masked.iter().all(|data| matches!(data, Cow::Borrowed(_))) {
            return Ok(Cow::Borrowed(frame));
        }
        let arguments =
            [uri.get(), name.get()].into_iter().chain(masked.iter().map(|data| &**data));
        let arguments = format!("[{}]", arguments.collect::<Vec<_>>().join(","));
        let packet = Packet::Event { namespace, ack, arguments: &arguments };
        Ok(Cow::Owned(packet.to_string()))
    }

    /// Takes tokens out of the values of headers.
    pub(crate) fn headers(&self, headers: &mut HeaderMap) {
        let tokens = self.tokens.borrow();
        let Some(shortest) = tokens.iter().map(TokenText::shortest).min() else { return };
        for value in headers.values_mut().filter(|value| value.len() >= shortest) {
            for token in tokens.iter() {
                if let Cow::Owned(masked) = token.mask(value.as_bytes()) {
                    // It has fewer kinds of bytes than before.
                    *value = HeaderValue::from_bytes(&masked)
                        .unwrap_or_else(|_| HeaderValue::from_static(""));
                }
            }
        }
    }
}

/// Whether the response of an operation may hold the value of a variable: variables are flow tokens and
/// have logs, and the result of a card lists the tokens it used.
fn watch(operation: &Operation, access: Option<&ItemAccess>) -> Watch {
    match operation.manager {
        "logic" | "flowtoken" | "insights" => Watch::Managers,
        "flow" | "mobile" if access.is_none() => Watch::Managers,
        _ => Watch::No,
    }
}

/// The same for the events of a URI.
fn concerns_variables(uri: &str) -> bool {
    let Some(place) = uri.strip_prefix("homey:") else { return true };
    match place.split_once(':') {
        Some(("manager", manager)) => {
            matches!(manager, "logic" | "flowtoken" | "insights" | "flow" | "mobile")
        }
        Some((item, _)) => {
            matches!(item, "variable" | "flowtoken" | "log" | "flow" | "advancedflow")
        }
        None => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: &str = "u1:s1:0f1e2d3c4b5a69788796a5b4c3d2e1f0a1b2c3d4";
    const ID: &str = "0f3ba1c2-77aa-4d0c-9001-5d0c00000001";

    fn redactor() -> Redactor {
        let variables = TokenVariables::named(["accesstoken"]);
        variables.add_id(ID);
        let redactor = Redactor::new(Dialect::Local, variables);
        redactor.sends(&Secret::new(TOKEN));
        redactor
    }

    #[test]
    fn what_may_hold_a_variable_is_watched() {
        use Watch::{Managers, No, OneVariable, Unknown};
        let redactor = redactor();
        for (method, path, want) in [
            ("GET", "/api/manager/logic/variable", Managers),
            ("GET", "/api/manager/logic/variable/", Managers),
            ("HEAD", "/api/manager/logic/variable", Managers),
            ("POST", "/api/manager/logic/variable", Managers),
            ("GET", "/api/manager/logic/state", Managers),
            ("GET", &format!("/api/manager/logic/variable/{ID}"), OneVariable),
            ("PUT", &format!("/api/manager/logic/variable/{ID}"), OneVariable),
            ("GET", "/api/manager/logic/variable/other", Managers),
            ("GET", "/api/manager/flowtoken/flowtoken", Managers),
            (
                "GET",
                &format!("/api/manager/flowtoken/flowtoken/homey%3Amanager%3Alogic%7C{ID}/value"),
                OneVariable,
            ),
            ("GET", "/api/manager/insights/log", Managers),
            ("POST", "/api/manager/flow/flowcardaction/a/b/run", Managers),
            ("GET", "/api/manager/flow/flow", No),
            ("GET", "/api/manager/devices/device", No),
            ("GET", "/api/manager/system/ping", No),
            // Spellings that only a key that may do everything gets through, and paths of apps.
            ("GET", "/api/manager/LOGIC/variable", Unknown),
            ("GET", "/api/manager/%6cogic/variable", Unknown),
            ("GET", "/api/logic/variable", Unknown),
            ("GET", "/api/app/com.example/variables", Unknown),
        ] {
            assert_eq!(redactor.watch_request(method, path), want, "{method} {path}");
        }
        let logic = "homey:manager:logic";
        let named = format!(r#"{{"id":"{ID}"}}"#);
        for (uri, operation, arguments, want) in [
            (logic, "getVariables", "{}", Managers),
            (logic, "getVariable", &*named, OneVariable),
            (logic, "nothing", "{}", Unknown),
            ("homey:manager:zones", "getZones", "{}", No),
        ] {
            assert_eq!(redactor.watch_call(uri, operation, arguments), want, "{uri} {operation}");
        }
        let without = Redactor::new(Dialect::Local, TokenVariables::default());
        assert_eq!(without.watch_request("GET", "/api/manager/logic/variable"), No);
    }

    #[test]
    fn events_go_on_without_values_of_token_variables() {
        let redactor = redactor();
        for (event, want) in [
            (
                format!(r#"["homey:manager:logic","variable.update",{{"id":"{ID}","value":"T"}}]"#),
                format!(
                    r#"["homey:manager:logic","variable.update",{{"id":"{ID}","value":"***"}}]"#
                ),
            ),
            (
                format!(r#"["homey:variable:{ID}","update",{{"name":"x","value":"T"}}]"#),
                format!(r#"["homey:variable:{ID}","update",{{"name":"x","value":"***"}}]"#),
            ),
        ] {
            let (event, want) = (format!("42/api,{event}"), format!("42/api,{want}"));
            assert_eq!(redactor.event(&event).unwrap(), want);
        }
        for frame in [
            r#"42/api,["homey:device:d1","capability",{"value":"T"}]"#,
            r#"42/api,["homey:manager:logic","variable.update",{"id":"x","name":"n","value":"T"}]"#,
        ] {
            assert!(matches!(redactor.event(frame), Ok(Cow::Borrowed(same)) if same == frame));
        }
        assert_eq!(redactor.event(r#"42/api,["homey:manager:logic",{]"#), Err(UnreadableJson));
    }

    #[test]
    fn tokens_are_taken_out_of_headers_and_only_the_last_ones_are_remembered() {
        let redactor = redactor();
        let mut headers = HeaderMap::new();
        headers.insert("location", HeaderValue::from_str(&format!("/x?t={TOKEN}")).unwrap());
        headers.insert("x-plain", HeaderValue::from_static("plain"));
        redactor.headers(&mut headers);
        assert_eq!(headers["location"], "/x?t=***");
        assert_eq!(headers["x-plain"], "plain");
        for number in 0..TOKENS {
            redactor.sends(&Secret::new(format!("token-number-{number}")));
        }
        assert_eq!(redactor.text("token-number-0"), "***");
        assert_eq!(redactor.text(TOKEN), TOKEN);
    }
}
