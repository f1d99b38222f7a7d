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

/// The first whole lines, up to that many bytes but at least one line.
pub fn first_lines(lines: &str, max_bytes: usize) -> &str {
    if lines.len() <= max_bytes {
        return lines;
    }
    let end = |at: usize| at + 1;
    let within = lines.as_bytes()[..max_bytes].iter().rposition(|byte| *byte == b'\n').map(end);
    let cut = within.or_else(|| lines.find('\n').map(end));
    cut.map_or(lines, |cut| &lines[..cut])
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
        for (lines, max_bytes, want) in [
            ("a\nb\n", 4, "a\nb\n"),
            ("a\nb\n", 3, "a\n"),
            ("a\nb\n", 2, "a\n"),
            ("aaaa\nb\n", 2, "aaaa\n"),
            ("éé\né\n", 6, "éé\n"),
            ("é\né\n", 1, "é\n"),
            ("a\n", 0, "a\n"),
            ("", 0, ""),
        ] {
            assert_eq!(first_lines(lines, max_bytes), want, "{lines:?} up to {max_bytes}");
        }
    }
}
