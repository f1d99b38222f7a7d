//! How the program is linked: see `docs/decisions/0018-a-fixed-address.md`.
#![allow(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "how a build script speaks with Cargo"
)]

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let target = |what: &str| std::env::var(format!("CARGO_CFG_TARGET_{what}")).unwrap_or_default();
    // Whoever links it statically has said how.
    let is_static = target("FEATURE").split(',').any(|feature| feature == "crt-static");
    if target("OS") == "linux" && target("ENV") == "gnu" && !is_static {
        println!("cargo::rustc-link-arg-bins=-no-pie");
    }
}
