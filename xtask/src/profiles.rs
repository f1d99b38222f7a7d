//! Packages that build profiles name: each has to exist, or its line in `Cargo.toml` does nothing.

use std::collections::BTreeSet;
use std::fs;

use toml::{Table, Value};

use crate::workspace::workspace;

/// The packages with a profile of their own that `Cargo.lock` does not have, as `profile: package`.
fn unknown(manifest: &Table, lock: &Table) -> Vec<String> {
    let packages = lock.get("package").and_then(Value::as_array).into_iter().flatten();
    let locked: BTreeSet<_> =
        packages.filter_map(|package| package.get("name").and_then(Value::as_str)).collect();
    let profiles = manifest.get("profile").and_then(Value::as_table).into_iter().flatten();
    profiles
        .filter_map(|(profile, table)| Some((profile, table.get("package")?.as_table()?)))
        .flat_map(|(profile, packages)| packages.keys().map(move |name| (profile, name)))
        .filter(|(_, name)| *name != "*" && !locked.contains(name.as_str()))
        .map(|(profile, name)| format!("{profile}: {name}"))
        .collect()
}

#[test]
fn every_package_of_a_profile_is_in_the_lock_file() {
    let read = |name: &str| -> Table {
        fs::read_to_string(workspace().join(name)).unwrap().parse().unwrap()
    };
    let manifest = read("Cargo.toml");
    let release = manifest["profile"]["release"]["package"].as_table().unwrap();
    assert!(!release.is_empty(), "nothing was read");
    assert_eq!(unknown(&manifest, &read("Cargo.lock")), Vec::<String>::new());
}

#[test]
fn a_package_that_does_not_exist_is_named_with_its_profile() {
    let manifest: Table = "
        [profile.dev.package.'*']
        [profile.release.package.toml]
        [profile.release.package.tomml]
    "
    .parse()
    .unwrap();
    let lock: Table = "[[package]]\nname = 'toml'".parse().unwrap();
    assert_eq!(unknown(&manifest, &lock), ["release: tomml"]);
}
