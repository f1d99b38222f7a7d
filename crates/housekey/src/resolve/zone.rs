//! IPv6 addresses of one network interface (`fe80::1%eth0`), as names, since no URL holds a zone.

use std::io;
use std::net::{Ipv6Addr, SocketAddr, SocketAddrV6};

/// Below it are names that this machine makes itself; no name server has any (RFC 2606).
const SUFFIX: &str = ".ipv6-zone.invalid";

/// The host to write in a URL for an address on that interface.
pub fn host_with_zone(address: Ipv6Addr, interface: &str) -> String {
    let segments = address.segments().map(|segment| format!("{segment:x}"));
    let hex: String = interface.bytes().map(|byte| format!("{byte:02x}")).collect();
    format!("{}.{hex}{SUFFIX}", segments.join("-"))
}

/// The address and the interface that such a host stands for.
pub(crate) fn zone_of(host: &str) -> Option<(Ipv6Addr, String)> {
    let (address, hex) = host.strip_suffix(SUFFIX)?.split_once('.')?;
    let byte = |at| u8::from_str_radix(hex.get(at..at + 2)?, 16).ok();
    let bytes: Option<Vec<u8>> = (0..hex.len()).step_by(2).map(byte).collect();
    Some((address.replace('-', ":").parse().ok()?, String::from_utf8(bytes?).ok()?))
}

/// The address and the name of such a host; `None` for any other host.
pub(super) fn socket(host: &str, port: u16) -> Option<io::Result<SocketAddr>> {
    let (address, interface) = zone_of(host)?;
    let unknown = || io::Error::other(format!("this machine has no interface {interface}"));
    let index = index(&interface).and_then(|found| found.ok_or_else(unknown));
    Some(index.map(|index| SocketAddrV6::new(address, port, 0, index).into()))
}

/// The number of an interface, which may also be written itself.
fn index(interface: &str) -> io::Result<Option<u32>> {
    if let Ok(index) = interface.parse() {
        return Ok(Some(index));
    }
    let own = if_addrs::get_if_addrs()?;
    Ok(own.iter().find(|own| own.name == interface).and_then(|own| own.index))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_keeps_address_and_interface() {
        for (address, interface) in [("fe80::1", "eth0"), ("::1", "lo"), ("fe80::a:b", "Wi-Fi.1")] {
            let address: Ipv6Addr = address.parse().unwrap();
            let host = host_with_zone(address, interface);
            let url = url::Url::parse(&format!("http://{host}:80/")).unwrap();
            let found = zone_of(url.host_str().unwrap());
            assert_eq!(found, Some((address, interface.to_owned())), "{host}");
        }
        for other in ["example.com", "x.ipv6-zone.invalid", "1-2.zz.ipv6-zone.invalid"] {
            assert!(socket(other, 80).is_none(), "{other}");
        }
        let missing = host_with_zone(Ipv6Addr::LOCALHOST, "no such thing");
        assert!(socket(&missing, 80).unwrap().is_err());
    }
}
