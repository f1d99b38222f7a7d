//! `cargo xtask fuzz [TARGET…] [--seconds N]`: the targets of `fuzz/` under libFuzzer.
//!
//! libFuzzer needs coverage counters in what it runs, which any toolchain can put in; only a nightly has
//! AddressSanitizer. Inputs that are found go to `target/fuzz`; `fuzz/corpus` is only read.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::failure::Failure;
use crate::process;

const USAGE: &str = "cargo xtask fuzz [TARGET…] [--seconds N]";

/// For how long each target runs unless `--seconds` says.
const SECONDS: u32 = 60;

/// The largest input, in bytes: what is read here is short, and short inputs are many.
const MAX_LEN: u32 = 4096;

/// Counters at every edge and comparison, as libFuzzer reads them; no counters elsewhere.
const COVERAGE: &[&str] = &[
    "--cfg=fuzzing",
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
    "-Cllvm-args=-simplifycfg-branch-fold-threshold=0",
    "-Ccodegen-units=1",
];

/// The arguments of the task.
#[derive(Debug, PartialEq, Eq)]
struct Order {
    targets: Vec<String>,
    seconds: u32,
}

pub(crate) fn run(workspace: &Path, options: &[&str]) -> Result<(), Failure> {
    let order = order(options, &targets(workspace)?)?;
    compiler()?;
    let toolchain = toolchain()?;
    if !toolchain.nightly {
        println!("without AddressSanitizer, which `cargo +nightly xtask fuzz` adds");
    }
    build(workspace, &toolchain)?;
    for target in &order.targets {
        println!("\n{target}, {} s", order.seconds);
        let found = workspace.join("target/fuzz/corpus").join(target);
        fs::create_dir_all(&found)?;
        let failures = workspace.join("target/fuzz/failures/");
        fs::create_dir_all(&failures)?;
        let program =
            workspace.join("target/fuzz").join(&toolchain.host).join("release").join(target);
        process::run(
            Command::new(program)
                .arg(format!("-max_total_time={}", order.seconds))
                .arg(format!("-max_len={MAX_LEN}"))
                .args(["-timeout=10", "-rss_limit_mb=1024", "-print_final_stats=1", "-verbosity=0"])
                .arg(format!("-artifact_prefix={}{target}-", failures.display()))
                .arg(found)
                .arg(workspace.join("fuzz/corpus").join(target)),
        )
        .map_err(|failure| {
            format!(
                "{failure}: the input is in {}; copy it to fuzz/corpus/{target}, where \
                 `cargo xtask test` replays it",
                failures.display()
            )
        })?;
    }
    Ok(())
}

fn order(options: &[&str], known: &[String]) -> Result<Order, Failure> {
    let mut order = Order { targets: Vec::new(), seconds: SECONDS };
    let mut options = options.iter();
    while let Some(&option) = options.next() {
        if option == "--seconds" {
            let seconds = options.next().and_then(|seconds| seconds.parse().ok());
            order.seconds = seconds
                .filter(|&seconds| seconds > 0)
                .ok_or_else(|| format!("--seconds needs a number of seconds from 1: {USAGE}"))?;
        } else if known.iter().any(|known| known == option) {
            order.targets.push(option.to_owned());
        } else {
            return Err(
                format!("there is no target `{option}`: {}; {USAGE}", known.join(", ")).into()
            );
        }
    }
    if order.targets.is_empty() {
        order.targets = known.to_vec();
    }
    Ok(order)
}

/// The names of the targets, in order.
fn targets(workspace: &Path) -> Result<Vec<String>, Failure> {
    let mut targets = Vec::new();
    for entry in fs::read_dir(workspace.join("fuzz/fuzz_targets"))? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        targets.extend(name.strip_suffix(".rs").map(str::to_owned));
    }
    targets.sort();
    Ok(targets)
}

/// libFuzzer itself is C++, built by `libfuzzer-sys`.
fn compiler() -> Result<(), Failure> {
    let compiler = process::variable("CXX").unwrap_or_else(|| "c++".to_owned());
    process::output(Command::new(&compiler).arg("--version")).map(drop).map_err(|_| {
        format!("libFuzzer is built with a C++ compiler, and there is no `{compiler}`: install one, or set CXX").into()
    })
}

/// What `rustc -vV` says of itself.
struct Toolchain {
    /// Whether it has AddressSanitizer.
    nightly: bool,
    /// The machine's own target: named to cargo, so that build scripts and macros are built without counters.
    host: String,
}

/// The toolchain that runs this task.
fn toolchain() -> Result<Toolchain, Failure> {
    let version = process::output(Command::new("rustc").arg("-vV"))?;
    let line = |name: &str| version.lines().find_map(|line| line.strip_prefix(name));
    let host = line("host: ").ok_or("rustc does not say what machine this is")?.to_owned();
    Ok(Toolchain { nightly: line("release: ").is_some_and(|it| it.contains("nightly")), host })
}

fn build(workspace: &Path, toolchain: &Toolchain) -> Result<(), Failure> {
    let mut flags = COVERAGE.to_vec();
    if toolchain.nightly {
        flags.push("-Zsanitizer=address");
    }
    process::run(
        process::cargo()
            .args(["build", "--release", "--target", &toolchain.host])
            .arg("--target-dir")
            .arg(workspace.join("target/fuzz"))
            .env("RUSTFLAGS", flags.join(" "))
            .current_dir(workspace.join("fuzz")),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_and_seconds_are_read_and_nothing_else() {
        let known = ["mdns", "model"].map(str::to_owned);
        let read = |options: &[&str]| order(options, &known).map_err(|failure| failure.to_string());
        let all = Order { targets: known.to_vec(), seconds: SECONDS };
        assert_eq!(read(&[]), Ok(all));
        let one = Order { targets: vec!["model".to_owned()], seconds: 5 };
        assert_eq!(read(&["model", "--seconds", "5"]), Ok(one));
        for (options, why) in [
            (&["page"][..], "there is no target `page`: mdns, model"),
            (&["--seconds"], "--seconds needs a number"),
            (&["--seconds", "0"], "--seconds needs a number"),
            (&["--minutes", "1"], "there is no target `--minutes`"),
        ] {
            let failure = read(options).unwrap_err();
            assert!(failure.starts_with(why), "{options:?}: {failure}");
        }
    }

    /// A target that the program has and the corpus has not would be replayed by no test.
    #[test]
    fn every_target_is_built_and_has_a_corpus() {
        let workspace = crate::workspace::workspace();
        let manifest = fs::read_to_string(workspace.join("fuzz/Cargo.toml")).unwrap();
        let targets = targets(&workspace).unwrap();
        assert!(!targets.is_empty());
        for target in &targets {
            assert!(manifest.contains(&format!("path = \"fuzz_targets/{target}.rs\"")), "{target}");
            let corpus = fs::read_dir(workspace.join("fuzz/corpus").join(target)).unwrap();
            assert!(corpus.count() > 0, "{target}");
        }
        let corpora = fs::read_dir(workspace.join("fuzz/corpus")).unwrap();
        assert_eq!(corpora.count(), targets.len(), "corpora without a target");
    }
}
