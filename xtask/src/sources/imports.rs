//! What a source file imports, by `use` lines and by paths written out in the code.

use std::collections::{BTreeMap, BTreeSet};
use std::iter::Peekable;

use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree, token_stream};

use crate::failure::Failure;

/// One name that a module takes from elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Import {
    /// The module that imports, from the root of its crate: `["auth", "policy"]`.
    pub(crate) module: Vec<String>,
    /// The name in full, its crate first: `["housekey", "clock", "Clock"]`. A glob ends in `*`.
    pub(crate) path: Vec<String>,
    /// What it is called here, where `use` gives it a name.
    pub(crate) alias: Option<String>,
    /// Whether it is only handed on: a `pub use` of a name that the module does not use.
    pub(crate) is_reexport: bool,
    pub(crate) line: usize,
}

/// What is read from one file.
#[derive(Debug, Default)]
pub(crate) struct Source {
    pub(crate) imports: Vec<Import>,
    /// The modules that have a file of their own, from the root of the crate.
    pub(crate) children: Vec<Vec<String>>,
}

/// Reads a file that holds the module `module` of the crate `name`. What stands under `#[cfg(test)]`
/// is passed over.
pub(crate) fn read(text: &str, name: &str, module: Vec<String>) -> Result<Source, Failure> {
    let tokens: TokenStream = text.parse().map_err(|cause| format!("this is not Rust: {cause}"))?;
    let mut reader = Reader { crate_name: name.replace('-', "_"), ..Reader::default() };
    reader.items(tokens, &module);
    reader.write_aliases_out();
    reader.clear_used_reexports();
    Ok(reader.source)
}

#[derive(Default)]
struct Reader {
    crate_name: String,
    source: Source,
    /// The names that stand outside of `use` lines, each the first of its path.
    used: BTreeSet<String>,
}

pub(crate) type Tokens = Peekable<token_stream::IntoIter>;

