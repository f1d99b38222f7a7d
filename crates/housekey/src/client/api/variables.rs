//! Creating variables from name and value.

use serde_json::{Value, json};

use super::ManagerLogic;
use crate::catalogue::ValueType;
use crate::client::Call;
use crate::model::Variable;

impl<'a> ManagerLogic<'a> {
    /// Creates a variable of the value's type: a text, a number or a boolean.
    pub fn add_variable(self, name: &str, value: impl Into<Value>) -> Call<'a, Variable> {
        let value = value.into();
        let kind = ValueType::of(&value).map_or("null", ValueType::as_str);
        self.create_variable(json!({ "name": name, "type": kind, "value": value }))
    }
}
