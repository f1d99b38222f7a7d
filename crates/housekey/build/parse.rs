//! Reads one catalogue file; `catalogue/README.md` describes the format.

use std::fmt;

/// What one file holds: a manager of the Homey, or the account cloud.
pub(crate) struct Manager {
    pub(crate) name: String,
    /// The name in operation ids, where it differs: `googleAssistant`.
    pub(crate) camel: Option<String>,
    /// Whether this is a service of the cloud: whole paths, no dialects.
    pub(crate) service: bool,
    /// What it is, by the remark on the first line: `Devices: what is paired`.
    pub(crate) about: String,
    pub(crate) operations: Vec<Operation>,
}

pub(crate) struct Operation {
    pub(crate) name: String,
    pub(crate) variants: Vec<Variant>,
}

#[derive(Default)]
pub(crate) struct Variant {
    line: usize,
    /// What the line before holds, so what keys belong to.
    above: Above,
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) dialects: Vec<String>,
    pub(crate) scopes: Vec<String>,
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) answer: Option<Answer>,
    /// Kind and item: `getAll`, `Device`.
    pub(crate) access: Option<(String, String)>,
    pub(crate) private: bool,
    pub(crate) open: bool,
    pub(crate) slow: bool,
    /// What the operation does, for people.
    pub(crate) about: Vec<String>,
}

#[derive(Default)]
enum Above {
    Parameter,
    Answer,
    #[default]
    Other,
}

pub(crate) struct Parameter {
    pub(crate) name: String,
    /// The word that starts the line: `path`, `query`, `root`, `field`, `form`.
    pub(crate) place: String,
    pub(crate) required: bool,
    /// Empty for `any`.
    pub(crate) kinds: Vec<String>,
    pub(crate) keys: Vec<(String, Vec<String>)>,
}

pub(crate) enum Answer {
    /// Container (`one`, `map`, `list`) and item.
    Items(String, String),
    /// Any other shape, in the file's own words.
    Shape(String),
}

/// What is wrong, and in which line; printed as `12: text`.
#[derive(Debug)]
pub(crate) struct Error {
    line: usize,
    text: String,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.line, self.text)
    }
}

const METHODS: [&str; 4] = ["GET", "POST", "PUT", "DELETE"];
const DIALECTS: [&str; 3] = ["v2", "local", "cloud"];
const KINDS: [&str; 5] = ["string", "number", "boolean", "object", "array"];
const ACCESSES: [&str; 5] = ["getOne", "getAll", "createOne", "updateOne", "deleteOne"];

/// Reads a whole file.
pub(crate) fn manager(text: &str) -> Result<Manager, Error> {
    let mut lines = text
        .lines()
        .enumerate()
        .map(|(index, line)| (index + 1, line.trim_end()))
        .filter(|(_, line)| !line.is_empty() && !line.trim_start().starts_with('#'));
    let at = |line: usize| move |text: String| Error { line, text };

    let (line, first) = lines.next().ok_or_else(|| at(1)("the file is empty".into()))?;
    let mut manager = header(first).map_err(at(line))?;
    manager.about = about(text);
    let mut open: Option<(String, Variant)> = None;
    for (line, content) in lines {
        if content.starts_with(' ') {
            let (_, variant) =
                open.as_mut().ok_or_else(|| at(line)("an operation has to come first".into()))?;
            let keys = content.starts_with("    ");
            let words: Vec<&str> = content.split_whitespace().collect();
            if keys { add_keys(variant, &words) } else { property(variant, &words) }
                .map_err(at(line))?;
        } else {
            if let Some(done) = open.take() {
                close(&mut manager, done)?;
            }
            open = Some(heading(&manager, content, line).map_err(at(line))?);
        }
    }
    if let Some(done) = open {
        close(&mut manager, done)?;
    }
    Ok(manager)
}

/// The remark that a file begins with.
fn about(text: &str) -> String {
    let lines = text.lines().take_while(|line| line.starts_with('#'));
    lines.map(|line| line.trim_start_matches('#').trim()).collect::<Vec<_>>().join(" ")
}

/// `manager google-assistant as googleAssistant`, or `service account`.
fn header(content: &str) -> Result<Manager, String> {
    let (name, camel, service) = match content.split_whitespace().collect::<Vec<_>>()[..] {
        ["manager", name] => (name, None, false),
        ["manager", name, "as", camel] => (name, Some(camel.to_owned()), false),
        ["service", name] => (name, None, true),
        _ => return Err("expected `manager NAME`, `manager NAME as NAME` or `service NAME`".into()),
    };
    Ok(Manager {
        name: name.to_owned(),
        camel,
        service,
        about: String::new(),
        operations: Vec::new(),
    })
}

/// `getDevice  GET /device/:id`
fn heading(manager: &Manager, content: &str, line: usize) -> Result<(String, Variant), String> {
    let [name, method, path] = content.split_whitespace().collect::<Vec<_>>()[..] else {
        return Err("expected `operation METHOD /path`".into());
    };
    one_of(method, &METHODS, "method")?;
    if !path.starts_with('/') || (path.len() > 1 && path.ends_with('/')) {
        return Err(format!("`{path}` has to start with a slash and end without one"));
    }
    let base =
        if manager.service { String::new() } else { format!("/api/manager/{}", manager.name) };
    let parameters = path
        .split('/')
        .filter_map(|segment| segment.strip_prefix(':'))
        .map(|name| Parameter {
            name: name.to_owned(),
            place: "path".to_owned(),
            required: true,
            kinds: vec!["string".to_owned()],
            keys: Vec::new(),
        })
        .collect();
    let path = if path == "/" { base } else { base + path };
    let method = method.to_owned();
    Ok((name.to_owned(), Variant { line, method, path, parameters, ..Variant::default() }))
}

