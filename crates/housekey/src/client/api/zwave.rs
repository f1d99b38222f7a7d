//! Commands to the Z-Wave controller.

use serde_json::{Value, json};

use super::ManagerZwave;
use crate::client::Call;

impl<'a> ManagerZwave<'a> {
    /// Has a node look for its neighbours again.
    pub fn heal(self, node: impl Into<Opts>) -> Call<'a, Value> {
        self.run_command("heal").with("opts", node.into())
    }

    /// Checks whether a node answers. The command's name, `test`, is *inferred* from `heal`.
    pub fn test(self, node: impl Into<Opts>) -> Call<'a, Value> {
        self.run_command("test").with("opts", node.into())
    }

    /// Sends bytes to a node: `"5,0x20,0x00"` sends two to the node 5.
    pub fn send_data(self, opts: impl Into<Opts>) -> Call<'a, Value> {
        self.run_command("sendData").with("opts", opts.into())
    }
}

/// The parameters of a command: an object, as the specification says, or a text, as `sendData` was seen to
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

/// Any other value; `null` for a command without parameters.
impl From<Value> for Opts {
    fn from(value: Value) -> Self {
        Self(value)
    }
}

impl From<Opts> for Value {
    fn from(Opts(value): Opts) -> Self {
        value
    }
}
