//! Completions for bash, which inserts them as they are: names are quoted here, as the user began to.

use std::ffi::OsString;
use std::io::{self, Write};
use std::path::Path;

use clap::Command;
use clap_complete::engine::complete;
use clap_complete::env::EnvCompleter;

/// The shell bash.
pub(crate) struct Bash;

impl EnvCompleter for Bash {
    fn name(&self) -> &'static str {
        "bash"
    }

    fn is(&self, name: &str) -> bool {
        name == "bash"
    }

    fn write_registration(
        &self,
        variable: &str,
        name: &str,
        bin: &str,
        completer: &str,
        to: &mut dyn Write,
    ) -> io::Result<()> {
        let script = SCRIPT.replace("VARIABLE", variable).replace("NAME", name);
        to.write_all(script.replace("COMPLETER", completer).replace("BIN", bin).as_bytes())
    }

    fn write_complete(
        &self,
        command: &mut Command,
        words: Vec<OsString>,
        directory: Option<&Path>,
        to: &mut dyn Write,
    ) -> io::Result<()> {
        let Some(index) = words.len().checked_sub(1) else { return Ok(()) };
        let current = words[index].to_string_lossy().into_owned();
        let quote = current.chars().next().filter(|first| matches!(first, '\'' | '"'));
        let mut found: Vec<String> = complete(command, words, index, directory)?
            .iter()
            .map(|candidate| candidate.get_value().to_string_lossy().into_owned())
            .collect();
        // bash shows no descriptions: options would hide the names among them until a `-` is typed.
        let is_option = |word: &String| word.starts_with('-');
        if !is_option(&current) && !found.iter().all(is_option) {
            found.retain(|word| !is_option(word));
        }
        for word in found {
            writeln!(to, "{}", quoted(&word, quote))?;
        }
        Ok(())
    }
}

/// Hands the words up to the cursor to the program, and takes a completion from each line.
const SCRIPT: &str = r#"_NAME() {
    COMPREPLY=()
    local word
    while IFS= read -r word; do
        COMPREPLY+=("$word")
    done < <(VARIABLE="bash" "COMPLETER" -- "${COMP_WORDS[@]:0:COMP_CWORD+1}" 2>/dev/null)
    if [[ "${COMPREPLY-}" == *[=/:] ]]; then
        compopt -o nospace 2>/dev/null
    fi
}
if [[ "${BASH_VERSINFO[0]}" -eq 4 && "${BASH_VERSINFO[1]}" -ge 4 || "${BASH_VERSINFO[0]}" -gt 4 ]]; then
    complete -o bashdefault -o nosort -F _NAME BIN
else
    complete -o bashdefault -F _NAME BIN
fi
"#;

/// The word as it is inserted behind an open quote, or without one.
fn quoted(word: &str, quote: Option<char>) -> String {
    let escape = |is_special: &dyn Fn(char) -> bool| {
        let letters = word.chars().flat_map(|letter| {
            let backslash = is_special(letter).then_some('\\');
            backslash.into_iter().chain([letter])
        });
        letters.collect()
    };
    match quote {
        Some('\'') => word.replace('\'', r"'\''"),
        Some(_) => escape(&|letter| "\\\"$`".contains(letter)),
        None => escape(&|letter| " \t\\\"'`$&|;<>()[]{}*?!#~^".contains(letter)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_quoted_as_the_user_began_to() {
        for (word, quote, want) in [
            ("Kitchen/Ceiling lamp", None, r"Kitchen/Ceiling\ lamp"),
            ("Kitchen/Ceiling lamp", Some('\''), "Kitchen/Ceiling lamp"),
            ("Robin's $5", None, r"Robin\'s\ \$5"),
            ("Robin's $5", Some('\''), r"Robin'\''s $5"),
            ("Robin's \"$5\"", Some('"'), r#"Robin's \"\$5\""#),
            ("deviceId=", None, "deviceId="),
            ("zone:=", None, "zone:="),
            ("café", None, "café"),
        ] {
            assert_eq!(quoted(word, quote), want);
        }
    }
}
