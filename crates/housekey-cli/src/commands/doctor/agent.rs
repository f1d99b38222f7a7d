//! The check of the agent: whether it runs, its version, its settings and its unit.

use housekey_agent::local_api::{Answer, Request, ask};
use housekey_agent::settings::Settings;
use housekey_agent::status::Status;
use housekey_agent::{AgentError, holder};

use super::check::{Finding, Findings};
use crate::commands::agent::unit_files;
use crate::context::Context;

pub(super) async fn check(context: &Context) -> Findings {
    let mut findings = Findings::default();
    let settings = context.settings.directory().join("agent.toml");
    let unit = unit_files(context).into_iter().find(|unit| unit.exists());
    findings.fact("settings", settings.exists().then_some(&settings));
    findings.fact("unit", &unit);
    let running = match running(context).await {
        Ok(running) => running,
        Err(finding) => {
            findings.add(finding);
            return findings;
        }
    };
    findings.fact("running", running.is_some());
    match (&running, &unit, settings.exists()) {
        (Some(status), ..) => of_status(status).into_iter().for_each(|one| findings.add(one)),
        (None, Some(unit), _) => {
            findings.add(
                Finding::warning(format!("{} is installed and does not run", unit.display())).next(
                    "`systemctl --user status housekey`, without `--user` for one of the machine",
                ),
            );
        }
        (None, None, true) => findings.add(
            Finding::skipped("no agent runs")
                .next("`housekey agent run`, or `housekey agent install` for a service"),
        ),
        (None, None, false) => findings.add(Finding::skipped("no agent is set up")),
    }
    if settings.exists() {
        let stored = context.store.homeys().unwrap_or_default();
        findings.add(match Settings::read(&settings, &stored) {
            Ok(_) => Finding::ok(format!("{} is valid", settings.display())),
            Err(error) => {
                let lines = AgentError::Settings(error).lines(&settings);
                Finding::failed(lines.join("; ")).next("correct it, then `housekey agent reload`")
            }
        });
    }
    findings
}

/// The status of the agent of our store, if one runs.
async fn running(context: &Context) -> Result<Option<Box<Status>>, Finding> {
    let holder = holder(&context.state)
        .map_err(|error| Finding::failed(format!("whether an agent runs is not known: {error}")))?;
    let Some(holder) = holder else { return Ok(None) };
    let Some(socket) = holder.socket else {
        return Err(Finding::ok("an agent runs once, and is done soon"));
    };
    match ask(&socket, Request::Status).await {
        Ok(Answer::Status(status)) => Ok(Some(status)),
        Ok(_) => Err(Finding::failed("the agent answers in another way").next(RESTART)),
        Err(error) => {
            Err(Finding::failed(error.to_string()).next("run this as the user the agent runs as"))
        }
    }
}

const RESTART: &str = "restart it, so that both are the same version";

fn of_status(status: &Status) -> Vec<Finding> {
    let (ours, theirs) = (env!("CARGO_PKG_VERSION"), &status.version);
    let version = match theirs == ours {
        true => Finding::ok(format!("it runs, version {theirs}")),
        false => {
            Finding::warning(format!("it runs as version {theirs}, this is {ours}")).next(RESTART)
        }
    };
    let lacking = status.lacking();
    let trouble = (!lacking.is_empty()).then(|| {
        Finding::failed(format!("not everything works: {}", lacking.join(", ")))
            .next("`housekey agent status` shows why")
    });
    std::iter::once(version).chain(trouble).collect()
}
