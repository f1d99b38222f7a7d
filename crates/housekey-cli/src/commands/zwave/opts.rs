//! Runs a command of the radio. Its parameters go out in either form that Homeys take: an object,
//! as the specification says, or a text, as `sendData` was seen to take it.

use serde_json::{Value, json};

use crate::context::{Context, Purpose};
use crate::dry_run::DryRun;
use crate::error::Outcome;
use crate::raw_view;

/// A bare number means `{"nodeId": 5}`, a JSON object itself, and anything else is the text.
pub(super) fn of_node(text: &str) -> Value {
    match serde_json::from_str(text) {
        Ok(Value::Number(node)) => json!({ "nodeId": node }),
        Ok(object @ Value::Object(_)) => object,
        _ => text.into(),
    }
}

/// `5 0x20 0x00` and `5,0x20,0x00` mean the same text; a JSON object means itself.
pub(super) fn of_data(words: &[String]) -> Value {
    let text = words.join(",");
    match serde_json::from_str(&text) {
        Ok(object @ Value::Object(_)) => object,
        _ => text.into(),
    }
}

/// Runs the command; what comes back depends on it.
pub(super) async fn run(command: &str, opts: Value, dry_run: DryRun, context: &Context) -> Outcome {
    let target = context.homey(Purpose::Write(dry_run)).await?;
    let shown = match &opts {
        Value::String(text) => text.clone(),
        opts => opts.to_string(),
    };
    let done = format!("{command} {shown} is sent");
    let call = target.homey.zwave().run_command(command).with("opts", opts);
    let Some(call) = target.unless_dry_run(call, &done, context).await? else { return Ok(()) };
    let answer = call.bytes().await?;
    target.report(&done, context);
    match context.out.is_json() || answer != b"null" {
        true => raw_view::show(&answer, &target, context).await,
        false => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_are_taken() {
        for (text, want) in [
            ("5", json!({"nodeId": 5})),
            ("{\"nodeId\": 5, \"fast\": true}", json!({"nodeId": 5, "fast": true})),
            ("5,0x20", json!("5,0x20")),
            ("[5]", json!("[5]")),
        ] {
            assert_eq!(of_node(text), want, "{text}");
        }
        for (words, want) in [
            (&["5", "0x20", "0x00"][..], json!("5,0x20,0x00")),
            (&["5,0x20,0x00"], json!("5,0x20,0x00")),
            (&["5"], json!("5")),
            (&["{\"nodeId\":5,\"data\":[32]}"], json!({"nodeId": 5, "data": [32]})),
        ] {
            let words: Vec<String> = words.iter().map(|&word| word.to_owned()).collect();
            assert_eq!(of_data(&words), want, "{words:?}");
        }
    }
}
