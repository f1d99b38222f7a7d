//! Global flow tokens: the values of devices and variables that any flow may use.

use housekey::catalogue::Dialect;
use serde_json::{Map, Value, json};

use super::call::{Handlers, HubError};
use super::owner;
use crate::state::Home;
use crate::state::token::Token;

pub(super) const HANDLERS: Handlers = &[
    ("flowtoken.getFlowTokens", |home, _| {
        let tokens = home.tokens();
        if home.dialect == Dialect::V2 {
            return Ok(tokens.iter().map(|token| old(home, token)).collect::<Value>().into());
        }
        let by_id: Map<String, Value> =
            tokens.iter().map(|token| (token.full_id(), new(token))).collect();
        Ok(Value::Object(by_id).into())
    }),
    ("flowtoken.getFlowToken", |home, call| {
        if home.dialect == Dialect::V2 {
            let full = format!("{}:{}", call.text("uri")?, call.text("id")?);
            return Ok(old(home, &find(home, &full)?).into());
        }
        Ok(new(&find(home, call.text("id")?)?).into())
    }),
    ("flowtoken.getFlowTokenValue", |home, call| {
        Ok(json!({ "value": find(home, call.text("id")?)?.value }).into())
    }),
];

fn find(home: &Home, full: &str) -> Result<Token, HubError> {
    home.token(full).ok_or_else(|| HubError::not_found("FlowToken", full))
}

fn old(home: &Home, token: &Token) -> Value {
    json!({
        "uri": token.owner_uri,
        "id": token.id,
        "title": token.title,
        "type": token.kind,
        "value": token.value,
        "uriObj": owner::view(home, &token.owner_uri, &token.owner_name),
    })
}

fn new(token: &Token) -> Value {
    json!({
        "id": token.full_id(),
        "ownerId": token.id,
        "ownerUri": token.owner_uri,
        "ownerName": token.owner_name,
        "type": token.kind,
        "title": token.title,
        "example": null,
    })
}
