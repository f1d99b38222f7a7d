//! Frames recorded from outside, whole and damaged, for tests: see the head of `recorded.txt`.

use proptest::prelude::*;

/// The sender of a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Client,
    Server,
}

/// Every text frame, in order.
pub(super) fn frames() -> Vec<(Side, &'static str)> {
    let lines = include_str!("recorded.txt").lines().filter(|line| !line.starts_with('#'));
    let frames = lines.map(|line| match line.split_at(2) {
        ("> ", frame) => (Side::Client, frame),
        ("< ", frame) => (Side::Server, frame),
        _ => panic!("{line}"),
    });
    frames.filter(|(_, frame)| !frame.starts_with('(')).collect()
}

/// One way to damage a text. Places are parts of its length.
#[derive(Debug, Clone)]
enum Damage {
    Cut(f64),
    Insert(f64, String),
    Remove(f64, f64),
    Repeat(f64, f64, usize),
    /// Puts the rest of another frame behind.
    Splice(f64, usize, f64),
}

/// The next boundary of a character at that part of the length.
fn place(text: &str, part: f64) -> usize {
    let wanted = (text.len() as f64 * part) as usize;
    (wanted..=text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(text.len())
}

impl Damage {
    fn inflict(&self, text: &mut String) {
        let between = |text: &str, one: f64, other: f64| {
            let (one, other) = (place(text, one), place(text, other));
            one.min(other)..one.max(other)
        };
        match self {
            Self::Cut(at) => text.truncate(place(text, *at)),
            Self::Insert(at, more) => text.insert_str(place(text, *at), more),
            Self::Remove(one, other) => drop(text.drain(between(text, *one, *other))),
            Self::Repeat(one, other, times) => {
                let range = between(text, *one, *other);
                let more = text[range.clone()].repeat(*times);
                text.insert_str(range.end, &more);
            }
            Self::Splice(at, frame, from) => {
                let all = frames();
                let (_, other) = all[frame % all.len()];
                text.truncate(place(text, *at));
                text.push_str(&other[place(other, *from)..]);
            }
        }
    }
}

fn damages() -> impl Strategy<Value = Damage> {
    let part = || 0.0..=1.0_f64;
    prop_oneof![
        part().prop_map(Damage::Cut),
        (part(), "[0-9]{1,30}|[\\[\\]{}\",:/?-]{1,3}|\\PC{1,3}")
            .prop_map(|(at, more)| Damage::Insert(at, more)),
        (part(), part()).prop_map(|(one, other)| Damage::Remove(one, other)),
        (part(), part(), 1..20_usize)
            .prop_map(|(one, other, times)| Damage::Repeat(one, other, times)),
        (part(), any::<usize>(), part())
            .prop_map(|(at, frame, from)| Damage::Splice(at, frame, from)),
    ]
}

/// A recorded frame with up to five damages.
pub(super) fn damaged() -> impl Strategy<Value = String> {
    (any::<usize>(), prop::collection::vec(damages(), 0..5)).prop_map(|(frame, damages)| {
        let all = frames();
        let mut text = all[frame % all.len()].1.to_owned();
        for damage in damages {
            damage.inflict(&mut text);
        }
        text
    })
}
