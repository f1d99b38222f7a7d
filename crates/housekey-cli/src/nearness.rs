//! What was probably meant by a name that does not exist.

use housekey::model::name::as_seen;

/// How many are proposed.
const MOST: usize = 3;

/// How many are listed where none is near.
const MOST_LISTED: usize = 12;

/// The names that differ from the wanted one by a slip of the fingers, the nearest first.
pub(crate) fn nearest<'a>(wanted: &str, known: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let wanted = as_seen(wanted);
    let length = wanted.chars().count();
    let limit = (length / 3).max(1).min(length.saturating_sub(1));
    let mut near: Vec<(usize, &str)> = known
        .into_iter()
        .map(|name| (strsim::osa_distance(&wanted, &as_seen(name)), name))
        .filter(|(distance, _)| *distance <= limit)
        .collect();
    near.sort();
    near.dedup();
    near.into_iter().take(MOST).map(|(_, name)| name).collect()
}

/// `did you mean a or b?`, else what there is.
pub(crate) fn hint<'a>(wanted: &str, known: impl IntoIterator<Item = &'a str> + Clone) -> String {
    match nearest(wanted, known.clone()) {
        near if near.is_empty() => {
            let mut known: Vec<String> = known.into_iter().map(str::to_owned).collect();
            if known.len() > MOST_LISTED {
                let more = known.len() - MOST_LISTED;
                known.truncate(MOST_LISTED);
                known.push(format!("and {more} more"));
            }
            format!("there is: {}", known.join(", "))
        }
        near => format!("did you mean {}?", near.join(" or ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_fingers_is_recognized() {
        let known = ["onoff", "dim", "measure_battery", "measure_power", "Ceiling lamp"];
        for (wanted, want) in [
            ("onof", &["onoff"][..]),
            ("DIN", &["dim"]),
            ("mesure_batery", &["measure_battery"]),
            ("ceilling lamp", &["Ceiling lamp"]),
            ("temperature", &[]),
            ("", &[]),
        ] {
            assert_eq!(nearest(wanted, known), want, "{wanted}");
        }
        assert_eq!(hint("dum", known), "did you mean dim?");
        assert_eq!(hint("x", ["a", "bc"]), "there is: a, bc");
    }
}
