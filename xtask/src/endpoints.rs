//! `cargo xtask endpoints`: writes docs/endpoints.md from the catalogue's list of endpoints.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use serde::Deserialize;

use crate::failure::Failure;

const SOURCE: &str = "crates/housekey/catalogue/endpoints.toml";
const DOCUMENT: &str = "docs/endpoints.md";

const HEAD: &str = "\
# Endpoints of the copied lists, and their operations

Many scripts were written from a list of endpoints that has been copied for years. This page contains every line of
it, with the two calls of the script that was published with it: the request as printed there, the equivalent command,
the method of the library, and the dialects whose specification contains it.

Every line is tested: on a virtual Homey, command, library and printed request return the same answer, with and without
a slash at the end. If the printed path differs from the specification, the remark gives the specified one, which command
and library use; how a real Homey answers the printed path is unknown. `raw` means that no specification contains the
request: the library sends it unchanged, and the form of the answer is unknown. `housekey api METHOD PATH` sends any
request as printed.

Written by `cargo xtask endpoints` from `crates/housekey/catalogue/endpoints.toml`.

| group | request | command | operation | library | dialects | remark |
|---|---|---|---|---|---|---|
";

#[derive(Deserialize)]
struct List {
    line: Vec<Line>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    group: String,
    request: String,
    body: Option<String>,
    operation: Option<String>,
    library: String,
    command: String,
    dialects: Vec<String>,
    remark: Option<String>,
}

/// Writes the document.
pub(crate) fn write(workspace: &Path) -> Result<(), Failure> {
    Ok(fs::write(workspace.join(DOCUMENT), document(workspace)?)?)
}

/// Fails if the document is out of date.
pub(crate) fn check(workspace: &Path) -> Result<(), Failure> {
    let written = fs::read_to_string(workspace.join(DOCUMENT)).unwrap_or_default();
    // A checkout on Windows may have changed the ends of the lines.
    match written.replace("\r\n", "\n") == document(workspace)? {
        true => Ok(()),
        false => Err(format!("{DOCUMENT} is out of date: run `cargo xtask endpoints`").into()),
    }
}

fn document(workspace: &Path) -> Result<String, Failure> {
    let source = fs::read_to_string(workspace.join(SOURCE))?;
    render(&source).map_err(|cause| format!("{SOURCE}: {cause}").into())
}

fn render(source: &str) -> Result<String, Failure> {
    let list: List = toml::from_str(source)?;
    let mut text = HEAD.to_owned();
    for line in &list.line {
        let body = line.body.as_deref().map_or(String::new(), |body| format!(" {body}"));
        let library = match line.library.contains("::") {
            true => line.library.clone(),
            false => format!("homey.{}", line.library),
        };
        writeln!(
            text,
            "| {} | {} | {} | {} | {} | {} | {} |",
            line.group,
            code(&format!("{}{body}", line.request)),
            code(&format!("housekey {}", line.command)),
            line.operation.as_deref().map_or("raw".to_owned(), code),
            code(&library),
            line.dialects.join(", "),
            line.remark.as_deref().unwrap_or_default(),
        )?;
    }
    Ok(text)
}

/// Code in a table cell, where a bar would end the cell.
fn code(text: &str) -> String {
    format!("`{}`", text.replace('|', "\\|"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: &str = r#"
        [[line]]
        group = "Logic"
        request = "PUT /api/logic/<ID>"
        body = '{"value":<VALUE>}'
        operation = "logic.updateVariable"
        library = "logic().update_variable"
        command = "variables set <ID> <VALUE>"
        dialects = ["v2", "local"]

        [[line]]
        group = "Mobile"
        request = "GET /api/manager/mobile/"
        library = "mobile().root"
        command = "mobile"
        dialects = []
        remark = "no operation"
    "#;

    #[test]
    fn a_line_of_the_list_is_a_row_of_the_table() {
        let text = render(LIST).unwrap();
        let rows: Vec<&str> = text.strip_prefix(HEAD).unwrap().lines().collect();
        assert_eq!(
            rows,
            [
                "| Logic | `PUT /api/logic/<ID> {\"value\":<VALUE>}` | \
                 `housekey variables set <ID> <VALUE>` | `logic.updateVariable` | `homey.logic().update_variable` | \
                 v2, local |  |",
                "| Mobile | `GET /api/manager/mobile/` | `housekey mobile` | raw | \
                 `homey.mobile().root` |  | no operation |",
            ]
        );
    }

    #[test]
    fn a_document_that_is_out_of_date_is_reported() {
        let folder = tempfile::tempdir().unwrap();
        for path in [SOURCE, DOCUMENT] {
            fs::create_dir_all(folder.path().join(path).parent().unwrap()).unwrap();
        }
        fs::write(folder.path().join(SOURCE), LIST).unwrap();
        let error = check(folder.path()).unwrap_err().to_string();
        assert!(error.contains("run `cargo xtask endpoints`"), "{error}");
        write(folder.path()).unwrap();
        check(folder.path()).unwrap();
        fs::write(folder.path().join(SOURCE), LIST.replace("v2", "cloud")).unwrap();
        check(folder.path()).unwrap_err();
    }

    #[test]
    fn a_mistake_in_the_list_is_reported() {
        let error = render(&LIST.replace("remark", "remarks")).unwrap_err().to_string();
        assert!(error.contains("remarks"), "{error}");
    }
}
