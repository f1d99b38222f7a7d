//! Writes a typed method for each operation of a Homey.

use std::fmt::Write as _;

use crate::parse::{Answer, Manager, Operation, Parameter, Variant};

/// The items of the catalogue that the library has a type for, with that type.
const MODELS: &[(&str, &str)] = &[
    ("AdvancedFlow", "AdvancedFlow"),
    ("Alarm", "Alarm"),
    ("App", "App"),
    ("Capability", "Capability"),
    ("Device", "Device"),
    ("Driver", "Driver"),
    ("Flow", "Flow"),
    ("FlowCardAction", "FlowCard"),
    ("FlowCardCondition", "FlowCard"),
    ("FlowCardTrigger", "FlowCard"),
    ("FlowFolder", "FlowFolder"),
    ("FlowToken", "FlowToken"),
    ("Image", "Image"),
    ("Log", "Log"),
    ("Mood", "Mood"),
    ("Notification", "Notification"),
    ("PairSession", "PairSession"),
    ("Session", "SessionInfo"),
    ("User", "User"),
    ("Variable", "Variable"),
    ("Zone", "Zone"),
];

/// The types of answers that the catalogue does not name, since the vendor does not.
const ANSWERS: &[(&str, &str)] = &[
    ("apps.installFromAppStore", "Value"),
    ("devices.setDeviceSettings", "Value"),
    ("energy.getLiveReport", "LiveReport"),
    ("flow.runFlowCardAction", "Value"),
    ("flow.runFlowCardCondition", "Value"),
    ("flowtoken.getFlowTokenValue", "OptionValue"),
    ("insights.getLogEntries", "LogEntries"),
    ("notifications.getOwners", "Items<NotificationOwner>"),
    ("presence.getAsleep", "Presence"),
    ("presence.getPresent", "Presence"),
    ("system.getInfo", "SystemInfo"),
    ("users.createPersonalAccessToken", "Value"),
    ("users.getPersonalAccessTokens", "Items<ApiKey>"),
    ("weather.getWeather", "Weather"),
    ("zwave.runCommand", "Value"),
];

/// The source of a type for each manager, with a method for each of its operations.
pub(crate) fn methods(managers: &[Manager]) -> String {
    let mut source = String::new();
    let mut entries = String::new();
    for manager in managers.iter().filter(|manager| !manager.service) {
        let prefix = manager.camel.as_ref().unwrap_or(&manager.name);
        let (method, kind) = (snake(prefix), format!("Manager{}", pascal(prefix)));
        let about = manager.about.trim_end_matches('.');
        // Writing to a string does not fail.
        let _ = writeln!(
            source,
            "/// {about}.\n///\n/// Source: `catalogue/{}.ops`.\n\
             #[derive(Debug, Clone, Copy)]\npub struct {kind}<'a>(pub(super) &'a Homey);\n\n\
             impl<'a> {kind}<'a> {{",
            manager.name,
        );
        for operation in &manager.operations {
            source.push_str(&self::method(prefix, operation));
        }
        source.push_str("}\n\n");
        let _ = writeln!(
            entries,
            "/// {about}.\npub fn {method}(&self) -> {kind}<'_> {{ {kind}(self) }}"
        );
    }
    format!("{source}impl Homey {{\n{entries}}}\n")
}

fn method(prefix: &str, operation: &Operation) -> String {
    let id = format!("{prefix}.{}", operation.name);
    let name = snake(&operation.name);
    // The last variant is that of the newest dialects.
    let Some(newest) = operation.variants.last() else { return String::new() };
    let required: Vec<_> =
        newest.parameters.iter().filter(|one| is_argument(one, newest)).collect();
    let parameters: String = (required.iter())
        .map(|one| format!(", {}: {}", snake(&one.name), argument(one, operation)))
        .collect();
    let arguments: String = (required.iter())
        .map(|one| format!(".with({:?}, {})", one.name, snake(&one.name)))
        .collect();
    let answer = answer(&id, newest);
    format!(
        "{}pub fn {name}(self{parameters}) -> Call<'a, {answer}> {{\n\
         Call::new(self.0, {id:?}){arguments}\n}}\n",
        documentation(&id, operation, newest),
    )
}

