//! What follows each answer of a server.

use std::time::Duration;

use housekey::http::Http;
use housekey_history::influx::{Layout, Spool, WriteAnswer};

use super::sending::{Next, Sender, SentLines};
use crate::settings::InfluxSettings;

fn sender() -> Sender {
    let settings = InfluxSettings {
        url: "http://127.0.0.1:9/write".parse().unwrap(),
        homeys: Vec::new(),
        layout: Layout::Housekey,
        exclude: Vec::new(),
        login: None,
        every: Duration::from_secs(10),
        repeat: None,
        spool_bytes: 1 << 20,
    };
    Sender::new(&settings, Http::new().unwrap()).unwrap()
}

/// A batch of three lines, as many of which are sent as the server takes.
fn sent(sender: &Sender, spool: &mut Spool, answer: WriteAnswer) -> SentLines {
    if spool.batches() == 0 {
        spool.append("a v=1 1\nb v=1 1\nc v=1 1\n").unwrap();
    }
    let batch = spool.oldest().unwrap().unwrap();
    sender.answered(batch, Ok((answer, "in its words".to_owned())))
}

#[test]
fn an_answer_decides_when_lines_are_sent_next() {
    let directory = tempfile::tempdir().unwrap();
    let mut spool = Spool::open(directory.path(), 1 << 20).unwrap();
    let seconds = |s| Some(Duration::from_secs(s));
    let mut sender = sender();
    // (answer, wait where chance takes nothing away, whether it is logged)
    for (answer, want) in [
        (WriteAnswer::Later(None), Some((1, true))),
        (WriteAnswer::Later(None), Some((2, false))),
        (WriteAnswer::Later(seconds(60)), Some((60, false))),
        (WriteAnswer::Later(seconds(1)), Some((8, false))),
        (WriteAnswer::Refused, Some((300, false))),
        (WriteAnswer::Stored, None),
        (WriteAnswer::Refused, Some((300, true))),
        (WriteAnswer::Stored, None),
        (WriteAnswer::Later(seconds(7)), Some((7, true))),
    ] {
        let sent = sent(&sender, &mut spool, answer);
        let found = match sender.after(&sent, 0.0) {
            Next::Later { wait, first, .. } => Some((wait.as_secs(), first)),
            next => {
                assert_eq!(next, Next::Stored);
                None
            }
        };
        assert_eq!(found, want, "{answer:?}");
    }
}

#[test]
fn lines_that_are_too_many_are_sent_in_parts_and_a_single_one_is_dropped() {
    let directory = tempfile::tempdir().unwrap();
    let mut spool = Spool::open(directory.path(), 1 << 20).unwrap();
    let mut sender = sender();
    let mut lines = Vec::new();
    for answer in
        [WriteAnswer::TooLarge, WriteAnswer::Stored, WriteAnswer::TooLarge, WriteAnswer::Wrong]
    {
        let sent = sent(&sender, &mut spool, answer);
        lines.push(sent.lines().to_owned());
        if sender.after(&sent, 0.0) != Next::Smaller {
            sent.remove_from(&mut spool).unwrap();
        }
    }
    assert_eq!(lines, ["a v=1 1\nb v=1 1\nc v=1 1\n", "a v=1 1\n", "b v=1 1\n", "c v=1 1\n"]);
    assert_eq!(spool.batches(), 0);
}
