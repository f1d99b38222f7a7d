//! What would be published, without a broker.

use std::sync::Arc;

use housekey::mirror::{Home, MirrorState};

use crate::bridge::{Bridge, Out};
use crate::options::Options;
use crate::outbox::Message;
use crate::view::HomeyNames;

/// All retained messages of a home, in the order in which they are published.
pub fn preview(home: &Arc<Home>, homey: HomeyNames, options: Options) -> Vec<Message> {
    let mut bridge = Bridge::new(options, vec![homey]);
    bridge.state(0, MirrorState::Live);
    bridge.connected();
    bridge.listened();
    bridge.complete(0, home);
    let mut messages = Vec::new();
    while let Some(out) = bridge.next(&|_| home.clone()) {
        messages.extend(match out {
            Out::Publish(message) => Some(message).filter(|message| message.retain),
            _ => None,
        });
    }
    messages
}
