//! The permission that a request needs, the same for HTTP and for the live connection.
//!
//! A Homey decides by its session, and the session of a gateway may do everything. So this errs on the
//! narrow side: what is no operation of the catalogue, or may be another than it looks like, needs
//! everything.

use std::borrow::Cow;
use std::collections::BTreeSet;

use percent_encoding::percent_decode_str;

use super::route::{Spelling, find, segments};
use super::{Dialect, ItemAccess, Method, Operation, Variant, by_uri, operations};

/// Operations without a listed scope that return only pictures, or data about the caller. Others
/// without one make tokens, run a shell or hand over the Homey.
const FOR_ANY_KEY: [&str; 2] = ["ledring.getScreensavers", "sessions.getSessionMe"];

/// The permission that a request needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Need {
    /// None: anonymous clients may, as programs do to find out whether there is a Homey.
    Nothing,
    /// Any key.
    AnyKey,
    /// All of these scopes.
    Scopes(Cow<'static, [&'static str]>),
    /// Everything.
    Full,
}

impl Need {
    /// The need of an HTTP request. The path is as on the request line, without its query.
    ///
    /// A Homey reads paths without regard to case and decodes what is encoded; what it could read as
    /// another operation than we do, needs everything. `HEAD` is `GET`.
    pub fn of_request(dialect: Dialect, method: &str, path: &str) -> Self {
        meant(dialect, method, path).map_or(Self::Full, |found| Self::of(found.0, found.1))
    }

    /// The need of a call over the live connection: `homey:manager:devices`, `getDevices`.
    pub fn of_call(dialect: Dialect, uri: &str, operation: &str) -> Self {
        let found = by_uri(uri, operation);
        let found = found.and_then(|operation| Some((operation, operation.on(dialect)?)));
        found.map_or(Self::Full, |(operation, variant)| Self::of(operation, variant))
    }

    /// The need of a subscription: that of reading the same by calls. For a manager that of the
    /// operations that read all of its items, or else of its other reads; for an item that of the
    /// operation that reads it.
    pub fn of_subscription(dialect: Dialect, uri: &str) -> Self {
        let mut parts = uri.splitn(3, ':');
        let scopes = match (parts.next(), parts.next(), parts.next()) {
            (Some("homey"), Some("manager"), Some(manager)) => of_manager(dialect, manager),
            (Some("homey"), Some(item), Some(_)) => of_item(dialect, item),
            _ => BTreeSet::new(),
        };
        if scopes.is_empty() { Self::Full } else { Self::Scopes(scopes.into_iter().collect()) }
    }

    fn of(operation: &Operation, variant: &Variant) -> Self {
        match variant.scopes {
            [] if operation.id == "system.ping" => Self::Nothing,
            [] if FOR_ANY_KEY.contains(&operation.id) => Self::AnyKey,
            [] => Self::Full,
            scopes => Self::Scopes(scopes.into()),
        }
    }
}

/// The operation of a request, if it is certain.
pub fn meant(
    dialect: Dialect,
    method: &str,
    path: &str,
) -> Option<(&'static Operation, &'static Variant)> {
    let method = if method == "HEAD" { Method::Get } else { Method::parse(method)? };
    let segments = segments(path)?;
    let (operation, variant, _) = find(dialect, method, &segments, Spelling::Exact)?;
    let decoded = segments.into_iter().map(decoded).collect::<Option<Vec<_>>>()?;
    let decoded: Vec<&str> = decoded.iter().map(|segment| &**segment).collect();
    let (as_read, _, _) = find(dialect, method, &decoded, Spelling::AnyCase)?;
    (as_read == operation).then_some((operation, variant))
}

/// The segment as a server reads it, unless servers may disagree about where it ends.
fn decoded(segment: &str) -> Option<Cow<'_, str>> {
    let read = percent_decode_str(segment).decode_utf8().ok()?;
    let certain = !matches!(&*read, "" | "." | "..")
        && !read
            .contains(|c: char| matches!(c, '/' | '\\' | '?' | '#' | '%' | ';') || c.is_control());
    certain.then_some(read)
}

