//! Words as a shell reads them: with quotes and backslashes, without anything that is expanded.

/// The words of a line.
///
/// # Errors
/// The quote that is not closed.
pub(crate) fn split(line: &str) -> Result<Vec<String>, char> {
    match scan(line) {
        (words, None) => Ok(words),
        (_, Some(quote)) => Err(quote),
    }
}

/// What a word stands for that may still be typed: its last quote may be open.
pub(crate) fn unquoted(word: &str) -> String {
    scan(word).0.join(" ")
}

/// The words, and the quote that is open at the end.
fn scan(line: &str) -> (Vec<String>, Option<char>) {
    let (mut words, mut word, mut quote) = (Vec::new(), None::<String>, None);
    let mut letters = line.chars().peekable();
    while let Some(letter) = letters.next() {
        if quote.is_none() && letter.is_whitespace() {
            words.extend(word.take());
            continue;
        }
        let word = word.get_or_insert_default();
        match (letter, quote) {
            ('\'' | '"', None) => quote = Some(letter),
            (letter, Some(open)) if letter == open => quote = None,
            ('\\', None) => word.extend(letters.next()),
            ('\\', Some('"')) => match letters.next_if(|next| "\\\"$`".contains(*next)) {
                Some(escaped) => word.push(escaped),
                None => word.push('\\'),
            },
            (letter, _) => word.push(letter),
        }
    }
    words.extend(word);
    (words, quote)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_as_a_shell_reads_them() {
        for (line, want) in [
            ("devices on", Ok(&["devices", "on"][..])),
            ("  a\t b ", Ok(&["a", "b"])),
            (r"on 'Kitchen/Robin'\''s lamp'", Ok(&["on", "Kitchen/Robin's lamp"])),
            (r#"on "a \"b\" \c" d\ e"#, Ok(&["on", r#"a "b" \c"#, "d e"])),
            ("a ''", Ok(&["a", ""])),
            ("", Ok(&[])),
            ("on 'Kitchen", Err('\'')),
            ("on \"it's", Err('"')),
        ] {
            let want = want.map(|words| words.iter().map(|word| (*word).to_owned()).collect());
            assert_eq!(split(line), want, "{line}");
        }
    }

    #[test]
    fn a_word_may_still_be_typed() {
        for (word, want) in [
            ("Kitchen\\ la", "Kitchen la"),
            ("'Kitchen la", "Kitchen la"),
            ("\"a\\\"b", "a\"b"),
            ("\\", ""),
        ] {
            assert_eq!(unquoted(word), want, "{word}");
        }
    }
}
