//! Homeys that announce themselves in the local network, by DNS-SD (RFC 6763).

#[cfg(any(test, fuzzing))]
pub(super) mod fuzz;

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::net::Ipv4Addr;
use std::time::Duration;

use serde::Serialize;
use simple_dns::rdata::RData;
use simple_dns::{Name, ResourceRecord, TYPE};
use url::Url;

use crate::resolve::{DnsQuestion, Mdns, records};

/// The service that a self-hosted server announces; hubs were not seen to announce one.
const SERVICE: &str = "_homey._tcp.local";

/// How many names are kept of each kind, and how many addresses of one: any machine of the network
/// may announce any number, and each causes a question.
const NAMES: usize = 256;
const ADDRESSES: usize = 16;

/// A Homey that announced itself. All of it is unverified: any machine of the network may send it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Announced {
    /// Its name, given by its owner.
    pub name: String,
    /// The cloud id.
    pub id: Option<String>,
    /// The model.
    pub model: Option<String>,
    /// The software version.
    pub version: Option<String>,
    /// Its base URLs, one for each of its IPv4 addresses; plain HTTP.
    pub addresses: Vec<Url>,
}

/// Queries for announcements and listens for that long; sorted by name.
///
/// ```no_run
/// # async fn example() -> std::io::Result<()> {
/// use housekey::{discovery::browse, resolve::Mdns};
/// for homey in browse(Mdns::default(), std::time::Duration::from_secs(3)).await? {
///     println!("{} {:?}", homey.name, homey.addresses);
/// }
/// # Ok(()) }
/// ```
///
/// # Errors
/// When no network can be queried.
pub async fn browse(mdns: Mdns, limit: Duration) -> io::Result<Vec<Announced>> {
    let mut heard = Heard::default();
    let mut asking = mdns.ask(limit)?;
    while let Some(packet) = asking.answer(&heard.questions()).await? {
        records(&packet).iter().for_each(|record| heard.take(record));
    }
    Ok(heard.announced())
}

/// The records received so far. Names are in lower case, since their case has no meaning.
#[derive(Default)]
struct Heard {
    /// Full name of an announced service → its first label as written.
    labels: BTreeMap<String, String>,
    /// Full name → host and port.
    places: BTreeMap<String, (String, u16)>,
    /// Full name → the TXT record of the service.
    texts: BTreeMap<String, BTreeMap<String, String>>,
    hosts: BTreeMap<String, BTreeSet<Ipv4Addr>>,
}

impl Heard {
    fn take(&mut self, record: &ResourceRecord<'_>) {
        let name = lower(&record.name);
        match &record.rdata {
            RData::PTR(service) if name == SERVICE => {
                let label = service.0.iter().next().map(|label| clean(label.as_ref()));
                keep(&mut self.labels, lower(&service.0), label.unwrap_or_default());
            }
            RData::SRV(place) if name.ends_with(SERVICE) => {
                keep(&mut self.places, name, (lower(&place.target), place.port));
            }
            RData::TXT(texts) if name.ends_with(SERVICE) => {
                let text = |(key, value): (&[u8], Option<&[u8]>)| {
                    (clean(key).to_ascii_lowercase(), clean(value.unwrap_or_default()))
                };
                keep(&mut self.texts, name, texts.iter_raw().map(text).collect());
            }
            RData::A(a) if self.hosts.len() < NAMES || self.hosts.contains_key(&name) => {
                let addresses = self.hosts.entry(name).or_default();
                if addresses.len() < ADDRESSES {
                    addresses.insert(Ipv4Addr::from(a.address));
                }
            }
            _ => {}
        }
    }

    /// The queries for services and for records that are still missing.
    fn questions(&self) -> Vec<DnsQuestion> {
        let question = |name: &str, kind| DnsQuestion { name: name.to_owned(), kind };
        let mut questions = vec![question(SERVICE, TYPE::PTR)];
        for name in self.labels.keys() {
            match self.places.get(name) {
                None => questions.push(question(name, TYPE::SRV)),
                Some((host, _)) if !self.hosts.contains_key(host) => {
                    questions.push(question(host, TYPE::A));
                }
                Some(_) => {}
            }
            if !self.texts.contains_key(name) {
                questions.push(question(name, TYPE::TXT));
            }
        }
        questions
    }

    /// The Homeys that are known well enough to connect to.
    fn announced(self) -> Vec<Announced> {
        let announced = |(name, label): (&String, &String)| {
            let (host, port) = self.places.get(name)?;
            let base = |address| format!("http://{address}:{port}").parse().ok();
            let text = |key| {
                let text = self.texts.get(name)?.get(key)?;
                (!text.is_empty()).then(|| text.clone())
            };
            Some(Announced {
                name: text("name").unwrap_or_else(|| label.clone()),
                id: text("id"),
                model: text("model"),
                version: text("version"),
                addresses: self.hosts.get(host)?.iter().filter_map(base).collect(),
            })
        };
        let mut announced: Vec<_> = self.labels.iter().filter_map(announced).collect();
        announced.sort_by(|one, other| (&one.name, &one.id).cmp(&(&other.name, &other.id)));
        announced
    }
}

