//! A token in a logic variable on the Homey itself, where the legacy script kept it.

use housekey::model::{ValueKind, Variable};
use housekey::redaction::TokenVariables;
use housekey::{Homey, Secret};
use serde_json::json;

use super::delivery::{Delivery, SinkError};

/// Makes sure that a variable of that name could hold a token.
pub(super) async fn check(
    homey: &Homey,
    name: &str,
    known: &TokenVariables,
) -> Result<(), SinkError> {
    find(homey, name, known).await.map(drop)
}

/// Creates it if it is missing, and writes it only if its value differs. Its id is recorded before the
/// token is in it, so that its value is redacted whatever its name is by then.
pub(super) async fn give(
    homey: &Homey,
    name: &str,
    token: &Secret,
    known: &TokenVariables,
) -> Result<Delivery, SinkError> {
    match find(homey, name, known).await? {
        None => {
            let made = homey.logic().add_variable(name, token.expose()).await?;
            known.add_id(&made.id);
        }
        Some(variable) if variable.value().as_str() == Some(token.expose()) => {
            return Ok(Delivery::HadIt);
        }
        Some(variable) => {
            let change = json!({ "name": name, "value": token.expose() });
            homey.logic().update_variable(&variable.id, change).await?;
        }
    }
    Ok(Delivery::Given)
}

async fn find(
    homey: &Homey,
    name: &str,
    known: &TokenVariables,
) -> Result<Option<Variable>, SinkError> {
    let mut found = homey.logic().get_variables().await?;
    found.retain(|variable| variable.name.text() == Some(name));
    found.iter().for_each(|variable| known.add_id(&variable.id));
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

#[cfg(test)]
mod tests {
    use housekey::http::Http;
    use housekey_emulator::Emulator;

    use super::*;

    const NAME: &str = "accesstoken";

    async fn homey() -> (Emulator, Homey) {
        let world = Emulator::builder().start().await.unwrap();
        let facts = world.facts();
        let key = Secret::new(facts.api_key);
        let homey = Homey::at(facts.homey_url.parse().unwrap(), key, Http::new().unwrap()).await;
        (world, homey.unwrap())
    }

    #[tokio::test]
    async fn it_is_made_as_a_text_and_written_only_when_it_holds_something_else() {
        let (world, homey) = homey().await;
        let (one, two) = (Secret::new("one"), Secret::new("two"));
        let known = TokenVariables::named([NAME]);
        for (token, want) in [
            (&one, Delivery::Given),
            (&one, Delivery::HadIt),
            (&two, Delivery::Given),
            (&two, Delivery::HadIt),
        ] {
            assert_eq!(give(&homey, NAME, token, &known).await.unwrap(), want);
            let variable = find(&homey, NAME, &known).await.unwrap().unwrap();
            assert!(known.contains(&variable.id, "renamed"));
            assert_eq!(variable.kind(), Some(ValueKind::String));
            assert_eq!(variable.value().as_str(), Some(token.expose()));
        }
        let writes = (world.calls("logic.createVariable"), world.calls("logic.updateVariable"));
        assert_eq!(writes, (1, 1), "nothing is written again");
    }

    #[tokio::test]
    async fn one_that_cannot_hold_it_or_is_there_twice_is_left_alone() {
        let (world, homey) = homey().await;
        let logic = homey.logic();
        logic.add_variable("number", 3.0).await.unwrap();
        logic.add_variable("twice", "a").await.unwrap();
        logic.add_variable("twice", "b").await.unwrap();
        let token = Secret::new("one");
        let known = TokenVariables::default();
        for (name, want) in [("number", "number"), ("twice", "2")] {
            for error in [
                check(&homey, name, &known).await.unwrap_err(),
                give(&homey, name, &token, &known).await.unwrap_err(),
            ] {
                assert!(error.to_string().contains(want), "{name}: {error}");
            }
        }
        assert_eq!(world.calls("logic.updateVariable"), 0);
        check(&homey, "not there yet", &known).await.unwrap();
    }
}
