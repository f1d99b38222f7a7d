//! The tree of commands; each has a file of its own.

mod accounts;
mod agent;
mod alarms;
mod api;
mod apply;
mod apps;
mod backup;
mod call;
mod cloud;
mod completions;
mod config;
mod demo;
mod devices;
mod doctor;
mod emulate;
mod energy;
mod exec;
mod experiments;
mod flows;
mod folders;
mod history;
mod homeys;
mod images;
mod insights;
mod keys;
mod language;
mod ledring;
mod location;
mod login;
mod logout;
mod man;
#[cfg(feature = "mcp")]
mod mcp;
mod migrate;
mod mobile;
mod moods;
mod moving;
#[cfg(feature = "mqtt")]
mod mqtt;
mod notifications;
mod open;
mod operations;
mod overview;
mod plan;
mod presence;
mod radio;
mod reminders;
mod sessions;
mod status;
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

use clap::Subcommand;

use self::exec::Prepared;
use crate::context::Context;
use crate::error::Outcome;
use crate::logging::Style;
use crate::runtime::{online, serving};

/// Every command. Arguments are built for the command that is called alone: building those of all
/// commands takes longer than most commands run.
#[derive(Debug, Subcommand)]
#[command(defer = true)]
pub(crate) enum Command {
    /// Show what housekey does on a virtual Homey: no account needed
    ///
    /// The virtual Homey and its account cloud run inside this program. Nothing is sent to the network
    /// and no file is left behind.
    Demo(demo::Args),
    /// Run the virtual cloud and Homey until it is stopped with Ctrl-C
    ///
    /// One address serves the account cloud and every Homey. With --json one line is printed when it is
    /// ready: its addresses, the made-up account, an API key. It is controlled over /_emulator/, which
    /// describes itself.
    Emulate(emulate::Args),
    /// Sign in to a Homey and keep the token
    ///
    /// Without options, at a terminal, it leads through the sign-in and looks for Homeys in the network.
    /// With an account the token is renewed for good. The password is typed at a hidden prompt or read
    /// from standard input; it is not stored, unless with --remember.
    Login(login::Args),
    /// Sign out of a Homey, and delete its token
    ///
    /// Revokes the cloud sign-in, the session on a v2 Homey and keys made by `login --mint-key`; lists
    /// what stays valid.
    Logout(logout::Args),
    /// Show the sign-ins, their Homeys, and how long the tokens last
    ///
    /// Reads the store and sends no request. Exit code 4 when there is no sign-in.
    Status(status::Args),
    /// Check the installation, from the sign-in to the agent
    ///
    /// Sign-in, rights, clock, routes, versions, store and agent, each with a verdict and a next step.
    /// What needs a sign-in is skipped without one. Exit code 1 when a check failed, 4 when that of the
    /// sign-in did.
    Doctor(doctor::Args),
    /// Print a valid bearer token of the Homey, renewed first if needed
    Token(token::Args),
    /// Run a command with HOMEY_TOKEN and HOMEY_ADDRESS set
    ///
    /// The command replaces this process: its exit code is the exit code, and it gets the signals. The
    /// token is renewed before it starts if needed, not while it runs; for long runs use `housekey agent`.
    Exec(exec::Args),
    /// Call any path of the Homey and print the answer
    ///
    /// The token is added, and renewed when the Homey refuses it. The answer is printed unchanged, also
    /// that of a refusal, with exit code 1.
    Api(api::Args),
    /// Call an operation of the Homey by its name, and print the answer as JSON
    ///
    /// Arguments are checked before the request is sent. `name=value` is parsed as JSON where the
    /// operation expects it, else taken as text; `name:=json` is always JSON. `@FILE` takes the value from
    /// a file, `@-` from standard input, which keeps a secret out of the list of processes.
    Call(call::Args),
    /// List, search and explain the operations that `housekey call` can call
    ///
    /// Every word must match the name, the path, a scope or an argument of an operation; `*` is a
    /// wildcard. A whole path finds the operation behind it. A single match is explained: how it is called
    /// on each dialect, with an example.
    Operations(operations::Args),
    /// Show the state of the home: who is in, what is on, what needs attention
    Overview(overview::Args),
    /// Open the web app, at a device or a flow where one is named
    Open(open::Args),
    /// Show live events as they happen, one per line
    Watch(watch::Args),
    /// The devices of the Homey
    Devices(Noun<devices::Command>),
    /// The zones of the home
    Zones(Noun<zones::Command>),
    /// Flows, standard and advanced
    Flows(Noun<flows::Command>),
    /// The folders of flows
    Folders(Noun<folders::Command>),
    /// The logic variables of the Homey
    Variables(Noun<variables::Command>),
    /// Logged values over time (Insights)
    Insights(Noun<insights::Command>),
    /// Recorded changes of the home: what the agent writes with `[history]`
    History(Noun<history::Command>),
    /// The home on an MQTT broker: what the agent publishes with `[[mqtt]]`
    #[cfg(feature = "mqtt")]
    Mqtt(Noun<mqtt::Command>),
    /// The users of the Homey
    Users(Noun<users::Command>),
    /// Who is at home, and who is asleep
    Presence(Noun<presence::Command>),
    /// The apps that are installed on the Homey
    Apps(Noun<apps::Command>),
    /// The alarm clocks of the Homey (not on Homey Cloud)
    Alarms(Noun<alarms::Command>),
    /// Moods: saved device states for a zone
    Moods(Noun<moods::Command>),
    /// The timeline of the Homey
    Notifications(Noun<notifications::Command>),
    /// The images of cameras and media players
    Images(Noun<images::Command>),
    /// Flow tokens: the values of devices, apps and variables that flows can use
    Tokens(Noun<tokens::Command>),
    /// Energy used and generated, now and over time
    Energy(Noun<energy::Command>),
    /// Show the weather at the Homey, and the forecast
    Weather(weather::Args),
    /// Show where the Homey is
    ///
    /// This is the Homey's answer on `/api/manager/geolocation/`, or its option where it has no such path.
    Location(location::Args),
    /// Show the language and the units of the home, or choose another language
    ///
    /// This is the Homey's answer on `/api/manager/i18n/`, or its options where it has no such path.
    Language(language::Args),
    /// The LED ring of the Homey (not on Homey Cloud)
    Ledring(Noun<ledring::Command>),
    /// The Z-Wave network
    Zwave(Noun<zwave::Command>),
    /// The Zigbee network
    Zigbee(Noun<zigbee::Command>),
    /// API keys on the Homey (Pro of 2023 or later, self-hosted server)
    Keys(Noun<keys::Command>),
    /// The sessions on the Homey
    Sessions(Noun<sessions::Command>),
    /// The Homey itself: name, memory, storage, reboot
    System(Noun<system::Command>),
    /// The Homey's connection to the cloud
    Cloud(Noun<cloud::Command>),
    /// Show the Homey's data for the mobile app
    ///
    /// This is the Homey's answer on `/api/manager/mobile/`, or that of its operation where it has no such
    /// path.
    Mobile(mobile::Args),
    /// Features that can be tried before they are released (not on Homey Cloud)
    Experiments(experiments::Args),
    /// Reminders (old firmware only)
    Reminders(reminders::Args),
    /// The set-up of the home as files: written, checked and compared
    Backup(Noun<backup::Command>),
    /// Show what `apply` would change so that the home is as its files say
    Plan(plan::Args),
    /// Change the home so that it is as its files say
    Apply(apply::Args),
    /// Make the flows of one Homey on another
    Migrate(migrate::Args),
    /// The configured Homeys, and how they are found and reached
    Homeys(Noun<homeys::Command>),
    /// The accounts that are signed in
    Accounts(Noun<accounts::Command>),
    /// The service that renews tokens and gives them to other programs
    Agent(Noun<agent::Command>),
    /// Serve the home to an assistant over standard input and output (MCP)
    #[cfg(feature = "mcp")]
    Mcp(mcp::Args),
    /// The settings of housekey, and the files it uses
    Config(Noun<config::Command>),
    /// Print the shell completion script
    ///
    /// The shell runs housekey at every Tab, so completions fit the installed version. No request is sent
    /// over the network.
    Completions(completions::Args),
    /// Print the manual page, or write one for each command
    Man(man::Args),
}

