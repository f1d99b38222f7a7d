//! Splits full ids, where a path wants the owner's URI beside the id.
//!
//! An item of a device, an app or a manager has a full id made of its owner's URI, which always
//! has three parts, and a short id: `homey:device:<uuid>` and `measure_power` make
//! `homey:device:<uuid>:measure_power`. V2 has only the two halves on the wire; the others have
//! the owner and, beside it, the full id.
//!
//! The cut is after the third colon. For some of these ids the vendor's client cuts at the last colon,
//! which is the same place unless a short id has colons of its own; and then only the third undoes
//! the joining.

use std::borrow::Cow;

use super::Arguments;
use crate::catalogue::{Dialect, Variant};

/// The arguments, with `uri` and `id` in the form of the variant's path. An id that cannot be
/// split is left as it is.
pub(super) fn owner_and_id<'a>(
    variant: &'static Variant,
    dialect: Dialect,
    arguments: &'a Arguments,
) -> Cow<'a, Arguments> {
    let has = |wanted| variant.path_names().any(|name| name == wanted);
    let text = |name| arguments.get(name).and_then(serde_json::Value::as_str);
    let (true, true, Some(id)) = (has("uri"), has("id"), text("id")) else {
        return Cow::Borrowed(arguments);
    };
    let Some((owner, short)) = halves(id) else { return Cow::Borrowed(arguments) };
    let given = arguments.get("uri").filter(|uri| !uri.is_null());
    if given.is_some() && text("uri") != Some(owner) {
        return Cow::Borrowed(arguments);
    }
    let mut split = arguments.clone();
    split.set("uri", owner);
    if dialect == Dialect::V2 {
        split.set("id", short);
    }
    Cow::Owned(split)
}

/// `homey:device:<uuid>:measure_power` as `homey:device:<uuid>` and `measure_power`.
fn halves(id: &str) -> Option<(&str, &str)> {
    let (colon, _) = id.match_indices(':').nth(2)?;
    let (owner, short) = (&id[..colon], &id[colon + 1..]);
    (owner.starts_with("homey:") && !short.is_empty()).then_some((owner, short))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        args,
        catalogue::{Dialect::*, find},
    };

    #[test]
    fn takes_ids_apart() {
        const WHOLE: &str = "homey:device:d1:measure_power.l1";
        let only = |id: &str| args! { "id" => id };
        let both = |uri: &str, id: &str| args! { "uri" => uri, "id" => id };
        let rows = [
            (V2, only(WHOLE), both("homey:device:d1", "measure_power.l1")),
            (Local, only(WHOLE), both("homey:device:d1", WHOLE)),
            (Cloud, only(WHOLE), both("homey:device:d1", WHOLE)),
            (V2, both("homey:device:d1", WHOLE), both("homey:device:d1", "measure_power.l1")),
            (Local, both("homey:device:d1", WHOLE), both("homey:device:d1", WHOLE)),
            (V2, both("homey:device:d1", "x"), both("homey:device:d1", "x")),
            // A short id with colons of its own.
            (V2, only("homey:manager:apps:com.x:cpu"), both("homey:manager:apps", "com.x:cpu")),
            (V2, both("homey:app:other", WHOLE), both("homey:app:other", WHOLE)),
            (V2, only("homey:device:d1"), only("homey:device:d1")),
            (V2, only("homey:device:d1:"), only("homey:device:d1:")),
            (V2, only("a:b:c:d"), only("a:b:c:d")),
        ];
        let variant = |dialect| find("insights.getLogEntries").unwrap().on(dialect).unwrap();
        for (dialect, given, want) in rows {
            let got = owner_and_id(variant(dialect), dialect, &given);
            for name in ["uri", "id"] {
                assert_eq!(got.get(name), want.get(name), "{name} on {dialect}: {want:?}");
            }
        }
    }

    #[test]
    fn leaves_other_operations_alone() {
        let arguments = args! { "id" => "homey:device:d1:x" };
        let variant = find("insights.getLog").unwrap().on(Local).unwrap();
        assert_eq!(owner_and_id(variant, Local, &arguments).get("uri"), None);
    }
}
