//! Turns an operation and its arguments into an HTTP request, or names the wrong argument.

mod arguments;
mod body;
mod check;
mod error;
mod path;
#[cfg(test)]
mod properties;
mod query;
mod split_id;
#[cfg(test)]
mod tests;

use std::{fmt, time::Duration};

pub use arguments::Arguments;
pub use body::Body;
pub use check::accepts;
pub use error::ArgumentError;

use serde_json::{Map, Value};

use crate::catalogue::{Dialect, Method, Operation};

/// A request to a Homey of the dialect it was built for; only the token is missing.
#[derive(Clone, PartialEq)]
pub struct Request {
    /// What it calls.
    pub operation: &'static Operation,
    /// The HTTP method.
    pub method: Method,
    /// Path and query as on the request line: percent-encoded ASCII.
    pub path_and_query: String,
    /// The body; `None` on `GET` and `DELETE`.
    pub body: Option<Body>,
    /// The time limit of the whole answer: that of the vendor's client for the dialect, 30 s on V2
    /// and 10 s on the others.
    pub timeout: Duration,
    /// Whether the operation is [`slow`](crate::catalogue::Variant::slow).
    pub slow: bool,
}

/// A call over the live connection, which takes all arguments by name.
#[derive(Clone, PartialEq)]
pub struct LiveCall {
    /// What it calls.
    pub operation: &'static Operation,
    /// The manager's URI: `homey:manager:devices`.
    pub uri: String,
    /// The arguments, whether HTTP has them in path, query or body.
    pub arguments: Map<String, Value>,
    /// Whether it only reads.
    pub reads: bool,
    /// The scopes it needs.
    pub scopes: &'static [&'static str],
    /// The time limit of the answer, as over HTTP.
    pub timeout: Duration,
}

/// Builds the call of an operation over the live connection, with the same checks as [`build`].
///
/// # Errors
/// See [`ArgumentError`].
pub fn by_name(
    operation: &'static Operation,
    dialect: Dialect,
    arguments: &Arguments,
) -> Result<LiveCall, ArgumentError> {
    let variant = operation.on(dialect).ok_or_else(|| ArgumentError::absent(operation, dialect))?;
    let arguments = split_id::owner_and_id(variant, dialect, arguments);
    check::arguments(operation, variant, &arguments)?;
    Ok(LiveCall {
        operation,
        uri: format!("homey:manager:{}", operation.manager),
        arguments: arguments.iter().map(|(name, value)| (name.to_owned(), value.clone())).collect(),
        reads: variant.method == Method::Get,
        scopes: variant.scopes,
        timeout: timeout(dialect),
    })
}

/// Builds the request that calls an operation on a Homey.
///
/// An argument that is JSON `null` counts as not given in path and query, and is sent as `null` in
/// a body. Where an operation wants the owner's URI beside an id, the full id is enough
/// (`homey:device:<uuid>:measure_power`), on every dialect.
///
/// ```
/// use housekey::{args, catalogue::{self, Dialect}, request};
/// let operation = catalogue::find("devices.getDevice").expect("an operation");
/// let request = request::build(operation, Dialect::Local, &args! { "id" => "d1" })?;
/// assert_eq!(request.path_and_query, "/api/manager/devices/device/d1");
/// # Ok::<(), request::ArgumentError>(())
/// ```
///
/// # Errors
/// See [`ArgumentError`].
pub fn build(
    operation: &'static Operation,
    dialect: Dialect,
    arguments: &Arguments,
) -> Result<Request, ArgumentError> {
    let variant = operation.on(dialect).ok_or_else(|| ArgumentError::absent(operation, dialect))?;
    let arguments = split_id::owner_and_id(variant, dialect, arguments);
    check::arguments(operation, variant, &arguments)?;
    let mut path_and_query = path::filled(operation, variant, &arguments)?;
    query::append(&mut path_and_query, variant, &arguments);
    let body = body::of(variant, &arguments);
    let (method, slow, timeout) = (variant.method, variant.slow, timeout(dialect));
    Ok(Request { operation, method, path_and_query, body, timeout, slow })
}

/// Builds the request if it is the same for all dialects, or fails in the same way: then the
/// dialect need not be known. It has the longest of their time limits.
pub fn build_for_any_dialect(
    operation: &'static Operation,
    arguments: &Arguments,
) -> Option<Result<Request, ArgumentError>> {
    let [v2, local, cloud] = Dialect::ALL.map(|dialect| {
        let slowest = |request: Request| Request { timeout: timeout(Dialect::V2), ..request };
        build(operation, dialect, arguments).map(slowest)
    });
    (v2 == local && local == cloud).then_some(v2)
}

/// The time limit of the vendor's client for the dialect.
fn timeout(dialect: Dialect) -> Duration {
    Duration::from_secs(if dialect == Dialect::V2 { 30 } else { 10 })
}

/// Leaves out the arguments, which may hold passwords and tokens.
impl fmt::Debug for LiveCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LiveCall").field("operation", &self.operation.id).finish_non_exhaustive()
    }
}

/// Leaves out query and body, which may hold passwords and tokens.
impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path_and_query.split('?').next();
        f.debug_struct("Request")
            .field("operation", &self.operation.id)
            .field("method", &self.method)
            .field("path", &path.unwrap_or_default())
            .finish_non_exhaustive()
    }
}
