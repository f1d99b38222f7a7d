//! `cargo xtask endpoints`: docs/endpoints.md, made of the catalogue's list of endpoints.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use serde::Deserialize;

use crate::failure::Failure;

const SOURCE: &str = "crates/housekey/catalogue/endpoints.toml";
const DOCUMENT: &str = "docs/endpoints.md";

const HEAD: &str = "\
# The endpoints of the copied lists, and their operations

Many scripts were written after a list of endpoints that has been copied around for years. This is every
line of it, with the two calls of the script that came with it: the request as it is printed there, the
command that does the same, the method of the library, and the Homeys whose specification has it.

Every line is tested: command, library and printed request answer the same on a virtual Homey, with and
without the slash at the end. Where the printed path is not the one of the specification, the remark says so; what
a real Homey makes of the printed one is not known, and command and library use the other. `raw` means
that no specification has the request: the library sends it as it is, and the answer has no known shape.
`housekey api METHOD PATH` sends any request as printed.

Made by `cargo xtask endpoints` from `crates/housekey/catalogue/endpoints.toml`.

| | request | command | operation | library | Homeys | |
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

/// Fails when the document is not what would be written.
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

/// Code in a cell of a table, where a bar would end the cell.
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
    fn a_document_that_is_out_of_date_is_told() {
        let folder = tempfile::tempdir().unwrap();
        for path in [SOURCE, DOCUMENT] {
            fs::create_dir_all(folder.path().join(path).parent().unwrap()).unwrap();
        }
        fs::write(folder.path().join(SOURCE), LIST).unwrap();
        let told = check(folder.path()).unwrap_err().to_string();
        assert!(told.contains("run `cargo xtask endpoints`"), "{told}");
        write(folder.path()).unwrap();
        check(folder.path()).unwrap();
        fs::write(folder.path().join(SOURCE), LIST.replace("v2", "cloud")).unwrap();
        check(folder.path()).unwrap_err();
    }

    #[test]
    fn what_is_wrong_in_the_list_is_told() {
        let told = render(&LIST.replace("remark", "remarks")).unwrap_err().to_string();
        assert!(told.contains("remarks"), "{told}");
    }
}
