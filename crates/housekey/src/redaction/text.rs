//! Finds a token in a text, in every encoding that an echo may have.

use std::borrow::Cow;
use std::ops::Range;

use crate::secret::Secret;

/// The replacement of a token.
pub const MASK: &str = "***";

/// The shortest token that is looked for, in bytes: a shorter one would be found in any text.
const SHORTEST: usize = 8;

/// The shortest last part of a token that is a secret of its own, in bytes.
const SHORTEST_PART: usize = 16;

/// The limit for escapes within escapes.
const NESTED: usize = 3;

/// A token to be found in texts: whole, or its secret part alone.
///
/// A token is `<id>:<id>:<secret>`; the ids are no secrets. Characters may be written as they are,
/// percent-encoded, escaped as in JSON, or as HTML entities, also one inside the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenText {
    token: Secret,
    /// Where the secret part begins; `None` where there is no such part.
    part: Option<usize>,
}

impl TokenText {
    /// `None` for a text that is too short to be distinguished from others.
    pub fn new(token: &Secret) -> Option<Self> {
        let text = token.expose();
        if text.len() < SHORTEST {
            return None;
        }
        let part = text.rfind(':').map(|colon| colon + 1);
        let part = part.filter(|part| text.len() - part >= SHORTEST_PART);
        Some(Self { token: token.clone(), part })
    }

    /// The least that is taken for it, in bytes.
    pub fn shortest(&self) -> usize {
        self.token.expose().len() - self.part.unwrap_or_default()
    }

    /// Whether it is the text of this token.
    pub fn is(&self, token: &Secret) -> bool {
        self.token == *token
    }

    /// The text with [`MASK`] wherever the token was; borrowed where it was not.
    pub fn mask<'a>(&self, text: &'a [u8]) -> Cow<'a, [u8]> {
        let places = self.places(text);
        if places.is_empty() {
            return Cow::Borrowed(text);
        }
        Cow::Owned(with(text, &places, MASK.as_bytes()))
    }

    /// The same for a text.
    pub fn mask_text(&self, text: &str) -> String {
        // A token is ASCII, and so is what takes its place.
        String::from_utf8_lossy(&self.mask(text.as_bytes())).into_owned()
    }

    /// Its occurrences, in order.
    fn places(&self, text: &[u8]) -> Vec<Range<usize>> {
        let whole = self.token.expose().as_bytes();
        let part = self.part.and_then(|part| whole.get(part..));
        let first = |of: &[u8]| of.first().copied().unwrap_or_default();
        let (one, other) = (first(whole), first(part.unwrap_or(whole)));
        let mut places = Vec::new();
        let mut at = 0;
        while let Some(&byte) = text.get(at) {
            let begins = byte == one || byte == other || matches!(byte, b'%' | b'\\' | b'&');
            let end = begins.then(|| {
                end_of(text, at, whole).or_else(|| part.and_then(|part| end_of(text, at, part)))
            });
            match end.flatten() {
                Some(end) => {
                    places.push(at..end);
                    at = end;
                }
                None => at += 1,
            }
        }
        places
    }
}

/// The text with something else in those places, which are in order and do not overlap.
pub(super) fn with(text: &[u8], places: &[Range<usize>], instead: &[u8]) -> Vec<u8> {
    let mut masked = Vec::with_capacity(text.len());
    let mut from = 0;
    for place in places {
        masked.extend_from_slice(text.get(from..place.start).unwrap_or_default());
        masked.extend_from_slice(instead);
        from = place.end;
    }
    masked.extend_from_slice(text.get(from..).unwrap_or_default());
    masked
}

/// Where the secret ends that begins there, if it does.
fn end_of(text: &[u8], begin: usize, secret: &[u8]) -> Option<usize> {
    let mut at = begin;
    for wanted in secret {
        let literal = text.get(at) == Some(wanted);
        at = match literal {
            true => at + 1,
            false => escape(text, at, NESTED).filter(|(byte, _)| byte == wanted)?.1,
        };
    }
    Some(at)
}

/// The byte that the escape there stands for, and where the escape ends.
fn escape(text: &[u8], at: usize, depth: usize) -> Option<(u8, usize)> {
    let (byte, end) = match text.get(at)? {
        b'%' => (hex(text.get(at + 1..at + 3)?)?, at + 3),
        b'\\' => backslash(text, at)?,
        b'&' => entity(text, at)?,
        _ => return None,
    };
    // What it stands for may be the beginning of another escape.
    if depth > 0 && matches!(byte, b'%' | b'\\' | b'&') {
        let rest = text.get(end..text.len().min(end + 16))?;
        let inner: Vec<u8> = std::iter::once(byte).chain(rest.iter().copied()).collect();
        if let Some((inner, length)) = escape(&inner, 0, depth - 1) {
            return Some((inner, end + length - 1));
        }
    }
    Some((byte, end))
}

