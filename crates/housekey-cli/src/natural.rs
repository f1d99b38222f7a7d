//! The order of names as people expect it: "Lamp 2" before "Lamp 10".

use std::cmp::Ordering;
use std::iter::Peekable;
use std::str::Chars;

use housekey::model::name::as_seen;

/// A text by which names are sorted: numbers in it by their size, case and the like left aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NaturalKey(String);

impl NaturalKey {
    pub(crate) fn of(text: &str) -> Self {
        Self(as_seen(text))
    }
}

impl Ord for NaturalKey {
    fn cmp(&self, other: &Self) -> Ordering {
        compare(&self.0, &other.0).then_with(|| self.0.cmp(&other.0))
    }
}

impl PartialOrd for NaturalKey {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

fn compare(one: &str, other: &str) -> Ordering {
    let (mut one, mut other) = (one.chars().peekable(), other.chars().peekable());
    loop {
        let order = match (one.peek().copied(), other.peek().copied()) {
            (Some(a), Some(b)) if a.is_ascii_digit() && b.is_ascii_digit() => {
                let (a, b) = (number(&mut one), number(&mut other));
                a.len().cmp(&b.len()).then_with(|| a.cmp(&b))
            }
            (None, None) => return Ordering::Equal,
            (a, b) => {
                one.next();
                other.next();
                a.cmp(&b)
            }
        };
        if order.is_ne() {
            return order;
        }
    }
}

/// The digits of a number without zeros before it: of two numbers the longer is the larger.
fn number(letters: &mut Peekable<Chars<'_>>) -> String {
    let mut digits = String::new();
    while let Some(digit) = letters.next_if(char::is_ascii_digit) {
        if digit != '0' || !digits.is_empty() {
            digits.push(digit);
        }
    }
    digits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_names_count_by_their_size() {
        let sorted = [
            "",
            "-1",
            "1",
            "2",
            "10",
            "lamp",
            "Lamp 1",
            "lamp 2",
            "Lamp 2a",
            "Lamp 02b",
            "Lamp 10",
            "Lamp 99999999999999999999999",
            "Lamp 100000000000000000000000",
            "lamps",
            "Écran",
        ];
        for (place, pair) in sorted.windows(2).enumerate() {
            let [one, other] = pair else { continue };
            let order = NaturalKey::of(one).cmp(&NaturalKey::of(other));
            assert_eq!(order, Ordering::Less, "{place}: {one:?} before {other:?}");
        }
        assert_eq!(NaturalKey::of("LAMP  2").cmp(&NaturalKey::of("lamp 2")), Ordering::Equal);
    }
}
