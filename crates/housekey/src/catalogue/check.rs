//! Consistency tests of the catalogue.

use std::collections::HashSet;

use super::*;

/// A value that no fixed segment equals.
const VALUE: &str = "x:1";

fn variants() -> impl Iterator<Item = (&'static Operation, &'static Variant)> {
    operations()
        .iter()
        .chain(CLOUD)
        .flat_map(|operation| operation.variants.iter().map(move |variant| (operation, variant)))
}

fn filled(path: &str) -> String {
    let segments = path.split('/').map(|s| if s.starts_with(':') { VALUE } else { s });
    segments.collect::<Vec<_>>().join("/")
}

#[test]
fn holds_what_was_counted() {
    let entries: usize =
        operations().iter().flat_map(|o| o.variants).map(|v| v.dialects.iter().count()).sum();
    assert_eq!((operations().len(), entries, CLOUD.len()), (436, 871, 58));
    let on = |dialect| operations().iter().filter(|o| o.on(dialect).is_some()).count();
    assert_eq!(Dialect::ALL.map(on), [259, 352, 260]);
}

#[test]
fn ids_are_unique_sorted_and_made_of_their_parts() {
    let ids: Vec<&str> = operations().iter().map(|operation| operation.id).collect();
    assert!(ids.is_sorted_by(|a, b| a < b), "binary search needs the order");
    for operation in operations().iter().chain(CLOUD) {
        let (manager, name) = operation.id.split_once('.').unwrap();
        assert_eq!(name, operation.name);
        assert_eq!(manager.to_lowercase(), operation.manager.replace('-', ""), "{}", operation.id);
    }
    for operation in operations() {
        assert_eq!(find(operation.id), Some(operation));
        assert_eq!(find(&format!("{}.{}", operation.manager, operation.name)), Some(operation));
    }
    assert_eq!(CLOUD.iter().map(|o| o.id).collect::<HashSet<_>>().len(), CLOUD.len());
}

#[test]
fn paths_and_parameters_agree() {
    for (operation, variant) in variants() {
        let id = operation.id;
        let declared: Vec<&str> = variant
            .parameters
            .iter()
            .filter(|parameter| parameter.place == Place::Path)
            .map(|parameter| parameter.name)
            .collect();
        assert_eq!(variant.path_names().collect::<Vec<_>>(), declared, "{id}");
        let names: HashSet<&str> = variant.parameters.iter().map(|p| p.name).collect();
        assert_eq!(names.len(), variant.parameters.len(), "{id} names a parameter twice");
        assert!(
            variant.parameters.iter().is_sorted_by_key(|p| match p.place {
                Place::Path => 0,
                Place::Query => 1,
                Place::Root | Place::Field | Place::Form => 2,
            }),
            "{id} has its parameters out of order"
        );
        let body =
            variant.parameters.iter().any(|p| !matches!(p.place, Place::Path | Place::Query));
        assert!(
            !body
                || matches!(variant.method, Method::Post | Method::Put)
                || operation.manager == "account",
            "{id}: a body on {}",
            variant.method
        );
        assert!(variant.path.starts_with('/') && !variant.path.ends_with('/'), "{id}");
    }
}

#[test]
fn scopes_are_well_formed() {
    for (operation, variant) in variants() {
        for scope in variant.scopes {
            let parts: Vec<&str> = scope.split('.').collect();
            assert!(
                parts.len() >= 2
                    && parts[0] == "homey"
                    && parts.iter().all(|part| {
                        !part.is_empty() && part.chars().all(|letter| letter.is_ascii_lowercase())
                    }),
                "{}: {scope}",
                operation.id
            );
        }
    }
}

#[test]
fn each_dialect_is_in_one_variant_at_most() {
    for operation in operations() {
        for dialect in Dialect::ALL {
            let count = operation.variants.iter().filter(|v| v.dialects.contains(dialect)).count();
            assert!(count <= 1, "{} on {dialect}", operation.id);
        }
        assert!(operation.variants.iter().all(|v| v.dialects.iter().count() > 0));
    }
    assert!(CLOUD.iter().all(|o| o.variants.len() == 1 && o.on(Dialect::Local).is_none()));
}

#[test]
fn every_operation_routes_back_to_itself() {
    for operation in operations() {
        for dialect in Dialect::ALL {
            let Some(variant) = operation.on(dialect) else { continue };
            let values: Vec<(&str, String)> =
                variant.path_names().map(|name| (name, VALUE.to_owned())).collect();
            for end in ["", "/"] {
                let path = filled(variant.path) + end;
                assert_eq!(
                    route(dialect, variant.method, &path),
                    Some((operation, variant, values.clone())),
                    "{dialect} {path}"
                );
            }
        }
    }
}

#[test]
fn answers_and_accesses_name_the_same_item() {
    for (operation, variant) in variants() {
        let id = operation.id;
        let item = match variant.answer {
            Some(AnswerType::One(item) | AnswerType::Map(item) | AnswerType::List(item)) => item,
            Some(AnswerType::Shape(_)) | None => continue,
        };
        match variant.access {
            Some(ItemAccess::GetAll(of)) => {
                assert_eq!(item, of, "{id}");
                assert!(!matches!(variant.answer, Some(AnswerType::One(_))), "{id}");
            }
            Some(
                ItemAccess::GetOne(of) | ItemAccess::CreateOne(of) | ItemAccess::UpdateOne(of),
            ) => {
                assert_eq!(variant.answer, Some(AnswerType::One(of)), "{id}");
            }
            Some(ItemAccess::DeleteOne(_)) => panic!("{id} answers what it has deleted"),
            None => assert_eq!(variant.answer, Some(AnswerType::One(item)), "{id}"),
        }
    }
}

#[test]
fn reading_insights_is_slow() {
    let slow: HashSet<&str> =
        variants().filter(|(_, v)| v.slow).map(|(operation, _)| operation.id).collect();
    assert_eq!(slow, HashSet::from(["insights.getLogEntries"]));
}

#[test]
fn three_operations_need_no_session() {
    let open: HashSet<&str> =
        variants().filter(|(_, v)| v.open).map(|(operation, _)| operation.id).collect();
    assert_eq!(open, HashSet::from(["system.ping", "users.login", "users.loginLocal"]));
}
