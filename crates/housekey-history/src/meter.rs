//! The increase of a meter.

/// Below this share of the reading before, a reading is that of a meter that began anew.
const RESET: f64 = 0.9;

/// The increase from one reading to the next, counted at the later one.
///
/// A reading below 90 % of the one before is that of a meter that began at zero again. A smaller fall is a
/// correction, and counts as it is: the sum over any time is then the difference of its ends. Negative
/// readings are errors: `None`, and the next increase counts from the reading before.
pub fn increase(before: f64, reading: f64) -> Option<f64> {
    if reading < 0.0 {
        return None;
    }
    let reset = reading < before * RESET;
    Some(if reset { reading } else { reading - before })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn increases_by_the_kind_of_step() {
        for (before, reading, want) in [
            (10.0, 12.5, Some(2.5)),
            (10.0, 10.0, Some(0.0)),
            // A dip of 0.1 %, and back.
            (1000.0, 999.0, Some(-1.0)),
            (999.0, 1000.0, Some(1.0)),
            (100.0, 90.0, Some(-10.0)),
            // A reset.
            (100.0, 89.9, Some(89.9)),
            (100.0, 0.0, Some(0.0)),
            (100.0, 2.0, Some(2.0)),
            (0.0, 5.0, Some(5.0)),
            (100.0, -1.0, None),
            (0.0, -0.1, None),
        ] {
            assert_eq!(increase(before, reading), want, "{before} {reading}");
        }
    }
}
