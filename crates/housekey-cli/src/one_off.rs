//! What the environment gives for one-off use, as it is shown.

use housekey::auth::check_foreign;
use housekey::config::OneOff;
use serde_json::{Value, json};

/// For people, without the token.
pub(crate) fn words(one_off: &OneOff) -> String {
    match one_off {
        OneOff::Homey { address, .. } => format!(
            "HOMEY_ADDRESS and HOMEY_TOKEN are set: where no Homey is named, the one at {address} is used."
        ),
        OneOff::Account { .. } => {
            "HOMEY_PAT is set: unless a stored Homey is named, one of its account \
                                 is used."
                .to_owned()
        }
    }
}

/// For programs, without the token.
pub(crate) fn value(one_off: &OneOff) -> Value {
    match one_off {
        OneOff::Homey { address, .. } => {
            json!({ "kind": "homey", "address": address.to_string() })
        }
        OneOff::Account { token } => {
            json!({ "kind": "personal-access-token", "opens_homeys": check_foreign(token).is_ok() })
        }
    }
}
