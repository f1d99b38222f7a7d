//! Turns the catalogue files into static tables and typed methods.

#[path = "build/api.rs"]
mod api;
#[path = "build/emit.rs"]
mod emit;
#[path = "build/parse.rs"]
mod parse;

use std::{fs, path::Path};

fn main() {
    println!("cargo::rerun-if-changed=catalogue");
    println!("cargo::rerun-if-changed=build");
    if let Err(message) = run() {
        println!("cargo::error={message}");
    }
}

#[expect(clippy::disallowed_methods, reason = "cargo hands the folder over in the environment")]
fn run() -> Result<(), String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("catalogue");
    let managers = read(&folder)?;
    let target = std::env::var_os("OUT_DIR").ok_or("cargo did not set OUT_DIR")?;
    let write = |name: &str, source: String| {
        let file = Path::new(&target).join(name);
        fs::write(&file, source)
            .map_err(|error| format!("cannot write {}: {error}", file.display()))
    };
    write("catalogue.rs", emit::tables(&managers))?;
    write("api.rs", api::methods(&managers))
}

fn read(folder: &Path) -> Result<Vec<parse::Manager>, String> {
    let trouble = |error| format!("cannot read {}: {error}", folder.display());
    let mut managers = Vec::new();
    for entry in fs::read_dir(folder).map_err(trouble)? {
        let path = entry.map_err(trouble)?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let Some(stem) = name.strip_suffix(".ops") else { continue };
        let text = fs::read_to_string(&path).map_err(|error| format!("{name}: {error}"))?;
        let manager = parse::manager(&text).map_err(|error| format!("catalogue/{name}:{error}"))?;
        if manager.name != stem {
            return Err(format!("catalogue/{name}:1: the file holds `{}`", manager.name));
        }
        managers.push(manager);
    }
    managers.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(managers)
}
