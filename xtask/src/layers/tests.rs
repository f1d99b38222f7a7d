//! Made-up workspaces, each with one breach that must be found, and their lawful neighbours.

use super::*;

/// A workspace with our four crates, into which a test puts its own files.
fn workspace(own: &[(&str, &str)]) -> Files {
    let mut files = Files::new();
    let mut add = |path: &str, text: &str| files.insert(path.to_owned(), text.to_owned());
    add("crates/housekey/Cargo.toml", "[package]\nname = 'housekey'");
    add(
        "crates/housekey/src/lib.rs",
        "pub mod auth; pub mod clock; pub mod http; pub mod request; mod secret; \
         pub use secret::Secret; pub use auth::Keeper as Holder;",
    );
    for module in ["auth/mod", "clock", "http", "request", "secret"] {
        add(&format!("crates/housekey/src/{module}.rs"), "");
    }
    for name in ["housekey-emulator", "housekey-cli"] {
        let manifest = format!("[package]\nname = '{name}'\n[dependencies]\nhousekey = {{}}");
        add(&format!("crates/{name}/Cargo.toml"), &manifest);
        add(&format!("crates/{name}/src/lib.rs"), "");
    }
    for (path, text) in own {
        add(path, text);
    }
    files
}

/// The breaches as `line: text`.
fn found(own: &[(&str, &str)]) -> Vec<String> {
    let breaches = breaches(&workspace(own)).unwrap();
    breaches.iter().map(|breach| format!("{}: {}", breach.line, breach.text)).collect()
}

fn assert_one(own: &[(&str, &str)], want: &str) {
    let found = found(own);
    assert!(found.len() == 1 && found[0].contains(want), "{own:?}\nwant {want}\n got {found:?}");
}

fn assert_none(own: &[(&str, &str)]) {
    assert_eq!(found(own), Vec::<String>::new(), "{own:?}");
}

#[test]
fn this_workspace_keeps_the_rules() {
    let files = sources::read(&crate::workspace::workspace()).unwrap();
    assert!(files.contains_key("crates/housekey/src/lib.rs"), "nothing was read");
    assert_eq!(breaches(&files).unwrap(), []);
}

#[test]
fn a_pure_module_may_not_import_what_is_not_pure() {
    let breach = "is pure and may not import";
    for text in [
        "use crate::http::Sender;",
        "use crate::{Secret, http::Sender};",
        "use super::http;",
        "use super::super::http as wire;",
        "fn f() { crate::http::send() }",
        "fn f() { assert!(crate::http::send()) }",
        "use crate::clock::Clock;",
        "use crate::Holder;",
        "mod inner { use super::super::http; }",
        "pub use crate::{request::{self}, http::{self as wire}};",
    ] {
        assert_one(&[("crates/housekey/src/request.rs", text)], breach);
    }
}

#[test]
fn a_pure_module_may_not_touch_the_outside() {
    for (text, what) in [
        ("use tokio::sync::Mutex;", "the runtime"),
        ("fn f() -> reqwest::Result<()> {}", "HTTP"),
        ("use std::{fmt, fs};", "files"),
        ("use std::net::IpAddr;", "the network"),
        ("fn f() { std::env::var(\"X\"); }", "the environment"),
        ("use jiff::Timestamp;\nfn f() { Timestamp::now(); }", "the clock"),
        ("use std::time::{Duration, Instant};", "the clock"),
        ("use rand::random;", "chance"),
    ] {
        assert_one(&[("crates/housekey/src/request.rs", text)], what);
    }
}

#[test]
fn a_pure_crate_may_not_touch_the_outside() {
    let manifest = ("crates/housekey-chart/Cargo.toml", "[package]\nname = 'housekey-chart'");
    let root = "crates/housekey-chart/src/lib.rs";
    assert_none(&[manifest, (root, "use std::fmt; use jiff::Timestamp;")]);
    assert_one(&[manifest, (root, "use std::fs;")], "housekey-chart is pure and may not use files");
    assert_one(
        &[manifest, (root, "use housekey::Secret;")],
        "housekey-chart may not import housekey",
    );
}

