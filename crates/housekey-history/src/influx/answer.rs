//! What follows an answer of the server to lines that were written.

use std::time::Duration;

/// The longest wait that a server is granted.
const MAX_REQUESTED_WAIT: Duration = Duration::from_secs(60 * 60);

/// What an answer means for the lines that were sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WriteAnswer {
    /// They are stored.
    Stored,
    /// Some of them are wrong, and will be next time: they are dropped.
    Wrong,
    /// They were too many at once.
    TooLarge,
    /// The server does not accept who sends, or has no such database: settings have to change.
    Refused,
    /// Not now; after that wait, where the server states one.
    Later(Option<Duration>),
}

impl WriteAnswer {
    /// By the HTTP status and `Retry-After` in seconds.
    pub fn of(status: u16, retry_after_s: Option<u64>) -> Self {
        let stated = retry_after_s.map(|s| Duration::from_secs(s).min(MAX_REQUESTED_WAIT));
        match status {
            200..=299 => Self::Stored,
            401 | 403 | 404 => Self::Refused,
            413 => Self::TooLarge,
            408 | 429 | 500..=599 => Self::Later(stated),
            // A redirect is answered by no server of these; the address is wrong.
            300..=399 => Self::Refused,
            _ => Self::Wrong,
        }
    }
}

/// Lines in two parts of about the same size; `None` for a single line.
pub fn halves(lines: &str) -> Option<(&str, &str)> {
    let middle = (lines.len() / 2).saturating_sub(1);
    let bytes = lines.as_bytes();
    let after = bytes[middle..].iter().position(|byte| *byte == b'\n').map(|at| middle + at + 1);
    let before = || bytes[..middle].iter().rposition(|byte| *byte == b'\n').map(|at| at + 1);
    let cut = after.filter(|cut| *cut < lines.len()).or_else(before)?;
    lines.split_at_checked(cut).filter(|(first, rest)| !first.is_empty() && !rest.is_empty())
}

#[cfg(test)]
mod tests {
    use super::WriteAnswer::*;
    use super::*;

    #[test]
    fn each_class_of_answers() {
        let seconds = |s| Later(Some(Duration::from_secs(s)));
        for (status, retry_after_s, want) in [
            (204, None, Stored),
            (200, None, Stored),
            (400, None, Wrong),
            (422, Some(3), Wrong),
            (401, None, Refused),
            (403, None, Refused),
            (404, None, Refused),
            (301, None, Refused),
            (413, None, TooLarge),
            (429, Some(7), seconds(7)),
            (429, None, Later(None)),
            (503, Some(u64::MAX), seconds(3600)),
            (500, None, Later(None)),
            (408, None, Later(None)),
        ] {
            assert_eq!(WriteAnswer::of(status, retry_after_s), want, "{status}");
        }
    }

    #[test]
    fn lines_are_cut_between_lines() {
        for (lines, want) in [
            ("a\nb\n", Some(("a\n", "b\n"))),
            ("a\nb\nc\nd\n", Some(("a\nb\n", "c\nd\n"))),
            ("a\nbbbbbbbb\n", Some(("a\n", "bbbbbbbb\n"))),
            ("aaaaaaaa\nb\n", Some(("aaaaaaaa\n", "b\n"))),
            ("éé\né\n", Some(("éé\n", "é\n"))),
            ("a\n", None),
            ("", None),
        ] {
            assert_eq!(halves(lines), want, "{lines:?}");
        }
    }
}
