//! How long to rest before the next attempt.

use std::time::Duration;

/// The longest rest between two attempts. Longer than the vendor's 5 s, so that a home full of programs does not trample
/// a Homey that is starting.
pub const LONGEST_REST: Duration = Duration::from_secs(30);

/// 1, 2, 4 … 30 s by the number of failures before, of which `chance` (0 to 1) takes away up to a half.
pub(super) fn rest(failures: u32, chance: f64) -> Duration {
    let whole = Duration::from_secs(1 << failures.min(5)).min(LONGEST_REST);
    whole.mul_f64(1.0 - chance.clamp(0.0, 1.0) / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rests_grow_to_half_a_minute() {
        for (failures, chance, want_ms) in [
            (0, 0.0, 1000),
            (0, 1.0, 500),
            (1, 0.5, 1500),
            (4, 0.0, 16_000),
            (5, 0.0, 30_000),
            (u32::MAX, 1.0, 15_000),
            (0, f64::INFINITY, 500),
        ] {
            let want = Duration::from_millis(want_ms);
            assert_eq!(rest(failures, chance), want, "after {failures}, chance {chance}");
        }
    }
}
