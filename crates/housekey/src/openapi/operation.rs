//! One operation in OpenAPI.

use serde_json::{Map, Value, json};

use super::schema::{self, BEARER};
use crate::catalogue::{AnswerType, Operation, Parameter, Place, ValueType, Variant};

/// The operation object of a variant.
pub(super) fn described(operation: &Operation, variant: &Variant) -> Value {
    let mut object = json!({
        "operationId": operation.id,
        "tags": [operation.manager],
        "description": description(variant),
    });
    let parameters: Vec<Value> = variant.parameters.iter().filter_map(parameter).collect();
    if !parameters.is_empty() {
        object["parameters"] = json!(parameters);
    }
    if let Some(body) = body(variant) {
        object["requestBody"] = body;
    }
    object["responses"] = responses(variant);
    if variant.open {
        object["security"] = json!([]);
    } else if !variant.scopes.is_empty() {
        object["security"] = json!([{ BEARER: variant.scopes }]);
    }
    if variant.private {
        object["x-internal"] = json!(true);
    }
    object
}

fn description(variant: &Variant) -> String {
    let needs = match variant.scopes {
        _ if variant.open => "Needs no session.".to_owned(),
        [] => "Needs a session; no scope is listed.".to_owned(),
        [scope] => format!("Needs the scope `{scope}`."),
        scopes => format!("Needs the scopes `{}`.", scopes.join("`, `")),
    };
    match variant.private {
        true => needs + " The vendor does not mean it for others.",
        false => needs,
    }
}

/// A parameter of path or query; those of the body are not parameters to OpenAPI.
fn parameter(parameter: &Parameter) -> Option<Value> {
    let place = match parameter.place {
        Place::Path => "path",
        Place::Query => "query",
        Place::Root | Place::Field | Place::Form => return None,
    };
    let mut object = json!({
        "name": parameter.name,
        "in": place,
        "required": parameter.required,
        "schema": schema::of_parameter(parameter),
    });
    // Objects in a query are written in brackets: `args[name]=value`.
    if parameter.place == Place::Query && parameter.kinds.contains(&ValueType::Object) {
        object["style"] = json!("deepObject");
        object["explode"] = json!(true);
    }
    Some(object)
}

fn body(variant: &Variant) -> Option<Value> {
    let of = |place| variant.parameters.iter().filter(move |p| p.place == place);
    let (kind, schema, required) = if let Some(root) = of(Place::Root).next() {
        let mut schema = schema::of_parameter(root);
        schema["title"] = json!(root.name);
        ("application/json", schema, root.required)
    } else {
        let (kind, place) = match of(Place::Form).next() {
            Some(_) => ("multipart/form-data", Place::Form),
            None => ("application/json", Place::Field),
        };
        of(place).next()?;
        let properties: Map<String, Value> =
            of(place).map(|p| (p.name.to_owned(), schema::of_parameter(p))).collect();
        let mut schema = json!({ "type": "object", "properties": properties });
        let required: Vec<&str> = of(place).filter(|p| p.required).map(|p| p.name).collect();
        if !required.is_empty() {
            schema["required"] = json!(required);
        }
        (kind, schema, !required.is_empty())
    };
    Some(json!({ "required": required, "content": { kind: { "schema": schema } } }))
}

fn responses(variant: &Variant) -> Value {
    let schema = match variant.answer {
        Some(AnswerType::One(item)) => Some(schema::reference(item)),
        Some(AnswerType::Map(item)) => {
            Some(json!({ "type": "object", "additionalProperties": schema::reference(item) }))
        }
        Some(AnswerType::List(item)) => {
            Some(json!({ "type": "array", "items": schema::reference(item) }))
        }
        Some(AnswerType::Shape(shape)) => Some(schema::of_shape(shape)),
        None => None,
    };
    let (status, done) = match schema {
        Some(schema) => (
            "200",
            json!({ "description": "Done", "content": { "application/json": { "schema": schema } } }),
        ),
        // Whether it is 200 with something or 204 is known of few operations.
        None => ("2XX", json!({ "description": "Done; what it answers is not known" })),
    };
    json!({ status: done, "default": { "$ref": "#/components/responses/Refused" } })
}