/// Keeps a record, if there is room for another name.
fn keep<T>(of: &mut BTreeMap<String, T>, name: String, said: T) {
    if of.len() < NAMES || of.contains_key(&name) {
        of.insert(name, said);
    }
}

fn lower(name: &Name<'_>) -> String {
    name.to_string().to_ascii_lowercase()
}

/// A text without control characters: it comes from any machine, and a terminal would obey them.
fn clean(text: &[u8]) -> String {
    String::from_utf8_lossy(text).chars().filter(|c| !c.is_control()).collect()
}

#[cfg(test)]
mod tests {
    use simple_dns::CLASS;
    use simple_dns::rdata::{A, PTR, SRV, TXT};

    use super::*;

    const FULL: &str = r"My\.House._Homey._tcp.local";

    fn name(text: &str) -> Name<'_> {
        Name::new(text).unwrap()
    }

    fn record<'a>(owner: &'a str, rdata: RData<'a>) -> ResourceRecord<'a> {
        ResourceRecord::new(name(owner), CLASS::IN, 120, rdata)
    }

    fn pointer() -> ResourceRecord<'static> {
        record("_homey._tcp.local", RData::PTR(PTR(name(FULL))))
    }

    fn place() -> ResourceRecord<'static> {
        let target = name("Hub.local");
        record(FULL, RData::SRV(SRV { priority: 0, weight: 0, port: 4859, target }))
    }

    fn texts<'a>(texts: &[&'a str]) -> ResourceRecord<'a> {
        let txt = texts.iter().fold(TXT::new(), |txt, text| txt.with_string(text).unwrap());
        record(FULL, RData::TXT(txt))
    }

    fn address(owner: &str, last: u8) -> ResourceRecord<'_> {
        record(owner, RData::A(A { address: Ipv4Addr::from([192, 0, 2, last]).to_bits() }))
    }

    fn heard(records: &[ResourceRecord<'_>]) -> Heard {
        let mut heard = Heard::default();
        records.iter().for_each(|record| heard.take(record));
        heard
    }

    #[test]
    fn what_was_said_is_put_together_in_any_order() {
        let texts = texts(&["ID=5e01", "name=Beach \u{1b}[31mhouse", "model=", "version"]);
        let records = [address("hub.LOCAL", 8), texts, place(), address("hub.local", 7), pointer()];
        let want = Announced {
            name: "Beach [31mhouse".to_owned(),
            id: Some("5e01".to_owned()),
            model: None,
            version: None,
            addresses: vec![
                "http://192.0.2.7:4859".parse().unwrap(),
                "http://192.0.2.8:4859".parse().unwrap(),
            ],
        };
        let mut reversed = records.clone();
        reversed.reverse();
        for records in [records, reversed] {
            assert_eq!(heard(&records).announced(), std::slice::from_ref(&want));
        }
    }

    #[test]
    fn what_nobody_has_said_yet_is_asked_for() {
        let full = FULL.to_ascii_lowercase();
        let (place_, texts_) = ((&*full, TYPE::SRV), (&*full, TYPE::TXT));
        let address_ = ("hub.local", TYPE::A);
        for (records, want, announced) in [
            (vec![], vec![], None),
            (vec![pointer()], vec![place_, texts_], None),
            (vec![pointer(), place()], vec![address_, texts_], None),
            (vec![pointer(), texts(&[])], vec![place_], None),
            (vec![pointer(), place(), address("hub.local", 7)], vec![texts_], Some("My.House")),
            (vec![place(), texts(&["name=Nobody"]), address("hub.local", 7)], vec![], None),
            (vec![pointer(), place(), texts(&[]), address("other.local", 7)], vec![address_], None),
        ] {
            let heard = heard(&records);
            let questions = heard.questions();
            let asked: Vec<_> = questions.iter().map(|q| (&*q.name, q.kind)).collect();
            let always = [(SERVICE, TYPE::PTR)];
            assert_eq!(asked, always.into_iter().chain(want).collect::<Vec<_>>(), "{records:?}");
            let found = heard.announced();
            assert_eq!(found.first().map(|one| &*one.name), announced, "{records:?}");
        }
    }

    #[test]
    fn only_so_much_is_kept_of_what_any_machine_may_say() {
        let mut heard = Heard::default();
        for number in 0..2000u32 {
            let (full, host) = (format!("h{number}.{SERVICE}"), format!("h{number}.local"));
            let place = SRV { priority: 0, weight: 0, port: 1, target: name(&host) };
            heard.take(&record(SERVICE, RData::PTR(PTR(name(&full)))));
            heard.take(&record(&full, RData::SRV(place)));
            heard.take(&record(&full, RData::TXT(TXT::new())));
            heard.take(&record(&host, RData::A(A { address: 1 })));
            heard.take(&record("h0.local", RData::A(A { address: number })));
        }
        let Heard { labels, places, texts, hosts } = &heard;
        assert_eq!((labels.len(), places.len(), texts.len(), hosts.len()), (256, 256, 256, 256));
        assert_eq!(hosts["h0.local"].len(), 16);
        assert!(heard.questions().len() <= 1 + 3 * NAMES);
    }
}
