//! The consent page: the hidden value of its form, and what access can be given to.

use std::borrow::Cow;

use html5gum::{DefaultEmitter, StartTag, Token, Tokenizer};

use crate::Secret;

/// What has to be posted back to the consent page.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::auth) struct ConsentForm {
    /// The hidden value that proves the page was seen.
    pub(in crate::auth) csrf: Secret,
    /// The resources that may be chosen, `resource.homey.<cloud id>` among them, each with the
    /// text beside it. That the page lists them is inferred from the field of that name in what
    /// is posted back; an empty list is no error.
    pub(in crate::auth) resources: Vec<Resource>,
}

/// A thing that access can be given to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::auth) struct Resource {
    /// The value to post: `resource.homey.5f0c3b2a9d1e4c7788aa10ff`.
    pub(in crate::auth) id: String,
    /// The words beside it; empty where there are none.
    pub(in crate::auth) label: String,
}

impl ConsentForm {
    /// The Homeys that the page lists: cloud id and name.
    pub(in crate::auth) fn homeys(&self) -> impl Iterator<Item = (&str, &str)> {
        self.resources.iter().filter_map(|one| Some((one.homey_id()?, &*one.label)))
    }
}

impl Resource {
    /// The cloud id of the Homey, if it is one.
    pub(in crate::auth) fn homey_id(&self) -> Option<&str> {
        self.id.strip_prefix("resource.homey.")
    }
}

/// Finds the form in the page, whatever the order and case of its attributes.
/// `None` when there is no CSRF value, as on a log-in or error page.
pub(in crate::auth) fn read_page(html: &str) -> Option<ConsentForm> {
    let mut emitter = DefaultEmitter::default();
    // What stands in a script is no tag.
    emitter.naively_switch_states(true);
    let mut page = PageReader::default();
    for token in Tokenizer::new_with_emitter(html, emitter) {
        match token {
            Ok(Token::StartTag(tag)) => page.begin(&tag),
            Ok(Token::EndTag(tag)) => page.end(&tag.name),
            Ok(Token::String(text)) => page.add(&String::from_utf8_lossy(&text)),
            Ok(_) => {}
        }
    }
    page.form()
}

/// A page as far as it was read.
#[derive(Default)]
struct PageReader {
    csrf: Option<String>,
    fields: Vec<FormField>,
    labels: Vec<Label>,
    /// The label that has begun and not ended. Labels do not nest.
    label: Option<usize>,
    /// Within a `select` of resources.
    selecting: bool,
    /// The field that is an option which has begun and not ended.
    option: Option<usize>,
}

/// A field whose value may be chosen.
struct FormField {
    value: String,
    element_id: Option<String>,
    /// What stands in it.
    words: String,
    /// The label around it.
    around: Option<usize>,
}

#[derive(Default)]
struct Label {
    /// The element that it points at.
    points_at: Option<String>,
    words: String,
}

impl PageReader {
    fn begin(&mut self, tag: &StartTag<()>) {
        let attribute = |name: &str| tag.attributes.get(name.as_bytes()).map(|value| text(value));
        let named = |wanted: &str| attribute("name").is_some_and(|name| name == wanted);
        match tag.name.as_slice() {
            b"input" if named("_csrf") => {
                let value = attribute("value").map(|value| value.trim().to_owned());
                self.csrf = value.filter(|value| !value.is_empty()).or(self.csrf.take());
            }
            b"input" if named("resource") => drop(self.field(tag)),
            b"select" => self.selecting = named("resource"),
            b"option" if self.selecting => self.option = self.field(tag),
            b"label" => {
                let points_at = attribute("for").map(Cow::into_owned);
                self.label = Some(self.labels.len());
                self.labels.push(Label { points_at, ..Label::default() });
            }
            _ => {}
        }
    }

