//! Sets up a fault from Rust.

use std::time::Duration;

use serde_json::Value;

use crate::fault::{Canned, Failure, Fault};
use crate::world::World;

/// A fault that is being set up, made by [`Emulator::script`](crate::Emulator::script). It takes effect
/// at the end of the statement (when it is dropped) and affects one call unless `times` says more.
pub struct FaultBuilder<'a> {
    world: &'a World,
    fault: Fault,
}

impl<'a> FaultBuilder<'a> {
    pub(crate) fn new(world: &'a World, matches: &str) -> Self {
        Self { world, fault: Fault::on(matches) }
    }

    fn canned(&mut self) -> &mut Canned {
        self.fault.reply.get_or_insert_with(|| Canned::empty(200))
    }

    /// Answers with this status (200 to 599) and does not carry out the call.
    pub fn reply(mut self, status: u16) -> Self {
        self.canned().status = status;
        self
    }

    /// Answers as that failure does.
    pub fn fail(mut self, failure: Failure) -> Self {
        self.fault.reply = Some(Canned::of(failure));
        self
    }

    /// The JSON body of that answer; without it the body is empty.
    pub fn body(mut self, body: Value) -> Self {
        self.canned().set_json(&body);
        self
    }

    /// A body of that answer that is not JSON: a web page.
    pub fn page(mut self, text: impl Into<String>) -> Self {
        let canned = self.canned();
        canned.content_type = Some("text/html; charset=utf-8");
        canned.body = text.into().into();
        self
    }

    /// One more header of that answer.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.canned().headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Holds the answer back that long. The call is counted, and carried out if it is, before.
    pub fn delay(mut self, delay: Duration) -> Self {
        self.fault.delay = delay;
        self
    }

    /// Breaks the connection after the head and half of the body. Without [`reply`](Self::reply)
    /// the call has been carried out by then.
    pub fn cut(mut self) -> Self {
        self.fault.cut = true;
        self
    }

    /// Disconnects a live connection from the namespace, after the answer or instead of an event. At
    /// `realtime.join` that is in the moments in which clients watch for it.
    pub fn kick(mut self) -> Self {
        self.fault.kick = true;
        self
    }

    /// Loses the answer to a call, which has been carried out, or an event. Over HTTP the connection ends
    /// before the answer.
    pub fn lose(mut self) -> Self {
        self.fault.lose = true;
        self
    }

    /// Sends an event twice: for `realtime.event`.
    pub fn duplicate(mut self) -> Self {
        self.fault.duplicate = true;
        self
    }

    /// How many calls it affects.
    pub fn times(mut self, times: u64) -> Self {
        self.fault.times = times;
        self
    }
}

impl Drop for FaultBuilder<'_> {
    fn drop(&mut self) {
        self.world.add_fault(self.fault.clone());
    }
}
