//! The list of connections: which are known, and which one goes beyond a share. No socket, no clock.

use std::collections::{BTreeSet, HashMap};

use crate::access::Network;

/// How many unauthenticated connections there may be in any case, if the limit allows them.
const MIN_LIMIT: usize = 256;

/// The connections whose key is not known, by the number of their coming.
#[derive(Debug)]
pub(super) struct EvictionList {
    /// How many unauthenticated connections there may be.
    limit: usize,
    next: u64,
    unauthenticated: HashMap<u64, Network>,
    by_network: HashMap<Network, BTreeSet<u64>>,
}

impl EvictionList {
    /// For a limit of all connections, of which a quarter may be unauthenticated.
    pub(super) fn new(all: usize) -> Self {
        let limit = (all / 4).max(MIN_LIMIT.min(all));
        Self { limit, next: 0, unauthenticated: HashMap::new(), by_network: HashMap::new() }
    }

    /// Adds a connection. Returns its number, and the one that is evicted for it.
    pub(super) fn add(&mut self, network: Network) -> (u64, Option<u64>) {
        let id = self.next;
        self.next += 1;
        self.unauthenticated.insert(id, network);
        self.by_network.entry(network).or_default().insert(id);
        let surplus = self.unauthenticated.len() > self.limit;
        (id, if surplus { self.oldest() } else { None })
    }

    /// The oldest unknown connection of the address that has most of them: an address that opens many pays for it
    /// alone.
    pub(super) fn oldest(&self) -> Option<u64> {
        let oldest = |ids: &BTreeSet<u64>| ids.first().copied();
        let most =
            self.by_network.values().max_by_key(|ids| (ids.len(), std::cmp::Reverse(oldest(ids))));
        most.and_then(oldest)
    }

    /// Removes a connection that was authenticated, evicted or closed.
    pub(super) fn remove(&mut self, id: u64) {
        let Some(network) = self.unauthenticated.remove(&id) else { return };
        if let Some(of_network) = self.by_network.get_mut(&network) {
            of_network.remove(&id);
            if of_network.is_empty() {
                self.by_network.remove(&network);
            }
        }
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
    fn the_network_with_most_connections_loses_its_oldest() {
        let mut list = EvictionList::new(4 * MIN_LIMIT);
        let few: Vec<_> = (0..4).map(|_| list.add(network(1)).0).collect();
        let many = MIN_LIMIT as u64 - 4;
        for number in 0..many {
            assert_eq!(list.add(network(2)).1, None, "{number}");
        }
        for number in 0..many {
            let (_, surplus) = list.add(network(2));
            assert_eq!(surplus, Some(4 + number), "its own oldest goes, not that of another");
            // As the owner of the list does with an evicted connection.
            surplus.inspect(|surplus| list.remove(*surplus));
        }
        list.remove(few[0]);
        assert_eq!(list.add(network(3)).1, None, "one had a key, which made room");
        let (id, surplus) = list.add(network(1));
        assert_eq!(surplus, Some(4 + many));
        for id in 0..=id {
            list.remove(id);
        }
        assert!(list.unauthenticated.is_empty() && list.by_network.is_empty());
    }

    /// An honest caller behind the address of a flood has the time that a share takes to come.
    #[test]
    fn what_has_just_come_stays() {
        let mut list = EvictionList::new(4 * MIN_LIMIT);
        for number in 0..20_000u32 {
            // A few come from elsewhere and stay.
            let address = if number % 500 == 0 { (number / 500) as u8 } else { 99 };
            let (id, surplus) = list.add(network(address));
            if let Some(surplus) = surplus {
                list.remove(surplus);
                assert!(id - surplus >= MIN_LIMIT as u64 - 40, "{surplus} went when {id} came");
            }
            assert!(list.unauthenticated.len() <= MIN_LIMIT);
        }
        let others = list.unauthenticated.values().filter(|by_network| **by_network != network(99));
        assert_eq!(others.count(), 40);
    }

    #[test]
    fn with_little_room_all_of_it_may_be_unknown() {
        let mut list = EvictionList::new(10);
        assert!((0..10).all(|_| list.add(network(1)).1.is_none()));
        assert_eq!(list.add(network(1)).1, Some(0));
    }
}
