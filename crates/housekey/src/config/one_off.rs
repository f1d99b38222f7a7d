//! A Homey that the environment gives for one-off use, without a store.

use super::address::HomeyAddress;
use super::environment::{Environment, EnvironmentVariable, HOMEY_ADDRESS, HOMEY_PAT, HOMEY_TOKEN};
use crate::Secret;
use crate::auth::check_foreign;
use crate::error::ConfigError;

/// What is used where no Homey is named.
#[derive(Debug)]
pub enum OneOff {
    /// `HOMEY_ADDRESS` and `HOMEY_TOKEN`.
    Homey {
        /// The address of the Homey.
        address: HomeyAddress,
        /// The token that every request carries.
        token: Secret,
    },
    /// `HOMEY_PAT`.
    Account {
        /// The personal access token.
        token: Secret,
    },
}

impl OneOff {
    /// As the variables say; `None` where none is set.
    ///
    /// # Errors
    /// [`ConfigError::Half`] where only half of it is given, [`ConfigError::PublishesApps`] for a token
    /// that no Homey takes, and as [`Environment::token`].
    pub fn new(env: &Environment) -> Result<Option<Self>, ConfigError> {
        match (env.homey_address(&HOMEY_ADDRESS)?, env.token(&HOMEY_TOKEN)?) {
            (Some(address), Some(token)) => {
                Self::opens_homeys(&token, &HOMEY_TOKEN)?;
                Ok(Some(Self::Homey { address, token }))
            }
            (Some(_), None) => Err(half(&HOMEY_ADDRESS, &HOMEY_TOKEN)),
            (None, Some(_)) => Err(half(&HOMEY_TOKEN, &HOMEY_ADDRESS)),
            (None, None) => Ok(env.token(&HOMEY_PAT)?.map(|token| Self::Account { token })),
        }
    }

    /// Makes sure that the token of a variable is none of those that cannot open a Homey.
    ///
    /// # Errors
    /// [`ConfigError::PublishesApps`].
    pub fn opens_homeys(token: &Secret, variable: &EnvironmentVariable) -> Result<(), ConfigError> {
        check_foreign(token).map_err(|_| ConfigError::PublishesApps { variable: variable.name })
    }
}

fn half(set: &EnvironmentVariable, missing: &EnvironmentVariable) -> ConfigError {
    ConfigError::Half { set: set.name, missing: missing.name }
}
