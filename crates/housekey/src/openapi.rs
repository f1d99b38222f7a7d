//! The catalogue as an OpenAPI 3.1 document, for other tools.

mod operation;
mod schema;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use self::schema::BEARER;
use crate::catalogue::{self, AnswerType, Dialect};

/// The document of every operation that Homeys of a dialect have.
///
/// Operation ids, parameter names and scopes are those of the catalogue; scopes stand as roles of the
/// bearer token, which OpenAPI allows since 3.1. Where the catalogue knows no type or no answer the
/// document says none: it refuses nothing that a Homey may take.
///
/// ```
/// use housekey::catalogue::Dialect;
/// let document = housekey::openapi::document(Dialect::Local);
/// assert_eq!(document["openapi"], "3.1.0");
/// ```
pub fn document(dialect: Dialect) -> Value {
    let (mut paths, mut managers, mut items) = (Map::new(), BTreeSet::new(), BTreeSet::new());
    for operation in catalogue::operations() {
        let Some(variant) = operation.on(dialect) else { continue };
        managers.insert(operation.manager);
        if let Some(AnswerType::One(item) | AnswerType::Map(item) | AnswerType::List(item)) =
            variant.answer
        {
            items.insert(item);
        }
        // No dialect has two operations of the same method and path; the catalogue's tests see to it.
        paths.entry(template(variant.path)).or_insert_with(|| json!({}))
            [variant.method.as_str().to_lowercase()] = operation::described(operation, variant);
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": format!("Homey Web API, dialect {dialect}"),
            "summary": "Made from housekey's catalogue of operations",
            "description": of_dialect(dialect),
            "version": env!("CARGO_PKG_VERSION"),
        },
        "servers": [{
            "url": "{address}",
            "variables": { "address": {
                "default": address(dialect),
                "description": "Where the Homey answers, or a gateway in front of it",
            } },
        }],
        "security": [{ BEARER: [] }],
        "tags": managers.iter().map(|name| json!({ "name": name })).collect::<Vec<_>>(),
        "paths": paths,
        "components": {
            "securitySchemes": { BEARER: {
                "type": "http",
                "scheme": "bearer",
                "description": "A session token, which lives for a day, or an API key. The roles of an \
                                operation are the scopes it needs; a scope contains those below it.",
            } },
            "responses": { "Refused": {
                "description": "Refused; not every refusal is JSON",
                "content": { "application/json": { "schema": schema::refusal(dialect) } },
            } },
            "schemas": items.into_iter().map(schema::item).collect::<Map<_, _>>(),
        },
    })
}

/// `/device/:id` as `/device/{id}`.
fn template(path: &str) -> String {
    let segment = |segment: &str| match segment.strip_prefix(':') {
        Some(name) => format!("{{{name}}}"),
        None => segment.to_owned(),
    };
    path.split('/').map(segment).collect::<Vec<_>>().join("/")
}

fn of_dialect(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::V2 => "Hubs of 2016 to 2019, with firmware 2 or later.",
        Dialect::Local => "Homey Pro of 2023 and later, and the self-hosted server.",
        Dialect::Cloud => "Homey Cloud.",
    }
}

/// An address of the usual form; the values in it are made up.
fn address(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::V2 | Dialect::Local => "http://192.0.2.7",
        Dialect::Cloud => "https://0123456789abcdef01234567.connect.athom.com",
    }
}
