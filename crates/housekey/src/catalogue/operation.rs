//! An operation: its variants on the three dialects, its parameters and its answer.

use std::fmt;

/// The language one generation of Homeys speaks.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Dialect {
    /// Hubs of 2016 to 2019 with firmware 2 or later.
    V2,
    /// Homey Pro of 2023 and later, and the self-hosted server.
    Local,
    /// Homey Cloud.
    Cloud,
}

impl Dialect {
    /// All dialects, oldest first.
    pub const ALL: [Self; 3] = [Self::V2, Self::Local, Self::Cloud];

    /// The word used in settings and on the command line: `v2`, `local` or `cloud`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::V2 => "v2",
            Self::Local => "local",
            Self::Cloud => "cloud",
        }
    }
}

impl fmt::Display for Dialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl std::str::FromStr for Dialect {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|dialect| dialect.as_str() == text)
            .ok_or_else(|| format!("`{text}` is no dialect: v2, local or cloud"))
    }
}

/// A set of dialects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dialects(u8);

impl Dialects {
    /// The set of those listed.
    pub const fn of(list: &[Dialect]) -> Self {
        let mut bits = 0;
        let mut i = 0;
        while i < list.len() {
            bits |= 1 << list[i] as u8;
            i += 1;
        }
        Self(bits)
    }

    /// Whether the dialect is in the set.
    pub const fn contains(self, dialect: Dialect) -> bool {
        self.0 & (1 << dialect as u8) != 0
    }

    /// The members, oldest first.
    pub fn iter(self) -> impl Iterator<Item = Dialect> {
        Dialect::ALL.into_iter().filter(move |dialect| self.contains(*dialect))
    }
}

/// An HTTP method that operations use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Method {
    /// Reads.
    Get,
    /// Creates, or does something.
    Post,
    /// Changes.
    Put,
    /// Removes.
    Delete,
}

impl Method {
    /// The word on the request line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Delete => "DELETE",
        }
    }

    /// The method of that word; `None` for one that no operation uses, such as `HEAD`.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Get, Self::Post, Self::Put, Self::Delete]
            .into_iter()
            .find(|method| method.as_str() == word)
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One call of the API, under the vendor's own name.
#[derive(Debug, PartialEq, Eq)]
pub struct Operation {
    /// The manager as it stands in paths and URIs: `devices`, `google-assistant`. `account` for
    /// operations of the cloud.
    pub manager: &'static str,
    /// `manager.operation` as the vendor's client names it: `devices.getDevices`,
    /// `googleAssistant.getOptionEnabled`.
    pub id: &'static str,
    /// The operation's own name, which the socket uses: `getDevices`.
    pub name: &'static str,
    /// Where and how it is called; each dialect is in one variant at most. Operations of the cloud
    /// have one, without dialects.
    pub variants: &'static [Variant],
}

impl Operation {
    /// How the operation is called on a dialect; `None` where that dialect does not have it.
    pub fn on(&self, dialect: Dialect) -> Option<&'static Variant> {
        self.variants.iter().find(|variant| variant.dialects.contains(dialect))
    }
}

/// How an operation is called on the dialects that agree about it.
#[derive(Debug, PartialEq, Eq)]
pub struct Variant {
    /// The dialects.
    pub dialects: Dialects,
    /// The HTTP method.
    pub method: Method,
    /// The whole path without a trailing slash, parameters as `:name`:
    /// `/api/manager/devices/device/:id`. Homeys accept a trailing slash as well.
    pub path: &'static str,
    /// The scopes that the specification lists; all are needed. Empty: none is listed, which still
    /// wants a session unless the variant is `open`.
    pub scopes: &'static [&'static str],
    /// The parameters, in the order path, query, body.
    pub parameters: &'static [Parameter],
    /// The type of the answer, where the vendor declares it (for V2 firmware) or the item is known.
    pub answer: Option<AnswerType>,
    /// Its effect on which item; caches, mirrors and the emulator use it.
    pub access: Option<ItemAccess>,
    /// Whether the vendor marks it as not meant for others.
    pub private: bool,
    /// Whether it answers without a session: `system.ping` and `users.login` certainly,
    /// `users.loginLocal` by inference.
    pub open: bool,
    /// Whether the Homey reads the answer from its disk, so that only one such request should run at a
    /// time: insights, as measured on hubs of 2016 to 2019.
    pub slow: bool,
}

impl Variant {
    /// The names in the path, in its order.
    pub fn path_names(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.path.split('/').filter_map(|segment| segment.strip_prefix(':'))
    }
}

/// One argument.
#[derive(Debug, PartialEq, Eq)]
pub struct Parameter {
    /// Its name, the same on HTTP and on the socket.
    pub name: &'static str,
    /// Its place in HTTP.
    pub place: Place,
    /// Whether a call without it is refused; always so for a segment of the path.
    pub required: bool,
    /// The types it may have; empty where the specification gives none, so anything goes.
    pub kinds: &'static [ValueType],
    /// Known keys of an object; others are possible.
    pub properties: &'static [Property],
}

/// A known key of an object parameter.
#[derive(Debug, PartialEq, Eq)]
pub struct Property {
    /// The key.
    pub name: &'static str,
    /// The types it may have; empty: any.
    pub kinds: &'static [ValueType],
}

/// The place of a parameter in HTTP.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// A segment of the path.
    Path,
    /// The query.
    Query,
    /// The value itself is the body.
    Root,
    /// A key of the body object.
    Field,
    /// A part of a form.
    Form,
}

/// A JSON type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ValueType {
    /// Text.
    String,
    /// A number.
    Number,
    /// `true` or `false`.
    Boolean,
    /// An object.
    Object,
    /// An array.
    Array,
}

impl ValueType {
    /// The word used in the catalogue and in error texts.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::String => "string",
            Self::Number => "number",
            Self::Boolean => "boolean",
            Self::Object => "object",
            Self::Array => "array",
        }
    }

    /// The word with its article, for sentences.
    pub const fn with_article(self) -> &'static str {
        match self {
            Self::String => "a string",
            Self::Number => "a number",
            Self::Boolean => "a boolean",
            Self::Object => "an object",
            Self::Array => "an array",
        }
    }

    /// The type of a value; `None` for `null`.
    pub const fn of(value: &serde_json::Value) -> Option<Self> {
        use serde_json::Value;
        match value {
            Value::Null => None,
            Value::Bool(_) => Some(Self::Boolean),
            Value::Number(_) => Some(Self::Number),
            Value::String(_) => Some(Self::String),
            Value::Array(_) => Some(Self::Array),
            Value::Object(_) => Some(Self::Object),
        }
    }
}

/// The type of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnswerType {
    /// One item of that type.
    One(&'static str),
    /// An object of such items, by id.
    Map(&'static str),
    /// An array of such items.
    List(&'static str),
    /// Another shape in the words of the catalogue file: `string`, `object key:type key:type`.
    Shape(&'static str),
}

/// The effect of an operation on an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ItemAccess {
    /// Reads one.
    GetOne(&'static str),
    /// Reads all.
    GetAll(&'static str),
    /// Makes one.
    CreateOne(&'static str),
    /// Changes one.
    UpdateOne(&'static str),
    /// Removes one.
    DeleteOne(&'static str),
}
