//! `housekey flows`: flows of both kinds, standard and advanced.

mod backup;
mod cards;
mod change;
mod compare;
mod delete;
mod disable;
mod document;
mod enable;
mod export;
mod get;
mod import;
mod kind;
mod list;
mod place;
mod rename;
mod start;

use clap::Subcommand;
use housekey::error::HomeyError;
use housekey::model::name::or_id;
use housekey::model::{Field, Items};
use housekey::{Error, args};
use serde::Deserialize;

use self::kind::Kind;
use super::folders::Folders;
use super::look;
use crate::context::{Context, Opened};
use crate::error::{Exit, Outcome};
use crate::naming::{self, Named};

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    List(list::Args),
    Get(get::Args),
    #[command(name = "run")]
    Start(start::Args),
    Enable(enable::Args),
    Disable(disable::Args),
    Rename(rename::Args),
    #[command(name = "move")]
    Place(place::Args),
    Delete(delete::Args),
    Export(export::Args),
    Import(import::Args),
}

pub(crate) async fn run(command: Command, context: &Context) -> Outcome {
    match command {
        Command::List(args) => list::run(args, context).await,
        Command::Get(args) => get::run(args, context).await,
        Command::Start(args) => start::run(args, context).await,
        Command::Enable(args) => enable::run(args, context).await,
        Command::Disable(args) => disable::run(args, context).await,
        Command::Rename(args) => rename::run(args, context).await,
        Command::Place(args) => place::run(args, context).await,
        Command::Delete(args) => delete::run(args, context).await,
        Command::Export(args) => export::run(args, context).await,
        Command::Import(args) => import::run(args, context).await,
    }
}

/// What a flow of either kind tells of itself.
#[derive(Deserialize)]
struct Head {
    id: String,
    #[serde(default)]
    name: Field<String>,
    #[serde(default)]
    enabled: Field<bool>,
    #[serde(default)]
    folder: Field<String>,
    #[serde(default)]
    broken: Field<bool>,
}

/// A flow of a Homey.
struct Flow {
    kind: Kind,
    head: Head,
}

impl Flow {
    /// What it is called.
    fn name(&self) -> &str {
        or_id(self.head.name.label(), &self.head.id)
    }

    /// Whether it starts by itself, and whether it can.
    fn state(&self) -> String {
        let state = if self.head.enabled.is_true() { "on" } else { "off" };
        let broken = if self.head.broken.is_true() { ", broken" } else { "" };
        format!("{state}{broken}")
    }
}

/// All flows of a Homey, and their folders.
struct Flows {
    items: Vec<Flow>,
    folders: Folders,
}

impl Flows {
    async fn of(opened: &Opened, context: &Context) -> Outcome<Self> {
        let none = args! {};
        let standard = async { Ok(opened.homey.call_as(Kind::Standard.get_all(), &none).await?) };
        let (standard, advanced, folders) = tokio::try_join!(
            standard,
            advanced::<Items<Head>>(opened, context),
            folders(opened, context)
        )?;
        let of = |kind| move |head| Flow { kind, head };
        let Items(standard): Items<Head> = standard;
        let advanced = advanced.map_or_else(Vec::new, |Items(advanced)| advanced);
        let items = standard
            .into_iter()
            .map(of(Kind::Standard))
            .chain(advanced.into_iter().map(of(Kind::Advanced)));
        Ok(Self { items: items.collect(), folders })
    }

    /// What a flow is called, folder and all.
    fn named<'a>(&'a self, flow: &'a Flow) -> Named<'a> {
        Named { id: &flow.head.id, name: flow.name(), zone: self.folder_of(flow) }
    }

    /// The name of the folder a flow is in.
    fn folder_of(&self, flow: &Flow) -> Option<&str> {
        self.folders.name(flow.head.folder.text()?)
    }

    fn find(&self, wanted: &str) -> Outcome<&Flow> {
        naming::find("flow", &self.items, wanted, |flow| self.named(flow))
    }
}

/// The folders; none where the Homey does not show them, which is said: flows can do without.
async fn folders(opened: &Opened, context: &Context) -> Outcome<Folders> {
    match Folders::of(opened).await {
        Ok(folders) => Ok(folders),
        Err(failure) if failure.exit() == Exit::SignIn => Err(failure),
        Err(failure) => {
            context.out.note(&format!("Flows are shown without their folders: {failure}"));
            Ok(Folders(Vec::new()))
        }
    }
}

/// The advanced flows; `None` where the Homey has no such thing. What a Homey says on which they are
/// not unlocked is not known: a refusal is told, and the other flows are gone on with.
async fn advanced<T: serde::de::DeserializeOwned>(
    opened: &Opened,
    context: &Context,
) -> Outcome<Option<T>> {
    let none = args! {};
    match opened.homey.call_as(Kind::Advanced.get_all(), &none).await {
        Ok(answer) => Ok(Some(answer)),
        Err(Error::Homey(refusal)) if look::is_unknown_call(&refusal) => Ok(None),
        Err(error @ Error::Homey(HomeyError::Refused { .. })) => {
            context.out.note(&format!("Advanced flows are left out: {error}"));
            Ok(None)
        }
        Err(error) => Err(error.into()),
    }
}
