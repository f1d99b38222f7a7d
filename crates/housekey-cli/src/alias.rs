//! Aliases: names that stand for command lines, in the table `[alias]` of `config.toml`.
//!
//! An alias never hides a command: the settings are read only where the first word is none.

use std::collections::BTreeMap;
use std::ffi::OsString;

use clap::Args as _;

use crate::error::{Failure, Outcome};
use crate::global::Global;
use crate::shell_words;

/// Command lines by the names that stand for them.
pub(crate) type Aliases = BTreeMap<String, String>;

/// The words of the command line, with an alias replaced by its command line. The arguments follow it,
/// but those that `$1` to `$9` in it take.
///
/// # Errors
/// As `aliases`, which reads them; usage for an alias that leads to itself, has an open quote, or gets too
/// few arguments.
pub(crate) fn expanded(
    mut words: Vec<OsString>,
    is_command: fn(&str) -> bool,
    aliases: impl FnOnce() -> Outcome<Aliases>,
) -> Outcome<Vec<OsString>> {
    let unknown = |words: &[OsString]| {
        let place = first_word(words)?;
        let name = words[place].to_str().filter(|name| !is_command(name))?;
        Some((place, name.to_owned()))
    };
    let Some(mut at) = unknown(&words) else { return Ok(words) };
    let aliases = aliases()?;
    let mut seen = Vec::new();
    while let Some(line) = aliases.get(&at.1) {
        let (place, name) = at;
        note(&mut seen, &name)?;
        let arguments = words.split_off(place + 1);
        words.truncate(place);
        words.extend(filled(&name, line, arguments)?);
        match unknown(&words) {
            Some(next) => at = next,
            None => break,
        }
    }
    Ok(words)
}

/// Checks an alias of the table before it is written.
///
/// # Errors
/// Usage: it has the name of a command, or cannot be one; its line is empty, has an open quote, begins with
/// no command or alias, or leads to itself.
pub(crate) fn check(name: &str, aliases: &Aliases, is_command: fn(&str) -> bool) -> Outcome {
    let refused = |why: String| Failure::usage(format!("there can be no alias \"{name}\": {why}"));
    if is_command(name) {
        return Err(refused("that is a command".to_owned()));
    }
    if name.starts_with('-') || name.contains(char::is_whitespace) {
        return Err(refused("a name begins with no `-` and has no blanks".to_owned()));
    }
    let (mut seen, mut name) = (Vec::new(), name.to_owned());
    while let Some(line) = aliases.get(&name) {
        note(&mut seen, &name)?;
        let program = OsString::from("housekey");
        let words: Vec<_> = std::iter::once(program).chain(words(&name, line)?).collect();
        let first = first_word(&words).and_then(|place| words[place].to_str());
        name = match first {
            Some(first) if is_command(first) => return Ok(()),
            Some(first) if aliases.contains_key(first) => first.to_owned(),
            Some("housekey") => return Err(refused("leave out `housekey`".to_owned())),
            Some(first) => return Err(refused(format!("`{first}` is no command"))),
            None => return Err(refused("its line has no command".to_owned())),
        };
    }
    Ok(())
}

/// Notes an alias that another one led to.
fn note(seen: &mut Vec<String>, name: &str) -> Outcome {
    let again = seen.iter().any(|one| one == name);
    seen.push(name.to_owned());
    match again {
        false => Ok(()),
        true => Err(Failure::usage(format!("an alias leads to itself: {}", seen.join(" -> ")))
            .hint(format!("remove one with `housekey config unset alias.{name}`"))),
    }
}

/// The place of the first word that is no option, and no value of an option.
fn first_word(words: &[OsString]) -> Option<usize> {
    let mut place = 1;
    loop {
        let word = words.get(place)?.to_str()?;
        match word.strip_prefix('-') {
            None => return Some(place),
            Some("-") => return None,
            Some(option) => {
                place += 1 + usize::from(option.strip_prefix('-').is_some_and(takes_value));
            }
        }
    }
}

/// Whether the next word is the value of a global option.
fn takes_value(long: &str) -> bool {
    let global = Global::augment_args(clap::Command::new("housekey"));
    global
        .get_arguments()
        .any(|one| one.get_long() == Some(long) && one.get_action().takes_values())
}

fn words(name: &str, line: &str) -> Outcome<Vec<OsString>> {
    let words = shell_words::split(line).map_err(|quote| {
        Failure::usage(format!("the alias \"{name}\" has an open quote: {quote}"))
            .hint(format!("it is: {line}"))
    })?;
    Ok(words.into_iter().map(OsString::from).collect())
}

