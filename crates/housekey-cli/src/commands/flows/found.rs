//! The flows of a Homey, of both kinds, with their folders.

use housekey::Error;
use housekey::error::HomeyError;
use housekey::model::name::or_id;
use housekey::model::{Field, FlowFolder, Items};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::kind::Kind;
use crate::context::{Context, Target};
use crate::error::{Exit, Outcome};
use crate::items::Collection;
use crate::lookup::{self, Named};

/// The fields that flows of both kinds have.
#[derive(Deserialize)]
pub(in crate::commands) struct Head {
    pub(in crate::commands) id: String,
    #[serde(default)]
    name: Field<String>,
    #[serde(default)]
    pub(in crate::commands) enabled: Field<bool>,
    #[serde(default)]
    folder: Field<String>,
    #[serde(default)]
    pub(in crate::commands) broken: Field<bool>,
}

/// A flow of a Homey.
pub(in crate::commands) struct Flow {
    pub(in crate::commands) kind: Kind,
    pub(in crate::commands) head: Head,
}

impl Flow {
    /// What it is called.
    pub(in crate::commands) fn name(&self) -> &str {
        or_id(self.head.name.label(), &self.head.id)
    }

    /// Whether it is enabled, and whether it is broken.
    pub(in crate::commands) fn state(&self) -> String {
        let state = if self.head.enabled.is_true() { "on" } else { "off" };
        let broken = if self.head.broken.is_true() { ", broken" } else { "" };
        format!("{state}{broken}")
    }
}

/// All flows of a Homey, and their folders.
pub(in crate::commands) struct Flows {
    pub(in crate::commands) items: Vec<Flow>,
    pub(in crate::commands) folders: Collection<FlowFolder>,
}

impl Flows {
    pub(in crate::commands) async fn read(target: &Target, context: &Context) -> Outcome<Self> {
        let standard = async { Ok(Kind::Standard.get_all::<Items<Head>>(&target.homey).await?) };
        let (Items(standard), advanced, folders) = tokio::try_join!(
            standard,
            advanced::<Items<Head>>(target, context),
            folders(target, context)
        )?;
        let of = |kind| move |head| Flow { kind, head };
        let advanced = advanced.map_or_else(Vec::new, |Items(advanced)| advanced);
        let items = standard
            .into_iter()
            .map(of(Kind::Standard))
            .chain(advanced.into_iter().map(of(Kind::Advanced)));
        Ok(Self { items: items.collect(), folders })
    }

    /// What a flow is called, folder and all.
    pub(in crate::commands) fn named<'a>(&'a self, flow: &'a Flow) -> Named<'a> {
        Named { id: &flow.head.id, name: flow.name(), zone: self.folder_of(flow) }
    }

    /// The name of the folder a flow is in.
    pub(in crate::commands) fn folder_of(&self, flow: &Flow) -> Option<&str> {
        Some(self.folders.with_id(flow.head.folder.text()?)?.name())
    }

    pub(in crate::commands) fn find(&self, wanted: &str) -> Outcome<&Flow> {
        lookup::find("flow", &self.items, wanted, |flow| self.named(flow))
    }
}

/// The folders; none where the Homey does not show them, which is said: flows can do without.
async fn folders(target: &Target, context: &Context) -> Outcome<Collection<FlowFolder>> {
    match Collection::read(target, &context.out).await {
        Ok(folders) => Ok(folders),
        Err(failure) if failure.exit() == Exit::SignIn => Err(failure),
        Err(failure) => {
            context.out.note(&format!("Flows are shown without their folders: {failure}"));
            Ok(Collection::empty())
        }
    }
}

/// The advanced flows; `None` where the Homey has no such thing. What a Homey says on which they are
/// not unlocked is not known: a refusal is noted, and the other flows are read.
pub(in crate::commands) async fn advanced<T: DeserializeOwned + Send>(
    target: &Target,
    context: &Context,
) -> Outcome<Option<T>> {
    match Kind::Advanced.get_all(&target.homey).await {
        Ok(answer) => Ok(Some(answer)),
        Err(Error::Homey(refusal)) if refusal.is_unknown_call() => Ok(None),
        Err(error @ Error::Homey(HomeyError::Refused { .. })) => {
            context.out.note(&format!("Advanced flows are left out: {error}"));
            Ok(None)
        }
        Err(error) => Err(error.into()),
    }
}
