//! Writes parsed catalogue files as Rust tables.

use crate::parse::{Answer, Manager, Operation, Parameter, Variant};

/// The source of `OPERATIONS`, sorted by id for binary search, and of `CLOUD`, in the file's order.
pub(crate) fn tables(managers: &[Manager]) -> String {
    let mut homey = Vec::new();
    let mut cloud = Vec::new();
    for manager in managers {
        for operation in &manager.operations {
            let prefix = manager.camel.as_ref().unwrap_or(&manager.name);
            let id = format!("{prefix}.{}", operation.name);
            let source = self::operation(&manager.name, &id, operation);
            if manager.service { &mut cloud } else { &mut homey }.push((id, source));
        }
    }
    homey.sort();
    format!(
        "/// Every operation of a Homey, sorted by id.\n\
         pub(super) static OPERATIONS: &[Operation] = {};\n\
         /// The account-related operations of the cloud.\n\
         pub static CLOUD: &[Operation] = {};\n",
        list(&homey, |(_, source)| source.clone()),
        list(&cloud, |(_, source)| source.clone()),
    )
}

fn operation(manager: &str, id: &str, operation: &Operation) -> String {
    format!(
        "Operation {{ manager: {manager:?}, id: {id:?}, name: {:?}, variants: {} }}",
        operation.name,
        list(&operation.variants, variant),
    )
}

fn variant(variant: &Variant) -> String {
    format!(
        "Variant {{ dialects: Dialects::of({}), method: Method::{}, path: {:?}, scopes: {}, \
         parameters: {}, answer: {}, access: {}, private: {}, open: {}, slow: {} }}",
        list(&variant.dialects, |dialect| format!("Dialect::{}", capital(dialect))),
        capital(&variant.method.to_lowercase()),
        variant.path,
        list(&variant.scopes, |scope| format!("{scope:?}")),
        list(&variant.parameters, parameter),
        option(variant.answer.as_ref().map(answer)),
        option(
            variant
                .access
                .as_ref()
                .map(|(kind, item)| { format!("ItemAccess::{}({item:?})", capital(kind)) })
        ),
        variant.private,
        variant.open,
        variant.slow,
    )
}

fn parameter(parameter: &Parameter) -> String {
    format!(
        "Parameter {{ name: {:?}, place: Place::{}, required: {}, kinds: {}, properties: {} }}",
        parameter.name,
        capital(&parameter.place),
        parameter.required,
        kinds(&parameter.kinds),
        list(&parameter.keys, |(name, of)| {
            format!("Property {{ name: {name:?}, kinds: {} }}", kinds(of))
        }),
    )
}

fn answer(answer: &Answer) -> String {
    match answer {
        Answer::Items(container, item) => format!("AnswerType::{}({item:?})", capital(container)),
        Answer::Shape(shape) => format!("AnswerType::Shape({shape:?})"),
    }
}

fn kinds(kinds: &[String]) -> String {
    list(kinds, |kind| format!("ValueType::{}", capital(kind)))
}

fn list<T>(items: &[T], source: impl Fn(&T) -> String) -> String {
    format!("&[{}]", items.iter().map(source).collect::<Vec<_>>().join(", "))
}

fn option(source: Option<String>) -> String {
    source.map_or_else(|| "None".to_owned(), |source| format!("Some({source})"))
}

/// `getAll` as `GetAll`: the words of the files are the variants of our enums.
fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters
        .next()
        .map_or_else(String::new, |first| first.to_ascii_uppercase().to_string() + letters.as_str())
}
