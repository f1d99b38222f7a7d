//! Finds the thing that is meant by its id, its name, or `Zone/Name`.

use housekey::model::name::{self, Called, as_seen};

use crate::error::{Failure, Outcome};
use crate::nearness;

/// How many candidates an error lists.
const MAX_LISTED: usize = 8;

/// What a thing is called.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Named<'a> {
    /// Its id.
    pub(crate) id: &'a str,
    /// Its name, compared as people see it.
    pub(crate) name: &'a str,
    /// The name of the zone it is in.
    pub(crate) zone: Option<&'a str>,
}

impl<'a> Named<'a> {
    /// `Zone/Name`, as it can be given.
    pub(crate) fn full(&self) -> String {
        self.called().full()
    }

    fn called(&self) -> Called<'a> {
        Called { id: self.id, name: self.name, group: self.zone }
    }
}

/// The one thing that is called so. Nothing is guessed: a part of a name is no name.
///
/// `kind` is what to call such a thing in an error: `device`.
///
/// # Errors
/// Usage with the candidates, when there is none or more than one.
pub(crate) fn find<'i, T>(
    kind: &str,
    items: &'i [T],
    wanted: &str,
    named: impl Fn(&'i T) -> Named<'i>,
) -> Outcome<&'i T> {
    let all: Vec<Named<'i>> = items.iter().map(named).collect();
    let found = name::find(all.iter().map(Named::called), wanted);
    match found.as_slice() {
        [one] if !all[*one].id.is_empty() => Ok(&items[*one]),
        [] | [_] => {
            let seen = as_seen(wanted);
            let similar: Vec<usize> = (0..all.len())
                .filter(|place| !seen.is_empty() && as_seen(&all[*place].full()).contains(&seen))
                .collect();
            let failure = Failure::usage(format!("there is no {kind} \"{wanted}\""));
            if similar.is_empty() {
                let near = near(&all, wanted);
                if !near.is_empty() {
                    return Err(failure.hint(format!("did you mean {}?", near.join(" or "))));
                }
            }
            let known = if similar.is_empty() { (0..all.len()).collect() } else { similar };
            Err(with_candidates(failure, &all, &known))
        }
        several => {
            let failure = Failure::usage(format!("there are several {kind}s \"{wanted}\""));
            Err(with_candidates(failure, &all, several))
        }
    }
}

/// The name that each item is shown under: with its id where neither the name nor `Zone/Name` is unique.
pub(crate) fn telling<'a>(all: &[Named<'a>]) -> Vec<String> {
    let unclear = name::ambiguous(all.iter().map(Named::called));
    let name = |(place, named): (usize, &Named<'a>)| match unclear.contains(&place) {
        true if named.name != named.id => format!("{} ({})", named.name, named.id),
        _ => named.name.to_owned(),
    };
    all.iter().enumerate().map(name).collect()
}

/// The things whose name, or `Zone/Name`, differs from what was typed by a slip of the fingers.
fn near(all: &[Named<'_>], wanted: &str) -> Vec<String> {
    let full: Vec<String> = all.iter().map(Named::full).collect();
    let typed_with_zone = wanted.contains('/');
    let spellings = all.iter().zip(&full).map(|(named, full)| match typed_with_zone {
        true => full.as_str(),
        false => named.name,
    });
    let near = nearness::nearest(wanted, spellings);
    let is_near =
        |named: &Named<'_>, full: &str| near.contains(&named.name) || near.contains(&full);
    let things = all.iter().zip(&full).filter(|(named, full)| is_near(named, full));
    things.map(|(_, full)| full.clone()).take(MAX_LISTED).collect()
}

/// Adds the candidates; those whose names are not unique with their ids.
fn with_candidates(failure: Failure, all: &[Named<'_>], known: &[usize]) -> Failure {
    if known.is_empty() {
        return failure;
    }
    let unclear = name::ambiguous(all.iter().map(Named::called));
    let mut names: Vec<_> = known
        .iter()
        .take(MAX_LISTED)
        .map(|place| match unclear.contains(place) {
            true => format!("{} ({})", all[*place].full(), all[*place].id),
            false => all[*place].full(),
        })
        .collect();
    if known.len() > MAX_LISTED {
        names.push(format!("and {} more", known.len() - MAX_LISTED));
    }
    failure.hint(format!("there is: {}", names.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Id, name, zone.
    type Thing = (&'static str, &'static str, Option<&'static str>);

    const THINGS: &[Thing] = &[
        ("1", "Lamp", Some("Kitchen")),
        ("2", "Lamp", Some("Bedroom")),
        ("3", "Écran", Some("Bedroom")),
        ("4", "On/Off", None),
        ("5", "Twin", Some("Hall")),
        ("6", "Twin", Some("Hall")),
        ("7", "3", None),
        ("8", "Fan\u{a0}", Some("Loft")),
        ("9", "Loft/fan", None),
    ];

    fn outcome(wanted: &str) -> String {
        let named = |thing: &Thing| Named { id: thing.0, name: thing.1, zone: thing.2 };
        match find("device", THINGS, wanted, named) {
            Ok(thing) => thing.0.to_owned(),
            Err(failure) => failure.lines().map(|(_, text)| text).collect::<Vec<_>>().join(" | "),
        }
    }

    #[test]
    fn things_are_called_by_id_name_or_zone_and_name() {
        for (wanted, want) in [
            ("1", "1"),
            ("3", "3"),
            ("écran", "3"),
            ("ÉCRAN", "3"),
            ("kitchen/lamp", "1"),
            ("Bedroom/Lamp", "2"),
            ("on/off", "4"),
            ("lamp", "there are several devices \"lamp\" | there is: Kitchen/Lamp, Bedroom/Lamp"),
            (
                "Hall/Twin",
                "there are several devices \"Hall/Twin\" | there is: Hall/Twin (5), Hall/Twin (6)",
            ),
            (
                "cuisine/FAN",
                "there is no device \"cuisine/FAN\" | there is: Kitchen/Lamp, Bedroom/Lamp, Bedroom/Écran, On/Off, Hall/Twin (5), Hall/Twin (6), 3, Loft/Fan\u{a0} (8), and 1 more",
            ),
            ("E\u{301}cran ", "3"),
            (
                "loft/fan",
                "there are several devices \"loft/fan\" | there is: Loft/Fan\u{a0} (8), Loft/fan (9)",
            ),
            ("Fan", "8"),
            ("lam", "there is no device \"lam\" | there is: Kitchen/Lamp, Bedroom/Lamp"),
            (
                "Kitchen/Écran",
                "there is no device \"Kitchen/Écran\" | there is: Kitchen/Lamp, Bedroom/Lamp, Bedroom/Écran, On/Off, Hall/Twin (5), Hall/Twin (6), 3, Loft/Fan\u{a0} (8), and 1 more",
            ),
        ] {
            assert_eq!(outcome(wanted), want, "{wanted}");
        }
    }
}
