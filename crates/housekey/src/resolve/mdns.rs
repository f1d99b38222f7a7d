//! Multicast DNS queries (RFC 6762) in the local network, IPv4 only; announces nothing.

use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, SocketAddrV4};
use std::time::Duration;

use simple_dns::rdata::RData;
use simple_dns::{CLASS, Name, Packet, PacketFlag, QTYPE, ResourceRecord, TYPE};
use socket2::{Domain, Protocol, SockRef, Socket, Type};
use tokio::net::UdpSocket;
use tokio::time::{Instant, timeout_at};

/// When a question is put, counted from the first time; as the vendor's client has it.
const ASKED_AFTER: [Duration; 3] =
    [Duration::ZERO, Duration::from_millis(250), Duration::from_millis(1000)];

/// How long to wait for the answer to a query for one name.
const NAME_LIMIT: Duration = Duration::from_millis(2000);

/// The largest packet that multicast DNS allows, in bytes.
const PACKET_LIMIT_BYTES: usize = 9000;

/// The target of queries: the multicast group, or one machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mdns {
    /// A multicast group, or the one machine that is queried directly.
    pub target: SocketAddrV4,
}

impl Default for Mdns {
    /// The group that every machine listens to.
    fn default() -> Self {
        Self { target: SocketAddrV4::new(Ipv4Addr::new(224, 0, 0, 251), 5353) }
    }
}

/// A query: a name, and the kind of record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DnsQuestion {
    pub(crate) name: String,
    pub(crate) kind: TYPE,
}

/// A question that has been put, and what comes back.
pub(crate) struct Asking {
    socket: UdpSocket,
    target: SocketAddrV4,
    /// Addresses of this machine, each of which the question goes out by; empty for one machine.
    interfaces: Vec<Ipv4Addr>,
    asked: usize,
    started: Instant,
    until: Instant,
}

impl Mdns {
    /// The IPv4 addresses in the first answer for exactly that name.
    pub(super) async fn addresses(self, name: &str) -> io::Result<Vec<IpAddr>> {
        let wanted = Name::new(name).map_err(io::Error::other)?;
        let questions = [DnsQuestion { name: name.to_owned(), kind: TYPE::A }];
        let mut asking = self.ask(NAME_LIMIT)?;
        while let Some(packet) = asking.answer(&questions).await? {
            let address = |record: &ResourceRecord<'_>| match &record.rdata {
                RData::A(a) if record.name == wanted => Some(Ipv4Addr::from(a.address).into()),
                _ => None,
            };
            let found: Vec<_> = records(&packet).iter().filter_map(address).collect();
            if !found.is_empty() {
                return Ok(found);
            }
        }
        Err(io::Error::new(io::ErrorKind::TimedOut, "no machine in this network answers to it"))
    }

    /// Opens sockets for queries and for answers during that time.
    pub(crate) fn ask(self, limit: Duration) -> io::Result<Asking> {
        let (group, port) = (*self.target.ip(), self.target.port());
        let socket = Socket::new(Domain::IPV4, Type::DGRAM, Some(Protocol::UDP))?;
        socket.set_nonblocking(true)?;
        let bind = |port| socket.bind(&SocketAddr::from((Ipv4Addr::UNSPECIFIED, port)).into());
        let mut interfaces = Vec::new();
        if group.is_multicast() {
            interfaces = own_addresses()?;
            socket.set_reuse_address(true)?;
            #[cfg(unix)]
            socket.set_reuse_port(true)?;
            socket.set_multicast_ttl_v4(255)?;
            // Some programs answer to the group alone, so it is listened to; where that port cannot
            // be shared, those that answer to the asker are heard still.
            bind(port).or_else(|_| bind(0))?;
            for interface in &interfaces {
                // Fails for the second address of an interface, which is in the group already.
                let _ = socket.join_multicast_v4(&group, interface);
            }
        } else {
            bind(0)?;
        }
        let started = Instant::now();
        Ok(Asking {
            socket: UdpSocket::from_std(socket.into())?,
            target: self.target,
            interfaces,
            asked: 0,
            started,
            until: started + limit,
        })
    }
}

/// The IPv4 addresses of this machine, the loopback's among them: a Homey may run beside us.
fn own_addresses() -> io::Result<Vec<Ipv4Addr>> {
    let own = if_addrs::get_if_addrs()?.into_iter().filter(if_addrs::Interface::is_oper_up);
    Ok(own
        .filter_map(|interface| match interface.ip() {
            IpAddr::V4(address) => Some(address),
            IpAddr::V6(_) => None,
        })
        .collect())
}

