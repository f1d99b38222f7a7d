//! Finds the operation of an HTTP request.

use std::{collections::HashMap, sync::LazyLock};

use percent_encoding::percent_decode_str;

use super::{Dialect, Method, Operation, Variant, table::OPERATIONS};

/// An operation, its variant on the dialect, and the values its path holds, by name.
pub type RouteMatch = (&'static Operation, &'static Variant, Vec<(&'static str, String)>);

/// The operation of a request with that method and path on a dialect.
///
/// The path comes without its query, with or without a trailing slash. Values in it may be
/// percent-encoded, and are returned decoded. A fixed segment wins over a value, so
/// `users/user/me` is not the user `me`. `None` also for values that no path can hold: empty ones,
/// `.` and `..`, in any encoding, and invalid UTF-8.
///
/// ```
/// use housekey::catalogue::{Dialect, Method, route};
/// let path = "/api/manager/devices/device/d1";
/// let (operation, _, values) = route(Dialect::Local, Method::Get, path).expect("an operation");
/// assert_eq!(operation.id, "devices.getDevice");
/// assert_eq!(values, [("id", "d1".to_owned())]);
/// ```
pub fn route(dialect: Dialect, method: Method, path: &str) -> Option<RouteMatch> {
    let segments = segments(path)?;
    let (operation, variant, values) = find(dialect, method, &segments, Spelling::Exact)?;
    let values = values.into_iter().map(value).collect::<Option<Vec<String>>>()?;
    Some((operation, variant, variant.path_names().zip(values).collect()))
}

/// Whether an HTTP request is of an operation that is [`slow`](Variant::slow). `HEAD` is `GET`.
pub fn is_slow_request(dialect: Dialect, method: &str, path: &str) -> bool {
    let method = if method == "HEAD" { Some(Method::Get) } else { Method::parse(method) };
    let found = method
        .zip(segments(path))
        .and_then(|(method, segments)| find(dialect, method, &segments, Spelling::Exact));
    found.is_some_and(|(_, variant, _)| variant.slow)
}

/// The segments of a path that begins with a slash, and may end with one.
pub(super) fn segments(path: &str) -> Option<Vec<&str>> {
    let path = path.strip_prefix('/')?;
    Some(path.strip_suffix('/').unwrap_or(path).split('/').collect())
}

/// How a segment is compared with a fixed one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Spelling {
    /// Exactly.
    Exact,
    /// Ignoring case.
    AnyCase,
}

/// The operation and the values of a path; segments are compared without decoding.
pub(super) fn find<'p>(
    dialect: Dialect,
    method: Method,
    segments: &[&'p str],
    spelling: Spelling,
) -> Option<(&'static Operation, &'static Variant, Vec<&'p str>)> {
    let mut values = Vec::new();
    let root = INDEX.get(&(dialect, method))?;
    let (operation, variant) = root.walk(segments, spelling, &mut values)?;
    Some((operation, variant, values))
}

fn value(segment: &str) -> Option<String> {
    let value = percent_decode_str(segment).decode_utf8().ok()?;
    (!matches!(&*value, "" | "." | "..")).then(|| value.into_owned())
}

static INDEX: LazyLock<HashMap<(Dialect, Method), PathNode>> = LazyLock::new(|| {
    let mut index: HashMap<(Dialect, Method), PathNode> = HashMap::new();
    for operation in OPERATIONS {
        for variant in operation.variants {
            for dialect in variant.dialects.iter() {
                let root = index.entry((dialect, variant.method)).or_default();
                let end = variant.path.split('/').skip(1).fold(root, PathNode::below);
                end.end = Some((operation, variant));
            }
        }
    }
    index
});

/// The segments that may follow at one place of a path.
#[derive(Default)]
struct PathNode {
    fixed: HashMap<&'static str, PathNode>,
    value: Option<Box<PathNode>>,
    end: Option<(&'static Operation, &'static Variant)>,
}

impl PathNode {
    fn below(&mut self, segment: &'static str) -> &mut Self {
        if segment.starts_with(':') {
            self.value.get_or_insert_default()
        } else {
            self.fixed.entry(segment).or_default()
        }
    }

    /// Descends, fixed segments first, with backtracking; collects the values.
    fn walk<'p>(
        &self,
        segments: &[&'p str],
        spelling: Spelling,
        values: &mut Vec<&'p str>,
    ) -> Option<(&'static Operation, &'static Variant)> {
        let Some((segment, rest)) = segments.split_first() else { return self.end };
        let fixed = match spelling {
            Spelling::Exact => self.fixed.get(segment),
            Spelling::AnyCase => {
                let mut fixed = self.fixed.iter();
                fixed.find(|(name, _)| name.eq_ignore_ascii_case(segment)).map(|(_, node)| node)
            }
        };
        if let Some(found) = fixed.and_then(|node| node.walk(rest, spelling, values)) {
            return Some(found);
        }
        let node = self.value.as_ref()?;
        values.push(segment);
        let found = node.walk(rest, spelling, values);
        if found.is_none() {
            values.pop();
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use Dialect::{Cloud, Local, V2};
    use Method::{Delete, Get, Post, Put};

    use super::*;

    /// The id and the values of a route, as `id name=value`.
    fn rendered(dialect: Dialect, method: Method, path: &str) -> String {
        route(dialect, method, path).map_or_else(
            || "none".to_owned(),
            |(operation, _, values)| {
                let values = values.iter().map(|(name, value)| format!(" {name}={value}"));
                operation.id.to_owned() + &values.collect::<String>()
            },
        )
    }

    #[test]
    fn routes() {
        let rows = [
            (Local, Get, "devices/device", "devices.getDevices"),
            (Local, Get, "devices/device/", "devices.getDevices"),
            (Cloud, Get, "devices/device/d1/", "devices.getDevice id=d1"),
            (
                Local,
                Put,
                "devices/device/d1/capability/measure_power.l1",
                "devices.setCapabilityValue deviceId=d1 capabilityId=measure_power.l1",
            ),
            (V2, Get, "system", "system.getInfo"),
            (V2, Get, "system/", "system.getInfo"),
            // Fixed segments win, on the methods that have them.
            (Local, Get, "users/user/me", "users.getUserMe"),
            (Local, Get, "users/user/%6De", "users.getUser id=me"),
            (Local, Put, "users/user/me/local-credentials", "users.updateUserMeLocalCredentials"),
            (
                Local,
                Put,
                "users/user/u1/local-credentials",
                "users.updateUserLocalCredentials id=u1",
            ),
            (Local, Put, "presence/me/present", "presence.setPresentMe"),
            (Local, Get, "presence/me/present", "presence.getPresent id=me"),
            (V2, Delete, "devkit/ledring", "devkit.stopLedringAnimation"),
            (V2, Delete, "devkit/s1", "devkit.stopApp session=s1"),
            // Owner and short id on V2, the whole id on the others; colons raw and encoded.
            (
                V2,
                Get,
                "insights/log/homey:device:d1/measure_power/entry",
                "insights.getLogEntries uri=homey:device:d1 id=measure_power",
            ),
            (
                Local,
                Get,
                "insights/log/homey%3Adevice%3Ad1/homey:device:d1:a%2Fb/entry/",
                "insights.getLogEntries uri=homey:device:d1 id=homey:device:d1:a/b",
            ),
            (V2, Get, "insights/log/homey:device:d1/x", "insights.getLog uri=homey:device:d1 id=x"),
            (Local, Get, "insights/log/homey:device:d1:x", "insights.getLog id=homey:device:d1:x"),
            (Local, Get, "insights/log/homey:device:d1/x", "none"),
            // Dialects and methods differ.
            (Cloud, Get, "alarms/alarm", "none"),
            (V2, Get, "devices/state", "none"),
            (V2, Get, "reports/nothing", "none"),
            (Local, Post, "devices/device", "none"),
            // What no path can hold, and what is no operation.
            (Local, Get, "devices/device//", "none"),
            (Local, Get, "devices/device/..", "none"),
            (Local, Get, "devices/device/%2E%2e/", "none"),
            (Local, Get, "devices/device/%ff", "none"),
            (Local, Get, "devices/device/d1/capability", "none"),
            (Local, Get, "Devices/device", "none"),
            (Local, Get, "", "none"),
        ];
        for (dialect, method, path, want) in rows {
            assert_eq!(
                rendered(dialect, method, &format!("/api/manager/{path}")),
                want,
                "{dialect} {method} {path}"
            );
        }
        assert_eq!(rendered(Local, Get, "api/manager/devices/device"), "none");
        assert_eq!(rendered(Local, Get, ""), "none");
    }
}
