//! Finds the handler of an operation.

use std::collections::HashMap;
use std::sync::LazyLock;

use housekey::catalogue::Operation;
use serde_json::{Map, Value};

use super::call::{Answer, Call, Handler, Handlers, HubError};
use crate::state::Home;

const MANAGERS: &[Handlers] = &[
    super::absent::HANDLERS,
    super::advanced_flows::HANDLERS,
    super::alarms::HANDLERS,
    super::apps::HANDLERS,
    super::dashboards::HANDLERS,
    super::devices::HANDLERS,
    super::drivers::HANDLERS,
    super::energy::HANDLERS,
    super::experiments::HANDLERS,
    super::flow_cards::HANDLERS,
    super::flow_run::HANDLERS,
    super::flow_tokens::HANDLERS,
    super::flows::HANDLERS,
    super::groups::HANDLERS,
    super::images::HANDLERS,
    super::insights::HANDLERS,
    super::keys::HANDLERS,
    super::ledring::HANDLERS,
    super::logic::HANDLERS,
    super::moods::HANDLERS,
    super::notifications::HANDLERS,
    super::presence::HANDLERS,
    super::prices::HANDLERS,
    super::radio::HANDLERS,
    super::services::HANDLERS,
    super::sessions::HANDLERS,
    super::signals::HANDLERS,
    super::system::HANDLERS,
    super::thread::HANDLERS,
    super::users::HANDLERS,
    super::weather::HANDLERS,
    super::zones::HANDLERS,
];

static BY_ID: LazyLock<HashMap<&'static str, Handler>> =
    LazyLock::new(|| MANAGERS.iter().flat_map(|handlers| handlers.iter().copied()).collect());

/// The handler of an operation; an operation without one is not modelled.
pub(crate) fn handler(operation: &'static Operation) -> Result<Handler, HubError> {
    BY_ID
        .get(operation.id)
        .copied()
        .or_else(|| super::options::handler(operation))
        .or_else(|| super::states::handler(operation))
        .or_else(|| super::absent::handler(operation))
        .ok_or(HubError::NotModelled(operation.id))
}

/// Reads an item through its getter, as a call without a session.
pub(super) fn read_item(
    home: &mut Home,
    operation: &'static Operation,
    id: &str,
) -> Option<Answer> {
    let call = Call {
        operation,
        arguments: Map::from_iter([("id".to_owned(), Value::from(id))]),
        session: None,
        now: home.now,
        verify: &|_| None,
    };
    handler(operation).ok()?(home, &call).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_handler_is_of_an_operation_and_no_operation_has_two() {
        let listed: usize = MANAGERS.iter().map(|handlers| handlers.len()).sum();
        assert_eq!(BY_ID.len(), listed);
        for id in BY_ID.keys() {
            assert!(housekey::catalogue::find(id).is_some(), "{id} is in the catalogue");
        }
    }
}
