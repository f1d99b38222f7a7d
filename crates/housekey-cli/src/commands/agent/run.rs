//! `housekey agent run`.

use std::path::PathBuf;
use std::sync::Arc;

use housekey::discovery::PlainHttp;
use housekey_agent::status::{HomeyState, SinkState, Status};
use housekey_agent::{Agent, AgentError, PlainHttpOf, ServiceManager};
use serde_json::json;

use super::shown;
use super::target::settings;
use crate::context::Context;
use crate::env;
use crate::error::{Exit, Failure, Outcome};
use crate::logging::Style;

/// Run the agent in the foreground
///
/// Its settings are checked in full before anything is started. SIGTERM and Ctrl-C stop it, SIGHUP
/// makes it read its settings again. It logs on stderr; HOUSEKEY_LOG sets how much.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  housekey agent run --config agent.toml
  housekey agent run --once --json
  HOUSEKEY_LOG=debug housekey agent run --log json")]
pub(crate) struct Args {
    /// The file of its settings; agent.toml beside config.toml otherwise
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Renew what is due, hand every token over, and end
    #[arg(long)]
    once: bool,
    /// How the log is written
    #[arg(long, value_enum, value_name = "STYLE", default_value_t = Style::Text)]
    log: Style,
}

impl Args {
    pub(super) fn log(&self) -> Option<Style> {
        (!self.once || self.log == Style::Json).then_some(self.log)
    }
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let agent = Agent {
        settings: settings(args.config, context),
        state: context.state.clone(),
        store: context.store.clone(),
        http: context.http()?,
        clock: context.clock.clone(),
        plain_http: plain_http(context),
        service_manager: service_manager(context)?,
    };
    let failure = |error| failure(&agent, &error);
    if !args.once {
        return agent.run().await.map_err(failure);
    }
    let status = agent.run_once().await.map_err(failure)?;
    context.out.value(&json!(status), || shown::text(&status, context))?;
    went(&status)
}

/// As config.toml says at that time.
fn plain_http(context: &Context) -> PlainHttpOf {
    let settings = context.settings.clone();
    PlainHttpOf(Arc::new(move |name| {
        settings.read().map_or(PlainHttp::Forbidden, |settings| settings.plain_http(name))
    }))
}

/// The service manager that started us, by the environment.
fn service_manager(context: &Context) -> Outcome<ServiceManager> {
    let watchdog_us = context.env.text(&env::WATCHDOG_USEC)?.and_then(|text| text.parse().ok());
    Ok(ServiceManager::new(context.env.raw(&env::NOTIFY_SOCKET), watchdog_us))
}

/// The lines of what is wrong belong to one error.
fn failure(agent: &Agent, error: &AgentError) -> Failure {
    let exit = match error {
        _ if error.is_usage() => Exit::Usage,
        AgentError::Store(error) => return Failure::from_ref(error),
        _ => Exit::Failed,
    };
    let failure = Failure::new(exit, error.lines(&agent.settings).join("\n"));
    match error.advice() {
        Some(advice) => failure.hint(advice),
        None => failure,
    }
}

/// How a single run went, as an exit code.
fn went(status: &Status) -> Outcome {
    let out = status.homeys.iter().find(|homey| homey.state == HomeyState::SignedOut);
    if let Some(homey) = out {
        return Err(Failure::new(Exit::SignIn, format!("signed out of \"{}\"", homey.title))
            .hint("run `housekey login`"));
    }
    let failing = status.homeys.iter().filter(|homey| homey.state == HomeyState::Failing).count()
        + status.sinks.iter().filter(|sink| sink.state != SinkState::Delivered).count();
    match failing {
        0 => Ok(()),
        _ => Err(Failure::failed(format!(
            "not everything was done: {}",
            status.lacking().join(", ")
        ))
        .hint("run it again; `housekey agent run` without `--once` retries")),
    }
}
