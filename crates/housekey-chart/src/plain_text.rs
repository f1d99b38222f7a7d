//! Text without characters that control a terminal.

/// The text on one line: each control character, line break, writing-direction override and
/// noncharacter becomes U+FFFD.
///
/// Callers use noncharacters to mark styles, so titles must not contain them either.
pub(crate) fn one_line(text: &str) -> String {
    text.chars().map(|c| if is_shown(c) { c } else { char::REPLACEMENT_CHARACTER }).collect()
}

fn is_shown(c: char) -> bool {
    match c {
        '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => false,
        '\u{fdd0}'..='\u{fdef}' => false,
        c => !c.is_control() && u32::from(c) & 0xfffe != 0xfffe,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_are_replaced() {
        let text = "a\n\t\u{1b}[2Jb\u{202e}\u{2066}\u{2028}\u{fdd0}\u{fdef}\u{ffff}\u{9b}é灯";
        assert_eq!(one_line(text), "a���[2Jb�������é灯");
    }
}
