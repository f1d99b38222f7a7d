//! The arguments of an operation.

use std::fmt;

use serde_json::{Map, Value};

/// Arguments by name, in the order they were given; made by [`args!`](crate::args).
#[derive(Clone, Default, PartialEq)]
pub struct Arguments(Map<String, Value>);

impl Arguments {
    /// No arguments.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds an argument, or replaces its value.
    pub fn set(&mut self, name: impl Into<String>, value: impl Into<Value>) {
        self.0.insert(name.into(), value.into());
    }

    /// The value of an argument; JSON `null` is a value.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// All of them, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }
}

impl From<Map<String, Value>> for Arguments {
    fn from(map: Map<String, Value>) -> Self {
        Self(map)
    }
}

impl<N: Into<String>, V: Into<Value>> FromIterator<(N, V)> for Arguments {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(pairs: I) -> Self {
        Self(pairs.into_iter().map(|(name, value)| (name.into(), value.into())).collect())
    }
}

/// Shows only the names: a value may be a password.
impl fmt::Debug for Arguments {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.keys()).finish()
    }
}

/// Makes [`Arguments`]; values are anything that converts into a `serde_json::Value`.
///
/// ```
/// let arguments = housekey::args! { "deviceId" => "d1", "capabilityId" => "dim", "value" => 0.5 };
/// assert_eq!(arguments.get("value"), Some(&serde_json::json!(0.5)));
/// ```
#[macro_export]
macro_rules! args {
    () => { $crate::request::Arguments::new() };
    ($($name:expr => $value:expr),+ $(,)?) => {{
        let mut arguments = $crate::request::Arguments::new();
        $(arguments.set($name, $value);)+
        arguments
    }};
}
