//! Events of the simulation: connections, subscriptions, lists, and their failures.

use serde_json::Value;

use super::*;

impl Simulation {
    fn is_quiet(&self) -> bool {
        self.now > BUSY
    }

    pub(super) fn happen(&mut self, happening: Happening) {
        match happening {
            Happening::Change if self.is_quiet() => {}
            Happening::Change => {
                self.change();
                self.soon(500, Happening::Change);
            }
            Happening::Break if self.is_quiet() || self.connection.is_none() => {}
            Happening::Break => {
                self.connection = None;
                self.listening.clear();
                self.step(MachineInput::Disconnected(Loss::Silent));
                for uri in std::mem::take(&mut self.requested) {
                    self.granted.remove(&uri);
                    self.soon(300, Happening::Refuse(uri));
                }
                // Now and then for longer than anybody's patience.
                let within = if self.rng.random_bool(0.3) { 40_000 } else { 3_000 };
                self.soon(within, Happening::Connect);
            }
            Happening::Connect => {
                self.connections += 1;
                let connection = self.connections;
                self.connection = Some(connection);
                self.step(MachineInput::Connected);
                for uri in self.granted.clone() {
                    self.soon(300, Happening::Restore(connection, uri));
                }
                self.soon(40_000, Happening::Break);
            }
            Happening::Restore(connection, uri) => {
                if self.connection == Some(connection) && self.granted.contains(&uri) {
                    self.listening.insert(uri.clone());
                    self.send(connection, Received::Gap(uri));
                }
            }
            Happening::Subscribe(connection, uri) => {
                if self.connection != Some(connection) {
                    return;
                }
                if self.of_hundred(self.faults.failing) {
                    self.requested.remove(&uri);
                    self.soon(300, Happening::Refuse(uri));
                    return;
                }
                self.listening.insert(uri.clone());
                self.granted.insert(uri.clone());
                self.send(connection, Received::Granted(uri));
            }
            Happening::Refuse(uri) => self.step(MachineInput::Subscribed(uri, Err(trouble()))),
            Happening::Receive(connection, _) if self.connection != Some(connection) => {}
            Happening::Receive(_, Received::Event(event)) => self.step(MachineInput::Event(&event)),
            Happening::Receive(_, Received::Gap(uri)) => {
                self.step(MachineInput::Gap(uri, Loss::Silent));
            }
            Happening::Receive(_, Received::Granted(uri)) => {
                self.requested.remove(&uri);
                self.step(MachineInput::Subscribed(uri, Ok(())));
            }
            Happening::List(kind) => {
                let failed = self.of_hundred(self.faults.failing);
                let all = self.items.iter().filter(|((k, _), _)| *k == kind);
                let all: BTreeMap<&str, &Value> =
                    all.map(|((_, id), item)| (id.as_str(), item)).collect();
                let body = serde_json::to_vec(&all).unwrap();
                let answer = if failed { Err(trouble()) } else { Ok(body) };
                self.soon(600, Happening::Listed(kind, answer));
            }
            Happening::Listed(kind, answer) => self.step(MachineInput::Listed(kind, answer)),
            Happening::Deadline => {}
        }
    }

    fn moment(&self) -> StepTime {
        StepTime { at: self.now, wall: wall(self.now) }
    }

    fn step(&mut self, input: MachineInput<'_>) {
        let mut out = Output::default();
        let now = self.moment();
        self.machine.step(now, input, &mut self.home, &mut out);
        self.act(out);
    }

    fn act(&mut self, out: Output) {
        for change in out.changes {
            *self.changes.entry(change.origin).or_default() += 1;
            let follower = self.follower.as_mut().expect("an incomplete copy records no changes");
            assert_eq!(change.seq, follower.seq() + 1, "none is left out");
            follower.apply(&change);
        }
        for action in out.actions {
            match action {
                MachineAction::Subscribe(uri) => {
                    let connection = self.connection.expect("requested without a connection");
                    self.requested.insert(uri.clone());
                    self.soon(300, Happening::Subscribe(connection, uri));
                }
                MachineAction::Unsubscribe(uri) => {
                    self.requested.remove(&uri);
                    self.granted.remove(&uri);
                    self.listening.remove(&uri);
                }
                MachineAction::List(kind) => self.soon(600, Happening::List(kind)),
            }
        }
    }

    /// Lets the machine decide, as the task does after all that came at once.
    pub(super) fn settle(&mut self) {
        let mut out = Output::default();
        let now = self.moment();
        self.machine.settle(now, &mut out);
        self.act(out);
        if self.machine.status().complete && self.follower.is_none() {
            self.follower = Some(self.home.clone());
        }
        self.states.insert(self.machine.status().state.as_str());
    }
}