    /// Notes a field, if it has a value.
    fn field(&mut self, tag: &StartTag<()>) -> Option<usize> {
        let attribute =
            |name: &str| tag.attributes.get(name.as_bytes()).map(|value| text(value).into_owned());
        let (value, element_id) = (attribute("value")?, attribute("id"));
        self.fields.push(FormField { value, element_id, words: String::new(), around: self.label });
        Some(self.fields.len() - 1)
    }

    fn end(&mut self, name: &[u8]) {
        match name {
            b"label" => self.label = None,
            b"option" => self.option = None,
            b"select" => (self.selecting, self.option) = (false, None),
            _ => {}
        }
    }

    fn add(&mut self, text: &str) {
        if let Some(label) = self.label {
            self.labels[label].words += text;
        }
        if let Some(option) = self.option {
            self.fields[option].words += text;
        }
    }

    fn form(self) -> Option<ConsentForm> {
        let csrf = Secret::new(self.csrf.as_ref()?.as_str());
        let mut resources: Vec<Resource> = Vec::new();
        for field in &self.fields {
            if resources.iter().all(|known| known.id != field.value) {
                resources.push(Resource { id: field.value.clone(), label: self.words_of(field) });
            }
        }
        Some(ConsentForm { csrf, resources })
    }

    /// The words that belong to a field: its own (an option), those of the `label` around it, or
    /// those of the `label` that points at it.
    fn words_of(&self, field: &FormField) -> String {
        let pointing = || {
            let id = field.element_id.as_ref()?;
            self.labels.iter().find(|label| label.points_at.as_ref() == Some(id))
        };
        let around = field.around.and_then(|nth| self.labels.get(nth));
        let of_label = || around.or_else(pointing).map(|label| label.words.as_str());
        let own = Some(field.words.as_str()).filter(|words| !words.trim().is_empty());
        let words = own.or_else(of_label).unwrap_or_default();
        words.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

fn text(bytes: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_csrf_value_is_found_in_any_order_of_attributes() {
        for page in [
            r#"<form><input type="hidden" name="_csrf" value="tok3n"></form>"#,
            r#"<form><input value=" tok3n " type=hidden NAME="_csrf" /></form>"#,
            r#"<input name="_csrf" value="old"><form><INPUT VALUE='tok3n' name='_csrf'></form>"#,
            r#"<input name=_csrf value="tok3n"><p>name="_csrf" value="not this"></p>"#,
            r#"<input name=_csrf value=tok3n><script>"<input name=_csrf value=not>"</script>"#,
            r#"<input name=_csrf value=tok3n><!-- <input name=_csrf value=not> -->"#,
            r#"<input name=_csrf value="to&#107;3n">"#,
        ] {
            let form = read_page(page).unwrap_or_else(|| panic!("no form in {page}"));
            assert_eq!(form.csrf.expose(), "tok3n", "in {page}");
        }
    }

    #[test]
    fn a_page_without_a_csrf_value_has_no_form() {
        for page in
            ["", "<h1>Log in</h1>", r#"<input name="_csrf">"#, r#"<input name="_csrf" value="">"#]
        {
            assert_eq!(read_page(page), None, "in {page}");
        }
    }

    #[test]
    fn resources_are_read_with_their_words_however_the_form_lists_them() {
        let page = r#"<form><input name=_csrf value=x>
            <label><input type=checkbox name=resource value=resource.homey.a1> Town  House</label>
            <input type=radio name=resource value=resource.homey.b2 id=b><label for=b>Cabin</label>
            <select name=resource><option value=resource.homey.c3>Office</option></select>
            <input type=hidden name=resource value=resource.homey.a1></form>"#;
        let found: Vec<_> = read_page(page)
            .unwrap()
            .resources
            .into_iter()
            .map(|r| (r.homey_id().unwrap().to_owned(), r.label))
            .collect();
        let want = [("a1", "Town House"), ("b2", "Cabin"), ("c3", "Office")];
        assert_eq!(found, want.map(|(id, label)| (id.to_owned(), label.to_owned())));
    }
}
