//! The list of connections: which are known, and which one goes beyond a share. No socket, no clock.

use std::collections::{BTreeSet, HashMap};

use crate::access::Network;

/// How many connections may be unknown in any case, if there is room for them.
const AT_LEAST: usize = 256;

/// The connections whose key is not known, by the number of their coming.
#[derive(Debug)]
pub(super) struct EvictionList {
    /// How many there may be.
    share: usize,
    next: u64,
    unknown: HashMap<u64, Network>,
    of: HashMap<Network, BTreeSet<u64>>,
}

impl EvictionList {
    /// For so many connections in all: a quarter of them may be unknown.
    pub(super) fn new(all: usize) -> Self {
        let share = (all / 4).max(AT_LEAST.min(all));
        Self { share, next: 0, unknown: HashMap::new(), of: HashMap::new() }
    }

    /// A connection comes. Tells its number, and which one goes for it.
    pub(super) fn enter(&mut self, network: Network) -> (u64, Option<u64>) {
        let id = self.next;
        self.next += 1;
        self.unknown.insert(id, network);
        self.of.entry(network).or_default().insert(id);
        let beyond = self.unknown.len() > self.share;
        (id, if beyond { self.oldest() } else { None })
    }

    /// The oldest unknown connection of the address that has most of them: an address that opens many pays for it
    /// alone.
    pub(super) fn oldest(&self) -> Option<u64> {
        let oldest = |ids: &BTreeSet<u64>| ids.first().copied();
        let most = self.of.values().max_by_key(|ids| (ids.len(), std::cmp::Reverse(oldest(ids))));
        most.and_then(oldest)
    }

    /// A connection counts among the unknown no more.
    pub(super) fn known(&mut self, id: u64) {
        let Some(network) = self.unknown.remove(&id) else { return };
        if let Some(of_network) = self.of.get_mut(&network) {
            of_network.remove(&id);
            if of_network.is_empty() {
                self.of.remove(&network);
            }
        }
    }

    /// A connection has ended.
    pub(super) fn leave(&mut self, id: u64) {
        self.known(id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::Peer;

    fn network(last: u8) -> Network {
        Network::of(Peer::Address([192, 0, 2, last].into()))
    }

    #[test]
    fn whoever_has_most_pays_and_its_oldest_goes_first() {
        let mut roll = EvictionList::new(4 * AT_LEAST);
        let few: Vec<_> = (0..4).map(|_| roll.enter(network(1)).0).collect();
        let many = AT_LEAST as u64 - 4;
        for number in 0..many {
            assert_eq!(roll.enter(network(2)).1, None, "{number}");
        }
        for number in 0..many {
            let (_, beyond) = roll.enter(network(2));
            assert_eq!(beyond, Some(4 + number), "its own oldest goes, not that of another");
            // As whoever is sent away is counted no more.
            beyond.inspect(|beyond| roll.known(*beyond));
        }
        roll.known(few[0]);
        assert_eq!(roll.enter(network(3)).1, None, "one had a key, which made room");
        let (id, beyond) = roll.enter(network(1));
        assert_eq!(beyond, Some(4 + many));
        for id in 0..=id {
            roll.leave(id);
        }
        assert!(roll.unknown.is_empty() && roll.of.is_empty());
    }

    /// An honest caller behind the address of a flood has the time that a share takes to come.
    #[test]
    fn what_has_just_come_stays() {
        let mut roll = EvictionList::new(4 * AT_LEAST);
        for number in 0..20_000u32 {
            // A few come from elsewhere and stay.
            let address = if number % 500 == 0 { (number / 500) as u8 } else { 99 };
            let (id, beyond) = roll.enter(network(address));
            if let Some(beyond) = beyond {
                roll.known(beyond);
                assert!(id - beyond >= AT_LEAST as u64 - 40, "{beyond} went when {id} came");
            }
            assert!(roll.unknown.len() <= AT_LEAST);
        }
        let elsewhere = roll.unknown.values().filter(|of| **of != network(99));
        assert_eq!(elsewhere.count(), 40);
    }

    #[test]
    fn with_little_room_all_of_it_may_be_unknown() {
        let mut roll = EvictionList::new(10);
        assert!((0..10).all(|_| roll.enter(network(1)).1.is_none()));
        assert_eq!(roll.enter(network(1)).1, Some(0));
    }
}
