//! Names below `homey.homeylocal.com`, which contain the address they resolve to.
//!
//! Routers with protection against DNS rebinding hold back answers that lead into the home's own
//! network, and without internet there is no answer at all. The certificate is checked against the
//! name in any case, so nothing is lost by reading the address off it.

use std::io;
use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

const ZONE: &str = ".homey.homeylocal.com";

/// The time limit of the system's resolver: a third of the ping over such a name.
const SYSTEM_LIMIT: Duration = Duration::from_millis(400);

/// Whether a name, in lower case and without a dot at its end, is one of these.
pub(super) fn owns(name: &str) -> bool {
    name.ends_with(ZONE)
}

/// What the system's resolver says, so that the vendor may change what names mean; else what the
/// name says.
pub(super) async fn addresses(
    name: &str,
    system: impl Future<Output = io::Result<Vec<IpAddr>>>,
) -> io::Result<Vec<IpAddr>> {
    let outcome = match tokio::time::timeout(SYSTEM_LIMIT, system).await {
        Ok(outcome) => outcome,
        Err(late) => Err(late.into()),
    };
    match (outcome, written_out(name)) {
        // `0.0.0.0` is how some filters say no.
        (Ok(found), _) if found.iter().any(|address| !address.is_unspecified()) => Ok(found),
        (_, Some(address)) => {
            tracing::debug!(name, %address, "taken from the name, since the resolver held it back");
            Ok(vec![address.into()])
        }
        (outcome, None) => outcome,
    }
}

/// `192-0-2-7.homey.homeylocal.com` → `192.0.2.7`.
pub(super) fn written_out(name: &str) -> Option<Ipv4Addr> {
    name.strip_suffix(ZONE)?.replace('-', ".").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_is_read_off_the_name() {
        for (name, want) in [
            ("192-0-2-7.homey.homeylocal.com", Some([192, 0, 2, 7])),
            ("10-0-0-255.homey.homeylocal.com", Some([10, 0, 0, 255])),
            ("192-0-2-256.homey.homeylocal.com", None),
            ("192-0-2.homey.homeylocal.com", None),
            ("hub.homey.homeylocal.com", None),
            ("a.192-0-2-7.homey.homeylocal.com", None),
            ("homey.homeylocal.com", None),
            ("192-0-2-7.example.com", None),
        ] {
            assert_eq!(written_out(name), want.map(Ipv4Addr::from), "{name}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn the_resolver_is_believed_and_the_name_steps_in_for_it() {
        let name = "192-0-2-7.homey.homeylocal.com";
        let written = vec![IpAddr::from([192, 0, 2, 7])];
        let other = vec![IpAddr::from([198, 51, 100, 1])];
        let held_back = || io::Error::from(io::ErrorKind::NotFound);
        for (case, name, answer, after_ms, want) in [
            ("it answers", name, Ok(other.clone()), 399, Some(other.clone())),
            ("it answers late", name, Ok(other.clone()), 401, Some(written.clone())),
            ("it knows nothing", name, Err(held_back()), 1, Some(written.clone())),
            ("it answers nothing", name, Ok(vec![]), 1, Some(written.clone())),
            ("it says 0.0.0.0", name, Ok(vec![[0, 0, 0, 0].into()]), 1, Some(written.clone())),
            ("no address in the name", "hub.homey.homeylocal.com", Err(held_back()), 1, None),
        ] {
            let system = async {
                tokio::time::sleep(Duration::from_millis(after_ms)).await;
                answer
            };
            assert_eq!(addresses(name, system).await.ok(), want, "{case}");
        }
    }
}
