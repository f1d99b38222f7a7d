//! One file for each command; here is the tree of them.

mod accounts;
mod agent;
mod alarms;
mod api;
mod apps;
mod call;
mod cloud;
mod completions;
mod demo;
mod devices;
mod emulate;
mod energy;
mod exec;
mod experiments;
mod flows;
mod folders;
mod forget;
mod homeys;
mod images;
mod insights;
mod keys;
mod language;
mod ledring;
mod location;
mod login;
mod logout;
mod look;
mod man;
mod mobile;
mod moods;
mod notifications;
mod operations;
mod presence;
mod reminders;
mod sessions;
mod status;
mod stored;
mod system;
mod token;
mod tokens;
mod users;
mod variables;
mod watch;
mod weather;
mod zigbee;
mod zones;
mod zwave;

use std::pin::Pin;
use std::time::Duration;

use clap::Subcommand;

use self::exec::Prepared;
use crate::context::Context;
use crate::error::{Failure, Outcome};
use crate::logging::Style;

/// How long a renewal that runs beside the command is waited for when it is done: as long as one
/// call of the cloud may take.
const SETTLING: Duration = Duration::from_secs(10);

/// Everything housekey can be told to do, in the order of the help.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Demo(demo::Args),
    Emulate(emulate::Args),
    Login(login::Args),
    Logout(logout::Args),
    Status(status::Args),
    Token(token::Args),
    Exec(exec::Args),
    Api(api::Args),
    Call(call::Args),
    Operations(operations::Args),
    Watch(watch::Args),
    #[command(subcommand)]
    Devices(devices::Command),
    #[command(subcommand)]
    Zones(zones::Command),
    #[command(subcommand)]
    Flows(flows::Command),
    #[command(subcommand)]
    Folders(folders::Command),
    #[command(subcommand)]
    Variables(variables::Command),
    #[command(subcommand)]
    Insights(insights::Command),
    #[command(subcommand)]
    Users(users::Command),
    #[command(subcommand)]
    Presence(presence::Command),
    #[command(subcommand)]
    Apps(apps::Command),
    #[command(subcommand)]
    Alarms(alarms::Command),
    #[command(subcommand)]
    Moods(moods::Command),
    #[command(subcommand)]
    Notifications(notifications::Command),
    #[command(subcommand)]
    Images(images::Command),
    #[command(subcommand)]
    Tokens(tokens::Command),
    #[command(subcommand)]
    Energy(energy::Command),
    Weather(weather::Args),
    Location(location::Args),
    Language(language::Args),
    #[command(subcommand)]
    Ledring(ledring::Command),
    #[command(subcommand)]
    Zwave(zwave::Command),
    #[command(subcommand)]
    Zigbee(zigbee::Command),
    #[command(subcommand)]
    Keys(keys::Command),
    #[command(subcommand)]
    Sessions(sessions::Command),
    #[command(subcommand)]
    System(system::Command),
    #[command(subcommand)]
    Cloud(cloud::Command),
    Mobile(mobile::Args),
    Experiments(experiments::Args),
    Reminders(reminders::Args),
    #[command(subcommand)]
    Homeys(homeys::Command),
    #[command(subcommand)]
    Accounts(accounts::Command),
    #[command(subcommand)]
    Agent(agent::Command),
    Completions(completions::Args),
    Man(man::Args),
}

impl Command {
    /// How it logs where HOUSEKEY_LOG says nothing.
    pub(crate) fn log(&self) -> Option<Style> {
        match self {
            Self::Agent(command) => command.log(),
            _ => None,
        }
    }
}

