//! Reads the consent page and the redirect that ends it; computes only, asks nobody.

use scraper::{ElementRef, Html, Selector};
use url::Url;

use crate::Secret;

/// What the consent page asks to be posted back.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct ConsentForm {
    /// The hidden value that proves the page was seen.
    pub(super) csrf: Secret,
    /// The resources that may be chosen, `resource.homey.<cloud id>` among them, each with the
    /// text beside it. That the page lists them is inferred from the field of that name in what
    /// is posted back; an empty list is no error.
    pub(super) resources: Vec<Resource>,
}

/// A thing that access can be given to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Resource {
    /// The value to post: `resource.homey.5f0c3b2a9d1e4c7788aa10ff`.
    pub(super) id: String,
    /// The words beside it; empty where there are none.
    pub(super) label: String,
}

impl Resource {
    /// The cloud id of the Homey, if it is one.
    pub(super) fn homey_id(&self) -> Option<&str> {
        self.id.strip_prefix("resource.homey.")
    }
}

/// Finds the form in the page, whatever the order and case of its attributes.
/// `None` when there is no CSRF value, as on a log-in or error page.
pub(super) fn read_page(html: &str) -> Option<ConsentForm> {
    let page = Html::parse_document(html);
    let csrf = select(&page, "input[name=_csrf]")
        .into_iter()
        .filter_map(|input| input.value().attr("value").map(str::trim).map(str::to_owned))
        .rfind(|value| !value.is_empty())?;
    let mut resources: Vec<Resource> = Vec::new();
    for field in select(&page, "input[name=resource], select[name=resource] option") {
        let Some(id) = field.value().attr("value") else { continue };
        if resources.iter().all(|known| known.id != id) {
            resources.push(Resource { id: id.to_owned(), label: label_of(&page, field) });
        }
    }
    Some(ConsentForm { csrf: Secret::new(csrf), resources })
}

fn select<'a>(page: &'a Html, selector: &str) -> Vec<ElementRef<'a>> {
    match Selector::parse(selector) {
        Ok(selector) => page.select(&selector).collect(),
        Err(_) => Vec::new(),
    }
}

/// The words that belong to a field: its own (an option), those of the `label` around it, or those
/// of the `label` that points at it.
fn label_of(page: &Html, field: ElementRef<'_>) -> String {
    let words = |element: ElementRef<'_>| {
        element.text().flat_map(str::split_whitespace).collect::<Vec<_>>().join(" ")
    };
    let own = words(field);
    if !own.is_empty() {
        return own;
    }
    let around = field
        .ancestors()
        .filter_map(ElementRef::wrap)
        .find(|element| element.value().name() == "label");
    let pointing = || {
        let id = field.value().attr("id")?;
        select(page, "label").into_iter().find(|label| label.value().attr("for") == Some(id))
    };
    around.or_else(pointing).map(words).unwrap_or_default()
}

/// The value of the CSRF cookie among `Set-Cookie` headers.
pub(super) fn csrf_cookie<'a>(set_cookie: impl Iterator<Item = &'a str>) -> Option<Secret> {
    set_cookie.filter_map(|header| header.trim().strip_prefix("_csrf=")).last().map(|rest| {
        let end = rest.find(';').unwrap_or(rest.len());
        Secret::new(rest[..end].trim())
    })
}

/// Where a redirect of the consent leads.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Redirect {
    /// Back to us, with the code.
    Code(Secret),
    /// Back to us, with the refusal's own words.
    Refused(String),
    /// To another page of the cloud.
    Page(Url),
    /// Nowhere that means anything.
    Nowhere,
}

/// Reads a `Location`: the code may stand anywhere in the query, next to anything.
pub(super) fn read_redirect(at: &Url, location: &str) -> Redirect {
    let Ok(url) = at.join(location) else { return Redirect::Nowhere };
    let find = |name: &str| url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value);
    if let Some(code) = find("code").filter(|code| !code.is_empty()) {
        return Redirect::Code(Secret::new(code));
    }
    if let Some(error) = find("error") {
        let words = find("error_description").unwrap_or(error);
        return Redirect::Refused(words.into_owned());
    }
    match url.origin() == at.origin() {
        true => Redirect::Page(url),
        false => Redirect::Nowhere,
    }
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

    #[test]
    fn the_cookie_is_cut_at_its_attributes() {
        for (headers, want) in [
            (vec!["_csrf=abc; Path=/"], Some("abc")),
            (vec!["other=1", "_csrf=abc"], Some("abc")),
            (vec!["_csrf=a=b; HttpOnly"], Some("a=b")),
            (vec!["x_csrf=abc"], None),
        ] {
            let found = csrf_cookie(headers.iter().copied());
            assert_eq!(found.as_ref().map(Secret::expose), want, "in {headers:?}");
        }
    }

    #[test]
    fn redirects_are_told_apart() {
        let at = Url::parse("https://accounts.example.com/oauth2/authorise?user_token=t").unwrap();
        let code = |text: &str| Redirect::Code(Secret::new(text));
        for (location, want) in [
            ("http://localhost?code=c0de", code("c0de")),
            ("http://localhost/?state=s&code=c0de&more=1", code("c0de")),
            ("http://localhost?error=access_denied", Redirect::Refused("access_denied".into())),
            (
                "http://localhost?error=x&error_description=Not+you",
                Redirect::Refused("Not you".into()),
            ),
            ("/login", Redirect::Page(Url::parse("https://accounts.example.com/login").unwrap())),
            ("https://elsewhere.example.com/", Redirect::Nowhere),
            ("http://localhost?code=", Redirect::Nowhere),
        ] {
            assert_eq!(read_redirect(&at, location), want, "for {location}");
        }
    }
}
