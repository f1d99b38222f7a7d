//! Pictures of flows: what the flows of a home have to do with each other and with its items, and the cards of an
//! advanced flow.

mod canvas;
mod flow_svg;
mod network;
mod network_svg;
mod placement;
#[cfg(test)]
mod tests;
mod text_forms;

pub use self::flow_svg::flow_svg;
pub use self::network::{Network, NetworkLink, NetworkNode, NodeState};
pub use self::network_svg::network_svg;
pub use self::text_forms::{dot, mermaid};
