//! The body of a request.

use serde_json::{Map, Value};

use super::{Arguments, check::given, path::text};
use crate::catalogue::{Method, Place, Variant};

/// The body of a request. It may hold passwords and tokens, so it has no `Debug`.
#[derive(Clone, PartialEq)]
pub enum Body {
    /// A JSON value.
    Json(Value),
    /// The parts of a form, as `multipart/form-data`.
    Form(Vec<(&'static str, String)>),
}

/// The body for these arguments. Without any, `POST` and `PUT` send `{}`, as the vendor's client
/// does.
pub(super) fn of(variant: &'static Variant, arguments: &Arguments) -> Option<Body> {
    if matches!(variant.method, Method::Get | Method::Delete) {
        return None;
    }
    let mut fields = Map::new();
    let mut parts = Vec::new();
    for parameter in variant.parameters {
        let Some(value) = given(parameter, arguments) else { continue };
        match parameter.place {
            Place::Path | Place::Query => {}
            Place::Root => return Some(Body::Json(value.clone())),
            Place::Field => {
                fields.insert(parameter.name.to_owned(), value.clone());
            }
            Place::Form => parts.push((parameter.name, text(value).into_owned())),
        }
    }
    Some(if parts.is_empty() { Body::Json(Value::Object(fields)) } else { Body::Form(parts) })
}
