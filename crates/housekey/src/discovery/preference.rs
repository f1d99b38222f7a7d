//! Decides which address is used, and when to look for a better one. Pure.

use std::time::Duration;

use super::candidates::Strategy;
use crate::retry::Backoff;

/// How long an address that answered waits for a better one that has not. In one home the local
/// network answered within 142 ms and the relay within 195 ms.
const HEAD_START: Duration = Duration::from_millis(500);

/// The same before the token is sent in the clear although an encrypted way may still answer.
const HEAD_START_OF_ENCRYPTED: Duration = Strategy::LocalSecure.ping_limit();

/// How soon a better address is looked for: each minute at first, each quarter of an hour in the end.
const LOOK_AGAIN: Backoff =
    Backoff { first: Duration::from_secs(60), longest: Duration::from_secs(16 * 60), jitter: 0.0 };

/// The state of one address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// No answer yet.
    Pending,
    /// The right Homey.
    Answers,
    /// Another server, or no answer.
    Fails,
    /// The right Homey, which refuses service: subscription or serial number.
    Refuses,
}

/// An address in the race.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Runner {
    pub(super) strategy: Strategy,
    pub(super) encrypted: bool,
    pub(super) standing: Standing,
}

/// The decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AddressChoice {
    /// Use the one at this index.
    Take(usize),
    /// Wait for the next answer, at most that long.
    Wait(Duration),
    /// No address can be used.
    GiveUp,
}

/// Chooses among addresses in order of preference, `elapsed` after all were pinged at once.
pub(super) fn choose(runners: &[Runner], elapsed: Duration) -> AddressChoice {
    // A server with the certificate for the local network is the Homey: its refusal is final.
    let refused = |runner: &Runner| {
        runner.strategy == Strategy::LocalSecure && runner.standing == Standing::Refuses
    };
    if runners.iter().any(refused) {
        return AddressChoice::GiveUp;
    }
    let pending = |runner: &&Runner| runner.standing == Standing::Pending;
    let best = runners.iter().position(|runner| runner.standing == Standing::Answers);
    let Some(best) = best else {
        return match runners.iter().find(pending) {
            // Each ping has its own limit.
            Some(_) => AddressChoice::Wait(Duration::MAX),
            None => AddressChoice::GiveUp,
        };
    };
    let better = || runners[..best].iter().filter(pending);
    let head_start = match better().any(|runner| runner.encrypted) && !runners[best].encrypted {
        true => HEAD_START_OF_ENCRYPTED,
        false => HEAD_START,
    };
    match head_start.checked_sub(elapsed) {
        Some(left) if better().next().is_some() && !left.is_zero() => AddressChoice::Wait(left),
        _ => AddressChoice::Take(best),
    }
}

/// Whether to look for a better address, `since` the last search, after `fruitless` searches that found none.
pub(super) fn look_again(since: Duration, fruitless: u32) -> bool {
    since >= LOOK_AGAIN.wait(fruitless, 0.0)
}

#[cfg(test)]
mod tests {
    use super::AddressChoice::*;
    use super::Strategy::*;
    use super::*;

    /// One letter for each: `.` pending, `+` answers, `-` fails, `!` refuses.
    fn runners(strategies: &[Strategy], standings: &str) -> Vec<Runner> {
        let standing = |letter| match letter {
            '.' => Standing::Pending,
            '+' => Standing::Answers,
            '-' => Standing::Fails,
            _ => Standing::Refuses,
        };
        let runner = |(&strategy, letter)| Runner {
            strategy,
            encrypted: !matches!(strategy, Local | Mdns),
            standing: standing(letter),
        };
        strategies.iter().zip(standings.chars()).map(runner).collect()
    }

    #[test]
    fn the_best_that_answers_is_taken_unless_a_better_one_still_may() {
        let ms = Duration::from_millis;
        let with_certificate = [LocalSecure, RemoteForwarded, Cloud, Local, Mdns];
        let without = [Local, Mdns, Cloud];
        for (strategies, standings, elapsed_ms, want) in [
            (&with_certificate[..], ".....", 0, Wait(Duration::MAX)),
            (&with_certificate, "+....", 25, Take(0)),
            (&with_certificate, "++++-", 25, Take(0)),
            (&with_certificate, "..+..", 200, Wait(ms(300))),
            (&with_certificate, "-.+..", 200, Wait(ms(300))),
            (&with_certificate, "--+..", 200, Take(2)),
            (&with_certificate, "..+..", 500, Take(2)),
            (&with_certificate, "...+.", 20, Wait(ms(1180))),
            (&with_certificate, "-..+.", 500, Wait(ms(700))),
            (&with_certificate, "...+.", 1200, Take(3)),
            (&with_certificate, "---+.", 20, Take(3)),
            (&with_certificate, "---.+", 20, Wait(ms(480))),
            (&with_certificate, "---.-", 900, Wait(Duration::MAX)),
            (&with_certificate, "-----", 900, GiveUp),
            (&with_certificate, "!.+++", 100, GiveUp),
            (&with_certificate, "-!+--", 100, Take(2)),
            (&with_certificate, "-!-!.", 100, Wait(Duration::MAX)),
            (&with_certificate, "-!-!-", 100, GiveUp),
            (&without, "+..", 5, Take(0)),
            (&without, "..+", 5, Wait(ms(495))),
            (&without, ".-+", 501, Take(2)),
            (&without, "!.+", 5, Wait(ms(495))),
            (&without, "!-+", 5, Take(2)),
            (&[], "", 0, GiveUp),
        ] {
            let found = choose(&runners(strategies, standings), ms(elapsed_ms));
            assert_eq!(found, want, "{standings} after {elapsed_ms} ms");
        }
    }

    #[test]
    fn a_better_one_is_looked_for_ever_more_seldom() {
        for (since_s, fruitless, want) in [
            (59, 0, false),
            (60, 0, true),
            (119, 1, false),
            (120, 1, true),
            (959, 4, false),
            (960, 4, true),
            (960, 30, true),
            (959, u32::MAX, false),
        ] {
            let found = look_again(Duration::from_secs(since_s), fruitless);
            assert_eq!(found, want, "after {since_s} s and {fruitless} times");
        }
    }
}
