//! Request targets and the decision about scopes, held against every way in which a server could read a
//! path.

use housekey::catalogue::{
    Dialect, Method, Need, Operation, Permission, Variant, lacks, operations,
};
use hyper::Request;
use hyper::header::HOST;

use crate::gateway::target::{Destination, Target};

/// The first line is `METHOD target`, the second the host. If a narrow key may do what the path says, it
/// may do what any other reading of the same path says.
pub fn target(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let mut lines = text.lines();
    let (line, host) = (lines.next().unwrap_or_default(), lines.next().unwrap_or("g"));
    let Some((method, target)) = line.split_once(' ') else { return };
    let request = Request::builder().method(method).uri(target).header(HOST, host);
    let Ok(request) = request.body(()) else { return };
    let (head, ()) = request.into_parts();
    let Ok(Target { destination: Destination::Homey { path, .. } }) = Target::read(&head) else {
        return;
    };
    assert!(path.starts_with("/api"), "{path}");
    for words in [&["homey.zone.readonly"][..], &["readonly"], &["control"]] {
        let grants: Vec<Permission> = words.iter().filter_map(|word| word.parse().ok()).collect();
        for dialect in Dialect::ALL {
            if lacks(&grants, &Need::of_request(dialect, method, path)).is_some() {
                continue;
            }
            for reading in readings(path) {
                let Some(operation) = read_as(dialect, method, &reading) else { continue };
                // By its name, so that no path is looked at again.
                let manager = format!("homey:manager:{}", operation.manager);
                let need = Need::of_call(dialect, &manager, operation.name);
                assert_eq!(lacks(&grants, &need), None, "{words:?}: {method} {path} as {reading}");
            }
        }
    }
}

/// How servers may read a path: decoded once or twice, parameters cut off, dot and empty segments dropped,
/// backslashes taken for slashes.
fn readings(path: &str) -> Vec<String> {
    let mut readings = vec![path.to_owned()];
    for _ in 0..2 {
        let last = readings.last().map(String::as_str).unwrap_or_default();
        readings.push(decode(last));
    }
    let cut: Vec<_> = readings.iter().map(|reading| reading.replace('\\', "/")).collect();
    readings.extend(cut.iter().map(|reading| resolve(reading)));
    let without = |reading: &String| {
        let end = reading.find(['?', '#']).unwrap_or(reading.len());
        let segments = reading[..end].split('/');
        let segments = segments.map(|segment| segment.split(';').next().unwrap_or_default());
        resolve(&segments.collect::<Vec<_>>().join("/"))
    };
    readings.extend(cut.iter().map(without));
    readings
}

fn decode(text: &str) -> String {
    let mut bytes = text.bytes();
    let mut read = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        let mut ahead = bytes.clone();
        let digit = |byte: Option<u8>| char::from(byte?).to_digit(16);
        match (byte, digit(ahead.next()), digit(ahead.next())) {
            (b'%', Some(high), Some(low)) => {
                read.push(u8::try_from(high * 16 + low).unwrap_or_default());
                bytes = ahead;
            }
            _ => read.push(byte),
        }
    }
    String::from_utf8_lossy(&read).into_owned()
}

fn resolve(path: &str) -> String {
    let mut kept: Vec<&str> = Vec::new();
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." => drop(kept.pop()),
            _ => kept.push(segment),
        }
    }
    format!("/{}", kept.join("/"))
}

/// The operation of a path whatever the case of its letters; a fixed segment wins over a value.
fn read_as(dialect: Dialect, method: &str, path: &str) -> Option<&'static Operation> {
    let method = Method::parse(if method == "HEAD" { "GET" } else { method })?;
    let path = path.trim_matches('/');
    let fits = |variant: &Variant| {
        let (mut own, mut other) = (variant.path.split('/').skip(1), path.split('/'));
        let mut fixed = Vec::new();
        loop {
            match (own.next(), other.next()) {
                (None, None) => return Some(fixed),
                (Some(own), Some(_)) if own.starts_with(':') => fixed.push(false),
                (Some(own), Some(other)) if own.eq_ignore_ascii_case(other) => fixed.push(true),
                _ => return None,
            }
        }
    };
    let variants =
        operations().iter().filter_map(|operation| Some((operation, operation.on(dialect)?)));
    let fitting = variants.filter(|(_, variant)| variant.method == method);
    let fitting = fitting.filter_map(|(operation, variant)| Some((fits(variant)?, operation)));
    fitting.max_by(|one, other| one.0.cmp(&other.0)).map(|(_, operation)| operation)
}