/// Runs a command.
pub(crate) fn run(command: Command, context: &Context) -> Outcome {
    let online = |work| online(context, work);
    match command {
        Command::Demo(args) => online(Box::pin(demo::run(args, context))),
        Command::Emulate(args) => online(Box::pin(emulate::run(args, context))),
        Command::Login(args) => online(Box::pin(login::run(args, context))),
        Command::Logout(args) => online(Box::pin(logout::run(args, context))),
        Command::Status(args) => status::run(args, context),
        Command::Token(args) => online(Box::pin(token::run(args, context))),
        Command::Exec(args) => {
            self::online(context, Box::pin(exec::prepare(args, context))).and_then(Prepared::run)
        }
        Command::Api(args) => online(Box::pin(api::run(args, context))),
        Command::Call(args) => online(Box::pin(call::run(args, context))),
        Command::Operations(args) => operations::run(args, context),
        Command::Watch(args) => online(Box::pin(watch::run(args, context))),
        Command::Devices(command) => online(Box::pin(devices::run(command, context))),
        Command::Zones(command) => online(Box::pin(zones::run(command, context))),
        Command::Flows(command) => online(Box::pin(flows::run(command, context))),
        Command::Folders(command) => online(Box::pin(folders::run(command, context))),
        Command::Variables(command) => online(Box::pin(variables::run(command, context))),
        Command::Insights(command) => online(Box::pin(insights::run(command, context))),
        Command::Users(command) => online(Box::pin(users::run(command, context))),
        Command::Presence(command) => online(Box::pin(presence::run(command, context))),
        Command::Apps(command) => online(Box::pin(apps::run(command, context))),
        Command::Alarms(command) => online(Box::pin(alarms::run(command, context))),
        Command::Moods(command) => online(Box::pin(moods::run(command, context))),
        Command::Notifications(command) => online(Box::pin(notifications::run(command, context))),
        Command::Images(command) => online(Box::pin(images::run(command, context))),
        Command::Tokens(command) => online(Box::pin(tokens::run(command, context))),
        Command::Energy(command) => online(Box::pin(energy::run(command, context))),
        Command::Weather(args) => online(Box::pin(weather::run(args, context))),
        Command::Location(args) => online(Box::pin(location::run(args, context))),
        Command::Language(args) => online(Box::pin(language::run(args, context))),
        Command::Ledring(command) => online(Box::pin(ledring::run(command, context))),
        Command::Zwave(command) => online(Box::pin(zwave::run(command, context))),
        Command::Zigbee(command) => online(Box::pin(zigbee::run(command, context))),
        Command::Keys(command) => online(Box::pin(keys::run(command, context))),
        Command::Sessions(command) => online(Box::pin(sessions::run(command, context))),
        Command::System(command) => online(Box::pin(system::run(command, context))),
        Command::Cloud(command) => online(Box::pin(cloud::run(command, context))),
        Command::Mobile(args) => online(Box::pin(mobile::run(args, context))),
        Command::Experiments(args) => online(Box::pin(experiments::run(args, context))),
        Command::Reminders(args) => online(Box::pin(reminders::run(args, context))),
        Command::Homeys(command) => homeys::run(command, context),
        Command::Accounts(command) => accounts::run(command, context),
        Command::Agent(command) => online(agent::run(command, context)),
        Command::Completions(args) => completions::run(args, context),
        Command::Man(args) => man::run(args, context),
    }
}

/// Runs what needs the network; only then is the runtime built, which keeps the rest quick.
fn online<T>(
    context: &Context,
    work: Pin<Box<dyn Future<Output = Outcome<T>> + '_>>,
) -> Outcome<T> {
    let runtime = tokio::runtime::Runtime::new()
        .map_err(|error| Failure::failed("cannot start").because(&error))?;
    let outcome = runtime.block_on(async {
        let outcome = tokio::select! {
            outcome = work => outcome,
            never = context.tell_of_waiting() => match never {},
        };
        // What has not settled by then is repaired by the next command.
        let _ = tokio::time::timeout(SETTLING, context.settle()).await;
        outcome
    });
    // Whoever still waits for a lock of another process is not waited for.
    runtime.shutdown_background();
    outcome
}
