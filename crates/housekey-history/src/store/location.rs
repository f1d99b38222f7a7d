//! Where the history of a home is: `sqlite`, `sqlite:/path` or `postgres://…`.

use std::path::{Path, PathBuf};
use std::str::FromStr;

/// The directory beside the store.
const DIRECTORY: &str = "history";

/// How names of database files end.
const ENDING: &str = "sqlite";

/// Where history is kept.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Location {
    /// Beside the store, a file for each Homey.
    #[default]
    Beside,
    /// In a file, or in a directory a file for each Homey.
    Path(PathBuf),
    /// In PostgreSQL.
    Postgres(String),
}

/// The text names no place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("write \"sqlite\", \"sqlite:/path\" or \"postgres://user@host/database\"")]
pub struct NoLocation;

impl FromStr for Location {
    type Err = NoLocation;

    fn from_str(text: &str) -> Result<Self, NoLocation> {
        if text == "sqlite" {
            return Ok(Self::Beside);
        }
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return Ok(Self::Postgres(text.to_owned()));
        }
        let path = text.strip_prefix("sqlite:").ok_or(NoLocation)?;
        let path = path.strip_prefix("//").filter(|path| path.starts_with('/')).unwrap_or(path);
        if path.is_empty() { Err(NoLocation) } else { Ok(Self::Path(path.into())) }
    }
}

impl Location {
    /// The file of a Homey; `None` where there is no file. `state` is the directory of the store.
    pub fn file(&self, state: &Path, homey: &str) -> Option<PathBuf> {
        let name = format!("{homey}.{ENDING}");
        match self {
            Self::Beside => Some(state.join(DIRECTORY).join(name)),
            Self::Path(path) if self.is_directory() => Some(state.join(path).join(name)),
            Self::Path(path) => Some(state.join(path)),
            Self::Postgres(_) => None,
        }
    }

    /// Whether each Homey has a file of its own there.
    pub fn is_directory(&self) -> bool {
        match self {
            Self::Beside => true,
            Self::Path(path) => {
                path.as_os_str().as_encoded_bytes().ends_with(b"/") || path.is_dir()
            }
            Self::Postgres(_) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_and_files() {
        for (url, want) in [
            ("sqlite", "/state/history/home.sqlite"),
            ("sqlite:/no/where/h.db", "/no/where/h.db"),
            ("sqlite:///no/where/h.db", "/no/where/h.db"),
            ("sqlite:/no/where/", "/no/where/home.sqlite"),
            ("sqlite:h.db", "/state/h.db"),
            ("postgres://a@b/c", "no file"),
            ("mysql://a", "no location"),
            ("sqlite:", "no location"),
        ] {
            let found = url.parse::<Location>().map_or("no location".to_owned(), |location| {
                let file = location.file(Path::new("/state"), "home");
                file.map_or("no file".to_owned(), |file| file.display().to_string())
            });
            assert_eq!(found, want, "{url}");
        }
    }
}