/// The words of an alias with its arguments: in the places that take one, the others behind.
fn filled(name: &str, line: &str, arguments: Vec<OsString>) -> Outcome<Vec<OsString>> {
    let mut taken = vec![false; arguments.len()];
    let mut filled = Vec::new();
    for word in words(name, line)? {
        let mut parts = word.to_str().unwrap_or_default().split('$');
        let mut word = OsString::from(parts.next().unwrap_or_default());
        for part in parts {
            let number = part.chars().next().and_then(|digit| digit.to_digit(10));
            let Some(place) = number.and_then(|number| number.checked_sub(1)) else {
                word.push("$");
                word.push(part);
                continue;
            };
            let place = place as usize;
            let Some(argument) = arguments.get(place) else {
                let needed = place + 1;
                return Err(Failure::usage(format!(
                    "the alias \"{name}\" needs {needed} arguments"
                ))
                .hint(format!("it is: {line}")));
            };
            taken[place] = true;
            word.push(argument);
            word.push(&part[1..]);
        }
        filled.push(word);
    }
    let others = arguments.into_iter().zip(taken).filter(|(_, taken)| !taken);
    filled.extend(others.map(|(argument, _)| argument));
    Ok(filled)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALIASES: &[(&str, &str)] = &[
        ("lamp", "devices on 'Kitchen/Ceiling lamp'"),
        ("dim", "devices set $1 dim $2"),
        ("half", "dim \"Kitchen/$1\" 50%"),
        ("quiet", "--quiet --homey cabin lamp"),
        ("devices", "zones"),
        ("a", "b 1"),
        ("b", "a 2"),
        ("open", "devices 'on"),
        ("cash", "devices set x note $ $x"),
    ];

    fn aliases() -> Aliases {
        ALIASES.iter().map(|(name, line)| ((*name).to_owned(), (*line).to_owned())).collect()
    }

    fn is_command(name: &str) -> bool {
        ["devices", "zones", "help"].contains(&name)
    }

    fn outcome(line: &str) -> String {
        let words = std::iter::once("housekey").chain(line.split(' ')).map(OsString::from);
        match expanded(words.collect(), is_command, || Ok(aliases())) {
            Ok(words) => {
                let words = words.iter().skip(1).map(|word| word.to_string_lossy().into_owned());
                words.collect::<Vec<_>>().join("|")
            }
            Err(failure) => failure.to_string(),
        }
    }

    #[test]
    fn an_alias_is_replaced_by_its_line() {
        for (line, want) in [
            ("lamp", "devices|on|Kitchen/Ceiling lamp"),
            ("lamp --json", "devices|on|Kitchen/Ceiling lamp|--json"),
            ("--homey home --json lamp", "--homey|home|--json|devices|on|Kitchen/Ceiling lamp"),
            ("--jq lamp", "--jq|lamp"),
            ("--jq=x lamp", "--jq=x|devices|on|Kitchen/Ceiling lamp"),
            ("dim Lamp 50% --yes", "devices|set|Lamp|dim|50%|--yes"),
            ("half Lamp", "devices|set|Kitchen/Lamp|dim|50%"),
            ("quiet", "--quiet|--homey|cabin|devices|on|Kitchen/Ceiling lamp"),
            ("cash", "devices|set|x|note|$|$x"),
            ("devices list", "devices|list"),
            ("help lamp", "help|lamp"),
            ("lmap", "lmap"),
            ("-- lamp", "--|lamp"),
            ("dim Lamp", "the alias \"dim\" needs 2 arguments"),
            ("a", "an alias leads to itself: a -> b -> a"),
            ("open", "the alias \"open\" has an open quote: '"),
        ] {
            assert_eq!(outcome(line), want, "{line}");
        }
    }

    #[test]
    fn the_settings_are_read_only_for_what_is_no_command() {
        let words = || ["housekey", "--json", "devices", "lamp"].map(OsString::from).to_vec();
        let read = || -> Outcome<Aliases> { panic!("the settings are read") };
        assert_eq!(expanded(words(), is_command, read).unwrap(), words());
    }

    #[test]
    fn an_alias_is_checked_before_it_is_written() {
        for (name, line, want) in [
            ("x", "devices list", None),
            ("x", "lamp", None),
            ("x", "--json devices list", None),
            ("zones", "devices list", Some("there can be no alias \"zones\": that is a command")),
            (
                "-x",
                "zones",
                Some("there can be no alias \"-x\": a name begins with no `-` and has no blanks"),
            ),
            ("x", "nothing", Some("there can be no alias \"x\": `nothing` is no command")),
            ("x", "housekey zones", Some("there can be no alias \"x\": leave out `housekey`")),
            ("x", "--json", Some("there can be no alias \"x\": its line has no command")),
            ("x", "x", Some("an alias leads to itself: x -> x")),
            ("lamp", "quiet", Some("an alias leads to itself: lamp -> quiet -> lamp")),
        ] {
            let mut aliases = aliases();
            aliases.insert(name.to_owned(), line.to_owned());
            let failure =
                check(name, &aliases, is_command).err().map(|failure| failure.to_string());
            assert_eq!(failure.as_deref(), want, "{name} = {line}");
        }
    }
}
