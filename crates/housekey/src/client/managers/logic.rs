//! The manager `logic`.

use serde_json::{Value, json};

use crate::catalogue::Kind;
use crate::error::Error;
use crate::model::Variable;
use crate::{Homey, args};

/// Variables that flows read and write.
///
/// ```no_run
/// # async fn example(homey: housekey::Homey) -> Result<(), housekey::Error> {
/// use serde_json::json;
/// let night = homey.logic().create_variable("night", true).await?;
/// homey.logic().update_variable(&night.id, json!({ "value": false })).await?;
/// # Ok(()) }
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Logic<'a>(pub(super) &'a Homey);

impl Logic<'_> {
    /// All variables.
    pub async fn get_variables(self) -> Result<Vec<Variable>, Error> {
        self.0.items("logic.getVariables", &args! {}).await
    }

    /// One variable.
    pub async fn get_variable(self, id: &str) -> Result<Variable, Error> {
        self.0.call_as("logic.getVariable", &args! { "id" => id }).await
    }

    /// Makes a variable of the value's type: text, a number or a boolean.
    pub async fn create_variable(
        self,
        name: &str,
        value: impl Into<Value>,
    ) -> Result<Variable, Error> {
        let value = value.into();
        let kind = Kind::of(&value).map_or("null", Kind::as_str);
        let variable = json!({ "name": name, "type": kind, "value": value });
        self.0.call_as("logic.createVariable", &args! { "variable" => variable }).await
    }

    /// Changes a variable. Keys: `name`, `value`; a variable keeps its type, which
    /// [`Variable::check`] tells beforehand.
    pub async fn update_variable(self, id: &str, variable: Value) -> Result<Variable, Error> {
        let arguments = args! { "id" => id, "variable" => variable };
        self.0.call_as("logic.updateVariable", &arguments).await
    }

    /// Removes a variable.
    pub async fn delete_variable(self, id: &str) -> Result<(), Error> {
        self.0.act("logic.deleteVariable", &args! { "id" => id }).await
    }
}
