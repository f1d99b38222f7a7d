//! Reads the consent page and the redirect that ends it; computes only, sends nothing.

mod choice;
#[cfg(any(test, fuzzing))]
pub(super) mod fuzz;
mod page;

use url::Url;

pub(super) use self::choice::{choose_resource, known_resources};
pub(super) use self::page::{ConsentForm, Resource, read_page};

use crate::Secret;

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
