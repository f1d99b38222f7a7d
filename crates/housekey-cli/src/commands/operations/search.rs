//! Whether an operation matches a search.

use housekey::catalogue::{Dialect, Method, Operation, Variant, route};

/// Whether each word occurs in the operation's name, method, path, scopes or arguments, in any case;
/// `*` in a word stands for anything. A word that is a whole path means what it calls.
pub(super) fn matches(
    (operation, variant): (&'static Operation, &'static Variant),
    words: &[String],
) -> bool {
    let mut text = format!("{} {} {}", operation.id, variant.method, variant.path);
    let arguments = variant.parameters.iter().map(|parameter| parameter.name);
    for word in variant.scopes.iter().copied().chain(arguments) {
        text.push(' ');
        text.push_str(word);
    }
    let text = text.to_lowercase();
    words.iter().all(|word| {
        let path = word.starts_with('/') && called_by(operation, variant, word);
        path || occurs(&text, &word.to_lowercase())
    })
}

/// Whether a request to that path calls the variant.
fn called_by(operation: &Operation, variant: &Variant, path: &str) -> bool {
    let methods = ["GET", "POST", "PUT", "DELETE"].into_iter().filter_map(Method::parse);
    let mut requests = methods.flat_map(|method| Dialect::ALL.map(|dialect| (dialect, method)));
    requests.any(|(dialect, method)| {
        route(dialect, method, path)
            .is_some_and(|(found, how, _)| found == operation && how == variant)
    })
}

fn occurs(text: &str, pattern: &str) -> bool {
    let mut rest = Some(text);
    for piece in pattern.split('*') {
        rest = rest.and_then(|rest| rest.split_once(piece)).map(|(_, rest)| rest);
    }
    rest.is_some()
}

#[cfg(test)]
mod tests {
    use housekey::catalogue::operations;

    use super::*;

    /// The ids found, each once.
    fn found(words: &str) -> Vec<&'static str> {
        let words: Vec<String> = words.split(' ').map(str::to_owned).collect();
        let hit = |operation: &&'static Operation| {
            operation.variants.iter().any(|variant| matches((operation, variant), &words))
        };
        operations().iter().filter(hit).map(|operation| operation.id).collect()
    }

    #[test]
    fn words_are_looked_for_in_all_that_is_known() {
        for (words, want) in [
            ("capability value", &["devices.getCapabilityValue", "devices.setCapabilityValue"][..]),
            ("SETCAP", &["devices.setCapabilityValue"]),
            ("logic*create", &["logic.createVariable"]),
            ("homey.flow.start", &["flow.triggerAdvancedFlow", "flow.triggerFlow"]),
            (
                "put external-service",
                &[
                    "devices.hideDeviceFromExternalService",
                    "devices.unhideDeviceFromExternalService",
                ],
            ),
            ("transactionid", &["devices.setCapabilityValue"]),
            ("capability teapot", &[]),
        ] {
            assert_eq!(found(words), want, "{words}");
        }
    }

    #[test]
    fn a_whole_path_is_what_it_calls() {
        for path in ["/api/manager/logic/variable/v1", "/api/manager/logic/variable/v1/"] {
            let want = ["logic.deleteVariable", "logic.getVariable", "logic.updateVariable"];
            assert_eq!(found(path), want, "{path}");
        }
        assert!(found("/api/manager/logic/variable").len() > 3, "part of others too");
        assert_eq!(found("/api/manager/nothing"), [""; 0]);
    }
}
