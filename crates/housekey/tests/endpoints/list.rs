//! The list of endpoints, and the paths by which one of its lines can be called.

use housekey::catalogue::{self, Dialect};
use serde::Deserialize;

/// What a placeholder of a line stands for: `("<DEVICE_ID>", "…")`.
pub(crate) type Ids = Vec<(&'static str, String)>;

#[derive(Deserialize)]
struct List {
    line: Vec<Line>,
}

/// One line.
#[derive(Deserialize)]
pub(crate) struct Line {
    pub(crate) request: String,
    pub(crate) body: Option<String>,
    pub(crate) operation: Option<String>,
    pub(crate) library: String,
    pub(crate) dialects: Vec<Dialect>,
}

/// All lines.
pub(crate) fn lines() -> Vec<Line> {
    let list: List =
        toml::from_str(include_str!("../../catalogue/endpoints.toml")).expect("a list");
    list.line
}

/// A text with its placeholders filled.
pub(crate) fn filled(text: &str, ids: &Ids) -> String {
    ids.iter().fold(text.to_owned(), |text, (name, value)| text.replace(name, value))
}

impl Line {
    /// The HTTP method.
    pub(crate) fn method(&self) -> &str {
        self.request.split_once(' ').expect("method and path").0
    }

    fn path(&self) -> &str {
        self.request.split_once(' ').expect("method and path").1
    }

    /// Whether it is to be tried on a dialect: where the specification has it, and everywhere where none
    /// has, but for reminders, which only old firmware has.
    pub(crate) fn is_on(&self, dialect: Dialect) -> bool {
        match &self.operation {
            Some(_) => self.dialects.contains(&dialect),
            None => dialect == Dialect::V2 || !self.path().contains("reminder"),
        }
    }

    /// The printed path and that of the specification, each with and without a slash at its end.
    pub(crate) fn paths(&self, dialect: Dialect, ids: &Ids) -> Vec<String> {
        let specified = self.operation.as_ref().map(|id| {
            let variant = catalogue::find(id).and_then(|operation| operation.on(dialect));
            self.specified(variant.expect("the dialect has it").path)
        });
        let bare = |path: &str| filled(path.trim_end_matches('/'), ids);
        let bare = [Some(bare(self.path())), specified.map(|path| bare(&path))];
        bare.into_iter().flatten().flat_map(|path| [format!("{path}/"), path]).collect()
    }

    /// A path of the specification with the placeholder of the printed one in it.
    fn specified(&self, path: &str) -> String {
        let id = self.path().split('/').find(|segment| segment.starts_with('<'));
        let fill = |segment: &str| match segment {
            ":capabilityId" => "onoff".to_owned(),
            name if name.starts_with(':') => id.expect("an id is printed").to_owned(),
            fixed => fixed.to_owned(),
        };
        path.split('/').map(fill).collect::<Vec<_>>().join("/")
    }
}
