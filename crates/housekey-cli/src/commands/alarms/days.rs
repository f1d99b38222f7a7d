//! Days of the week as people write and read them.

use housekey::model::Alarm;

/// The days of a working week, and of its end.
const WORKING: &[&str] = &["monday", "tuesday", "wednesday", "thursday", "friday"];
const FREE: &[&str] = &["saturday", "sunday"];

/// Reads `mon,wed`, `monday`, `weekdays`, `weekend` or `daily`.
pub(super) fn parse(text: &str) -> Result<Days, String> {
    let mut days = Vec::new();
    for word in text.split(',') {
        let word = word.trim().to_lowercase();
        match word.as_str() {
            "daily" => days.extend(Alarm::DAYS),
            "weekdays" => days.extend(WORKING),
            "weekend" => days.extend(FREE),
            word => {
                let long = word.len() >= 2;
                let day = Alarm::DAYS.iter().find(|day| long && day.starts_with(word));
                days.push(day.ok_or("write it as `mon,wed`, `weekdays`, `weekend` or `daily`")?);
            }
        }
    }
    Ok(Days(days))
}

/// Some days of the week; none for once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Days(pub(super) Vec<&'static str>);

/// `daily`, `weekdays`, `Mon, Wed`; `once` for none.
pub(super) fn text(days: &[&str]) -> String {
    match days {
        [] => "once".to_owned(),
        days if *days == Alarm::DAYS => "daily".to_owned(),
        days if days == WORKING => "weekdays".to_owned(),
        days if days == FREE => "weekend".to_owned(),
        days => days.iter().map(|day| short(day)).collect::<Vec<_>>().join(", "),
    }
}

/// `Mon`.
fn short(day: &str) -> String {
    let mut letters = day.chars().take(3);
    letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_as_people_write_them() {
        for (text, want) in [
            ("mon", Some(&["monday"][..])),
            ("Mon, wednesday", Some(&["monday", "wednesday"])),
            ("weekend", Some(FREE)),
            (
                "weekdays,sa",
                Some(&["monday", "tuesday", "wednesday", "thursday", "friday", "saturday"]),
            ),
            ("daily", Some(&Alarm::DAYS)),
            ("t", None),
            ("mon,", None),
            ("someday", None),
            ("mondays", None),
        ] {
            assert_eq!(parse(text).ok().map(|days| days.0), want.map(<[_]>::to_vec), "{text}");
        }
    }

    #[test]
    fn days_are_shown_in_the_shortest_way() {
        for (days, want) in [
            (&[][..], "once"),
            (&["monday", "wednesday"], "Mon, Wed"),
            (WORKING, "weekdays"),
            (FREE, "weekend"),
            (&Alarm::DAYS, "daily"),
        ] {
            assert_eq!(text(days), want, "{days:?}");
        }
    }
}