impl Asking {
    /// The next packet that comes in; the questions are put again when that is due. `None` when the
    /// time is up.
    pub(crate) async fn answer(
        &mut self,
        questions: &[DnsQuestion],
    ) -> io::Result<Option<Vec<u8>>> {
        let mut buffer = vec![0; PACKET_LIMIT_BYTES];
        loop {
            let due = ASKED_AFTER.get(self.asked).map(|after| self.started + *after);
            let due = due.filter(|due| *due < self.until);
            match timeout_at(due.unwrap_or(self.until), self.socket.recv(&mut buffer)).await {
                Ok(length) => {
                    buffer.truncate(length?);
                    return Ok(Some(buffer));
                }
                Err(_) if due.is_none() => return Ok(None),
                Err(_) => {
                    self.asked += 1;
                    self.put(questions).await?;
                }
            }
        }
    }

    /// Sends the questions out by every interface.
    ///
    /// # Errors
    /// When they could go out by none.
    async fn put(&self, questions: &[DnsQuestion]) -> io::Result<()> {
        let packet = encode(questions, self.interfaces.is_empty()).map_err(io::Error::other)?;
        if self.interfaces.is_empty() {
            return self.socket.send_to(&packet, self.target).await.map(drop);
        }
        let mut outcome = Ok(());
        let mut sent = false;
        for interface in &self.interfaces {
            match SockRef::from(&self.socket).set_multicast_if_v4(interface) {
                Ok(()) => match self.socket.send_to(&packet, self.target).await {
                    Ok(_) => sent = true,
                    Err(error) => outcome = Err(error),
                },
                Err(error) => outcome = Err(error),
            }
        }
        if sent { Ok(()) } else { outcome }
    }
}

/// `directly` requests the answer by unicast. Queries to the group are sent without: another
/// program on this machine that shares the port might get the answer instead.
fn encode(
    questions: &[DnsQuestion],
    directly: bool,
) -> Result<Vec<u8>, simple_dns::SimpleDnsError> {
    let mut packet = Packet::new_query(0);
    for DnsQuestion { name, kind } in questions {
        packet.questions.push(simple_dns::Question::new(
            Name::new(name)?,
            QTYPE::TYPE(*kind),
            CLASS::IN.into(),
            directly,
        ));
    }
    packet.build_bytes_vec()
}

/// The records in a packet that is an answer, except those that are taken back; none in any other.
pub(crate) fn records(packet: &[u8]) -> Vec<ResourceRecord<'_>> {
    let Ok(packet) = Packet::parse(packet) else { return Vec::new() };
    if !packet.has_flags(PacketFlag::RESPONSE) {
        return Vec::new();
    }
    let all = packet.answers.into_iter().chain(packet.additional_records);
    all.filter(|record| record.ttl > 0).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use simple_dns::rdata::A;

    use super::*;

    fn packet(flags: PacketFlag, ttl: u32) -> Vec<u8> {
        let mut packet = Packet::new_reply(0);
        packet.remove_flags(PacketFlag::all());
        packet.set_flags(flags);
        let address = RData::A(A { address: 1 });
        let record =
            |name| ResourceRecord::new(Name::new_unchecked(name), CLASS::IN, ttl, address.clone());
        packet.answers.push(record("a.local"));
        packet.additional_records.push(record("b.local"));
        packet.build_bytes_vec().unwrap()
    }

    #[test]
    fn only_answers_that_are_not_taken_back_are_heard() {
        let (answer, question) = (PacketFlag::RESPONSE, PacketFlag::empty());
        for (flags, ttl, want) in [
            (answer, 120, vec!["a.local", "b.local"]),
            (answer, 0, vec![]),
            (question, 120, vec![]),
        ] {
            let packet = packet(flags, ttl);
            let names: Vec<_> =
                records(&packet).iter().map(|record| record.name.to_string()).collect();
            assert_eq!(names, want, "{flags:?}, {ttl} s");
        }
    }

    #[test]
    fn one_machine_is_asked_to_answer_to_the_asker() {
        let questions = [DnsQuestion { name: "homey-5e01.local".to_owned(), kind: TYPE::A }];
        for directly in [true, false] {
            let packet = encode(&questions, directly).unwrap();
            let question = &Packet::parse(&packet).unwrap().questions[0];
            assert_eq!(question.unicast_response, directly);
            assert_eq!(question.qname, Name::new_unchecked("homey-5e01.local"));
        }
    }

    proptest! {
        #[test]
        fn nothing_that_comes_in_stops_us(
            noise in proptest::collection::vec(any::<u8>(), 0..300),
            at in any::<proptest::sample::Index>(),
        ) {
            records(&noise);
            let mut broken = packet(PacketFlag::RESPONSE, 120);
            let start = at.index(broken.len());
            for (byte, noise) in broken[start..].iter_mut().zip(&noise) {
                *byte = *noise;
            }
            records(&broken);
        }
    }
}
