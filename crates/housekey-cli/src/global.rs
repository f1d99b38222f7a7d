//! The options that every command takes.

use clap::Args;

/// The options that every command takes.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Options of every command")]
pub(crate) struct Global {
    /// Which Homey, where several are configured: short name, title or cloud id
    #[arg(long, global = true, value_name = "NAME")]
    pub(crate) homey: Option<String>,
    /// Print the API's own JSON
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Filter the JSON with a jq expression
    #[arg(long, global = true, value_name = "FILTER")]
    pub(crate) jq: Option<String>,
    /// Format the JSON with a Go template
    #[arg(long, global = true, value_name = "TEMPLATE", conflicts_with = "jq")]
    pub(crate) template: Option<String>,
    /// Print only data and errors
    #[arg(long, short, global = true)]
    pub(crate) quiet: bool,
}
