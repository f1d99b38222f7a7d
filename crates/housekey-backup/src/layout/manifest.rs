//! `housekey.toml`: what the files of a snapshot are.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::error::BackupError;
use crate::file_names::MANIFEST;
use crate::{About, Home, Part, Snapshot};

/// The format that this version writes, and the newest that it reads.
const FORMAT: i64 = 1;

const HEAD: &str = "# The set-up of a home, as housekey reads and writes it. The files beside this one may be edited:\n\
                    # `housekey plan` shows what `housekey apply` would change. Which item a file holds is\n\
                    # decided by the `id` in it, not by its path.\n\n";

/// The manifest.
#[derive(Serialize, Deserialize)]
struct Manifest {
    format: i64,
    when: Timestamp,
    parts: Vec<String>,
    homey: HomeyTable,
    /// The parts that could not be read, each with the reason.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    missing: BTreeMap<String, String>,
}

/// Which Homey it is.
#[derive(Serialize, Deserialize)]
struct HomeyTable {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    model: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    firmware: Option<String>,
    dialect: String,
}

/// The text of the manifest.
pub(super) fn text(snapshot: &Snapshot) -> String {
    let About { id, name, model, firmware, dialect } = snapshot.home.about.clone();
    let manifest = Manifest {
        format: FORMAT,
        when: snapshot.when,
        parts: snapshot.home.parts().map(|(part, _)| part.name().to_owned()).collect(),
        homey: HomeyTable { id, name, model, firmware, dialect },
        missing: snapshot
            .home
            .missing()
            .map(|(part, why)| (part.name().to_owned(), why.to_owned()))
            .collect(),
    };
    // Text and numbers alone: there is nothing in it that TOML cannot hold.
    format!("{HEAD}{}", toml::to_string(&manifest).unwrap_or_default())
}

/// When it was read, an empty home that knows which parts are missing, and the parts that there are.
pub(super) fn read(text: &str) -> Result<(Timestamp, Home, Vec<Part>), BackupError> {
    #[derive(Deserialize)]
    struct Format {
        format: i64,
    }
    let wrong = |error: toml::de::Error| {
        let line = error.span().map(|span| 1 + text[..span.start].matches('\n').count());
        BackupError::file(MANIFEST, line, error.message())
    };
    // The format first: whatever else a newer version writes may have another form.
    let Format { format } = toml::from_str(text).map_err(wrong)?;
    if format > FORMAT {
        let path = MANIFEST.to_owned();
        return Err(BackupError::NewerFormat { path, found: format, newest: FORMAT });
    }
    let Manifest { when, parts, homey, missing, .. } = toml::from_str(text).map_err(wrong)?;
    let HomeyTable { id, name, model, firmware, dialect } = homey;
    let mut home = Home::new(About { id, name, model, firmware, dialect });
    let known = |name: &String| {
        Part::by_name(name).ok_or_else(|| {
            BackupError::file(MANIFEST, None, format!("`{name}` is no part of a home"))
        })
    };
    for (name, why) in &missing {
        home.miss(known(name)?, why);
    }
    Ok((when, home, parts.iter().map(known).collect::<Result<_, _>>()?))
}
