//! The manager `flow`.

use serde_json::Value;

use crate::error::Error;
use crate::model::{AdvancedFlow, Flow, FlowCard, FlowFolder};
use crate::{Homey, args};

/// Flows, advanced flows, their folders, and the cards they are made of.
///
/// ```no_run
/// # async fn example(homey: housekey::Homey) -> Result<(), housekey::Error> {
/// for flow in homey.flow().get_flows().await? {
///     if flow.triggerable.is_true() && flow.name() == "Good night" {
///         homey.flow().trigger_flow(&flow.id).await?;
///     }
/// }
/// # Ok(()) }
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Flows<'a>(pub(super) &'a Homey);

impl Flows<'_> {
    /// All flows.
    pub async fn get_flows(self) -> Result<Vec<Flow>, Error> {
        self.0.items("flow.getFlows", &args! {}).await
    }

    /// One flow.
    pub async fn get_flow(self, id: &str) -> Result<Flow, Error> {
        self.0.call_as("flow.getFlow", &args! { "id" => id }).await
    }

    /// Makes a flow. Keys: `name`, `folder`, `enabled`, `trigger`, `conditions`, `actions`; a flow
    /// without a trigger is refused.
    pub async fn create_flow(self, flow: Value) -> Result<Flow, Error> {
        self.0.call_as("flow.createFlow", &args! { "flow" => flow }).await
    }

    /// Changes a flow. Keys as in [`Flows::create_flow`]. What is left out may be kept or may be
    /// gone: sources disagree, so send the whole flow and read it again.
    pub async fn update_flow(self, id: &str, flow: Value) -> Result<Flow, Error> {
        self.0.call_as("flow.updateFlow", &args! { "id" => id, "flow" => flow }).await
    }

    /// Removes a flow.
    pub async fn delete_flow(self, id: &str) -> Result<(), Error> {
        self.0.act("flow.deleteFlow", &args! { "id" => id }).await
    }

    /// Starts a flow by hand; the answer of a Homey was `true`, and nothing more is known of it.
    pub async fn trigger_flow(self, id: &str) -> Result<(), Error> {
        self.0.act("flow.triggerFlow", &args! { "id" => id }).await
    }

    /// All advanced flows.
    pub async fn get_advanced_flows(self) -> Result<Vec<AdvancedFlow>, Error> {
        self.0.items("flow.getAdvancedFlows", &args! {}).await
    }

    /// One advanced flow.
    pub async fn get_advanced_flow(self, id: &str) -> Result<AdvancedFlow, Error> {
        self.0.call_as("flow.getAdvancedFlow", &args! { "id" => id }).await
    }

    /// Makes an advanced flow. Keys: `name`, `folder`, `enabled`, `cards`.
    pub async fn create_advanced_flow(self, advanced_flow: Value) -> Result<AdvancedFlow, Error> {
        self.0.call_as("flow.createAdvancedFlow", &args! { "advancedflow" => advanced_flow }).await
    }

    /// Changes an advanced flow. Keys as in [`Flows::create_advanced_flow`]. As with flows, send the
    /// whole of it.
    pub async fn update_advanced_flow(
        self,
        id: &str,
        advanced_flow: Value,
    ) -> Result<AdvancedFlow, Error> {
        self.0
            .call_as(
                "flow.updateAdvancedFlow",
                &args! { "id" => id, "advancedflow" => advanced_flow },
            )
            .await
    }

    /// Removes an advanced flow.
    pub async fn delete_advanced_flow(self, id: &str) -> Result<(), Error> {
        self.0.act("flow.deleteAdvancedFlow", &args! { "id" => id }).await
    }

    /// Starts an advanced flow by hand; the answer of a Homey was `true`, and nothing more is known
    /// of it.
    pub async fn trigger_advanced_flow(self, id: &str) -> Result<(), Error> {
        self.0.act("flow.triggerAdvancedFlow", &args! { "id" => id }).await
    }

    /// All folders.
    pub async fn get_flow_folders(self) -> Result<Vec<FlowFolder>, Error> {
        self.0.items("flow.getFlowFolders", &args! {}).await
    }

    /// One folder.
    pub async fn get_flow_folder(self, id: &str) -> Result<FlowFolder, Error> {
        self.0.call_as("flow.getFlowFolder", &args! { "id" => id }).await
    }

    /// Makes a folder. Keys: `name`, `parent` (the id of a folder).
    pub async fn create_flow_folder(self, flow_folder: Value) -> Result<FlowFolder, Error> {
        self.0.call_as("flow.createFlowFolder", &args! { "flowfolder" => flow_folder }).await
    }

    /// Changes a folder. Keys as in [`Flows::create_flow_folder`]. What is not there stays as it is
    /// (inferred).
    pub async fn update_flow_folder(
        self,
        id: &str,
        flow_folder: Value,
    ) -> Result<FlowFolder, Error> {
        self.0
            .call_as("flow.updateFlowFolder", &args! { "id" => id, "flowfolder" => flow_folder })
            .await
    }

    /// Removes a folder. V2 refuses while there are flows in it.
    pub async fn delete_flow_folder(self, id: &str) -> Result<(), Error> {
        self.0.act("flow.deleteFlowFolder", &args! { "id" => id }).await
    }

    /// All cards that can start a flow: a thousand and more in a full home.
    pub async fn get_flow_card_triggers(self) -> Result<Vec<FlowCard>, Error> {
        self.0.items("flow.getFlowCardTriggers", &args! {}).await
    }

    /// One such card, by its whole id.
    pub async fn get_flow_card_trigger(self, id: &str) -> Result<FlowCard, Error> {
        self.0.call_as("flow.getFlowCardTrigger", &args! { "id" => id }).await
    }

    /// All cards that can be asked in a flow: a thousand and more in a full home.
    pub async fn get_flow_card_conditions(self) -> Result<Vec<FlowCard>, Error> {
        self.0.items("flow.getFlowCardConditions", &args! {}).await
    }

    /// One such card, by its whole id.
    pub async fn get_flow_card_condition(self, id: &str) -> Result<FlowCard, Error> {
        self.0.call_as("flow.getFlowCardCondition", &args! { "id" => id }).await
    }

    /// All cards that can be done in a flow: a thousand and more in a full home.
    pub async fn get_flow_card_actions(self) -> Result<Vec<FlowCard>, Error> {
        self.0.items("flow.getFlowCardActions", &args! {}).await
    }

    /// One such card, by its whole id.
    pub async fn get_flow_card_action(self, id: &str) -> Result<FlowCard, Error> {
        self.0.call_as("flow.getFlowCardAction", &args! { "id" => id }).await
    }

    /// Does what a card does, without a flow. The answer has `error` and `returnTokens`.
    pub async fn run_flow_card_action(self, id: &str, args: Value) -> Result<Value, Error> {
        self.0.call_as("flow.runFlowCardAction", &args! { "id" => id, "args" => args }).await
    }

    /// Asks what a card asks, without a flow. The answer has `result` and `error`.
    pub async fn run_flow_card_condition(self, id: &str, args: Value) -> Result<Value, Error> {
        self.0.call_as("flow.runFlowCardCondition", &args! { "id" => id, "args" => args }).await
    }
}