/// One indented line: `scope homey.device`.
fn property(variant: &mut Variant, words: &[&str]) -> Result<(), String> {
    variant.above = Above::Other;
    match *words {
        ["on", ref dialects @ ..] => {
            for dialect in dialects {
                one_of(dialect, &DIALECTS, "dialect")?;
                variant.dialects.push((*dialect).to_owned());
            }
        }
        ["scope", ref scopes @ ..] => {
            variant.scopes.extend(scopes.iter().map(|scope| (*scope).to_owned()));
        }
        ["path", declaration] => {
            let (name, _, kinds) = declared(declaration)?;
            variant
                .parameters
                .iter_mut()
                .find(|parameter| parameter.name == name)
                .ok_or_else(|| format!("`:{name}` is not in the path"))?
                .kinds = kinds;
        }
        [place @ ("query" | "root" | "field" | "form"), ref declarations @ ..] => {
            for declaration in declarations {
                let (name, required, kinds) = declared(declaration)?;
                if variant.parameters.iter().any(|parameter| parameter.name == name) {
                    return Err(format!("`{name}` is declared twice"));
                }
                let place = place.to_owned();
                let keys = Vec::new();
                variant.parameters.push(Parameter { name, place, required, kinds, keys });
            }
            variant.above = Above::Parameter;
        }
        ["answer", container @ ("one" | "map" | "list"), item] => {
            variant.answer = Some(Answer::Items(container.to_owned(), item.to_owned()));
        }
        ["answer", shape] => {
            variant.answer = Some(Answer::Shape(shape.to_owned()));
            variant.above = Above::Answer;
        }
        ["access", kind, item] => {
            one_of(kind, &ACCESSES, "access")?;
            variant.access = Some((kind.to_owned(), item.to_owned()));
        }
        ["about", ref words @ ..] => {
            variant.about.extend(words.iter().map(|word| (*word).to_owned()));
        }
        ["private"] => variant.private = true,
        ["open"] => variant.open = true,
        ["slow"] => variant.slow = true,
        _ => return Err(format!("`{}` is not understood", words.join(" "))),
    }
    Ok(())
}

/// A line that is indented further: keys of the object in the line above.
fn add_keys(variant: &mut Variant, words: &[&str]) -> Result<(), String> {
    let is_object = |kinds: &[String]| kinds.iter().any(|kind| kind == "object");
    match (&variant.above, &mut variant.answer, variant.parameters.last_mut()) {
        (Above::Answer, Some(Answer::Shape(shape)), _) if shape.starts_with("object") => {
            for word in words {
                declared(word)?;
                shape.push(' ');
                shape.push_str(word);
            }
        }
        (Above::Parameter, _, Some(parameter)) if is_object(&parameter.kinds) => {
            for word in words {
                let (name, _, kinds) = declared(word)?;
                parameter.keys.push((name, kinds));
            }
        }
        _ => return Err("keys have to stand below an object".into()),
    }
    Ok(())
}

/// `name?:string|number` as name, required, kinds.
fn declared(word: &str) -> Result<(String, bool, Vec<String>), String> {
    let (name, kinds) =
        word.split_once(':').ok_or_else(|| format!("`{word}` has no type: `name:type`"))?;
    let (name, required) = name.strip_suffix('?').map_or((name, true), |name| (name, false));
    if kinds == "any" {
        return Ok((name.to_owned(), required, Vec::new()));
    }
    for kind in kinds.split('|') {
        one_of(kind, &KINDS, "type")?;
    }
    Ok((name.to_owned(), required, kinds.split('|').map(str::to_owned).collect()))
}

fn one_of(word: &str, known: &[&str], what: &str) -> Result<(), String> {
    if known.contains(&word) {
        return Ok(());
    }
    Err(format!("`{word}` is no {what}: {}", known.join(", ")))
}

/// Adds a finished block to its operation, which the block before may have begun.
fn close(manager: &mut Manager, (name, variant): (String, Variant)) -> Result<(), Error> {
    let error = |text: String| Error { line: variant.line, text };
    if manager.service != variant.dialects.is_empty() {
        return Err(error(format!("`{name}` needs `on` and dialects, a service has none")));
    }
    let places = |place| variant.parameters.iter().filter(|p| p.place == place).count();
    if places("root") > 1 || (places("root") == 1 && places("field") + places("form") > 0) {
        return Err(error(format!("the body of `{name}` is given more than once")));
    }
    let last = manager.operations.len().checked_sub(1);
    match manager.operations.iter().position(|operation| operation.name == name) {
        None => manager.operations.push(Operation { name, variants: vec![variant] }),
        Some(index) if Some(index) == last => {
            let variants = &mut manager.operations[index].variants;
            let twice = variant
                .dialects
                .iter()
                .find(|dialect| variants.iter().any(|other| other.dialects.contains(*dialect)));
            if let Some(dialect) = twice {
                return Err(error(format!("`{name}` is on `{dialect}` twice")));
            }
            variants.push(variant);
        }
        Some(_) => return Err(error(format!("the blocks of `{name}` have to stand together"))),
    }
    Ok(())
}
