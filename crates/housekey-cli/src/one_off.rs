//! What the environment gives for one-off use, without a store.

use housekey::Secret;
use housekey::auth::check_foreign;
use serde_json::{Value, json};

use crate::address::HomeyAddress;
use crate::env::{self, Env};
use crate::error::{Failure, Outcome};
use crate::typed;

/// What is used where no Homey is named.
#[derive(Debug)]
pub(crate) enum OneOff {
    /// `HOMEY_ADDRESS` and `HOMEY_TOKEN`.
    Homey { address: HomeyAddress, token: Secret },
    /// `HOMEY_PAT`.
    Account { token: Secret },
}

impl OneOff {
    /// As the variables say; `None` where they say nothing.
    ///
    /// # Errors
    /// Usage, where only half of it is given, or a token that no Homey takes.
    pub(crate) fn of(env: &Env) -> Outcome<Option<Self>> {
        let token = |variable: &env::Variable| {
            let given = env.secret(variable)?;
            given.map(|given| typed::token(&given, variable.name)).transpose()
        };
        match (env.homey_address(&env::HOMEY_ADDRESS)?, token(&env::HOMEY_TOKEN)?) {
            (Some(address), Some(token)) => {
                known_kind(&token, env::HOMEY_TOKEN.name)?;
                Ok(Some(Self::Homey { address, token }))
            }
            (Some(_), None) => Err(half(env::HOMEY_ADDRESS.name, env::HOMEY_TOKEN.name)),
            (None, Some(_)) => Err(half(env::HOMEY_TOKEN.name, env::HOMEY_ADDRESS.name)),
            (None, None) => Ok(token(&env::HOMEY_PAT)?.map(|token| Self::Account { token })),
        }
    }

    /// For people, without the token.
    pub(crate) fn words(&self) -> String {
        match self {
            Self::Homey { address, .. } => format!(
                "HOMEY_ADDRESS and HOMEY_TOKEN are set: where no Homey is named, the one at {address} is used."
            ),
            Self::Account { .. } => {
                "HOMEY_PAT is set: unless a stored Homey is named, one of its account \
                                     is used."
                    .to_owned()
            }
        }
    }

    /// For programs, without the token.
    pub(crate) fn value(&self) -> Value {
        match self {
            Self::Homey { address, .. } => {
                json!({ "kind": "homey", "address": address.to_string() })
            }
            Self::Account { token } => {
                json!({ "kind": "personal-access-token", "opens_homeys": check_foreign(token).is_ok() })
            }
        }
    }
}

/// The failure for a token of the kind that opens no Homey, where it was given.
///
/// # Errors
/// Usage.
pub(crate) fn known_kind(token: &Secret, variable: &str) -> Outcome {
    check_foreign(token).map_err(|error| {
        let failure = Failure::from(error);
        let other = failure.lines().find(|(kind, _)| *kind == "hint:").map(|(_, hint)| hint);
        let hint = format!("{}; and unset {variable}", other.unwrap_or_default());
        failure.hint(hint)
    })
}

fn half(set: &str, missing: &str) -> Failure {
    Failure::usage(format!("{set} is set, {missing} is not"))
        .hint(format!("set {missing} as well, or unset {set} to use a stored Homey"))
}
