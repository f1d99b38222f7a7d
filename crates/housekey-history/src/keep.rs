//! Ages and sizes as settings write them: `30d`, `1y`, `forever`; `2GB`.

use crate::step::{DAY, HOUR};

/// The text is no age.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("write an age such as \"30d\", \"6mo\" or \"1y\", or \"forever\"")]
pub struct NoAge;

/// The text is no size.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("write a size such as \"500MB\" or \"2GB\"")]
pub struct NoSize;

/// The longest age, above which everything is kept: a hundred years.
const LONGEST: i64 = 36_525 * DAY;

/// An age in milliseconds; `None` for ever.
///
/// # Errors
/// [`NoAge`].
pub fn age(text: &str) -> Result<Option<i64>, NoAge> {
    let text = text.trim();
    if text == "forever" {
        return Ok(None);
    }
    let (count, unit) = split(text).ok_or(NoAge)?;
    let unit = match unit {
        "h" => HOUR,
        "d" => DAY,
        "w" => 7 * DAY,
        "mo" => 31 * DAY,
        "y" => 366 * DAY,
        _ => return Err(NoAge),
    };
    let count = count.parse::<i64>().map_err(|_| NoAge)?;
    let age = count.checked_mul(unit).filter(|age| *age > 0 && *age <= LONGEST);
    age.map(Some).ok_or(NoAge)
}

/// A size in bytes.
///
/// # Errors
/// [`NoSize`].
pub fn size(text: &str) -> Result<u64, NoSize> {
    let (count, unit) = split(text.trim()).ok_or(NoSize)?;
    let unit: u64 = match unit.to_ascii_uppercase().as_str() {
        "MB" => 1_000_000,
        "MIB" => 1 << 20,
        "GB" => 1_000_000_000,
        "GIB" => 1 << 30,
        "TB" => 1_000_000_000_000,
        _ => return Err(NoSize),
    };
    let count = count.parse::<f64>().ok().filter(|count| *count > 0.0 && *count < 1e6);
    count.map(|count| (count * unit as f64) as u64).ok_or(NoSize)
}

/// The number and its unit.
fn split(text: &str) -> Option<(&str, &str)> {
    let at = text.find(|c: char| !c.is_ascii_digit() && c != '.')?;
    let (count, unit) = text.split_at(at);
    Some((count, unit.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_and_sizes() {
        for (text, want) in [
            ("30d", Ok(Some(30 * DAY))),
            ("12 h", Ok(Some(12 * HOUR))),
            ("1y", Ok(Some(366 * DAY))),
            ("forever", Ok(None)),
            ("0d", Err(NoAge)),
            ("30", Err(NoAge)),
            ("-3d", Err(NoAge)),
            ("999999y", Err(NoAge)),
        ] {
            assert_eq!(age(text), want, "{text}");
        }
        for (text, want) in [
            ("2GB", Ok(2_000_000_000)),
            ("1.5 gb", Ok(1_500_000_000)),
            ("64MiB", Ok(64 << 20)),
            ("0GB", Err(NoSize)),
            ("5", Err(NoSize)),
        ] {
            assert_eq!(size(text), want, "{text}");
        }
    }
}
