//! `housekey agent install`.

use std::path::{Path, PathBuf};

use housekey::auth::store::Store;
use housekey_agent::AgentError;
use housekey_agent::settings::{Settings, SettingsError};
use housekey_agent::unit::{CONFIG, STATE, Scope, UNIT, Unit};

use super::service::Manager;
use super::{init, target};
use crate::context::Context;
use crate::env;
use crate::error::{Failure, Outcome};
use crate::file::{self, Readers};
use crate::prompt;

/// Make it a service of systemd, and start it
///
/// Without agent.toml it offers to write one; with a faulty one nothing is installed. The unit says
/// `Type=notify`, feeds a watchdog, and shuts the agent off from what it never uses. With --system
/// it runs as a user of its own, with tokens in /var/lib/housekey and settings in /etc/housekey. Run
/// again it is made anew.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  housekey agent install
  housekey agent install --print
  sudo housekey agent install --system")]
pub(crate) struct Args {
    #[command(flatten)]
    manager: Manager,
    /// The file of its settings; agent.toml beside config.toml otherwise
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The user whom a service of the machine runs as
    #[arg(long, value_name = "NAME", default_value = "housekey", requires = "system")]
    run_as: String,
    /// Print the unit, and do nothing
    #[arg(long, visible_alias = "dry-run")]
    print: bool,
    /// Write the unit, and do not start it
    #[arg(long, conflicts_with = "print")]
    no_start: bool,
}

pub(crate) fn run(args: Args, context: &Context) -> Outcome {
    let path = settings_path(&args, context);
    if args.print {
        let known = read(&path, args.manager, context).ok();
        return context.out.text(&unit(&args, path, known.as_ref(), context)?.text());
    }
    if args.manager.system {
        check_user(&args.run_as)?;
    }
    let settings = usable_settings(&path, args.manager, context)?;
    let unit = unit(&args, path, Some(&settings), context)?;
    let path = args.manager.file(context);
    write(&path, &unit.text())?;
    context.out.note(&format!("Wrote {}", path.display()));
    args.manager.ask(&["daemon-reload"])?;
    let command = args.manager.command();
    if args.no_start {
        context.out.note(&format!("Start it with `{command} enable --now {UNIT}`."));
        return Ok(());
    }
    args.manager.ask(&["enable", UNIT])?;
    args.manager.ask(&["restart", UNIT])?;
    context.out.note(&format!(
        "Started. `{command} status {UNIT}` and `housekey agent status` show its state."
    ));
    Ok(())
}

fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

fn settings_path(args: &Args, context: &Context) -> PathBuf {
    match (&args.config, args.manager.system) {
        (None, true) => Path::new(CONFIG).join("agent.toml"),
        (config, _) => absolute(&target::settings(config.clone(), context)),
    }
}

fn read(path: &Path, manager: Manager, context: &Context) -> Result<Settings, SettingsError> {
    let stored = match manager.system {
        true => Store::files(Path::new(STATE).join("credentials")).homeys(),
        false => context.store.homeys(),
    };
    Settings::read(path, &stored.unwrap_or_default())
}

/// The settings that the service will start with. Where there are none, a person is offered new ones.
///
/// # Errors
/// Usage, with every fault: a service that cannot start is not installed.
fn usable_settings(path: &Path, manager: Manager, context: &Context) -> Outcome<Settings> {
    if !path.exists() {
        offer_settings(path, manager, context)?;
    }
    read(path, manager, context).map_err(|error| {
        let error = AgentError::Settings(error);
        Failure::usage(error.lines(path).join("\n"))
            .hint("correct that first; the service was not installed")
    })
}

fn offer_settings(path: &Path, manager: Manager, context: &Context) -> Outcome {
    let missing =
        Failure::usage(format!("there is no {}: the service could not start", path.display()));
    if manager.system {
        return Err(missing.hint(format!(
            "write it as the user of the service: `HOUSEKEY_STATE={STATE} HOUSEKEY_CONFIG={CONFIG} housekey agent init`"
        )));
    }
    if !prompt::can_ask() {
        return Err(missing.hint("write it: `housekey agent init`"));
    }
    let homeys = init::signed_in(context)?;
    let question = format!("There is no {}. Write one for {}?", path.display(), homeys.join(", "));
    if !prompt::agree_by_default(&question)? {
        return Err(missing.hint("write it: `housekey agent init`"));
    }
    init::create(path, &homeys)?;
    context.out.note(&format!("Wrote {}", path.display()));
    Ok(())
}

fn unit(
    args: &Args,
    settings: PathBuf,
    known: Option<&Settings>,
    context: &Context,
) -> Outcome<Unit> {
    let program = std::env::current_exe()
        .map_err(|error| Failure::failed("cannot find this program's own file").because(&error))?;
    let (scope, environment) = match args.manager.system {
        true => {
            let directories = [(&env::HOUSEKEY_STATE, STATE), (&env::HOUSEKEY_CONFIG, CONFIG)];
            let environment = directories.map(|(variable, path)| (variable.name, path.to_owned()));
            (Scope::System { user: args.run_as.clone() }, environment.to_vec())
        }
        false => {
            let directory = |path: &Path| absolute(path).display().to_string();
            let mut environment = vec![
                (env::HOUSEKEY_STATE.name, directory(&context.state)),
                (env::HOUSEKEY_CONFIG.name, directory(context.settings.directory())),
            ];
            let key = context.env.path(&env::HOUSEKEY_AGE_KEY_FILE);
            environment.extend(key.map(|key| (env::HOUSEKEY_AGE_KEY_FILE.name, directory(&key))));
            (Scope::User, environment)
        }
    };
    let hidden = ["/home", "/root", "/run/user", "/tmp", "/var/tmp"];
    if args.manager.system
        && let Some(place) = hidden.iter().find(|place| program.starts_with(place))
        && !args.print
    {
        return Err(Failure::usage(format!(
            "the service cannot run {}: it does not see {place}",
            program.display()
        ))
        .hint("copy it to /usr/local/bin, and run that"));
    }
    let writable = known.map(Unit::writable_for).unwrap_or_default();
    // Settings that are not there yet may ask for anything.
    let private_users = known.is_some_and(|known| !Unit::needs_users(known));
    Ok(Unit { scope, program, settings, environment, writable, private_users })
}

fn check_user(name: &str) -> Outcome {
    if housekey_agent::unit::user_exists(name) {
        return Ok(());
    }
    Err(Failure::usage(format!("there is no user \"{name}\" to run it as")).hint(format!(
        "make one: `useradd --system --home-dir {STATE} --shell /usr/sbin/nologin {name}`"
    )))
}

fn write(path: &Path, text: &str) -> Outcome {
    let directory = path.parent().unwrap_or(Path::new("/"));
    let written = std::fs::create_dir_all(directory)
        .and_then(|()| file::replace(path, text.as_bytes(), Readers::Usual));
    written.map_err(|error| {
        Failure::failed(format!("cannot write {}", path.display()))
            .because(&error)
            .hint("a service of the machine takes the rights of root: `sudo housekey agent install --system`")
    })
}
