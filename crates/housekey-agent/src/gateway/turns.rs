//! How many requests a Homey gets at once, and whose is next.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

use tokio::sync::oneshot;

use super::counts::{Here, HomeyCounts};

/// The turns of one Homey. Whoever comes when none is free waits in the line of its caller, and the
/// lines get what becomes free one after the other: a caller with a thousand requests keeps none of the
/// others waiting longer than for one of them.
#[derive(Debug)]
pub(super) struct Queue {
    free: Cell<usize>,
    counts: Arc<HomeyCounts>,
    lines: RefCell<VecDeque<Line>>,
}

/// Those who wait for one caller.
#[derive(Debug)]
struct Line {
    caller: Box<str>,
    waiting: VecDeque<oneshot::Sender<Turn>>,
}

/// A turn; the next in line goes on when it is dropped.
#[derive(Debug)]
pub(super) struct Turn(Option<Rc<Queue>>);

/// The turns that a request has: its own, and for what takes a Homey long another.
pub(super) type Turns = (Turn, Option<Turn>);

impl Queue {
    pub(super) fn new(at_once: usize, counts: Arc<HomeyCounts>) -> Rc<Self> {
        Rc::new(Self { free: Cell::new(at_once), counts, lines: RefCell::default() })
    }

    /// The next turn of that caller. Whoever stops waiting loses its place.
    pub(super) async fn take(self: &Rc<Self>, caller: &str) -> Turn {
        let free = self.free.get();
        if free > 0 {
            self.free.set(free - 1);
            self.counts.in_flight.fetch_add(1, Relaxed);
            return Turn(Some(self.clone()));
        }
        let (give, given) = oneshot::channel();
        self.line_up(caller, give);
        let _here = Here::new(&self.counts.waiting);
        match given.await {
            Ok(turn) => turn,
            // The line lives as long as `self`, and nobody in it is forgotten.
            Err(_) => std::future::pending().await,
        }
    }

    fn line_up(&self, caller: &str, give: oneshot::Sender<Turn>) {
        let mut lines = self.lines.borrow_mut();
        if let Some(line) = lines.iter_mut().find(|line| *line.caller == *caller) {
            // Those at the front came first and so give up first.
            while line.waiting.front().is_some_and(oneshot::Sender::is_closed) {
                line.waiting.pop_front();
            }
            line.waiting.push_back(give);
        } else {
            let (caller, waiting) = (caller.into(), VecDeque::from([give]));
            lines.push_back(Line { caller, waiting });
        }
    }

    /// Who waits longest in the line whose turn it is; that line is the last one then.
    fn next(&self) -> Option<oneshot::Sender<Turn>> {
        let mut lines = self.lines.borrow_mut();
        loop {
            let mut line = lines.pop_front()?;
            let next = loop {
                match line.waiting.pop_front() {
                    Some(give) if give.is_closed() => {}
                    next => break next,
                }
            };
            if !line.waiting.is_empty() {
                lines.push_back(line);
            }
            if next.is_some() {
                return next;
            }
        }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let Some(turns) = self.0.take() else { return };
        let mut turn = Turn(Some(turns.clone()));
        while let Some(next) = turns.next() {
            match next.send(turn) {
                Ok(()) => return,
                // It waits no more.
                Err(unwanted) => turn = unwanted,
            }
        }
        turn.0 = None;
        turns.counts.in_flight.fetch_sub(1, Relaxed);
        turns.free.set(turns.free.get() + 1);
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;
    use futures_util::future::LocalBoxFuture;

    use super::*;

    fn asking(turns: &Rc<Queue>, caller: &str) -> LocalBoxFuture<'static, Turn> {
        let (turns, caller) = (turns.clone(), caller.to_owned());
        let mut asking = async move { turns.take(&caller).await }.boxed_local();
        assert!((&mut asking).now_or_never().is_none(), "there is no turn left");
        asking
    }

    #[test]
    fn callers_get_their_turns_alike_and_none_is_lost() {
        let turns = Queue::new(1, Arc::default());
        let mut held = turns.take("many").now_or_never();
        assert!(held.is_some());
        let mut waiting: Vec<_> = ["many", "many", "many", "few", "many", "other", "few"]
            .into_iter()
            .enumerate()
            .map(|(place, caller)| (place, asking(&turns, caller)))
            .collect();
        // The second of `many` gives up.
        drop(waiting.remove(1));
        assert_eq!(turns.counts.waiting.load(Relaxed), 6);
        let mut order = Vec::new();
        while !waiting.is_empty() {
            drop(held.take());
            let ready = |(place, asking): &mut (usize, LocalBoxFuture<'static, Turn>)| {
                let turn = asking.now_or_never()?;
                Some((*place, turn))
            };
            let mut served: Vec<_> = waiting.iter_mut().filter_map(ready).collect();
            assert_eq!(served.len(), 1, "one at a time");
            let (place, turn) = served.remove(0);
            waiting.retain(|(other, _)| *other != place);
            order.push(place);
            held = Some(turn);
        }
        assert_eq!(order, [0, 3, 5, 2, 6, 4]);
        drop(held);
        let counted = (&turns.counts.waiting, &turns.counts.in_flight);
        assert_eq!((turns.free.get(), counted.0.load(Relaxed), counted.1.load(Relaxed)), (1, 0, 0));
    }

    #[test]
    fn a_turn_that_was_given_but_never_taken_goes_on() {
        let turns = Queue::new(1, Arc::default());
        let held = turns.take("one").now_or_never();
        let (gone, next) = (asking(&turns, "gone"), asking(&turns, "next"));
        drop(held);
        drop(gone);
        assert!(next.now_or_never().is_some());
        assert_eq!(turns.free.get(), 1);
    }
}
