//! Finds operations by name, and names that are close to a wrong one.

use std::borrow::Cow;

use super::{Dialect, Operation, table::OPERATIONS};

/// All operations of Homeys, sorted by id.
pub fn operations() -> &'static [Operation] {
    OPERATIONS
}

/// The operation `manager.operation`; the manager may be spelled as in ids (`googleAssistant`) or as
/// in paths (`google-assistant`).
///
/// ```
/// use housekey::catalogue::{self, Dialect};
/// let operation = catalogue::find("devices.getDevice").expect("an operation");
/// let variant = operation.on(Dialect::Local).expect("newer Homeys have it");
/// assert_eq!(variant.path, "/api/manager/devices/device/:id");
/// assert_eq!(variant.scopes, ["homey.device.readonly"]);
/// ```
pub fn find(name: &str) -> Option<&'static Operation> {
    let (manager, operation) = name.split_once('.')?;
    let id = match camel(manager) {
        Cow::Borrowed(_) => Cow::Borrowed(name),
        Cow::Owned(manager) => Cow::Owned(format!("{manager}.{operation}")),
    };
    let index = OPERATIONS.binary_search_by(|probe| probe.id.cmp(&id)).ok()?;
    OPERATIONS.get(index)
}

/// The operation a socket call names by its URI and its name: `homey:manager:devices`, `getDevices`.
pub fn by_uri(uri: &str, operation: &str) -> Option<&'static Operation> {
    let manager = uri.strip_prefix("homey:manager:")?;
    find(&format!("{manager}.{operation}"))
}

/// Whether a socket call is of an operation that is [`slow`](super::Variant::slow).
pub fn is_slow_call(dialect: Dialect, uri: &str, operation: &str) -> bool {
    by_uri(uri, operation).and_then(|found| found.on(dialect)).is_some_and(|variant| variant.slow)
}

/// Up to three ids that were probably meant by a name that [`find`] does not know, closest first:
/// those a few letters away, and those of the same operation in any manager.
pub fn suggest(name: &str) -> Vec<&'static str> {
    let wanted = name.to_lowercase();
    let allowed = 1 + wanted.chars().count() / 6;
    let mut close: Vec<(usize, &'static str)> = OPERATIONS
        .iter()
        .filter_map(|operation| {
            let whole = strsim::osa_distance(&wanted, &operation.id.to_lowercase());
            let own = strsim::osa_distance(&wanted, &operation.name.to_lowercase());
            let distance = whole.min(own);
            (distance <= allowed).then_some((distance, operation.id))
        })
        .collect();
    close.sort_unstable();
    close.into_iter().take(3).map(|(_, id)| id).collect()
}

/// `google-assistant` as `googleAssistant`; borrowed where nothing changes.
fn camel(manager: &str) -> Cow<'_, str> {
    let mut parts = manager.split('-');
    let first = parts.next().unwrap_or_default();
    parts.fold(Cow::Borrowed(first), |name, part| {
        let mut letters = part.chars();
        let capital = letters.next().map(|letter| letter.to_ascii_uppercase());
        let mut name = name.into_owned();
        name.extend(capital);
        name.push_str(letters.as_str());
        Cow::Owned(name)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_by_either_spelling_of_the_manager() {
        for name in ["googleAssistant.getOptionEnabled", "google-assistant.getOptionEnabled"] {
            assert_eq!(
                find(name).map(|operation| operation.id),
                Some("googleAssistant.getOptionEnabled"),
                "{name}"
            );
        }
        for name in ["", ".", "devices", "devices.", "devices.getdevices", "google-.x", "-.-"] {
            assert_eq!(find(name), None, "{name}");
        }
    }

    #[test]
    fn finds_by_uri() {
        let id = |uri, name| by_uri(uri, name).map(|operation| operation.id);
        assert_eq!(id("homey:manager:devices", "getDevices"), Some("devices.getDevices"));
        assert_eq!(id("homey:manager:speech-output", "say"), Some("speechOutput.say"));
        assert_eq!(id("homey:app:devices", "getDevices"), None);
        assert_eq!(id("homey:manager:devices", "getDevice.s"), None);
    }

    #[test]
    fn suggests_what_is_close() {
        assert_eq!(suggest("device.getDevices")[0], "devices.getDevices");
        assert_eq!(suggest("devices.getdevices")[0], "devices.getDevices");
        assert_eq!(suggest("setCapabiltyValue")[0], "devices.setCapabilityValue");
        assert_eq!(suggest("nothing.atAllLikeThis"), [""; 0]);
        assert!(suggest("x.getState").len() <= 3);
    }
}
