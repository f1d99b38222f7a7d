//! The logic manager: variables.

use serde_json::{Value, json};

use super::call::{Answer, Answered, Call, Handlers, HubError, name_in, new_name, text_in};
use super::items;
use crate::state::variable::{Variable, VariableType};
use crate::state::{ChangeKind, Home};

pub(super) const HANDLERS: Handlers = &[
    ("logic.getVariables", |home, _| Ok(items::by_id(&home.variables, view))),
    ("logic.getVariable", |home, call| Ok(view(find(home, call.text("id")?)?).into())),
    ("logic.createVariable", create),
    ("logic.updateVariable", update),
    ("logic.deleteVariable", delete),
];

fn view(variable: &Variable) -> Value {
    json!({
        "id": variable.id,
        "name": variable.name,
        "type": variable.kind.as_str(),
        "value": variable.value,
    })
}

fn find<'a>(home: &'a Home, id: &str) -> Result<&'a Variable, HubError> {
    items::find(&home.variables, "Variable", id)
}

fn fitting(kind: VariableType, value: &Value) -> Result<Value, HubError> {
    if kind.takes(value) {
        return Ok(value.clone());
    }
    Err(HubError::invalid(format!("value should be a {}", kind.as_str())))
}

fn create(home: &mut Home, call: &Call<'_>) -> Answered {
    let body = call.object("variable")?;
    let missing = |key: &str| HubError::missing(format!("variable.{key}"));
    let name = new_name(body, "variable")?;
    let kind = text_in(body, "type")?.ok_or_else(|| missing("type"))?;
    let kind = VariableType::named(kind)
        .ok_or_else(|| HubError::invalid("type should be string, number or boolean"))?;
    let value = fitting(kind, body.get("value").ok_or_else(|| missing("value"))?)?;
    let id = items::new_id(home, body, "variable");
    let variable = Variable { id, name: name.to_owned(), kind, value };
    let answer = view(&variable);
    home.changed("logic", "variable", &variable.id, ChangeKind::Created);
    home.variables.insert(variable.id.clone(), variable);
    Ok(answer.into())
}

fn update(home: &mut Home, call: &Call<'_>) -> Answered {
    let (id, body) = (call.text("id")?, call.object("variable")?);
    let mut variable = find(home, id)?.clone();
    if let Some(name) = name_in(body, "name")? {
        variable.name = name.to_owned();
    }
    if let Some(value) = body.get("value") {
        variable.value = fitting(variable.kind, value)?;
    }
    let answer = view(&variable);
    let Variable { name, value, .. } = variable;
    if let Some(kept) = home.variables.get_mut(id).filter(|kept| kept.name != name) {
        kept.name = name;
        home.changed("logic", "variable", id, ChangeKind::Updated);
    }
    home.set_variable(id, value);
    Ok(answer.into())
}

fn delete(home: &mut Home, call: &Call<'_>) -> Answered {
    let id = call.text("id")?;
    find(home, id)?;
    home.variables.shift_remove(id);
    home.changed("logic", "variable", id, ChangeKind::Deleted);
    Ok(Answer::NOTHING)
}
