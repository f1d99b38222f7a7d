//! The source files of our crates, and which of them are part of a program.

pub(crate) mod imports;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use self::imports::Import;
use crate::failure::Failure;

/// Path from the workspace (with `/`) to text: every `Cargo.toml` and `src/**/*.rs` of our crates.
pub(crate) type Files = BTreeMap<String, String>;

/// A crate of the workspace.
pub(crate) struct Crate {
    /// As `Cargo.toml` has it: `housekey-cli`.
    pub(crate) name: String,
    /// Where its manifest is, for messages.
    pub(crate) manifest: String,
    /// What the program needs, build scripts included.
    pub(crate) dependencies: Vec<String>,
    /// What only its tests need.
    pub(crate) test_dependencies: Vec<String>,
    /// Its modules, without what is compiled for tests alone.
    pub(crate) modules: Vec<Module>,
}

/// One source file.
pub(crate) struct Module {
    pub(crate) file: String,
    /// The module that it holds, from the root of its crate: `["auth", "policy"]`.
    pub(crate) path: Vec<String>,
    pub(crate) imports: Vec<Import>,
}

/// Reads the files of the workspace from disk.
pub(crate) fn read(workspace: &Path) -> Result<Files, Failure> {
    let mut files = Files::new();
    let mut folders = vec!["xtask".to_owned()];
    for entry in fs::read_dir(workspace.join("crates"))? {
        folders.push(format!("crates/{}", entry?.file_name().to_string_lossy()));
    }
    for folder in folders {
        let manifest = format!("{folder}/Cargo.toml");
        files.insert(manifest.clone(), fs::read_to_string(workspace.join(manifest))?);
        read_sources(workspace, &format!("{folder}/src"), &mut files)?;
    }
    Ok(files)
}

fn read_sources(workspace: &Path, folder: &str, files: &mut Files) -> Result<(), Failure> {
    for entry in fs::read_dir(workspace.join(folder))? {
        let entry = entry?;
        let path = format!("{folder}/{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            read_sources(workspace, &path, files)?;
        } else if path.ends_with(".rs") {
            let text = fs::read_to_string(entry.path())?;
            files.insert(path, text);
        }
    }
    Ok(())
}

/// The crates among the files, each with its modules.
pub(crate) fn crates(files: &Files) -> Result<Vec<Crate>, Failure> {
    files
        .iter()
        .filter_map(|(path, text)| Some((path.strip_suffix("/Cargo.toml")?, path, text)))
        .map(|(folder, manifest, text)| {
            let table: toml::Table =
                text.parse().map_err(|cause| format!("{manifest}: {cause}"))?;
            let name = table
                .get("package")
                .and_then(|package| package.get("name")?.as_str())
                .ok_or_else(|| format!("{manifest}: no package name"))?;
            Ok(Crate {
                name: name.to_owned(),
                manifest: manifest.clone(),
                dependencies: dependencies(&table, &["dependencies", "build-dependencies"]),
                test_dependencies: dependencies(&table, &["dev-dependencies"]),
                modules: modules(files, folder, name)?,
            })
        })
        .collect()
}

/// The packages in those sections, also in the ones for a single target.
fn dependencies(table: &toml::Table, sections: &[&str]) -> Vec<String> {
    let targets = table.get("target").and_then(toml::Value::as_table);
    let tables =
        targets.into_iter().flat_map(toml::Table::values).filter_map(toml::Value::as_table);
    let mut names = Vec::new();
    for table in tables.chain([table]) {
        for section in sections {
            let Some(section) = table.get(*section).and_then(toml::Value::as_table) else {
                continue;
            };
            for (key, value) in section {
                let package = value.get("package").and_then(toml::Value::as_str);
                names.push(package.unwrap_or(key).to_owned());
            }
        }
    }
    names
}

/// Follows `mod` from the roots of a crate, so that what only tests compile is left out.
fn modules(files: &Files, folder: &str, name: &str) -> Result<Vec<Module>, Failure> {
    let mut modules = Vec::new();
    for root in ["lib.rs", "main.rs"] {
        let file = format!("{folder}/src/{root}");
        let mut waiting = vec![(file, Vec::new())];
        while let Some((file, path)) = waiting.pop() {
            let Some(text) = files.get(&file) else { continue };
            let source = imports::read(text, name, path.clone())
                .map_err(|cause| format!("{file}: {cause}"))?;
            for child in source.children {
                let stem = format!("{folder}/src/{}", child.join("/"));
                let choices = [format!("{stem}.rs"), format!("{stem}/mod.rs")];
                let child_file = choices.into_iter().find(|choice| files.contains_key(choice));
                let child_file = child_file.ok_or_else(|| {
                    format!("{file}: there is no file for the module {}", child.join("::"))
                })?;
                waiting.push((child_file, child));
            }
            modules.push(Module { file, path, imports: source.imports });
        }
    }
    Ok(modules)
}
