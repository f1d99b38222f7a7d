//! Which Homeys consent is given for, of those that the page lists.

use super::{ConsentForm, Resource};
use crate::error::SignInError;

/// Which resource consent is given for: the Homey meant, or the only one the page lists. A page
/// that lists none is answered without a choice, and the account's record lists the Homeys later.
pub(in crate::auth) fn choose_resource(
    form: &ConsentForm,
    homey: Option<&str>,
) -> Result<Vec<String>, SignInError> {
    let listed: Vec<_> = form.resources.iter().filter(|r| r.homey_id().is_some()).collect();
    let known = || {
        let named =
            |r: &&Resource| format!("\"{}\" ({})", r.label, r.homey_id().unwrap_or_default());
        listed.iter().map(named).collect()
    };
    match (homey, listed.as_slice()) {
        (None, []) => Ok(Vec::new()),
        (None, [only]) => Ok(vec![only.id.clone()]),
        (None, _) => Err(SignInError::SeveralHomeys { known: known() }),
        (Some(wanted), listed) => {
            let meant = |r: &&&Resource| {
                r.homey_id() == Some(wanted) || r.label.to_lowercase() == wanted.to_lowercase()
            };
            match (listed.iter().find(meant), is_cloud_id(wanted)) {
                (Some(resource), _) => Ok(vec![resource.id.clone()]),
                (None, true) if listed.is_empty() => Ok(vec![resource_of(wanted)]),
                (None, _) if listed.is_empty() => Ok(Vec::new()),
                (None, _) => {
                    Err(SignInError::UnknownHomey { wanted: wanted.to_owned(), known: known() })
                }
            }
        }
    }
}

/// The resources of those Homeys, less those that a page which lists any does not list.
pub(in crate::auth) fn known_resources(form: &ConsentForm, homeys: &[String]) -> Vec<String> {
    let resources = homeys.iter().map(|id| resource_of(id));
    let is_known = |id: &String| form.resources.iter().any(|listed| listed.id == *id);
    resources.filter(|id| form.resources.is_empty() || is_known(id)).collect()
}

fn resource_of(cloud_id: &str) -> String {
    format!("resource.homey.{cloud_id}")
}

/// Whether a text looks like a cloud id: 24 hex characters in every sample seen.
fn is_cloud_id(text: &str) -> bool {
    text.len() == 24 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}