fn of_manager(dialect: Dialect, manager: &str) -> BTreeSet<&'static str> {
    let reads: Vec<&Variant> = operations()
        .iter()
        .filter(|operation| operation.manager == manager)
        .filter_map(|operation| operation.on(dialect))
        .filter(|variant| variant.method == Method::Get)
        .collect();
    let scopes = |wanted: &dyn Fn(&Variant, &str) -> bool| -> BTreeSet<&'static str> {
        let each = reads.iter().flat_map(|variant| {
            variant.scopes.iter().copied().filter(|scope| wanted(variant, scope))
        });
        each.collect()
    };
    let lists = scopes(&|variant, _| matches!(variant.access, Some(ItemAccess::GetAll(_))));
    let readonly = scopes(&|_, scope| scope.ends_with(".readonly"));
    let all = scopes(&|_, _| true);
    [lists, readonly, all].into_iter().find(|scopes| !scopes.is_empty()).unwrap_or_default()
}

/// `flowfolder` is read by `getFlowFolder`.
fn of_item(dialect: Dialect, item: &str) -> BTreeSet<&'static str> {
    let reads = |operation: &Operation| {
        let name = operation.name.strip_prefix("get");
        name.is_some_and(|name| name.eq_ignore_ascii_case(item))
    };
    let variants = operations().iter().filter(|one| reads(one)).filter_map(|one| one.on(dialect));
    let one = variants.filter(|variant| matches!(variant.access, Some(ItemAccess::GetOne(_))));
    one.flat_map(|variant| variant.scopes).copied().collect()
}

#[cfg(test)]
mod tests {
    use Dialect::{Cloud, Local, V2};

    use super::*;

    fn rendered(need: &Need) -> String {
        match need {
            Need::Nothing => "nothing".to_owned(),
            Need::AnyKey => "any key".to_owned(),
            Need::Scopes(scopes) => scopes.join(" "),
            Need::Full => "full".to_owned(),
        }
    }

    #[test]
    fn requests() {
        const READ: &str = "homey.device.readonly";
        for (dialect, method, path, want) in [
            (Local, "GET", "manager/devices/device", READ),
            (Local, "GET", "manager/devices/device/", READ),
            (V2, "HEAD", "manager/devices/device/d1", READ),
            (Local, "PUT", "manager/devices/device/d1/capability/onoff", "homey.device.control"),
            (Local, "PUT", "manager/devices/device/d1", "homey.device"),
            (Local, "GET", "manager/devices/device/caf%C3%A9%20%7E", READ),
            (Local, "GET", "manager/insights/log/homey%3Adevice%3Ad1:x", "homey.insights.readonly"),
            (Cloud, "GET", "manager/system/ping", "nothing"),
            (Cloud, "HEAD", "manager/system/ping/", "nothing"),
            (Local, "GET", "manager/sessions/session/me", "any key"),
            (
                V2,
                "GET",
                "manager/mobile/summary",
                "homey.device.readonly homey.flow.readonly homey.user.readonly",
            ),
            // What makes tokens or runs programs, and lists no scope.
            (Local, "POST", "manager/users/pat", "full"),
            (Local, "GET", "manager/users/pat", "full"),
            (Local, "POST", "manager/users/login", "full"),
            (Local, "POST", "manager/users/login-local", "full"),
            (Local, "PUT", "manager/users/user/u1/local-credentials", "full"),
            (V2, "POST", "manager/updates/shell", "full"),
            (V2, "GET", "manager/logic/webhook/e", "full"),
            // The fixed segment, and what a Homey may take for it.
            (Local, "GET", "manager/users/user/me", "homey.user.self"),
            (Local, "GET", "manager/users/user/u1", "homey.user.readonly"),
            (Local, "GET", "manager/users/user/ME", "full"),
            (Local, "GET", "manager/users/user/%6De", "full"),
            (Local, "GET", "manager/users/user/m%45", "full"),
            (V2, "DELETE", "manager/devkit/LEDring", "full"),
            (Local, "GET", "manager/presence/me/present", "homey.presence.readonly"),
            // No path of the catalogue.
            (Local, "GET", "app/com.example/", "full"),
            (Local, "GET", "manager/devices", "full"),
            (Local, "GET", "manager/devices/nothing", "full"),
            (Local, "GET", "manager/Devices/device", "full"),
            (Local, "GET", "manager/%64evices/device", "full"),
            (V2, "GET", "manager/devices/state", "full"),
            (Local, "PATCH", "manager/devices/device", "full"),
            (Local, "OPTIONS", "manager/devices/device", "full"),
            (Local, "get", "manager/devices/device", "full"),
            (Local, "GET", "", "full"),
            // What servers may cut differently, or resolve.
            (Local, "GET", "manager/devices/device//", "full"),
            (Local, "GET", "manager//devices/device", "full"),
            (Local, "GET", "/manager/devices/device", "full"),
            (Local, "GET", "manager/devices/device/..", "full"),
            (Local, "GET", "manager/devices/device/%2e%2E/", "full"),
            (Local, "GET", "manager/devices/device/../../users/pat", "full"),
            (Local, "GET", "manager/devices/./device", "full"),
            (Local, "GET", "manager/devices/device/..%2f..%2fusers%2fpat", "full"),
            (Local, "GET", "manager/devices/device/a%2Fb", "full"),
            (Local, "GET", "manager/devices/device/a%5Cb", "full"),
            (Local, "GET", "manager/devices/device/a\\b", "full"),
            (Local, "GET", "manager/devices/device/a%252Fb", "full"),
            (Local, "GET", "manager/devices/device/a%3Fb", "full"),
            (Local, "GET", "manager/devices/device/a?b", "full"),
            (Local, "GET", "manager/devices/device/a%23b", "full"),
            (Local, "GET", "manager/devices/device/a;b", "full"),
            (Local, "GET", "manager/devices/device/a%00b", "full"),
            (Local, "GET", "manager/devices/device/a%0D%0Ab", "full"),
            (Local, "GET", "manager/devices/device/%ff", "full"),
            (Local, "GET", "manager/devices/device/%", "full"),
            (Local, "GET", "manager/devices/device/%zz", "full"),
        ] {
            let need = Need::of_request(dialect, method, &format!("/api/{path}"));
            assert_eq!(rendered(&need), want, "{dialect} {method} {path}");
        }
        for path in ["", "/", "*", "api/manager/devices/device", "//api/manager/devices/device"] {
            assert_eq!(Need::of_request(Local, "GET", path), Need::Full, "{path}");
        }
    }