impl Reader {
    fn items(&mut self, tokens: TokenStream, module: &[String]) {
        let mut tokens = tokens.into_iter().peekable();
        let mut is_public = false;
        while let Some(token) = tokens.next() {
            let was_public = std::mem::take(&mut is_public);
            match token {
                TokenTree::Punct(mark) if mark.as_char() == '#' => {
                    if next_is_test_attribute(&mut tokens) {
                        skip_item(&mut tokens);
                    }
                }
                TokenTree::Ident(word) if word == "pub" => {
                    is_public = true;
                    // `pub(in crate::auth)` says who may see, not who is imported.
                    tokens.next_if(|token| {
                        matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Parenthesis)
                    });
                }
                TokenTree::Ident(word) if word == "use" && !next_is(&mut tokens, '<') => {
                    let until_end = tokens.by_ref().take_while(|token| !is(token, ';')).collect();
                    self.use_tree(until_end, &[], was_public, module);
                }
                TokenTree::Ident(word) => self.word(&word, &mut tokens, module),
                TokenTree::Group(group) => self.items(group.stream(), module),
                TokenTree::Punct(_) | TokenTree::Literal(_) => {}
            }
        }
    }

    fn word(&mut self, word: &Ident, tokens: &mut Tokens, module: &[String]) {
        match word.to_string().as_str() {
            "mod" => {
                let Some(TokenTree::Ident(name)) = tokens.next() else { return };
                let inner = [module, &[plain(&name)]].concat();
                match tokens.next() {
                    Some(TokenTree::Group(body)) => self.items(body.stream(), &inner),
                    _ => self.source.children.push(inner),
                }
            }
            _ => {
                let mut path = vec![plain(word)];
                while next_is(tokens, ':') {
                    let Some(segment) = after_colons(tokens) else { break };
                    path.push(plain(&segment));
                }
                self.used.extend(path.first().cloned());
                if path.len() > 1 {
                    self.import(path, None, word, false, module);
                }
            }
        }
    }

    /// One branch of a `use` tree: `a::b`, `a::b as c`, `a::*` or `a::{b, c::d}`.
    fn use_tree(&mut self, tree: TokenStream, prefix: &[String], public: bool, module: &[String]) {
        let mut path = prefix.to_vec();
        let mut place = None;
        let mut alias = None;
        let mut tokens = tree.into_iter();
        while let Some(token) = tokens.next() {
            match token {
                TokenTree::Ident(word) if word == "as" => {
                    alias = tokens.next().map(|name| name.to_string());
                }
                TokenTree::Ident(word) => {
                    path.push(plain(&word));
                    place = Some(word);
                }
                TokenTree::Punct(mark) if mark.as_char() == '*' => path.push("*".into()),
                TokenTree::Group(branches) => {
                    for branch in split_at_commas(branches.stream()) {
                        self.use_tree(branch, &path, public, module);
                    }
                    return;
                }
                TokenTree::Punct(_) | TokenTree::Literal(_) => {}
            }
        }
        let Some(place) = place else { return };
        // `a::b::{self}` names `a::b`.
        if path.len() > 1 && path.last().is_some_and(|last| last == "self") {
            path.pop();
        }
        let alias = alias.or_else(|| path.last().cloned());
        self.import(path, alias, &place, public, module);
    }

    fn import(
        &mut self,
        path: Vec<String>,
        alias: Option<String>,
        place: &Ident,
        is_reexport: bool,
        module: &[String],
    ) {
        let path = self.in_full(path, module);
        let line = place.span().start().line;
        let module = module.to_vec();
        self.source.imports.push(Import { module, path, alias, is_reexport, line });
    }

    /// Puts a crate's name in place of `crate`, `self` and `super`.
    fn in_full(&self, path: Vec<String>, module: &[String]) -> Vec<String> {
        let mut rest = path.as_slice();
        let mut base = match rest.first().map(String::as_str) {
            Some("crate") => &[],
            Some("self" | "super") => module,
            _ => return path,
        };
        while let Some((first, others)) = rest.split_first() {
            match first.as_str() {
                "crate" | "self" => {}
                "super" => base = base.split_last().map_or(&[], |(_, parents)| parents),
                _ => break,
            }
            rest = others;
        }
        [std::slice::from_ref(&self.crate_name), base, rest].concat()
    }

    /// `use jiff::Timestamp;` and later `Timestamp::now()` is `jiff::Timestamp::now`.
    fn write_aliases_out(&mut self) {
        let aliases: BTreeMap<String, Vec<String>> = self
            .source
            .imports
            .iter()
            .filter_map(|import| Some((import.alias.clone()?, import.path.clone())))
            .collect();
        for import in self.source.imports.iter_mut().filter(|import| import.alias.is_none()) {
            if let Some(full) = import.path.first().and_then(|first| aliases.get(first)) {
                import.path = [full.as_slice(), &import.path[1..]].concat();
            }
        }
    }

    /// A `pub use` whose name the file uses itself is an import like any other.
    fn clear_used_reexports(&mut self) {
        for import in &mut self.source.imports {
            let is_used = import.alias.as_ref().is_some_and(|alias| self.used.contains(alias));
            import.is_reexport &= !is_used;
        }
    }
}

/// `r#type` and `type` are one name.
fn plain(word: &Ident) -> String {
    let word = word.to_string();
    word.strip_prefix("r#").map(str::to_owned).unwrap_or(word)
}

fn is(token: &TokenTree, mark: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == mark)
}

fn next_is(tokens: &mut Tokens, mark: char) -> bool {
    tokens.peek().is_some_and(|token| is(token, mark))
}

/// The name after `::`; nothing after the `:` of a type or before `::<`.
fn after_colons(tokens: &mut Tokens) -> Option<Ident> {
    tokens.next_if(|token| is(token, ':'))?;
    tokens.next_if(|token| is(token, ':'))?;
    match tokens.next_if(|token| matches!(token, TokenTree::Ident(_)))? {
        TokenTree::Ident(word) => Some(word),
        _ => None,
    }
}

fn split_at_commas(tokens: TokenStream) -> Vec<TokenStream> {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    tokens.split(|token| is(token, ',')).map(|part| part.iter().cloned().collect()).collect()
}

/// Whether the attribute that starts here is exactly `#[cfg(test)]`.
pub(crate) fn next_is_test_attribute(tokens: &mut Tokens) -> bool {
    matches!(tokens.peek(), Some(TokenTree::Group(group))
        if group.stream().to_string().replace(' ', "") == "cfg(test)")
}

/// Passes over the rest of an item: to its `;`, or to its body in braces.
pub(crate) fn skip_item(tokens: &mut Tokens) {
    let mut is_use = false;
    for token in tokens.by_ref() {
        match token {
            TokenTree::Ident(word) if word == "use" => is_use = true,
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace && !is_use => return,
            token if is(&token, ';') => return,
            _ => {}
        }
    }
}
