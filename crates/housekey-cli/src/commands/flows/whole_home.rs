//! A whole home as the commands need it that look at all flows: its items, its cards, its last known names.

use std::fs::DirBuilder;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::PathBuf;

use housekey::whole_file::{self, INPUT_LIMIT_BYTES};
use housekey_backup::cards::Cards;
use housekey_backup::check::LastNames;
use housekey_backup::words::Words;
use housekey_backup::{Home, Part, read};

use crate::context::{Context, Target};
use crate::error::Outcome;
use crate::file::{self, Readers};

/// The parts that flows refer to, or that refer to what flows do. Options, a request each, are not among them.
const CONCERNING_FLOWS: [Part; 12] = [
    Part::Apps,
    Part::Users,
    Part::Zones,
    Part::Folders,
    Part::Variables,
    Part::Devices,
    Part::Moods,
    Part::Scripts,
    Part::Flows,
    Part::AdvancedFlows,
    Part::Alarms,
    Part::Dashboards,
];

/// A home and what is known besides.
pub(in crate::commands) struct WholeHome {
    pub(in crate::commands) home: Home,
    pub(in crate::commands) cards: Cards,
    pub(in crate::commands) names: LastNames,
}

impl WholeHome {
    /// Reads what concerns flows from the Homey, and keeps the names for later. Parts that may not be read are left
    /// out, with a note.
    pub(in crate::commands) async fn read(target: &Target, context: &Context) -> Outcome<Self> {
        Self::read_parts(&CONCERNING_FLOWS, target, context).await
    }

    /// The same with all parts, for commands that keep a backup of the home.
    pub(in crate::commands) async fn read_all(target: &Target, context: &Context) -> Outcome<Self> {
        Self::read_parts(&Part::ALL, target, context).await
    }

    async fn read_parts(parts: &[Part], target: &Target, context: &Context) -> Outcome<Self> {
        let home = read::parts(&target.homey, &target.title, parts, |_| ());
        let (home, cards) = tokio::try_join!(home, read::cards(&target.homey))?;
        for (part, why) in home.missing() {
            let is_needed = !matches!(part, Part::Options | Part::Alarms | Part::Dashboards);
            if is_needed && !why.ends_with("has none") {
                context.out.note(&format!("Left out: {} ({why})", part.name().replace('-', " ")));
            }
        }
        let names = names(&home, context);
        Ok(Self { home, cards, names })
    }

    /// Puts its flows into words.
    pub(in crate::commands) fn words(&self) -> Words<'_> {
        Words::new(&self.home, &self.cards).with_names(&self.names)
    }
}

/// The names that the items of this home had until now; those of today are kept with them. Where that fails,
/// messages name less.
fn names(home: &Home, context: &Context) -> LastNames {
    let Some(path) = names_path(home, context) else { return LastNames::default() };
    let text = whole_file::read_text(&path, INPUT_LIMIT_BYTES).ok();
    let mut names: LastNames =
        text.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
    if names.remember(home)
        && let (Some(directory), Ok(text)) = (path.parent(), serde_json::to_vec(&names))
    {
        let made = DirBuilder::new().recursive(true).mode(0o700).create(directory);
        if let Err(error) = made.and_then(|()| file::replace(&path, &text, Readers::Owner)) {
            let path = path.display();
            context.out.note(&format!("The names of today are not kept in {path}: {error}"));
        }
    }
    names
}

/// Where the names of a home are kept.
fn names_path(home: &Home, context: &Context) -> Option<PathBuf> {
    let id = home.about.id.as_deref().filter(|id| !id.is_empty())?;
    let plain = |c: char| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' };
    let name: String = id.chars().take(64).map(plain).collect();
    Some(context.state.join("last-names").join(format!("{name}.json")))
}
