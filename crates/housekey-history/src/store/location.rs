//! Where the history of a home is: `sqlite`, `sqlite:/path` or `postgres://…`.

use std::fmt;
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
    #[cfg(feature = "postgres")]
    Server(Server),
}

/// A database of PostgreSQL.
#[cfg(feature = "postgres")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    /// Its address, without a password.
    pub(super) url: String,
    /// The file of the password; `None` where there is none, or the usual variables and files of PostgreSQL have it.
    pub(super) password_file: Option<PathBuf>,
}

/// Where the history of one home is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// In a file.
    File(PathBuf),
    /// In PostgreSQL.
    #[cfg(feature = "postgres")]
    Server(Server),
}

/// The text names no place.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoLocation {
    /// It is of no known form.
    #[error("write \"sqlite\", \"sqlite:/path\" or \"postgres://user@host/database\"")]
    Form,
    /// It holds a password.
    #[error("the address holds a password, which other users could read: write `password_file`")]
    Password,
    /// PostgreSQL was not built in.
    #[error("this build has no PostgreSQL: it needs the cargo feature `postgres`")]
    NotBuilt,
}

impl FromStr for Location {
    type Err = NoLocation;

    fn from_str(text: &str) -> Result<Self, NoLocation> {
        if text == "sqlite" {
            return Ok(Self::Beside);
        }
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return server(text);
        }
        let path = text.strip_prefix("sqlite:").ok_or(NoLocation::Form)?;
        let path = path.strip_prefix("//").filter(|path| path.starts_with('/')).unwrap_or(path);
        if path.is_empty() { Err(NoLocation::Form) } else { Ok(Self::Path(path.into())) }
    }
}

#[cfg(feature = "postgres")]
fn server(text: &str) -> Result<Location, NoLocation> {
    let (_, rest) = text.split_once("://").ok_or(NoLocation::Form)?;
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let user = authority.rsplit_once('@').map_or("", |(user, _)| user);
    let query = rest.split_once('?').map_or("", |(_, query)| query);
    let has_password = |part: &str| part.split('=').next() == Some("password");
    if user.contains(':') || query.split('&').any(has_password) {
        return Err(NoLocation::Password);
    }
    let options = text.parse::<sqlx::postgres::PgConnectOptions>();
    options.map_err(|_| NoLocation::Form)?;
    Ok(Location::Server(Server { url: text.to_owned(), password_file: None }))
}

#[cfg(not(feature = "postgres"))]
fn server(_: &str) -> Result<Location, NoLocation> {
    Err(NoLocation::NotBuilt)
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => path.display().fmt(f),
            #[cfg(feature = "postgres")]
            Self::Server(server) => f.write_str(&server.url),
        }
    }
}

impl Place {
    /// The file; `None` where it is in a server.
    pub fn file(&self) -> Option<&Path> {
        match self {
            Self::File(path) => Some(path),
            #[cfg(feature = "postgres")]
            Self::Server(_) => None,
        }
    }
}

impl Location {
    /// The place of a Homey. `state` is the directory of the store.
    pub fn place(&self, state: &Path, homey: &str) -> Place {
        let name = format!("{homey}.{ENDING}");
        Place::File(match self {
            Self::Beside => state.join(DIRECTORY).join(name),
            Self::Path(path) if self.is_for_many() => state.join(path).join(name),
            Self::Path(path) => state.join(path),
            #[cfg(feature = "postgres")]
            Self::Server(server) => return Place::Server(server.clone()),
        })
    }

    /// The same with the file of the password, which only a server has.
    #[must_use]
    pub fn with_password_file(self, file: PathBuf) -> Self {
        match self {
            #[cfg(feature = "postgres")]
            Self::Server(Server { url, .. }) => {
                Self::Server(Server { url, password_file: Some(file) })
            }
            other => {
                drop(file);
                other
            }
        }
    }

    /// Whether several Homeys have room there.
    pub fn is_for_many(&self) -> bool {
        match self {
            Self::Beside => true,
            Self::Path(path) => {
                path.as_os_str().as_encoded_bytes().ends_with(b"/") || path.is_dir()
            }
            #[cfg(feature = "postgres")]
            Self::Server(_) => true,
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
            #[cfg(feature = "postgres")]
            ("postgres://a@b/c?host=/run/pg", "postgres://a@b/c?host=/run/pg"),
            ("postgres://a:b@c/d", "no location"),
            ("postgres://a@c/d?password=b", "no location"),
            ("mysql://a", "no location"),
            ("sqlite:", "no location"),
        ] {
            let found = url.parse::<Location>().map_or("no location".to_owned(), |location| {
                location.place(Path::new("/state"), "home").to_string()
            });
            assert_eq!(found, want, "{url}");
        }
    }
}
