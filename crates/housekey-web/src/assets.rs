//! Style, scripts and icons, built into the program: named by the hash of what they hold, so that browsers keep
//! them for ever.

use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

/// Where the manifest lies, below the dashboard.
pub(crate) const MANIFEST: &str = "manifest.webmanifest";

/// A file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asset {
    Style,
    Script,
    Approvals,
    Live,
    Write,
    Icon,
}

/// A file as it is served.
#[derive(Debug)]
pub(crate) struct File {
    pub(crate) name: String,
    pub(crate) kind: &'static str,
    pub(crate) text: String,
}

/// In this order: each may import those before it.
const SOURCES: [(Asset, &str, &str, &str, &str); 6] = [
    (Asset::Style, "style", "css", "text/css; charset=utf-8", include_str!("../assets/style.css")),
    (Asset::Icon, "icon", "svg", "image/svg+xml", include_str!("../assets/icon.svg")),
    (
        Asset::Live,
        "live",
        "js",
        "text/javascript; charset=utf-8",
        include_str!("../assets/live.js"),
    ),
    (
        Asset::Write,
        "write",
        "js",
        "text/javascript; charset=utf-8",
        include_str!("../assets/write.js"),
    ),
    (
        Asset::Approvals,
        "approvals",
        "js",
        "text/javascript; charset=utf-8",
        include_str!("../assets/approvals.js"),
    ),
    (
        Asset::Script,
        "page",
        "js",
        "text/javascript; charset=utf-8",
        include_str!("../assets/page.js"),
    ),
];

static FILES: LazyLock<Vec<(Asset, File)>> = LazyLock::new(|| {
    let mut files: Vec<(Asset, File)> = Vec::new();
    for (asset, stem, ending, kind, text) in SOURCES {
        let mut text = text.to_owned();
        for ((_, stem, ending, ..), (_, file)) in SOURCES.iter().zip(&files) {
            text = text.replace(&format!("./{stem}.{ending}"), &format!("./{}", file.name));
        }
        let hash = URL_SAFE_NO_PAD.encode(&Sha256::digest(text.as_bytes())[..9]);
        files.push((asset, File { name: format!("{stem}-{hash}.{ending}"), kind, text }));
    }
    files
});

/// The path of a file, below the dashboard.
pub(crate) fn path(asset: Asset) -> String {
    let found = FILES.iter().find(|(one, _)| *one == asset);
    format!("assets/{}", found.map(|(_, file)| &*file.name).unwrap_or_default())
}

/// A file by its name with its hash.
pub(crate) fn find(name: &str) -> Option<&'static File> {
    FILES.iter().map(|(_, file)| file).find(|file| file.name == name)
}

/// The manifest, by which the page can be installed.
pub(crate) fn manifest() -> String {
    serde_json::json!({
        "name": "housekey",
        "short_name": "housekey",
        "start_url": "./",
        "scope": "./",
        "display": "standalone",
        "background_color": "#f5f5f3",
        "theme_color": "#f5f5f3",
        "icons": [{ "src": path(Asset::Icon), "sizes": "any", "type": "image/svg+xml", "purpose": "any" }],
    })
    .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_lead_to_each_other_and_to_nowhere_else() {
        let script = find(path(Asset::Script).strip_prefix("assets/").unwrap()).unwrap();
        for import in [Asset::Live, Asset::Write, Asset::Approvals] {
            let name = path(import).replace("assets/", "./");
            assert!(script.text.contains(&name), "{name}");
        }
        let total: usize = FILES.iter().map(|(_, file)| file.text.len()).sum();
        assert!(total <= 100_000, "{total} bytes");
        for (_, file) in FILES.iter() {
            let text = file.text.replace("http://www.w3.org/2000/svg", "");
            assert!(!text.contains("://"), "{} leads elsewhere", file.name);
        }
    }
}
