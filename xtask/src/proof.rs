//! `cargo xtask proof`: the proofs of the tests at their full length, which takes hours.

use std::path::Path;

use crate::failure::Failure;
use crate::process;

/// A test that runs longer with these variables.
struct Proof {
    name: &'static str,
    purpose: &'static str,
    variables: &'static [(&'static str, &'static str)],
    /// What `cargo test` takes: which binary, and which test in it.
    arguments: &'static [&'static str],
}

const PROOFS: &[Proof] = &[
    Proof {
        name: "simulation",
        purpose: "50 agents for ten years each, with faults of every kind",
        variables: &[("HOUSEKEY_SEEDS", "50"), ("HOUSEKEY_DAYS", "3650")],
        arguments: &[
            "--release",
            "--package",
            "housekey-agent",
            "--lib",
            "years_with_faults_go_by_and_a_token_is_at_hand",
        ],
    },
    Proof {
        name: "renewal",
        purpose: "300 programs killed while they renew a token",
        variables: &[("HOUSEKEY_KILLS", "300")],
        arguments: &[
            "--workspace",
            "--test",
            "cli",
            "whoever_is_killed_while_renewing_is_still_signed_in",
        ],
    },
    Proof {
        name: "apply",
        purpose: "300 applies of a backup killed and finished",
        variables: &[("HOUSEKEY_KILLS", "300")],
        arguments: &[
            "--workspace",
            "--test",
            "cli",
            "an_apply_that_is_killed_at_any_instant_is_finished_by_the_next",
        ],
    },
];

/// `cargo xtask proof [NAME…]`.
pub(crate) fn run(workspace: &Path, names: &[&str]) -> Result<(), Failure> {
    for proof in chosen(names)? {
        println!("{}: {}", proof.name, proof.purpose);
        let mut cargo = process::cargo();
        cargo.args(["test", "--locked"]).args(proof.arguments).args(["--", "--nocapture"]);
        cargo.envs(proof.variables.iter().copied()).current_dir(workspace);
        let (result, took) = process::timed(|| process::run(&mut cargo));
        result?;
        println!("{}: ok, {:.0} s", proof.name, took.as_secs_f64());
    }
    Ok(())
}

/// Those of that name, or all.
fn chosen(names: &[&str]) -> Result<Vec<&'static Proof>, Failure> {
    if names.is_empty() {
        return Ok(PROOFS.iter().collect());
    }
    let of_name = |name: &&str| {
        let known = || PROOFS.iter().map(|proof| proof.name).collect::<Vec<_>>().join(", ");
        let proof = PROOFS.iter().find(|proof| proof.name == *name);
        proof.ok_or_else(|| format!("there is no proof `{name}`, but {}", known()).into())
    };
    names.iter().map(of_name).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::security::collect;
    use crate::workspace::workspace;

    #[test]
    fn proofs_are_chosen_by_name() {
        assert_eq!(chosen(&[]).unwrap().len(), PROOFS.len());
        assert_eq!(chosen(&["apply"]).unwrap()[0].name, "apply");
        let failure = chosen(&["all"]).err().unwrap().to_string();
        assert!(failure.contains("`all`") && failure.contains("simulation"), "{failure}");
    }

    /// A filter that matches nothing passes, whatever was renamed.
    #[test]
    fn every_filter_is_the_name_of_a_test() {
        let mut tests = BTreeSet::new();
        collect(&workspace().join("crates"), &mut tests).unwrap();
        for proof in PROOFS {
            let filter = *proof.arguments.last().unwrap();
            assert!(tests.contains(filter), "{filter}");
        }
    }
}
