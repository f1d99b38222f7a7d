//! Styles of our own text. Each is a mark that no text of others is taken for: what is printed turns the
//! marks into what the terminal understands, and elsewhere leaves them out.

use std::fmt;

/// A style: `{ink}` begins it, `{ink:#}` ends it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ink {
    Plain,
    Bold,
    Dim,
    Green,
    Red,
    Cyan,
    BoldRed,
    BoldCyan,
    BoldGrey,
    Grey,
    Yellow,
}

/// The noncharacters of Unicode that stand for the styles, in their order; the last ends any.
const FIRST: u32 = 0xfdd0;
const END: char = '\u{fdef}';

const ALL: [(Ink, &str); 11] = [
    (Ink::Plain, ""),
    (Ink::Bold, "\x1b[1m"),
    (Ink::Dim, "\x1b[2m"),
    (Ink::Green, "\x1b[32m"),
    (Ink::Red, "\x1b[31m"),
    (Ink::Cyan, "\x1b[36m"),
    (Ink::BoldRed, "\x1b[1m\x1b[31m"),
    (Ink::BoldCyan, "\x1b[1m\x1b[36m"),
    (Ink::BoldGrey, "\x1b[1m\x1b[90m"),
    (Ink::Grey, "\x1b[90m"),
    (Ink::Yellow, "\x1b[33m"),
];

impl fmt::Display for Ink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self, f.alternate()) {
            (Self::Plain, _) => Ok(()),
            (_, true) => write!(f, "{END}"),
            (ink, false) => match char::from_u32(FIRST + *ink as u32) {
                Some(mark) => write!(f, "{mark}"),
                None => Ok(()),
            },
        }
    }
}

/// What a mark becomes on a terminal with styles; `None` for what is no mark.
pub(super) fn sequence(letter: char) -> Option<&'static str> {
    if letter == END {
        return Some("\x1b[0m");
    }
    let place = u32::from(letter).checked_sub(FIRST)?;
    ALL.get(usize::try_from(place).ok()?).map(|(_, sequence)| *sequence)
}

/// The text without marks.
pub(crate) fn without(text: &str) -> String {
    text.chars().filter(|letter| sequence(*letter).is_none()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_style_has_its_mark_and_its_sequence() {
        for (ink, sequence_of) in ALL.into_iter().skip(1) {
            let text = format!("{ink}x{ink:#}");
            let sequences: Vec<_> = text.chars().map(sequence).collect();
            assert_eq!(sequences, [Some(sequence_of), None, Some("\x1b[0m")], "{ink:?}");
            assert_eq!(without(&text), "x");
        }
        assert_eq!(format!("{0}x{0:#}", Ink::Plain), "x");
    }
}