// The commands about one noun, built with it and not before. A doc comment would replace the help of the
// noun.
#[derive(Debug, clap::Args)]
pub(crate) struct Noun<C: Subcommand> {
    #[command(subcommand)]
    command: C,
}

impl Command {
    /// Whether a command has that name, found without building the commands.
    pub(crate) fn is_named(name: &str) -> bool {
        name == "help" || Self::has_subcommand(name)
    }

    /// How it logs where HOUSEKEY_LOG says nothing.
    pub(crate) fn log(&self) -> Option<Style> {
        match self {
            Self::Agent(Noun { command }) => command.log(),
            _ => None,
        }
    }
}

/// Runs a command; `tree` is that of all commands, for the manual.
pub(crate) fn run(command: Command, tree: fn() -> clap::Command, context: &Context) -> Outcome {
    let online = |work| online(context, work);
    match command {
        Command::Demo(args) => serving(context, Box::pin(demo::run(args, context))),
        Command::Emulate(args) => serving(context, Box::pin(emulate::run(args, context))),
        Command::Login(args) => online(Box::pin(login::run(args, context))),
        Command::Logout(args) => online(Box::pin(logout::run(args, context))),
        Command::Status(args) => status::run(args, context),
        Command::Doctor(args) => online(Box::pin(doctor::run(args, context))),
        Command::Token(args) => online(Box::pin(token::run(args, context))),
        Command::Exec(args) => {
            crate::runtime::online(context, Box::pin(exec::prepare(args, context)))
                .and_then(Prepared::run)
        }
        Command::Api(args) => online(Box::pin(api::run(args, context))),
        Command::Call(args) => online(Box::pin(call::run(args, context))),
        Command::Operations(args) => operations::run(args, context),
        Command::Overview(args) => online(Box::pin(overview::run(args, context))),
        Command::Open(args) => online(Box::pin(open::run(args, context))),
        Command::Watch(args) => online(Box::pin(watch::run(args, context))),
        Command::Devices(Noun { command }) => online(Box::pin(devices::run(command, context))),
        Command::Zones(Noun { command }) => online(Box::pin(zones::run(command, context))),
        Command::Flows(Noun { command }) => online(Box::pin(flows::run(command, context))),
        Command::Folders(Noun { command }) => online(Box::pin(folders::run(command, context))),
        Command::Variables(Noun { command }) => online(Box::pin(variables::run(command, context))),
        Command::Insights(Noun { command }) => online(Box::pin(insights::run(command, context))),
        Command::History(Noun { command }) => online(Box::pin(history::run(command, context))),
        #[cfg(feature = "mqtt")]
        Command::Mqtt(Noun { command }) => online(Box::pin(mqtt::run(command, context))),
        Command::Users(Noun { command }) => online(Box::pin(users::run(command, context))),
        Command::Presence(Noun { command }) => online(Box::pin(presence::run(command, context))),
        Command::Apps(Noun { command }) => online(Box::pin(apps::run(command, context))),
        Command::Alarms(Noun { command }) => online(Box::pin(alarms::run(command, context))),
        Command::Moods(Noun { command }) => online(Box::pin(moods::run(command, context))),
        Command::Notifications(Noun { command }) => {
            online(Box::pin(notifications::run(command, context)))
        }
        Command::Images(Noun { command }) => online(Box::pin(images::run(command, context))),
        Command::Tokens(Noun { command }) => online(Box::pin(tokens::run(command, context))),
        Command::Energy(Noun { command }) => online(Box::pin(energy::run(command, context))),
        Command::Weather(args) => online(Box::pin(weather::run(args, context))),
        Command::Location(args) => online(Box::pin(location::run(args, context))),
        Command::Language(args) => online(Box::pin(language::run(args, context))),
        Command::Ledring(Noun { command }) => online(Box::pin(ledring::run(command, context))),
        Command::Zwave(Noun { command }) => online(Box::pin(zwave::run(command, context))),
        Command::Zigbee(Noun { command }) => online(Box::pin(zigbee::run(command, context))),
        Command::Keys(Noun { command }) => online(Box::pin(keys::run(command, context))),
        Command::Sessions(Noun { command }) => online(Box::pin(sessions::run(command, context))),
        Command::System(Noun { command }) => online(Box::pin(system::run(command, context))),
        Command::Cloud(Noun { command }) => online(Box::pin(cloud::run(command, context))),
        Command::Mobile(args) => online(Box::pin(mobile::run(args, context))),
        Command::Experiments(args) => online(Box::pin(experiments::run(args, context))),
        Command::Reminders(args) => online(Box::pin(reminders::run(args, context))),
        Command::Backup(Noun { command }) => backup::run(command, context),
        Command::Plan(args) => online(Box::pin(plan::run(args, context))),
        Command::Apply(args) => online(Box::pin(apply::run(args, context))),
        Command::Migrate(args) => online(Box::pin(migrate::run(args, context))),
        Command::Homeys(Noun { command }) => homeys::run(command, context),
        Command::Accounts(Noun { command }) => accounts::run(command, context),
        Command::Agent(Noun { command }) => serving(context, agent::run(command, context)),
        #[cfg(feature = "mcp")]
        Command::Mcp(args) => serving(context, Box::pin(mcp::run(args, context))),
        Command::Config(Noun { command }) => config::run(command, Command::is_named, context),
        Command::Completions(args) => completions::run(args, context),
        Command::Man(args) => man::run(args, tree(), context),
    }
}
