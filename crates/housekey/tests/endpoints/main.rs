//! Every line of the list of endpoints, on every dialect that has it: the library and the request as it
//! is printed answer the same and do the same.

#![allow(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

#[path = "../house/mod.rs"]
mod house;

mod home;
mod library;
mod list;

use home::Home;
use housekey::catalogue::{self, Dialect, Method};
use list::lines;

#[test]
fn the_list_is_whole_and_agrees_with_the_catalogue() {
    let lines = lines();
    assert_eq!(lines.len(), 45, "43 lines of the list and two of its script");
    for line in &lines {
        let Some(operation) = &line.operation else {
            assert_eq!(line.dialects, [], "{}", line.request);
            continue;
        };
        let operation = catalogue::find(operation).unwrap_or_else(|| panic!("{operation}"));
        for dialect in Dialect::ALL {
            let variant = operation.on(dialect);
            let listed = line.dialects.contains(&dialect);
            assert_eq!(listed, variant.is_some(), "{} on {dialect}", line.request);
            let method = Method::parse(line.method());
            assert!(variant.is_none_or(|one| Some(one.method) == method), "{}", line.request);
        }
    }
}

#[tokio::test]
async fn library_and_printed_request_do_the_same() {
    for dialect in Dialect::ALL {
        let home = Home::new(dialect).await;
        for line in lines().iter().filter(|line| line.is_on(dialect)) {
            let wanted = home.outcome(line, library::call(&home, line)).await;
            for path in line.paths(dialect, &home.ids) {
                let outcome = home.outcome(line, home.raw(line, &path)).await;
                assert_eq!(
                    outcome.in_order_of(&wanted),
                    wanted,
                    "{} {path} on {dialect} and {}",
                    line.method(),
                    line.library
                );
            }
        }
    }
}
