//! The manager `zwave`.

use serde_json::{Value, json};

use crate::error::Error;
use crate::{Homey, args};

/// The Z-Wave network.
///
/// ```no_run
/// # async fn example(homey: housekey::Homey) -> Result<(), housekey::Error> {
/// homey.zwave().heal(5).await?;
/// homey.zwave().send_data("5,0x20,0x00").await?;
/// # Ok(()) }
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Zwave<'a>(pub(super) &'a Homey);

impl Zwave<'_> {
    /// The network: `zw_state` with `nodes`, `stats` and more, as a program in the field reads it.
    pub async fn get_state(self) -> Result<Value, Error> {
        self.0.call_as("zwave.getState", &args! {}).await
    }

    /// The log. The shape is not known; a program in the field reads an array with `date` and `log`.
    pub async fn get_log(self) -> Result<Value, Error> {
        self.0.call_as("zwave.getLog", &args! {}).await
    }

    /// Switches the log on or off.
    pub async fn set_log_enabled(self, enabled: bool) -> Result<(), Error> {
        self.0.act("zwave.setLogEnabled", &args! { "enabled" => enabled }).await
    }

    /// Gives a command to the radio. Known are `heal`, `sendData` and `getNetworkTopology`; `opts`
    /// are the words for it. What comes back depends on the command.
    pub async fn run_command(self, command: &str, opts: impl Into<Opts>) -> Result<Value, Error> {
        self.0
            .call_as("zwave.runCommand", &args! { "command" => command, "opts" => opts.into().0 })
            .await
    }

    /// Lets a node find its neighbours anew.
    pub async fn heal(self, node: impl Into<Opts>) -> Result<Value, Error> {
        self.run_command("heal", node).await
    }

    /// Asks a node whether it is there. The command's name, `test`, is *inferred* from `heal`.
    pub async fn test(self, node: impl Into<Opts>) -> Result<Value, Error> {
        self.run_command("test", node).await
    }

    /// Sends bytes to a node: `"5,0x20,0x00"` sends two to the node 5.
    pub async fn send_data(self, opts: impl Into<Opts>) -> Result<Value, Error> {
        self.run_command("sendData", opts).await
    }
}

/// What a command is told: an object, as the specification says, or a text, as `sendData` was seen to
/// take it.
#[derive(Debug, Clone, PartialEq)]
pub struct Opts(Value);

/// A node by its number, `{"nodeId": 5}`.
impl From<u16> for Opts {
    fn from(node_id: u16) -> Self {
        Self(json!({ "nodeId": node_id }))
    }
}

/// A text as it is, `"5,0x20,0x00"`.
impl From<&str> for Opts {
    fn from(text: &str) -> Self {
        Self(text.into())
    }
}

/// Whatever else; `null` for a command that is told nothing.
impl From<Value> for Opts {
    fn from(value: Value) -> Self {
        Self(value)
    }
}
