//! What running flows have put off, and the tokens that their cards use.

use std::collections::{BTreeSet, HashMap};

use jiff::Timestamp;
use serde_json::{Map, Value};

/// What cards can use in their arguments: the tokens of the own trigger, or those of the nodes of an
/// advanced flow, by the name that stands in double brackets.
pub(crate) type Tokens = Map<String, Value>;

/// Something a flow has put off.
#[derive(Debug, Clone)]
pub(crate) struct Pending {
    pub(super) due: Timestamp,
    pub(super) what: Later,
}

/// What a flow does later.
#[derive(Debug, Clone)]
pub(crate) enum Later {
    /// An action of a flow.
    Action { card: Value, tokens: Tokens },
    /// The nodes behind a delay of an advanced flow.
    Nodes { run: u64, from: String, output: &'static str, tokens: Tokens },
}

/// One run of an advanced flow, which lasts as long as something of it is put off.
#[derive(Debug, Clone)]
pub(crate) struct Run {
    pub(super) flow: String,
    /// By node of type `all`: the inputs that have arrived.
    pub(super) arrived: HashMap<String, BTreeSet<String>>,
    /// Nodes of type `any` that have let one through.
    pub(super) passed: BTreeSet<String>,
}
