//! Recorded frames, damaged in every way: read or refused, never a panic.

use super::*;
use crate::realtime::recorded::damaged;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn a_damaged_frame_is_read_or_refused(frame in damaged()) {
        if let Ok(packet) = Packet::decode(&frame) {
            if let Packet::Event { arguments, .. } | Packet::Ack { arguments, .. } = packet {
                let all = elements(arguments);
                // EventPayload is stricter than a list, and finds the same in it.
                if let Ok(payload) = EventPayload::read(arguments) {
                    let all = all.unwrap();
                    prop_assert_eq!(all.get(2).map_or("null", |data| data.get()), payload.data.get());
                    let name: String = serde_json::from_str(all[1].get()).unwrap();
                    prop_assert_eq!(&*payload.name, name);
                }
            }
            let again = packet.to_string();
            prop_assert_eq!(Packet::decode(&again), Ok(packet));
        }
    }
}