    #[test]
    fn every_operation_needs_what_it_lists() {
        for operation in operations() {
            for dialect in Dialect::ALL {
                let Some(variant) = operation.on(dialect) else { continue };
                let segment = |s: &'static str| if s.starts_with(':') { "x:1" } else { s };
                let path = variant.path.split('/').map(segment).collect::<Vec<_>>().join("/");
                let need = Need::of_request(dialect, variant.method.as_str(), &path);
                let uri = format!("homey:manager:{}", operation.manager);
                assert_eq!(need, Need::of_call(dialect, &uri, operation.name), "{}", operation.id);
                match variant.scopes {
                    [] => assert!(!matches!(need, Need::Scopes(_)), "{}", operation.id),
                    scopes => assert_eq!(need, Need::Scopes(scopes.into()), "{}", operation.id),
                }
            }
        }
    }

    #[test]
    fn calls_and_subscriptions() {
        for (dialect, uri, operation, want) in [
            (Local, "homey:manager:devices", "setCapabilityValue", "homey.device.control"),
            (V2, "homey:manager:devices", "getDevices", "homey.device.readonly"),
            (Local, "homey:manager:devices", "getdevices", "full"),
            (Local, "homey:manager:devices ", "getDevices", "full"),
            (Local, "homey:app:com.example", "getDevices", "full"),
            (V2, "homey:manager:devices", "getState", "full"),
            (Local, "homey:manager:users", "createPersonalAccessToken", "full"),
        ] {
            assert_eq!(
                rendered(&Need::of_call(dialect, uri, operation)),
                want,
                "{uri} {operation}"
            );
        }
        for (dialect, uri, want) in [
            (Local, "homey:manager:devices", "homey.device.readonly"),
            (V2, "homey:manager:flow", "homey.flow.readonly"),
            (V2, "homey:manager:users", "homey.user.readonly"),
            (Local, "homey:manager:presence", "homey.presence.readonly homey.system.readonly"),
            (V2, "homey:manager:presence", "homey.presence.readonly"),
            (V2, "homey:manager:audio", "homey.system"),
            (Local, "homey:device:d1", "homey.device.readonly"),
            (Local, "homey:app:com.example", "homey.app.readonly"),
            (V2, "homey:flowfolder:f1", "homey.flow.readonly"),
            (V2, "homey:matternode:m1", "full"),
            (Local, "homey:nothing:x", "full"),
            (Local, "homey:manager:nothing", "full"),
            (Local, "homey:manager", "full"),
            (Local, "homey:device", "full"),
            (Local, "", "full"),
            (Local, "device:device:d1", "full"),
        ] {
            assert_eq!(rendered(&Need::of_subscription(dialect, uri)), want, "{dialect} {uri}");
        }
    }
}
