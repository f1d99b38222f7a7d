//! A token in a logic variable on the Homey itself, as the timed flow of old kept it.

use housekey::model::{ValueKind, Variable};
use housekey::{Homey, Secret};
use serde_json::json;

use super::{Delivery, SinkError};

/// Makes sure that a variable of that name could hold a token.
pub(super) async fn check(homey: &Homey, name: &str) -> Result<(), SinkError> {
    find(homey, name).await.map(drop)
}

/// Makes it if it is missing, and writes it only if it holds something else.
pub(super) async fn give(homey: &Homey, name: &str, token: &Secret) -> Result<Delivery, SinkError> {
    match find(homey, name).await? {
        None => {
            homey.logic().create_variable(name, token.expose()).await?;
        }
        Some(variable) if variable.value().as_str() == Some(token.expose()) => {
            return Ok(Delivery::HadIt);
        }
        Some(variable) => {
            let change = json!({ "name": variable.name, "value": token.expose() });
            homey.logic().update_variable(&variable.id, change).await?;
        }
    }
    Ok(Delivery::Given)
}

async fn find(homey: &Homey, name: &str) -> Result<Option<Variable>, SinkError> {
    let mut found = homey.logic().get_variables().await?;
    found.retain(|variable| variable.name == name);
    let name = name.to_owned();
    match (found.len(), found.pop()) {
        (count @ 2.., _) => Err(SinkError::Several { name, count }),
        (_, Some(variable)) => match variable.kind() {
            Some(ValueKind::String) | None => Ok(Some(variable)),
            Some(_) => {
                let found = variable.kind.text().unwrap_or_default().to_owned();
                Err(SinkError::Mistyped { name, found })
            }
        },
        (_, None) => Ok(None),
    }
}
