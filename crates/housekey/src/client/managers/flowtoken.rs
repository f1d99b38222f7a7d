//! The manager `flowtoken`.

use crate::error::Error;
use crate::model::{FlowToken, OptionValue};
use crate::{Homey, args};

/// Values that flows can use in texts and arguments.
///
/// ```no_run
/// # async fn example(homey: housekey::Homey) -> Result<(), housekey::Error> {
/// for token in homey.flowtoken().get_flow_tokens().await? {
///     println!("{} {}", token.id(), token.title.text().unwrap_or("-"));
/// }
/// # Ok(()) }
/// ```
#[derive(Debug, Clone, Copy)]
pub struct FlowTokens<'a>(pub(super) &'a Homey);

impl FlowTokens<'_> {
    /// All tokens.
    pub async fn get_flow_tokens(self) -> Result<Vec<FlowToken>, Error> {
        self.0.items("flowtoken.getFlowTokens", &args! {}).await
    }

    /// One token, by its whole id.
    pub async fn get_flow_token(self, id: &str) -> Result<FlowToken, Error> {
        self.0.call_as("flowtoken.getFlowToken", &args! { "id" => id }).await
    }

    /// The value of a token (V3), by its whole id; V2 tells it in the token. That it comes in an
    /// object with `value` is inferred.
    pub async fn get_flow_token_value(self, id: &str) -> Result<OptionValue, Error> {
        self.0.call_as("flowtoken.getFlowTokenValue", &args! { "id" => id }).await
    }
}
