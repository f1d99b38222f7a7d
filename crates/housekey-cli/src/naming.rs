//! Finds the thing that is meant by its id, its name, or `Zone/Name`.

use crate::error::{Failure, Outcome};

/// How many candidates are told.
const TOLD: usize = 8;

/// What a thing is called.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Named<'a> {
    /// Its id.
    pub(crate) id: &'a str,
    /// Its name; case does not count.
    pub(crate) name: &'a str,
    /// The name of the zone it is in.
    pub(crate) zone: Option<&'a str>,
}

impl Named<'_> {
    /// `Zone/Name`, as it can be given.
    pub(crate) fn full(&self) -> String {
        match self.zone {
            Some(zone) => format!("{zone}/{}", self.name),
            None => self.name.to_owned(),
        }
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
    if let Some(item) = items.iter().find(|item| named(item).id == wanted) {
        return Ok(item);
    }
    let lower = wanted.to_lowercase();
    let called = |item: &&'i T| {
        let named = named(item);
        named.name.to_lowercase() == lower || named.full().to_lowercase() == lower
    };
    let found: Vec<_> = items.iter().filter(called).collect();
    match found.as_slice() {
        [one] => Ok(one),
        [] => {
            let similar: Vec<_> = items
                .iter()
                .map(&named)
                .filter(|named| named.full().to_lowercase().contains(&lower))
                .collect();
            let known =
                if similar.is_empty() { items.iter().map(&named).collect() } else { similar };
            Err(with_candidates(Failure::usage(format!("there is no {kind} \"{wanted}\"")), &known))
        }
        several => {
            let known: Vec<_> = several.iter().map(|item| named(item)).collect();
            let failure = Failure::usage(format!("there are several {kind}s \"{wanted}\""));
            Err(with_candidates(failure, &known))
        }
    }
}

/// Says which there are; two that would read the same are told by their ids.
fn with_candidates(failure: Failure, known: &[Named<'_>]) -> Failure {
    if known.is_empty() {
        return failure;
    }
    let same =
        |named: &&Named<'_>| known.iter().filter(|other| other.full() == named.full()).count();
    let mut told: Vec<_> = known
        .iter()
        .take(TOLD)
        .map(|named| match same(&named) {
            1 => named.full(),
            _ => format!("{} ({})", named.full(), named.id),
        })
        .collect();
    if known.len() > TOLD {
        told.push(format!("and {} more", known.len() - TOLD));
    }
    failure.hint(format!("there is: {}", told.join(", ")))
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
    ];

    fn told(wanted: &str) -> String {
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
            ("lam", "there is no device \"lam\" | there is: Kitchen/Lamp, Bedroom/Lamp"),
            (
                "Kitchen/Écran",
                "there is no device \"Kitchen/Écran\" | there is: Kitchen/Lamp, Bedroom/Lamp, Bedroom/Écran, On/Off, Hall/Twin (5), Hall/Twin (6), 3",
            ),
        ] {
            assert_eq!(told(wanted), want, "{wanted}");
        }
    }
}
