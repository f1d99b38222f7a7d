//! How the program is linked: see `docs/decisions/0018-a-fixed-address.md`.
#![allow(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "how a build script speaks with Cargo"
)]

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let is = |what: &str, value: &str| std::env::var(what).is_ok_and(|found| found == value);
    if is("CARGO_CFG_TARGET_OS", "linux") && is("CARGO_CFG_TARGET_ENV", "gnu") {
        println!("cargo::rustc-link-arg-bins=-no-pie");
    }
}