/// `\u003a`, `\x3a`, `\/`; with more than one backslash where JSON stands inside JSON.
fn backslash(text: &[u8], at: usize) -> Option<(u8, usize)> {
    let count = text.get(at..)?.iter().take_while(|byte| **byte == b'\\').count();
    let at = at + count;
    match text.get(at)? {
        b'u' => {
            let digits = text.get(at + 1..at + 5)?;
            (hex(&digits[..2])? == 0).then_some(())?;
            Some((hex(&digits[2..])?, at + 5))
        }
        b'x' => Some((hex(text.get(at + 1..at + 3)?)?, at + 3)),
        byte if byte.is_ascii_punctuation() => Some((*byte, at + 1)),
        // A backslash itself.
        _ if count > 1 => Some((b'\\', at)),
        _ => None,
    }
}

/// `&#58;`, `&#x3a;`, `&colon;`, `&amp;`.
fn entity(text: &[u8], at: usize) -> Option<(u8, usize)> {
    let rest = text.get(at + 1..text.len().min(at + 12))?;
    let length = rest.iter().position(|byte| *byte == b';')?;
    let name = std::str::from_utf8(&rest[..length]).ok()?;
    let byte = match name.strip_prefix('#') {
        Some(number) => match number.strip_prefix(['x', 'X']) {
            Some(digits) => u8::from_str_radix(digits, 16).ok()?,
            None => number.parse().ok()?,
        },
        None => match name {
            "amp" => b'&',
            "colon" => b':',
            "percnt" => b'%',
            "bsol" => b'\\',
            "sol" => b'/',
            "plus" => b'+',
            "equals" => b'=',
            "period" => b'.',
            "lowbar" => b'_',
            _ => return None,
        },
    };
    Some((byte, at + 1 + length + 1))
}

fn hex(digits: &[u8]) -> Option<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    match digits {
        [high, low] => Some(digit(*high)? * 16 + digit(*low)?),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TOKEN: &str =
        "6f1d2c3b-0000-4000-8000-00000000a001:5e0d:0f1e2d3c4b5a69788796a5b4c3d2e1f0a1b2c3d4";

    fn masked(text: &str) -> String {
        let token = TokenText::new(&Secret::new(TOKEN)).expect("it is long enough");
        String::from_utf8(token.mask(text.as_bytes()).into_owned()).expect("text stays text")
    }

    #[test]
    fn the_whole_token_and_its_secret_part_are_masked() {
        let part = TOKEN.rsplit(':').next().expect("a part");
        for (text, want) in [
            (format!("Bearer {TOKEN}!"), "Bearer ***!"),
            (format!("{TOKEN}{TOKEN}"), "******"),
            (format!("id {part}"), "id ***"),
            (TOKEN.replace(':', "%3A"), "***"),
            (TOKEN.replace(':', "%253a"), "***"),
            (TOKEN.replace(':', "\\u003a"), "***"),
            (TOKEN.replace(':', "\\\\u003A"), "***"),
            (TOKEN.replace(':', "&#58;"), "***"),
            (TOKEN.replace(':', "&amp;colon;"), "***"),
            (TOKEN.replace(':', "\\:").replace('-', "\\-"), "***"),
            // The ids are in many answers, and open nothing.
            (
                "6f1d2c3b-0000-4000-8000-00000000a001:5e0d".to_owned(),
                "6f1d2c3b-0000-4000-8000-00000000a001:5e0d",
            ),
            ("100 % \\u00e9 &amp; %".to_owned(), "100 % \\u00e9 &amp; %"),
            (String::new(), ""),
        ] {
            assert_eq!(masked(&text), want, "{text}");
        }
    }

    #[test]
    fn what_is_too_short_is_not_looked_for() {
        assert_eq!(TokenText::new(&Secret::new("abc")), None);
        let short_part = TokenText::new(&Secret::new("id:id:short")).expect("long enough");
        assert_eq!(&*short_part.mask(b"short"), b"short");
        assert_eq!(&*short_part.mask(b"id:id:short"), MASK.as_bytes());
    }

    /// A byte, written in one of the ways.
    fn written(byte: char, way: u8) -> String {
        let code = u32::from(byte);
        match way {
            1 => format!("%{code:02x}"),
            2 => format!("%{code:02X}"),
            3 => format!("%25{code:02x}"),
            4 => format!("\\u{code:04x}"),
            5 => format!("\\\\u{code:04X}"),
            6 => format!("&#{code};"),
            7 => format!("&#x{code:x};"),
            8 => format!("\\x{code:02x}"),
            _ => byte.to_string(),
        }
    }

    proptest! {
        #[test]
        fn no_mixture_of_spellings_gets_through(
            before in "[ -~]{0,40}",
            ways in prop::collection::vec(0..10_u8, TOKEN.len()),
            after in "[ -~]{0,40}",
        ) {
            let written: String = TOKEN.chars().zip(&ways).map(|(c, way)| written(c, *way)).collect();
            // An escape that is left open before it would belong to both.
            let before = before.trim_end_matches(|c: char| c != ' ');
            prop_assert_eq!(masked(&format!("{before} {written}\n{after}")), format!("{before} ***\n{after}"));
        }

        #[test]
        fn what_has_no_token_stays_as_it_is(text in any::<Vec<u8>>()) {
            let token = TokenText::new(&Secret::new(TOKEN)).expect("it is long enough");
            prop_assert!(matches!(token.mask(&text), Cow::Borrowed(same) if same == text));
        }
    }
}