#[test]
fn a_pure_module_may_do_all_that_only_computes() {
    let text = "
        //! Unlike crate::http, this only computes. use tokio::spawn;
        use std::{fmt, time::Duration};
        use crate::{Secret, catalogue::Operation};
        use jiff::Timestamp;
        pub(in crate::http) fn f(now: Timestamp, name: &str) -> impl Sized + use<'_> {
            let text = \"crate::http::send\";
            secret(text)
        }
        #[cfg(test)] use crate::http::{Sender, send};
        #[cfg(test)] mod tests { use crate::http::Sender; use std::fs; }
    ";
    assert_none(&[("crates/housekey/src/request.rs", text)]);
}

#[test]
fn a_file_that_only_tests_compile_is_free_and_others_are_found_through_their_parents() {
    let parent = ("crates/housekey/src/request.rs", "#[cfg(test)] mod tests; mod place;");
    let test = ("crates/housekey/src/request/tests.rs", "use crate::http;");
    let lawful = ("crates/housekey/src/request/place.rs", "");
    assert_none(&[parent, test, lawful]);
    let breach = ("crates/housekey/src/request/place.rs", "\nuse super::super::http;");
    assert_one(&[parent, test, breach], "2: `request::place` is pure");
}

#[test]
fn doing_modules_line_up_one_way() {
    let auth = "crates/housekey/src/auth.rs";
    let http = "crates/housekey/src/http.rs";
    assert_none(&[(auth, "use crate::{clock, http, request, auth::store, discovery::race};")]);
    assert_one(&[(http, "use crate::auth::store;")], "does not stand below");
    assert_one(&[(auth, "use crate::client::Homey;")], "does not stand below");
    assert_one(&[("crates/housekey/src/clock.rs", "use crate::http;")], "stands below it");
}

#[test]
fn the_longest_line_of_a_module_counts() {
    let auth = ("crates/housekey/src/auth.rs", "mod policy; pub use policy::Decision;");
    let policy = "crates/housekey/src/auth/policy.rs";
    assert_none(&[auth, (policy, "use crate::request;")]);
    assert_one(&[auth, (policy, "use super::store;")], "`auth::policy` is pure");
    assert_one(&[auth, (policy, "use super::Token;")], "`auth::policy` is pure");
}

#[test]
fn a_module_without_a_line_is_told() {
    let library = ("crates/housekey/src/lib.rs", "mod request; mod gadget;");
    let gadget = "crates/housekey/src/gadget.rs";
    assert_one(&[library, (gadget, "use crate::request;")], "`gadget` has no line");
    let request = ("crates/housekey/src/request.rs", "use crate::gadget;");
    assert_one(&[library, request, (gadget, "")], "`gadget` has no line");
}

#[test]
fn the_emulator_sees_only_a_few_names_of_the_library() {
    let emulator = "crates/housekey-emulator/src/lib.rs";
    assert_none(&[(emulator, "use housekey::{Secret, clock::Clock, catalogue};")]);
    assert_none(&[(emulator, "#[cfg(test)] mod tests { use housekey::auth; }")]);
    for text in ["use housekey::auth::store;", "use housekey::Holder;", "use housekey::*;"] {
        assert_one(&[(emulator, text)], "housekey-emulator may import only");
    }
}

#[test]
fn the_command_line_starts_the_emulator_in_two_commands() {
    let library = "crates/housekey-cli/src/lib.rs";
    let tree = [
        (library, "mod commands;"),
        ("crates/housekey-cli/src/commands.rs", "mod demo; mod devices;"),
    ];
    let use_it = "use housekey_emulator::Emulator;";
    let demo = "crates/housekey-cli/src/commands/demo/mod.rs";
    let devices = "crates/housekey-cli/src/commands/devices.rs";
    assert_none(&[tree[0], tree[1], (demo, use_it), (devices, "")]);
    assert_one(
        &[tree[0], tree[1], (demo, ""), (devices, use_it)],
        "may import housekey-emulator only in commands::emulate, commands::demo",
    );
}

