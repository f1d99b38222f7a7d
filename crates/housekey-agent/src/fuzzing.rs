//! One function for each fuzz target of this crate, as in `housekey::fuzzing`. No part of the API: compiled
//! for tests and for `fuzz/` alone.

use std::path::Path;

use crate::settings::{Settings, SettingsError};

pub use crate::gateway::fuzz::target;

/// `agent.toml`: it is parsed, or every wrong line is reported by its number.
pub fn settings(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let stored = ["home".to_owned(), "cabin".to_owned()];
    match Settings::check(text, Path::new("/etc/housekey/agent.toml"), &stored) {
        Ok(settings) => {
            assert!(!settings.homeys.is_empty(), "an agent without a Homey");
            let known = |name: &String| settings.homeys.iter().any(|homey| homey.name == *name);
            assert!(settings.sinks.iter().all(|sink| known(&sink.homey)));
        }
        Err(SettingsError::Invalid(wrong)) => {
            let lines = text.matches('\n').count() + 1;
            assert!(!wrong.is_empty(), "refused, and nothing is wrong");
            for wrong in &wrong {
                assert!((1..=lines).contains(&wrong.line), "line {} of {lines}", wrong.line);
                assert!(!wrong.what.is_empty());
            }
        }
        Err(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    /// Runs the target on each file of its corpus, and on each cut in half.
    fn replay(target: fn(&[u8]), name: &str) {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus").join(name);
        let mut count = 0;
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let data = fs::read(&path).unwrap();
            for data in [&data[..], &data[..data.len() / 2]] {
                // The panic itself is printed by then.
                let held = std::panic::catch_unwind(|| target(data)).is_ok();
                assert!(held, "{}, {} bytes of it", path.display(), data.len());
            }
            count += 1;
        }
        assert!(count > 0, "there is nothing in {}", folder.display());
    }

    #[test]
    fn the_corpus_of_the_settings_is_replayed() {
        replay(super::settings, "settings");
    }

    #[test]
    fn the_corpus_of_the_request_targets_is_replayed() {
        replay(super::target, "target");
    }
}
