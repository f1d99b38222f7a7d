//! Keeps a flow as it was before it is changed or deleted, in a file that `housekey flows import` takes.

use std::fs::DirBuilder;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::PathBuf;

use serde_json::Value;

use crate::context::{Context, Target};
use crate::error::{Failure, Outcome};
use crate::file::{self, Readers};

/// Writes the flow to a file of its own, and says where. Only its owner may read it: people write keys
/// and messages into flows.
///
/// # Errors
/// Failed: then nothing may be changed.
pub(super) fn keep(flow: &Value, id: &str, target: &Target, context: &Context) -> Outcome<PathBuf> {
    let homey = name(target.homey.id().unwrap_or("homey"));
    let directory = context.state.join("backups").join(homey);
    let at = context.clock.now().strftime("%Y%m%dT%H%M%S%.3fZ");
    let path = directory.join(format!("flow-{}-{at}.json", name(id)));
    let made = DirBuilder::new().recursive(true).mode(0o700).create(&directory);
    made.and_then(|()| file::replace(&path, format!("{flow:#}\n").as_bytes(), Readers::Owner))
        .map_err(|error| {
            Failure::failed(format!("cannot keep a backup of the flow in {}", path.display()))
                .because(&error)
                .hint("nothing was changed; make room there, or set HOUSEKEY_STATE to another directory")
        })?;
    context.out.note(&format!("The flow as it was is kept in {}", path.display()));
    Ok(path)
}

/// An id as a part of a file's name: it comes from the Homey and could lead elsewhere.
fn name(id: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' };
    id.chars().take(64).map(plain).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_leads_nowhere_else() {
        assert_eq!(name("../../etc/passwd"), "______etc_passwd");
        assert_eq!(
            name("0d2a4c1e-9b7f-4a55-8f60-2c4b7d9e1a30"),
            "0d2a4c1e-9b7f-4a55-8f60-2c4b7d9e1a30"
        );
        assert_eq!(name(&"x".repeat(500)).len(), 64);
    }
}