#[test]
fn manifests_are_held_against_the_table_of_crates() {
    let library = "crates/housekey/Cargo.toml";
    let package = "[package]\nname = 'housekey'\n";
    let with = |rest: &str| format!("{package}{rest}");
    assert_none(&[(library, &with("[dev-dependencies]\nhousekey-emulator = {}"))]);
    for section in ["dependencies", "build-dependencies", "target.'cfg(unix)'.dependencies"] {
        let manifest = with(&format!("[{section}]\nhousekey-emulator = {{}}"));
        assert_one(&[(library, &manifest)], "housekey may not depend on housekey-emulator");
    }
    let renamed = with("[dependencies]\nvirtual = { package = 'housekey-emulator' }");
    assert_one(&[(library, &renamed)], "housekey may not depend on housekey-emulator");
    let tests = with("[dev-dependencies]\nhousekey-cli.workspace = true");
    assert_one(&[(library, &tests)], "the tests of housekey may not depend on housekey-cli");
    assert_one(&[("crates/gadget/Cargo.toml", "[package]\nname = 'gadget'")], "gadget has no line");
}

#[test]
fn an_import_without_a_dependency_is_found_too() {
    let text = "fn f() { housekey_emulator::start() }";
    assert_one(&[("crates/housekey/src/auth.rs", text)], "housekey may not import");
}

#[test]
fn files_may_not_import_each_other_in_a_circle() {
    let root = "mod a; mod b; mod c;";
    for own in [
        // Two files, and three.
        [("main", root), ("a", "use crate::b::B;"), ("b", "fn f() { crate::a::f() }"), ("c", "")],
        [("main", root), ("a", "use crate::b::B;"), ("b", "use super::c;"), ("c", "use crate::a;")],
        // A parent and its child, also where the parent hands on what it uses.
        [("main", root), ("a", "mod d; fn f() { d::g() }"), ("a/d", "use super::f;"), ("b", "")],
        [
            ("main", root),
            ("a", "mod d; pub use d::D; type E = D;"),
            ("a/d", "use super::f;"),
            ("b", ""),
        ],
        // A name that another file hands on.
        [
            ("main", root),
            ("a", "mod d; pub use crate::b::B;"),
            ("a/d", "use super::B;"),
            ("b", "use crate::a::d;"),
        ],
        // The root counts like any other file.
        [
            ("main", "mod a; mod b; fn f() { a::f() }"),
            ("a", "fn f() { crate::f() }"),
            ("b", ""),
            ("c", ""),
        ],
    ] {
        let own = own.map(|(name, text)| (format!("xtask/src/{name}.rs"), text));
        let mut files =
            vec![("xtask/Cargo.toml", "[package]\nname = 'xtask'"), ("xtask/src/c.rs", "")];
        files.extend(own.iter().map(|(path, text)| (path.as_str(), *text)));
        assert_one(&files, "a circle of files: xtask/src/");
    }
}

#[test]
fn files_that_import_one_way_are_no_circle() {
    let files = [
        ("xtask/Cargo.toml", "[package]\nname = 'xtask'"),
        ("xtask/src/main.rs", "mod a; mod b; mod c; fn f() { a::f() }"),
        // What a parent only hands on from its child is no import of the child.
        ("xtask/src/a.rs", "mod child; pub use child::F; fn g() {}"),
        ("xtask/src/a/child.rs", "use super::g; use crate::b::B;"),
        // A name that leads past the file that hands it on.
        ("xtask/src/b.rs", "use crate::c::C; mod inner { use super::B; }"),
        ("xtask/src/c.rs", "#[cfg(test)] mod tests { use crate::b::B; }"),
    ];
    assert_none(&files);
    let with_c = [files.as_slice(), &[("xtask/src/c.rs", "use crate::a::F;")]].concat();
    assert_one(&with_c, "xtask/src/c.rs");
}

#[test]
fn what_cannot_be_read_is_an_error_and_not_a_pass() {
    for (path, text, want) in [
        ("crates/housekey/src/http.rs", "fn f( {", "crates/housekey/src/http.rs: this is not Rust"),
        ("crates/housekey/src/http.rs", "mod nowhere;", "no file for the module http::nowhere"),
        ("crates/housekey/Cargo.toml", "name =", "crates/housekey/Cargo.toml"),
    ] {
        let failure = breaches(&workspace(&[(path, text)])).unwrap_err().to_string();
        assert!(failure.contains(want), "{failure}");
    }
}
