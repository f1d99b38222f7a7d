//! A portable file as a home of its own.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{FORMAT, PARTS};
use crate::{About, Home, Items, Part};

/// A file with more than this was not made for people.
const MOST_ITEMS: usize = 10_000;

/// Why a file cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum PortableError {
    /// It was written by a newer version.
    #[error("the flows are in format {0}, which is newer than {FORMAT}")]
    Newer(u64),
    /// It is not what such a file is.
    #[error("it is no file of shared flows: {0}")]
    Content(String),
}

#[derive(Deserialize)]
struct Document {
    #[serde(default)]
    apps: Map<String, Value>,
    #[serde(default)]
    refs: Map<String, Value>,
    flows: Vec<Value>,
}

#[derive(Deserialize)]
struct Needed {
    #[serde(rename = "$ref")]
    kind: String,
    path: String,
    #[serde(default)]
    class: String,
    #[serde(default)]
    driver: String,
    #[serde(default)]
    needs: Vec<String>,
    #[serde(default)]
    r#type: Option<String>,
}

/// Whether a document is a portable file, of whatever version.
pub fn is_portable(document: &Value) -> bool {
    document["housekey"] == "flows"
}

/// The home that a portable file describes: its flows, and what they refer to, with the marks as ids.
///
/// # Errors
/// It is in a newer format, or not what such a file is.
pub fn read(document: &Value) -> Result<Home, PortableError> {
    let content = |why: String| PortableError::Content(why);
    if let Some(format) = document["format"].as_u64().filter(|format| *format > FORMAT) {
        return Err(PortableError::Newer(format));
    }
    let Document { apps, refs, flows } =
        Document::deserialize(document).map_err(|error| content(error.to_string()))?;
    if refs.len() + flows.len() > MOST_ITEMS {
        return Err(content(format!("it has more than {MOST_ITEMS} items")));
    }
    let mut builder = Builder::new();
    for (mark, entry) in &refs {
        let entry =
            Needed::deserialize(entry).map_err(|error| content(format!("{mark}: {error}")))?;
        builder.add(mark, entry).map_err(content)?;
    }
    for (place, flow) in flows.into_iter().enumerate() {
        builder.flow(flow).map_err(|why| content(format!("flow {}: {why}", place + 1)))?;
    }
    let apps = apps.into_iter().map(|(id, name)| (id, json!({ "name": name })));
    builder.put(Part::Apps, apps.collect());
    Ok(builder.home())
}

/// Builds a home from paths.
struct Builder {
    parts: std::collections::BTreeMap<Part, Items>,
}

/// The id of the root of all zones.
const ROOT: &str = "root";

impl Builder {
    fn new() -> Self {
        let mut builder = Self { parts: Default::default() };
        for (part, _) in PARTS {
            builder.put(part, Items::new());
        }
        builder.put(Part::Folders, Items::new());
        let root = json!({ "name": "Home", "parent": null });
        builder.put(Part::Zones, Items::from_iter([(ROOT.to_owned(), root)]));
        builder
    }

    fn put(&mut self, part: Part, items: Items) {
        self.parts.insert(part, items);
    }

    fn insert(&mut self, part: Part, id: &str, item: Value) {
        self.parts.entry(part).or_default().insert(id.to_owned(), item);
    }

    /// An item that flows refer to. Flows themselves come later.
    fn add(&mut self, mark: &str, entry: Needed) -> Result<(), String> {
        let Needed { kind, path, class, driver, needs, r#type } = entry;
        let part = PARTS.iter().find(|(_, one)| *one == kind).map(|(part, _)| *part);
        let part = part.ok_or_else(|| format!("{mark}: there is no kind {kind}"))?;
        let (outer, name) = match path.rsplit_once('/') {
            Some((outer, name)) if part.container().is_some() => (outer, name),
            _ => ("", path.as_str()),
        };
        let zone = |builder: &mut Self| builder.container(Part::Zones, outer, Some(ROOT));
        match part {
            Part::Devices => {
                let zone = zone(self);
                let device = json!({ "name": name, "zone": zone, "class": class, "driverId": driver, "capabilities": needs });
                self.insert(part, mark, device);
            }
            Part::Moods => {
                let zone = zone(self);
                self.insert(part, mark, json!({ "name": name, "zone": zone }));
            }
            Part::Zones => {
                let parent = zone(self);
                self.insert(part, mark, json!({ "name": name, "parent": parent }));
            }
            Part::Variables => {
                let value = match r#type.as_deref() {
                    Some("number") => json!(0),
                    Some("boolean") => json!(false),
                    _ => json!(""),
                };
                let variable = json!({ "name": name, "type": r#type, "value": value });
                self.insert(part, mark, variable);
            }
            Part::Flows | Part::AdvancedFlows => {}
            _ => self.insert(part, mark, json!({ "name": name })),
        }
        Ok(())
    }

    fn flow(&mut self, flow: Value) -> Result<(), String> {
        let id = flow["id"].as_str().ok_or("it has no id")?.to_owned();
        if !flow["name"].is_string() {
            return Err("it has no name".to_owned());
        }
        let part = match (flow["cards"].is_object(), flow["trigger"].is_object()) {
            (true, _) => Part::AdvancedFlows,
            (false, true) => Part::Flows,
            (false, false) => return Err("it has neither a trigger nor cards".to_owned()),
        };
        if self.parts.values().any(|items| items.contains_key(&id)) {
            return Err(format!("there are two items {id}"));
        }
        let mut flow = flow;
        if let Some(path) = flow["folder"].as_str().map(str::to_owned) {
            flow["folder"] = self.container(Part::Folders, &path, None).into();
        }
        self.insert(part, &id, flow);
        Ok(())
    }

    /// The innermost zone or folder of a path, made where it is not there.
    fn container(&mut self, part: Part, path: &str, root: Option<&str>) -> Option<String> {
        let mut parent = root.map(str::to_owned);
        let mut whole = String::new();
        for name in path.split('/').filter(|name| !name.is_empty()) {
            whole = format!("{whole}/{name}");
            if !self.parts.entry(part).or_default().contains_key(&whole) {
                self.insert(part, &whole.clone(), json!({ "name": name, "parent": parent }));
            }
            parent = Some(whole.clone());
        }
        parent
    }

    fn home(self) -> Home {
        let about = About {
            name: "shared flows".to_owned(),
            dialect: "local".to_owned(),
            ..About::default()
        };
        let mut home = Home::new(about);
        for (part, items) in self.parts {
            home.insert(part, items);
        }
        home
    }
}
