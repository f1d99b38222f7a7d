//! The limit of open files: what callers may use, and what is reserved for everything else.

use nix::sys::resource::{Resource, getrlimit, setrlimit};

use crate::settings::GatewaySettings;

/// How many connections there may be if the settings do not say.
pub(crate) const MOST: usize = 10_000;

/// Files reserved for the agent itself: its store, its locks, its sinks and their programs, the local API,
/// and connections that are being closed.
const OWN: u64 = 128;

/// Files reserved for each Homey besides its requests: renewal, live connection, search for its addresses.
const HOMEY: u64 = 8;

/// The usual soft limit, assumed where the real one cannot be read.
const USUAL: u64 = 1024;

/// Raises the limit of open files as far as it is needed and allowed; returns how many connections of
/// callers fit below it. `in_flight` is how many requests each Homey gets at once.
pub(crate) fn connections(
    settings: &GatewaySettings,
    in_flight: impl Iterator<Item = usize>,
) -> usize {
    let wanted = settings.connections.unwrap_or(MOST);
    let kept = in_flight.fold(OWN, |sum, homey| sum + HOMEY + homey as u64);
    let limit = raise(wanted as u64 + kept);
    let fit = fitting(wanted as u64, kept, limit) as usize;
    if fit < wanted && settings.connections.is_some() {
        tracing::warn!(
            wanted,
            connections = fit,
            open_files = limit,
            "the system allows fewer open files than `connections` in [gateway] needs: raise LimitNOFILE \
             of the service, or the hard limit (ulimit -Hn)"
        );
    } else if fit < wanted {
        tracing::info!(connections = fit, open_files = limit, "fewer callers at once than usual");
    }
    fit
}

/// How many of the wanted connections fit below a limit. At most half of it is reserved.
fn fitting(wanted: u64, kept: u64, limit: u64) -> u64 {
    wanted.min(limit - kept.min(limit / 2))
}

/// Raises the soft limit; returns the new one.
fn raise(wanted: u64) -> u64 {
    let Ok((soft, hard)) = getrlimit(Resource::RLIMIT_NOFILE) else { return USUAL };
    let raised = wanted.min(hard);
    // A service may be forbidden to change its limits.
    if soft < raised && setrlimit(Resource::RLIMIT_NOFILE, raised, hard).is_ok() {
        return raised;
    }
    soft
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_agent_lives_on_is_never_given_to_callers() {
        for (wanted, kept, limit, want) in [
            (10_000, 144, 16_384, 10_000),
            (10_000, 144, 10_144, 10_000),
            (10_000, 144, 10_143, 9_999),
            (10_000, 144, 1024, 880),
            (10_000, 144, 256, 128),
            // A thousand Homeys below a low limit.
            (10_000, 16_128, 1024, 512),
            (5, 144, 1024, 5),
        ] {
            assert_eq!(fitting(wanted, kept, limit), want, "{wanted}, {kept} kept of {limit}");
        }
    }

    #[test]
    fn the_limit_is_raised_to_what_is_needed_and_never_lowered() {
        let (soft, hard) = getrlimit(Resource::RLIMIT_NOFILE).unwrap();
        assert_eq!(raise(soft - 1), soft);
        assert_eq!(raise(u64::MAX), hard);
        assert_eq!(getrlimit(Resource::RLIMIT_NOFILE).unwrap(), (hard, hard));
    }
}
