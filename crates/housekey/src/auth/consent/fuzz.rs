//! The consent page and its redirect, read from any text.

use url::Url;

use super::{Redirect, csrf_cookie, read_page, read_redirect};

/// The pages of an account cloud, its cookies and its redirects. A form that is found can be posted: it
/// has its hidden value, and each resource is listed once.
pub fn consent(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    if let Some(form) = read_page(&text) {
        let csrf = form.csrf.expose();
        assert!(!csrf.is_empty() && csrf == csrf.trim(), "a hidden value that cannot be posted");
        for (nth, resource) in form.resources.iter().enumerate() {
            assert!(form.resources[..nth].iter().all(|other| other.id != resource.id));
            let words: Vec<_> = resource.label.split_whitespace().collect();
            assert_eq!(words.join(" "), resource.label);
        }
    }
    for line in text.lines() {
        let cookie = csrf_cookie(std::iter::once(line));
        assert!(cookie.is_none_or(|cookie| !cookie.expose().contains(';')));
        let Ok(at) = Url::parse("https://accounts.example.com/oauth2/authorise") else { continue };
        match read_redirect(&at, line) {
            Redirect::Code(code) => assert!(!code.expose().is_empty()),
            Redirect::Page(page) => assert_eq!(page.origin(), at.origin(), "another server"),
            Redirect::Refused(_) | Redirect::Nowhere => {}
        }
    }
}
