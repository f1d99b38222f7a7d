//! Every method has the name of the operation it calls, and gives it arguments that it has.

use std::path::Path;

use housekey::catalogue::{self, Operation};

/// `getFlowCards` as `get_flow_cards`.
fn snake(name: &str) -> String {
    let mut snake = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() {
            snake.push('_');
        }
        snake.push(letter.to_ascii_lowercase());
    }
    snake
}

/// The texts in a piece of code, each with what stands behind it.
fn texts(code: &str) -> Vec<(&str, &str)> {
    let parts: Vec<&str> = code.split('"').collect();
    parts
        .chunks_exact(2)
        .zip(parts.iter().skip(2).step_by(2))
        .map(|(pair, next)| (pair[1], *next))
        .collect()
}

fn has_argument(operation: &Operation, name: &str) -> bool {
    let all = operation.variants.iter().flat_map(|variant| variant.parameters);
    all.into_iter().any(|parameter| parameter.name == name)
}

#[test]
fn methods_are_named_after_their_operations() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/client/managers");
    let mut checked = 0;
    for file in std::fs::read_dir(folder).expect("the managers") {
        let path = file.expect("a file").path();
        let code = std::fs::read_to_string(&path).expect("text");
        let manager = path.file_stem().and_then(|stem| stem.to_str()).expect("a name");
        for method in code.split("pub async fn ").skip(1) {
            let name = method.split(['(', '<']).next().expect("a name");
            let body = method.split("\n    }\n").next().expect("a body");
            let texts = texts(body);
            let id = texts.iter().find(|(text, _)| text.starts_with(&format!("{manager}.")));
            let Some((id, _)) = id else { continue };
            let operation = catalogue::find(id).unwrap_or_else(|| panic!("{id} in {path:?}"));
            assert_eq!(name, snake(operation.name), "{id}");
            for (argument, _) in texts.iter().filter(|(_, next)| next.starts_with(" =>")) {
                assert!(has_argument(operation, argument), "{id} has no `{argument}`");
            }
            checked += 1;
        }
    }
    assert!(checked > 140, "{checked} methods were found");
}
