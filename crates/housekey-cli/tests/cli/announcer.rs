//! Homeys that announce themselves by multicast DNS, on the loopback alone.

use std::net::{Ipv4Addr, UdpSocket};
use std::thread;

use simple_dns::rdata::{A, PTR, RData, SRV, TXT};
use simple_dns::{CLASS, Name, Packet, ResourceRecord};

use crate::context::TestContext;

const SERVICE: &str = "_homey._tcp.local";

/// Answers every query of the context with Homeys of these names at these ports of the loopback.
pub(crate) fn announce(context: &mut TestContext, homeys: &[(&str, u16)]) {
    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    let port = socket.local_addr().expect("an address").port();
    context.set("HOMEY_DISCOVERY_MDNS_HOST", "127.0.0.1");
    context.set("HOMEY_DISCOVERY_MDNS_PORT", &port.to_string());
    let answer = answer(homeys);
    thread::spawn(move || {
        let mut query = [0; 9000];
        while let Ok((_, from)) = socket.recv_from(&mut query) {
            let _ = socket.send_to(&answer, from);
        }
    });
}

fn answer(homeys: &[(&str, u16)]) -> Vec<u8> {
    let mut packet = Packet::new_reply(0);
    for (number, (title, port)) in homeys.iter().enumerate() {
        let name = |text: String| Name::new(&text).expect("a name").into_owned();
        let service = name(format!("homey{number}.{SERVICE}"));
        let target = name(format!("homey{number}.local"));
        let text = format!("name={title}");
        let txt = TXT::new().with_string(&text).expect("a text").into_owned();
        let place = SRV { priority: 0, weight: 0, port: *port, target: target.clone() };
        let address = A { address: Ipv4Addr::LOCALHOST.to_bits() };
        for (owner, data) in [
            (name(SERVICE.to_owned()), RData::PTR(PTR(service.clone()))),
            (service.clone(), RData::SRV(place)),
            (service, RData::TXT(txt)),
            (target, RData::A(address)),
        ] {
            packet.answers.push(ResourceRecord::new(owner, CLASS::IN, 120, data));
        }
    }
    packet.build_bytes_vec().expect("a packet")
}
