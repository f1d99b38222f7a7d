//! Runs `builtins.test` here, and through jq where it is installed.

use std::process::Command;

use serde_json::Value;

use super::*;

/// Programs with an input and their results, in the form of jq's own tests, each below the names that it
/// covers.
const CASES: &str = include_str!("builtins.test");

struct Case {
    names: &'static str,
    program: &'static str,
    input: &'static str,
    results: Vec<Value>,
}

fn cases() -> Vec<Case> {
    let blocks = CASES.split("\n\n").filter(|block| !block.starts_with("# ==="));
    blocks
        .map(|block| {
            let mut lines = block.trim_end().lines();
            let mut next = || lines.next().unwrap_or_else(|| panic!("a whole case: {block}"));
            let (names, program, input) = (&next()[2..], next(), next());
            Case { names, program, input, results: lines.map(json).collect() }
        })
        .collect()
}

/// With numbers as JavaScript has them: 1.0 is 1.
fn json(text: &str) -> Value {
    fn plain(value: &mut Value) {
        match value {
            Value::Number(number) => *value = Value::from(number.as_f64()),
            Value::Array(items) => items.iter_mut().for_each(plain),
            Value::Object(fields) => fields.values_mut().for_each(plain),
            Value::Null | Value::Bool(_) | Value::String(_) => {}
        }
    }
    let mut value = serde_json::from_str(text).unwrap_or_else(|error| panic!("{text}: {error}"));
    plain(&mut value);
    value
}

fn here(case: &Case) -> Result<Vec<Value>, String> {
    let filter = Filter::parse("--jq", case.program).map_err(|failure| failure.to_string())?;
    let mut input = serde_json::Deserializer::from_str(case.input);
    Ok(filter.results(&mut input)?.iter().map(|result| json(&result.to_string())).collect())
}

#[test]
fn every_builtin_gives_what_the_manual_of_jq_says() {
    let mut wrong = Vec::new();
    for case in cases() {
        let got = here(&case);
        if got.as_ref() != Ok(&case.results) {
            wrong
                .push(format!("{}: {}\n  {got:?}\n  {:?}", case.names, case.program, case.results));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn jq_gives_the_same() {
    let version = Command::new("jq").arg("--version").output().map(|run| run.stdout);
    let version = String::from_utf8_lossy(&version.unwrap_or_default()).into_owned();
    if version.is_empty() || version.starts_with("jq-1.5") || version.starts_with("jq-1.6") {
        #[expect(clippy::print_stderr, reason = "a test says what it left out")]
        {
            eprintln!("LEFT OUT: jq 1.7 or newer is not installed: {version:?}");
        }
        return;
    }
    let mut wrong = Vec::new();
    for case in cases() {
        let run = Command::new("jq")
            .args(["-n", "-c", "--argjson", "input", case.input])
            .arg(format!("$input | ({}\n)", case.program))
            .output()
            .expect("jq runs");
        let text = String::from_utf8_lossy(&run.stdout);
        let got: Vec<Value> = text.lines().map(json).collect();
        let error = String::from_utf8_lossy(&run.stderr);
        // Some versions have a builtin that others lack.
        let lacking = ["not defined", "not a valid format"].iter().any(|text| error.contains(text));
        if got != case.results && !lacking {
            wrong.push(format!(
                "{}: {}\n  {got:?}\n  {:?}\n {error}",
                case.names, case.program, case.results
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
