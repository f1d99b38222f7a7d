//! Lines of an answer: as many as its budget allows, and a cursor for the rest.

use serde_json::{Map, Value};

use crate::answer::{Answer, Outcome, Refused};

/// The tokens of an answer where the client sets no limit of its own.
pub(crate) const USUAL_TOKENS: usize = 2_000;

/// The most tokens of any answer.
pub(crate) const MOST_TOKENS: usize = 8_000;

/// What is kept for the lines around a list: how much there is, and the cursor.
const FRAME_TOKENS: usize = 150;

/// About how many tokens a model makes of a text: one of four letters of English, one of any other letter. It rather
/// counts too many.
pub(crate) fn tokens(text: &str) -> usize {
    let ascii = text.bytes().filter(u8::is_ascii).count();
    ascii.div_ceil(4) + text.chars().filter(|letter| !letter.is_ascii()).count()
}

/// Which lines of a list are wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Paging {
    skip: usize,
    limit: Option<usize>,
    /// Of the other arguments: a cursor is good for the list it came from.
    mark: u32,
}

impl Paging {
    /// What `limit` and `cursor` among the arguments say.
    pub(crate) fn of(arguments: &Map<String, Value>) -> Outcome<Self> {
        let mark = mark(arguments);
        let limit = arguments.get("limit").and_then(Value::as_u64);
        let limit = limit.map(|limit| usize::try_from(limit).unwrap_or(usize::MAX));
        let skip = match arguments.get("cursor").and_then(Value::as_str) {
            None | Some("") => 0,
            Some(cursor) => read_cursor(cursor, mark).ok_or_else(|| {
                Refused::new(
                    "This cursor is not one of this list. Leave `cursor` out to start again, or send the other \
                     arguments as they were.",
                )
            })?,
        };
        Ok(Self { skip, limit, mark })
    }

    /// The answer with the lines that fit, made of those items alone; `head` says what they are: `12 devices`.
    pub(crate) fn answer<T>(&self, head: &str, items: &[T], line: impl Fn(&T) -> String) -> Answer {
        let budget = if self.limit.is_some() { MOST_TOKENS } else { USUAL_TOKENS };
        let mut left = budget.saturating_sub(FRAME_TOKENS + tokens(head));
        let limit = self.limit.unwrap_or(usize::MAX);
        let mut body = String::new();
        let mut count = 0;
        for line in items.iter().skip(self.skip).take(limit).map(line) {
            let needed = tokens(&line) + 1;
            if needed > left {
                break;
            }
            left -= needed;
            body.push('\n');
            body.push_str(&line);
            count += 1;
        }
        let end = self.skip.saturating_add(count);
        let rest = items.len().saturating_sub(end);
        let span = match (self.skip, rest) {
            (0, 0) => String::new(),
            _ if count == 0 => ": none left".to_owned(),
            _ => format!(", {} to {end}", self.skip + 1),
        };
        let mut answer = Answer::text(format!("{head}{span}{body}"));
        if rest > 0 && count > 0 {
            let cursor = format!("{end:x}-{:x}", self.mark);
            answer.text.push_str(&format!(
                "\n{rest} more: narrow the search, or call again with cursor \"{cursor}\""
            ));
            answer = answer.with("cursor", cursor);
        }
        answer
    }
}

/// Cuts a text to a number of tokens at the end of a line, and says so.
pub(crate) fn fitted(text: String, most: usize) -> String {
    if tokens(&text) <= most {
        return text;
    }
    let total = text.lines().count();
    let mut left = most.saturating_sub(40);
    let mut kept = String::new();
    let mut count = 0;
    for line in text.lines() {
        let needed = tokens(line) + 1;
        if needed > left {
            break;
        }
        left -= needed;
        kept.push_str(line);
        kept.push('\n');
        count += 1;
    }
    format!("{kept}… {} of {total} lines left out", total - count)
}

fn read_cursor(cursor: &str, mark: u32) -> Option<usize> {
    let (skip, of) = cursor.split_once('-')?;
    let of = u32::from_str_radix(of, 16).ok()?;
    (of == mark).then(|| usize::from_str_radix(skip, 16).ok())?
}

/// FNV-1a of the arguments that decide what is in a list.
fn mark(arguments: &Map<String, Value>) -> u32 {
    let mut fields: Vec<_> = arguments
        .iter()
        .filter(|(key, _)| *key != "cursor" && *key != "limit")
        .map(|(key, value)| format!("{key}={value};"))
        .collect();
    fields.sort();
    let step = |hash: u32, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
    fields.concat().bytes().fold(0x811c_9dc5, step)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn paging(arguments: Value) -> Outcome<Paging> {
        Paging::of(arguments.as_object().unwrap())
    }

    fn rows(count: usize) -> Vec<String> {
        (0..count).map(|row| format!("row {row}")).collect()
    }

    #[test]
    fn a_list_is_read_page_by_page() {
        let lines = rows(5);
        let first = paging(json!({ "q": "x", "limit": 2 })).unwrap().answer(
            "5 rows",
            &lines,
            String::clone,
        );
        let cursor = first.values["cursor"].as_str().unwrap().to_owned();
        assert_eq!(
            first.text,
            format!(
                "5 rows, 1 to 2\nrow 0\nrow 1\n3 more: narrow the search, or call again with cursor \"{cursor}\""
            )
        );
        let arguments = json!({ "q": "x", "limit": 9, "cursor": cursor });
        let rest = paging(arguments).unwrap().answer("5 rows", &lines, String::clone);
        assert_eq!(rest.text, "5 rows, 3 to 5\nrow 2\nrow 3\nrow 4");
        assert!(rest.values.is_empty());
        for other in [json!({ "q": "y", "cursor": cursor }), json!({ "cursor": "zz" })] {
            assert!(paging(other.clone()).is_err(), "{other}");
        }
        assert_eq!(
            paging(json!({})).unwrap().answer("no rows", &rows(0), String::clone).text,
            "no rows"
        );
    }

    #[test]
    fn no_list_is_over_its_budget() {
        let lines: Vec<_> =
            (0..10_000).map(|row| format!("\"Küche\" · row {row} · {row:08x}")).collect();
        for (arguments, most) in
            [(json!({}), USUAL_TOKENS), (json!({ "limit": 10_000 }), MOST_TOKENS)]
        {
            let answer =
                paging(arguments.clone()).unwrap().answer("10000 rows", &lines, String::clone);
            let size = tokens(&answer.text);
            assert!(size <= most && size > most * 3 / 4, "{arguments}: {size}");
            assert!(answer.text.contains("more: "));
        }
    }

    #[test]
    fn a_text_is_cut_at_a_line() {
        let text = rows(100).join("\n");
        let cut = fitted(text.clone(), 100);
        assert!(tokens(&cut) <= 100, "{cut}");
        assert!(cut.ends_with("of 100 lines left out"), "{cut}");
        assert_eq!(fitted(text.clone(), 1_000), text);
    }
}
