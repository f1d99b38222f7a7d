//! The series that is meant by names.

use housekey_history::series::Series;

use crate::error::{Failure, Outcome};
use crate::nearness;

/// Names as they are compared.
fn plain(text: &str) -> String {
    text.trim().to_lowercase()
}

/// Whether a device is meant: by `Zone/Device`, by name or by id.
fn is_device(series: &Series, wanted: &str) -> bool {
    let names = &series.names;
    let place = format!("{}/{}", names.zone, names.device);
    [&place, &names.device, &series.key.item].into_iter().any(|name| plain(name) == plain(wanted))
}

/// All series of a device, a variable or a user.
pub(super) fn of_device<'s>(all: &'s [Series], wanted: &str) -> Outcome<Vec<&'s Series>> {
    let found: Vec<_> = all.iter().filter(|series| is_device(series, wanted)).collect();
    if !found.is_empty() {
        return Ok(found);
    }
    let mut names: Vec<String> = all.iter().map(Series::place).collect();
    names.sort();
    names.dedup();
    let known = names.iter().map(String::as_str).collect::<Vec<_>>();
    Err(Failure::failed(format!("nothing is recorded of \"{wanted}\""))
        .hint(nearness::hint(wanted, known.iter().copied())))
}

/// The series of a capability of a device: of several the one that still gets values, or got the last one.
pub(super) fn one<'s>(all: &'s [Series], device: &str, capability: &str) -> Outcome<&'s Series> {
    let of_device = of_device(all, device)?;
    let is = |series: &&&Series| {
        plain(&series.key.key) == plain(capability) || plain(series.title()) == plain(capability)
    };
    let newest = |series: &&Series| (series.gone_t.is_none(), series.last_t);
    let found = of_device.iter().filter(is).copied().max_by_key(newest);
    found.ok_or_else(|| {
        let known: Vec<&str> = of_device.iter().map(|series| &*series.key.key).collect();
        Failure::failed(format!("\"{device}\" has no recorded \"{capability}\""))
            .hint(nearness::hint(capability, known.iter().copied()))
    })
}

/// The series of `Zone/Device/capability`.
pub(super) fn path<'s>(all: &'s [Series], wanted: &str) -> Outcome<&'s Series> {
    let (device, capability) = wanted.rsplit_once('/').ok_or_else(|| {
        Failure::usage(format!("\"{wanted}\" names no capability"))
            .hint("write it as Zone/Device/capability")
    })?;
    one(all, device, capability)
}
