//! Token variables: the logic variables that a Homey's tokens are written to.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use percent_encoding::percent_decode_str;

use super::json::{self, Names, UnreadableJson};
use super::text::{self, MASK};

/// An id of at least this length, in bytes, is recognised anywhere in a text: it is a UUID.
const LONG_ID: usize = 16;

/// How many ids are kept.
const KEPT_IDS: usize = 1024;

/// Says of a logic variable that its value is a token: by the name under which tokens are written to it,
/// and by its id once that is known, so that a variable that is renamed still counts.
///
/// Clones share what they know. Whatever reads variables for others than the owner of the account
/// (events, history, metrics, reports) takes their values through [`TokenVariables::mask_json`], or
/// leaves out those that [`TokenVariables::contains`] names.
///
/// ```
/// use housekey::redaction::TokenVariables;
/// let variables = TokenVariables::named(["accesstoken"]);
/// let answer = br#"{"v1":{"id":"v1","name":"accesstoken","value":"5d0c:77aa:0f3b"}}"#;
/// let masked = variables.mask_json(answer, false)?;
/// assert_eq!(*masked, *br#"{"v1":{"id":"v1","name":"accesstoken","value":"***"}}"#);
/// assert!(variables.contains("v1", "renamed"));
/// # Ok::<(), housekey::redaction::UnreadableJson>(())
/// ```
#[derive(Clone, Default)]
pub struct TokenVariables {
    names: Arc<BTreeSet<String>>,
    ids: Arc<RwLock<BTreeSet<String>>>,
}

impl TokenVariables {
    /// The variables with these names.
    pub fn named<N: Into<String>>(names: impl IntoIterator<Item = N>) -> Self {
        let names = names.into_iter().map(Into::into).collect();
        Self { names: Arc::new(names), ids: Arc::default() }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.names.is_empty() && self.look(BTreeSet::is_empty)
    }

    /// The ids that are known, sorted.
    pub fn ids(&self) -> Vec<String> {
        self.look(|ids| ids.iter().cloned().collect())
    }

    /// Whether the variable with that id and name holds a token.
    pub fn contains(&self, id: &str, name: &str) -> bool {
        self.is_name(name) || self.is_id(id)
    }

    /// Remembers the id of such a variable: a token may still be in it when it has another name.
    pub fn add_id(&self, id: &str) {
        if id.is_empty() || self.look(|ids| ids.contains(id)) {
            return;
        }
        let mut ids = self.ids.write().unwrap_or_else(PoisonError::into_inner);
        if ids.len() < KEPT_IDS {
            ids.insert(id.to_owned());
        }
    }

    /// Whether a path, or the arguments of a call, name such a variable.
    pub fn are_named_in(&self, text: &str) -> bool {
        if self.is_empty() {
            return false;
        }
        let decoded = percent_decode_str(text).decode_utf8_lossy();
        let mut segments = decoded.split(['/', '"']);
        self.look(|ids| ids.iter().any(|id| id.len() >= LONG_ID && decoded.contains(&**id)))
            || segments.any(|segment| self.is_name(segment) || self.is_id(segment))
    }

