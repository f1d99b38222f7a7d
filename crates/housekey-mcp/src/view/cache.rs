//! Decoded devices, decoded again only when they change.

use std::collections::HashMap;
use std::sync::Arc;

use housekey::mirror::{Home, Item, ItemKind};
use housekey::model::Device;

/// Devices by id, each with the item that it was decoded from.
#[derive(Debug, Default)]
pub(crate) struct DeviceCache {
    devices: HashMap<Arc<str>, (Arc<Item>, Arc<Device>)>,
}

impl DeviceCache {
    /// The devices of a home, in the order of their ids.
    pub(crate) fn devices(&mut self, home: &Home) -> Vec<Arc<Device>> {
        let items = home.items(ItemKind::Device);
        let mut next = HashMap::with_capacity(items.len());
        let mut devices = Vec::with_capacity(items.len());
        for (id, item) in items {
            let known = self.devices.remove(id).filter(|(known, _)| Arc::ptr_eq(known, item));
            let device = match known {
                Some((_, device)) => device,
                None => match home.get::<Device>(id) {
                    Some(device) => Arc::new(device),
                    None => continue,
                },
            };
            next.insert(id.clone(), (item.clone(), device.clone()));
            devices.push(device);
        }
        self.devices = next;
        devices
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::view::test_home::{home, with};

    #[test]
    fn only_what_changed_is_decoded_again() {
        let device = |id: &str, name: &str| json!({ "id": id, "name": name });
        let items = [(ItemKind::Device, device("a", "A")), (ItemKind::Device, device("b", "B"))];
        let mut cache = DeviceCache::default();
        let first = home(&items);
        let before = cache.devices(&first);
        let after = cache.devices(&with(&first, ItemKind::Device, &device("b", "New")));
        assert!(Arc::ptr_eq(&before[0], &after[0]));
        assert_eq!((before[1].name(), after[1].name()), ("B", "New"));
    }
}