/// Whether the method takes the parameter. A `:uri/:id` in the path is taken as one whole `id`; a `value` to
/// be set is taken also where the vendor lets it be left out.
fn is_argument(parameter: &Parameter, variant: &Variant) -> bool {
    let is_in_path =
        |name| variant.parameters.iter().any(|one| one.place == "path" && one.name == name);
    (parameter.required || parameter.name == "value")
        && !(parameter.name == "uri" && is_in_path("uri") && is_in_path("id"))
}

fn documentation(id: &str, operation: &Operation, newest: &Variant) -> String {
    let about = operation.variants.iter().map(|variant| variant.about.join(" "));
    let about = about.filter(|about| !about.is_empty()).collect::<Vec<_>>().join(" ");
    let about = if about.is_empty() { format!("Calls `{id}`.") } else { about };
    let mut text = format!("/// {about}\n///\n");
    for variant in &operation.variants {
        let scopes = match variant.scopes.as_slice() {
            [] => String::new(),
            scopes => format!("; scopes `{}`", scopes.join("`, `")),
        };
        let _ = writeln!(
            text,
            "/// * {}: `{} {}`{scopes}",
            variant.dialects.join(", "),
            variant.method,
            variant.path,
        );
    }
    let optional =
        newest.parameters.iter().filter(|one| !one.required && !is_argument(one, newest));
    let optional: Vec<_> = optional.collect();
    if !optional.is_empty() {
        let names: Vec<_> = optional.iter().map(|one| format!("`{}`", one.name)).collect();
        let _ = writeln!(text, "///\n/// Optional, by [`Call::with`]: {}.", names.join(", "));
    }
    text
}

/// The Rust type of an argument: what all variants that have it agree on.
fn argument(parameter: &Parameter, operation: &Operation) -> &'static str {
    let same_name = |one: &&Parameter| one.name == parameter.name;
    let all = operation.variants.iter().flat_map(|variant| &variant.parameters);
    let mut all = all.filter(same_name).map(|one| one.kinds.as_slice());
    let is_only = |kind: &str| all.clone().all(|kinds| kinds == [kind]);
    if is_only("string") {
        "&str"
    } else if all.all(|kinds| kinds == ["boolean"]) {
        "bool"
    } else {
        "impl Into<Value>"
    }
}

/// The Rust type of an answer.
fn answer(id: &str, variant: &Variant) -> String {
    let known = ANSWERS.iter().find(|(known, _)| *known == id).map(|(_, answer)| *answer);
    let model =
        |item: &str| MODELS.iter().find(|(known, _)| *known == item).map(|(_, model)| *model);
    match (known, &variant.answer) {
        (Some(answer), _) => answer.to_owned(),
        (None, Some(Answer::Items(container, item))) => match (container.as_str(), model(item)) {
            ("one", Some(model)) => model.to_owned(),
            (_, Some(model)) => format!("Items<{model}>"),
            (_, None) => "Value".to_owned(),
        },
        (None, Some(Answer::Shape(shape))) => match shape.as_str() {
            "string" => "String",
            "boolean" => "bool",
            _ => "Value",
        }
        .to_owned(),
        (None, None) if id.contains(".getOption") => "OptionValue".to_owned(),
        (None, None) if variant.method == "GET" => "Value".to_owned(),
        (None, None) => "Done".to_owned(),
    }
}

/// `getFlowFolders` as `get_flow_folders`; `type` as `r#type`.
fn snake(name: &str) -> String {
    let mut snake = String::new();
    let mut was_upper = true;
    for letter in name.chars() {
        match letter {
            '-' => snake.push('_'),
            upper if upper.is_ascii_uppercase() && !was_upper => {
                snake.push('_');
                snake.push(upper.to_ascii_lowercase());
            }
            other => snake.push(other.to_ascii_lowercase()),
        }
        was_upper = letter.is_ascii_uppercase();
    }
    match snake.as_str() {
        "type" | "move" | "use" | "final" | "override" | "async" => format!("r#{snake}"),
        _ => snake,
    }
}

/// `googleAssistant` as `GoogleAssistant`.
fn pascal(name: &str) -> String {
    let words = name.split('-');
    words
        .map(|word| {
            let mut letters = word.chars();
            let first = letters.next().map(|first| first.to_ascii_uppercase());
            first.into_iter().chain(letters).collect::<String>()
        })
        .collect()
}
