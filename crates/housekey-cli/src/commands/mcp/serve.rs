//! `housekey mcp` over standard input and output.

use std::io::ErrorKind;
use std::sync::Arc;

use clap::ValueEnum;
use clap::builder::PossibleValue;
use housekey::catalogue::Dialect;
use housekey::redaction::TokenVariables;
use housekey_agent::Recorded;
use housekey_agent::settings::{Settings, SettingsError};
use housekey_agent::token_variables::VariableFile;
use housekey_mcp::{
    Approvals, Grant, Group, Groups, Guarded, HomeSource, Options, Server, SharedHistory, WriteLog,
    own_mirror, stdio,
};

use crate::commands::backup::home_files::token_variables;
use crate::context::{Context, Purpose, Target};
use crate::dry_run::DryRun;
use crate::error::{Failure, Outcome};

#[derive(Debug, clap::Args)]
pub(super) struct Serving {
    /// What the assistant may do besides reading
    #[arg(long, value_name = "GROUPS", value_delimiter = ',')]
    allow: Vec<Allowed>,
    #[command(flatten)]
    dry_run: DryRun,
}

/// A group of tools, as an argument.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Allowed(Group);

impl ValueEnum for Allowed {
    fn value_variants<'a>() -> &'a [Self] {
        &[Self(Group::Read), Self(Group::Control), Self(Group::Edit), Self(Group::Admin)]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        let help = match self.0 {
            Group::Read => "reads the home; always allowed",
            Group::Control => "sets devices and variables, starts flows, sets moods",
            Group::Edit => "changes flows and the set-up of the home",
            Group::Admin => "restarts apps, runs scripts, calls any operation",
        };
        Some(PossibleValue::new(self.0.as_str()).help(help))
    }
}

pub(super) async fn run(args: Serving, context: &Context) -> Outcome {
    let groups = Groups::of(args.allow.iter().map(|Allowed(group)| *group));
    let dry_run = args.dry_run.is_given();
    // The client of an assistant that only reads cannot write at all.
    let purpose = match groups == Groups::default() {
        true => Purpose::Read,
        false => Purpose::Write(args.dry_run),
    };
    let target = context.homey(purpose).await?;
    if let Some(name) = &target.name
        && let Some(stream) = super::agent::connect(name, groups, dry_run, context).await
    {
        return super::agent::pass_on(stream).await;
    }
    let grant = Grant::of("stdio", groups, dry_run);
    let clock = context.clock.clone();
    let options = options(context)?;
    let server = Server::new(vec![source(target, context)], clock, grant, options);
    server.read_ahead();
    let (input, output) = stdio();
    server.serve(input, output).await;
    Ok(())
}

/// What the settings of the agent say, whether it runs or not.
fn options(context: &Context) -> Outcome<Options> {
    let file = context.settings.directory().join("agent.toml");
    let stored = context.store.homeys().unwrap_or_default();
    let (mcp, history) = match Settings::read(&file, &stored) {
        Ok(settings) => (settings.mcp.unwrap_or_default(), settings.history),
        Err(SettingsError::Unreadable(error)) if error.kind() == ErrorKind::NotFound => {
            Default::default()
        }
        Err(_) => {
            let what = format!("{} is wrong, and may say what needs a person", file.display());
            return Err(Failure::usage(what).hint("`housekey agent run` says what is wrong"));
        }
    };
    Ok(Options {
        guarded: Guarded::of(mcp.guarded),
        approvals: Some(Approvals::of(&context.state)),
        log: Some(WriteLog::of(&context.state)),
        state: Some(context.state.clone()),
        history: history.map(|history| {
            Arc::new(Recorded::new(history.location, &context.state)) as SharedHistory
        }),
    })
}

fn source(target: Target, context: &Context) -> HomeSource {
    let Target { homey, name, title, .. } = target;
    let names = token_variables(context);
    let variables = match &name {
        Some(name) => {
            VariableFile::of(&context.state).of_homey(name, names.iter().map(String::as_str))
        }
        None => TokenVariables::named(names),
    };
    let mirror = own_mirror(homey.clone(), context.clock.clone(), variables);
    // The dialect only decides which scopes a key needs, and there is none.
    let dialect = Dialect::Local;
    HomeSource { name: name.unwrap_or_else(|| "homey".to_owned()), title, dialect, homey, mirror }
}
