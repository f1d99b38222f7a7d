//! Fuzzing of announcements.

use super::{Heard, records};

/// One packet of multicast DNS: nothing of it that is shown can steer a terminal, and no address leads
/// anywhere but to plain HTTP at the address that the packet holds.
pub fn mdns(data: &[u8]) {
    let mut heard = Heard::default();
    for record in records(data) {
        heard.take(&record);
    }
    let _ = heard.questions();
    for homey in heard.announced() {
        let texts =
            [Some(&homey.name), homey.id.as_ref(), homey.model.as_ref(), homey.version.as_ref()];
        for text in texts.into_iter().flatten() {
            assert!(!text.contains(char::is_control), "{text:?}");
        }
        for address in &homey.addresses {
            assert!(matches!(address.host(), Some(url::Host::Ipv4(_))), "{address}");
            assert_eq!((address.scheme(), address.path()), ("http", "/"));
        }
    }
}
