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
mod mobile;
mod moods;
mod notifications;
mod operations;
mod presence;
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

/// Everything housekey can be told to do, in the order of the help. What each takes is put together
/// for the one that is called: all of them take longer than most commands run.
#[derive(Debug, Subcommand)]
#[command(defer = true)]
pub(crate) enum Command {
    /// Show what housekey does on a virtual Homey: no account needed
    ///
    /// The virtual Homey and its account cloud run inside this program. Nothing leaves this machine
    /// and nothing is left on it.
    Demo(demo::Args),
    /// Run the virtual cloud and Homey until it is stopped with Ctrl-C
    ///
    /// One address plays the account cloud and every Homey. With --json one line is printed when it is
    /// ready: its addresses, the made-up account, an API key. It is steered over /_emulator/, which
    /// describes itself.
    Emulate(emulate::Args),
    /// Sign in to a Homey and keep the token
    ///
    /// With an account the token is renewed for good. The password is asked for without being shown,
    /// or read from standard input; it is not kept, unless --remember says so.
    Login(login::Args),
    /// Sign out: end what can be ended, forget the rest
    ///
    /// Ended are the sign-in at the account cloud, a session on a v2 Homey, and an API key that `login
    /// --mint-key` made. What goes on living elsewhere is said.
    Logout(logout::Args),
    /// Who is signed in, to which Homeys, and for how long
    ///
    /// Reads what is stored and asks nobody. Exit code 4 when nobody is signed in.
    Status(status::Args),
    /// Print the bearer token of the Homey, renewed first if that is due
    Token(token::Args),
    /// Run a command with HOMEY_TOKEN and HOMEY_ADDRESS set
    ///
    /// The command takes the place of this program: its exit code is the exit code, and signals reach
    /// it. The token is renewed before if that is due, not while the command runs; for what runs on,
    /// there is `housekey agent`.
    Exec(exec::Args),
    /// Call any path of the Homey and print the answer
    ///
    /// The token is added, and renewed when the Homey refuses it. The answer is printed as it came,
    /// also when it is a refusal; the exit code is 1 then.
    Api(api::Args),
    /// Call an operation of the Homey by its name, and print the answer as JSON
    ///
    /// Arguments are checked before anything is sent. What stands behind `=` takes a type that the
    /// operation asks for: it is read as JSON where that fits, else it is a text. What stands behind
    /// `:=` is JSON. `@FILE` takes the value from a file, `@-` from standard input, which keeps a secret
    /// out of the list of processes.
    Call(call::Args),
    /// List, search and explain the operations that `housekey call` can call
    ///
    /// Each word has to occur in the name, the path, a scope or an argument of an operation; `*` stands
    /// for anything. A whole path finds what it calls. What is found alone is explained: how it is
    /// called on each dialect, with an example.
    Operations(operations::Args),
    /// Show live events as they happen, one line each
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
    /// What values were over time
    Insights(Noun<insights::Command>),
    /// The people who may use the Homey
    Users(Noun<users::Command>),
    /// Who is at home, and who is asleep
    Presence(Noun<presence::Command>),
    /// The apps that are installed on the Homey
    Apps(Noun<apps::Command>),
    /// The alarm clocks of the Homey (not on Homey Cloud)
    Alarms(Noun<alarms::Command>),
    /// Moods: how the devices of a zone are to be
    Moods(Noun<moods::Command>),
    /// The timeline of the Homey
    Notifications(Noun<notifications::Command>),
    /// Images, of cameras mostly
    Images(Noun<images::Command>),
    /// Flow tokens: the values of devices, apps and variables that flows can use
    Tokens(Noun<tokens::Command>),
    /// What is used and generated
    Energy(Noun<energy::Command>),
    /// Show the weather where the Homey is, and what is expected
    Weather(weather::Args),
    /// Show where the Homey is
    ///
    /// This is what the Homey answers on `/api/manager/geolocation/`; one that does not know it is asked
    /// for its option.
    Location(location::Args),
    /// Show the language and the units of the home, or choose another language
    ///
    /// This is what the Homey answers on `/api/manager/i18n/`; one that does not know it is asked for its
    /// options.
    Language(language::Args),
    /// The ring of lights around the Homey (not on Homey Cloud)
    Ledring(Noun<ledring::Command>),
    /// The Z-Wave network
    Zwave(Noun<zwave::Command>),
    /// The Zigbee network
    Zigbee(Noun<zigbee::Command>),
    /// API keys on the Homey (Pro of 2023 or later, self-hosted server)
    Keys(Noun<keys::Command>),
    /// Who is signed in to the Homey
    Sessions(Noun<sessions::Command>),
    /// The Homey itself
    System(Noun<system::Command>),
    /// The Homey's line to the account cloud
    Cloud(Noun<cloud::Command>),
    /// Show what the Homey keeps for the mobile app
    ///
    /// This is what the Homey answers on `/api/manager/mobile/`; one that does not know it is asked by
    /// the operation it has.
    Mobile(mobile::Args),
    /// Features that can be tried before they are released (not on Homey Cloud)
    Experiments(experiments::Args),
    /// Reminders, which only old firmware has
    Reminders(reminders::Args),
    /// The Homeys that are configured here, and how they are found and reached
    Homeys(Noun<homeys::Command>),
    /// The accounts that are signed in
    Accounts(Noun<accounts::Command>),
    /// The service that keeps tokens fresh and hands them out
    Agent(Noun<agent::Command>),
    /// Print what teaches a shell to complete commands, operations and their arguments
    ///
    /// The shell then asks housekey itself at every Tab, so the answers fit the version that is
    /// installed. Nothing is asked over the network.
    Completions(completions::Args),
    /// Print the manual page, or write one for each command
    Man(man::Args),
}

// The commands about one noun: as its arguments, they are put together with it and not before. A doc
// comment would become what the noun says of itself.
#[derive(Debug, clap::Args)]
pub(crate) struct Noun<C: Subcommand> {
    #[command(subcommand)]
    command: C,
}

impl Command {
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
        Command::Token(args) => online(Box::pin(token::run(args, context))),
        Command::Exec(args) => {
            crate::runtime::online(context, Box::pin(exec::prepare(args, context)))
                .and_then(Prepared::run)
        }
        Command::Api(args) => online(Box::pin(api::run(args, context))),
        Command::Call(args) => online(Box::pin(call::run(args, context))),
        Command::Operations(args) => operations::run(args, context),
        Command::Watch(args) => online(Box::pin(watch::run(args, context))),
        Command::Devices(Noun { command }) => online(Box::pin(devices::run(command, context))),
        Command::Zones(Noun { command }) => online(Box::pin(zones::run(command, context))),
        Command::Flows(Noun { command }) => online(Box::pin(flows::run(command, context))),
        Command::Folders(Noun { command }) => online(Box::pin(folders::run(command, context))),
        Command::Variables(Noun { command }) => online(Box::pin(variables::run(command, context))),
        Command::Insights(Noun { command }) => online(Box::pin(insights::run(command, context))),
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
        Command::Homeys(Noun { command }) => homeys::run(command, context),
        Command::Accounts(Noun { command }) => accounts::run(command, context),
        Command::Agent(Noun { command }) => serving(context, agent::run(command, context)),
        Command::Completions(args) => completions::run(args, context),
        Command::Man(args) => man::run(args, tree(), context),
    }
}
