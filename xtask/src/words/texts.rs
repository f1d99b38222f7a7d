//! The texts of a source file for readers, and the types it defines.

use proc_macro2::{Delimiter, TokenStream, TokenTree};

use crate::failure::Failure;
use crate::sources::imports::{Tokens, next_is_test_attribute, skip_item};

/// What is read from one file, without what only tests compile.
#[derive(Debug, Default)]
pub(super) struct Texts {
    pub(super) texts: Vec<Text>,
    /// Each type with the line that defines it.
    pub(super) types: Vec<(String, usize)>,
}

/// A text for readers.
#[derive(Debug)]
pub(super) struct Text {
    pub(super) kind: Kind,
    pub(super) line: usize,
    pub(super) text: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// The first paragraph of a doc comment, which is also the help of a command or an option.
    Summary,
    /// A string in the code: help, messages, keys.
    Literal,
}

/// Reads the text of a file.
pub(super) fn read(text: &str) -> Result<Texts, Failure> {
    let tokens: TokenStream = text.parse().map_err(|cause| format!("this is not Rust: {cause}"))?;
    let mut texts = Texts::default();
    texts.read(tokens, true);
    Ok(texts)
}

impl Texts {
    /// Reads the tokens of a module, or of what is no module: types are then associated ones.
    fn read(&mut self, tokens: TokenStream, has_types: bool) {
        let mut tokens = tokens.into_iter().peekable();
        // Whether the next body is one of a module, or of items in a function.
        let mut body_has_types = has_types;
        let mut doc = Vec::new();
        while let Some(token) = tokens.next() {
            match token {
                TokenTree::Punct(mark) if mark.as_char() == '#' => {
                    if next_is_test_attribute(&mut tokens) {
                        skip_item(&mut tokens);
                        doc.clear();
                    } else if let Some(line) = doc_line(&mut tokens) {
                        doc.push(line);
                        continue;
                    }
                }
                TokenTree::Ident(word) => match word.to_string().as_str() {
                    "impl" => body_has_types = false,
                    "trait" => {
                        self.add_type(has_types, &mut tokens);
                        body_has_types = false;
                    }
                    "struct" | "enum" | "union" | "type" => self.add_type(has_types, &mut tokens),
                    "mod" | "fn" => body_has_types = true,
                    _ => {}
                },
                TokenTree::Group(group) => {
                    let is_body = group.delimiter() == Delimiter::Brace;
                    self.read(group.stream(), if is_body { body_has_types } else { has_types });
                    if is_body {
                        body_has_types = has_types;
                    }
                }
                TokenTree::Literal(literal) => {
                    let line = literal.span().start().line;
                    if let Some(text) = string(&literal.to_string()) {
                        self.texts.push(Text { kind: Kind::Literal, line, text });
                    }
                }
                TokenTree::Punct(_) => {}
            }
            self.add_summary(&mut doc);
        }
        self.add_summary(&mut doc);
    }

    fn add_type(&mut self, is_of_module: bool, tokens: &mut Tokens) {
        if let Some(TokenTree::Ident(name)) = tokens.peek().filter(|_| is_of_module) {
            self.types.push((name.to_string(), name.span().start().line));
        }
    }

    /// The first paragraph of a doc comment that has ended.
    fn add_summary(&mut self, doc: &mut Vec<(usize, String)>) {
        let Some(line) = doc.first().map(|(line, _)| *line) else { return };
        let lines = doc.iter().map(|(_, text)| text.trim()).take_while(|text| !text.is_empty());
        let text = lines.collect::<Vec<_>>().join(" ");
        self.texts.push(Text { kind: Kind::Summary, line, text });
        doc.clear();
    }
}

/// The line of a doc comment that starts here: the attribute behind a `#`, or `#!`.
fn doc_line(tokens: &mut Tokens) -> Option<(usize, String)> {
    tokens.next_if(|token| matches!(token, TokenTree::Punct(mark) if mark.as_char() == '!'));
    let TokenTree::Group(group) = tokens.peek()? else { return None };
    let mut attribute = group.stream().into_iter();
    let is_doc = matches!(attribute.next(), Some(TokenTree::Ident(word)) if word == "doc");
    let Some(TokenTree::Literal(text)) = attribute.nth(1).filter(|_| is_doc) else { return None };
    let line = text.span().start().line;
    let text = string(&text.to_string())?;
    tokens.next();
    Some((line, text))
}

/// What a string literal holds, escapes as they are written; nothing for another literal.
fn string(literal: &str) -> Option<String> {
    let start = literal.find('"')?;
    let text = literal[start + 1..].trim_end_matches('#').strip_suffix('"')?;
    Some(text.replace("\\n", " ").replace("\\\n", " "))
}
