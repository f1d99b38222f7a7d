//! A home for assistants: an MCP server over stdio and streamable HTTP.
//!
//! Pure: `group` and `tools` (what a client may call, as data), `arguments` (checks what it sends), `quote`,
//! `lines` and `answer` (few words, names in quotes, within a budget), `view` (a home at one moment), `exposure`
//! (what of a home exists for a client), `find` (items by the names that people use), `read` (the answers of the
//! tools that read), `write`, `edit` and `guard` (what a call would change, and what of it needs a person), `raw`
//! (what a raw call may do), `history` (what callers hand over), `limits`. Doing: `homes` (mirrors and what is read
//! beside them), `approvals`, `write_log` and `backups` (files that `housekey mcp` shares with the user), `server`
//! (the protocol).

mod answer;
mod approvals;
mod arguments;
mod backups;
mod edit;
mod exposure;
mod find;
mod group;
mod guard;
mod history;
mod homes;
mod limits;
mod lines;
mod prompts;
mod quote;
mod raw;
mod read;
mod resources;
mod server;
mod tools;
mod view;
mod write;
mod write_log;

pub use self::approvals::{Approval, Approvals};
pub use self::exposure::{Exposed, ExposedDevices};
pub use self::group::{Group, Groups};
pub use self::guard::Guarded;
pub use self::history::{History, HistoryEvent, HistoryQuery, HistoryReading, SharedHistory};
pub use self::homes::{HomeSource, MirrorSource, own_mirror};
pub use self::server::{Endpoint, Grant, LARGEST_MESSAGE, Options, Server};
pub use self::write_log::{LoggedWrite, WriteLog};
/// Standard input and output, without blocking where both are pipes.
pub use rmcp::transport::io::stdio_pipes as stdio;