    /// The JSON with [`MASK`] in place of the values of these variables: those of variables
    /// themselves, of their flow tokens and logs, and of any object that names one of them.
    /// Everything else stays byte for byte. `about_one`: whether the whole JSON is about one of
    /// them, as the answer for one id is.
    ///
    /// # Errors
    /// [`UnreadableJson`]: then it may hold such a value, and must not be handed on.
    pub fn mask_json<'a>(
        &self,
        json: &'a [u8],
        about_one: bool,
    ) -> Result<Cow<'a, [u8]>, UnreadableJson> {
        if self.is_empty() || json.iter().all(u8::is_ascii_whitespace) {
            return Ok(Cow::Borrowed(json));
        }
        let readable = std::str::from_utf8(json).map_err(|_| UnreadableJson)?;
        if !about_one && !self.may_be_in(readable) {
            return Ok(Cow::Borrowed(json));
        }
        let found = json::find(readable, about_one, self)?;
        // What was learned may name something further up.
        let found = match found.ids.is_empty() {
            true => found,
            false => {
                found.ids.iter().for_each(|id| self.add_id(id));
                json::find(readable, about_one, self)?
            }
        };
        if found.values.is_empty() {
            return Ok(Cow::Borrowed(json));
        }
        let mask = format!("\"{MASK}\"");
        Ok(Cow::Owned(text::with(json, &found.values, mask.as_bytes())))
    }

    /// Whether JSON could name one of them: a look that costs a hundredth of reading it. Without a
    /// backslash every text in it stands there as it is.
    fn may_be_in(&self, json: &str) -> bool {
        json.contains('\\')
            || self.names.iter().any(|name| name.contains(['"', '\\']) || json.contains(&**name))
            || self.look(|ids| ids.iter().any(|id| json.contains(&**id)))
    }

    fn look<T>(&self, look: impl FnOnce(&BTreeSet<String>) -> T) -> T {
        look(&self.ids.read().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Names for TokenVariables {
    fn is_name(&self, text: &str) -> bool {
        self.names.contains(text)
    }

    fn is_id(&self, text: &str) -> bool {
        if text.is_empty() {
            return false;
        }
        self.look(|ids| {
            ids.iter().any(|id| {
                let ends =
                    || text.strip_suffix(&**id).is_some_and(|owner| owner.ends_with([':', '|']));
                text == id || ends() || id.len() >= LONG_ID && text.contains(&**id)
            })
        })
    }
}

impl fmt::Debug for TokenVariables {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ids = self.look(BTreeSet::len);
        f.debug_struct("TokenVariables").field("names", &self.names).field("ids", &ids).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "0f3ba1c2-77aa-4d0c-9001-5d0c00000001";

    fn masked(json: &str, about_one: bool) -> String {
        let variables = TokenVariables::named(["accesstoken"]);
        variables.add_id(ID);
        let masked = variables.mask_json(json.as_bytes(), about_one).expect(json);
        String::from_utf8(masked.into_owned()).expect("text stays text")
    }

    #[test]
    fn every_shape_in_which_a_homey_repeats_the_value() {
        for (json, want) in [
            // The list and the single variable, known by name, by id, by the key of the map.
            (
                r#"{"x":{"id":"x","name":"accesstoken","type":"string","value":"T"},"y":{"id":"y","name":"n","value":"y"}}"#,
                r#"{"x":{"id":"x","name":"accesstoken","type":"string","value":"***"},"y":{"id":"y","name":"n","value":"y"}}"#,
            ),
            (
                r#"{"value" : "T", "id":"0f3ba1c2-77aa-4d0c-9001-5d0c00000001","name":"renamed"}"#,
                r#"{"value" : "***", "id":"0f3ba1c2-77aa-4d0c-9001-5d0c00000001","name":"renamed"}"#,
            ),
            (
                r#"{"0f3ba1c2-77aa-4d0c-9001-5d0c00000001":{"value":"T"}}"#,
                r#"{"0f3ba1c2-77aa-4d0c-9001-5d0c00000001":{"value":"***"}}"#,
            ),
            // As some caches keep them: in a list, and below other things.
            (
                r#"{"state":{"variables":[{"name":"accesstoken","value":"T","old":["T",1.0],"n":7}]}}"#,
                r#"{"state":{"variables":[{"name":"accesstoken","value":"***","old":["***",1.0],"n":7}]}}"#,
            ),
            // Flow tokens: newer Homeys, older ones, and the value alone under its id.
            (
                r#"[{"id":"homey:manager:logic:0f3ba1c2-77aa-4d0c-9001-5d0c00000001","ownerUri":"homey:manager:logic","title":"t","example":"T"}]"#,
                r#"[{"id":"homey:manager:logic:0f3ba1c2-77aa-4d0c-9001-5d0c00000001","ownerUri":"homey:manager:logic","title":"t","example":"***"}]"#,
            ),
            (
                r#"[{"uri":"homey:manager:logic","id":"0f3ba1c2-77aa-4d0c-9001-5d0c00000001","title":"t","value":"T","uriObj":{"id":"logic","name":"Logic"}}]"#,
                r#"[{"uri":"homey:manager:logic","id":"0f3ba1c2-77aa-4d0c-9001-5d0c00000001","title":"t","value":"***","uriObj":{"id":"logic","name":"Logic"}}]"#,
            ),
            (
                r#"{"usedTokens":{"homey:manager:logic|0f3ba1c2-77aa-4d0c-9001-5d0c00000001":"T"}}"#,
                r#"{"usedTokens":{"homey:manager:logic|0f3ba1c2-77aa-4d0c-9001-5d0c00000001":"***"}}"#,
            ),
            (
                r#"{"tokens":{"accesstoken":"T","other":"o"}}"#,
                r#"{"tokens":{"accesstoken":"***","other":"o"}}"#,
            ),
            // Logs.
            (
                r#"[{"uri":"homey:manager:logic","id":"0f3ba1c2-77aa-4d0c-9001-5d0c00000001","lastValue":"T","decimals":2}]"#,
                r#"[{"uri":"homey:manager:logic","id":"0f3ba1c2-77aa-4d0c-9001-5d0c00000001","lastValue":"***","decimals":2}]"#,
            ),
            // Written in another way, or twice.
            (
                r#"{"\u006eame":"access\u0074oken","\u0076alue":"T","value":"U"}"#,
                r#"{"\u006eame":"access\u0074oken","\u0076alue":"***","value":"***"}"#,
            ),
            (r#"{"name":"accesstoken","value":null}"#, r#"{"name":"accesstoken","value":null}"#),
            // Others are as they were, to the last blank and digit.
            (
                "{ \"id\" : \"y\", \"name\":\"accesstoken2\", \"value\": 1.50 }\n",
                "{ \"id\" : \"y\", \"name\":\"accesstoken2\", \"value\": 1.50 }\n",
            ),
            (r#""T""#, r#""T""#),
            ("", ""),
        ] {
            assert_eq!(masked(json, false), want);
        }
        for (json, want) in [
            (r#""T""#, r#""***""#),
            (r#"{"type":"string","value":"T"}"#, r#"{"type":"string","value":"***"}"#),
            (r#"{"values":[{"t":"2026","v":"T"}]}"#, r#"{"values":[{"t":"***","v":"***"}]}"#),
            ("null", "null"),
        ] {
            assert_eq!(masked(json, true), want, "about that variable alone");
        }
    }

    #[test]
    fn a_variable_that_was_seen_once_is_known_under_every_name() {
        let variables = TokenVariables::named(["accesstoken"]);
        let list = r#"[{"ref":"v1","value":"T"},{"id":"v1","name":"accesstoken","value":"T"}]"#;
        let masked = variables.mask_json(list.as_bytes(), false).expect("JSON");
        assert_eq!(
            *masked,
            *br#"[{"ref":"v1","value":"***"},{"id":"v1","name":"accesstoken","value":"***"}]"#
        );
        let renamed = variables.mask_json(br#"{"id":"v1","name":"n","value":"T"}"#, false);
        assert_eq!(*renamed.expect("JSON"), *br#"{"id":"v1","name":"n","value":"***"}"#);
        assert!(variables.clone().contains("v1", "n"), "clones share it");
        assert!(!variables.contains("v2", "n"));
    }

    #[test]
    fn a_path_that_names_it_is_recognised() {
        let variables = TokenVariables::named(["accesstoken"]);
        variables.add_id(ID);
        for (text, want) in [
            (format!("/api/manager/logic/variable/{ID}"), true),
            (
                format!("/api/manager/flowtoken/flowtoken/homey%3Amanager%3Alogic%7C{ID}/value"),
                true,
            ),
            (format!("/api/manager/logic/variable/{}", ID.replace('-', "%2D")), true),
            (format!(r#"{{"id":"{ID}"}}"#), true),
            ("/api/manager/logic/variable/accesstoken".to_owned(), true),
            ("/api/manager/logic/variable".to_owned(), false),
            (format!("/api/manager/logic/variable/{}", ID.replace('1', "2")), false),
        ] {
            assert_eq!(variables.are_named_in(&text), want, "{text}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_an_error() {
        let variables = TokenVariables::named(["accesstoken"]);
        let deep = format!("{}{}", "[".repeat(100), "]".repeat(100));
        for json in ["{", "no JSON", r#"{"value":"T""#, &deep] {
            assert_eq!(variables.mask_json(json.as_bytes(), true), Err(UnreadableJson), "{json}");
        }
        let cut = br#"{"name":"accesstoken","value":"T""#;
        assert_eq!(variables.mask_json(cut, false), Err(UnreadableJson));
        assert_eq!(variables.mask_json(b"\"\xff\"", false), Err(UnreadableJson));
        assert!(
            TokenVariables::default().mask_json(b"{", false).is_ok(),
            "there is nothing to mask"
        );
    }
}
