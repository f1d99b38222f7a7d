//! The web pages of the accounts site, with their hidden values where clients look for them.

use super::account::{Client, HomeyRecord};

/// The consent page. `action` is the target of its form, `csrf` the hidden value, if the page has one.
///
/// Scripts cut the value out of the text between `name="_csrf" value="` and `">`, so the input is
/// written in exactly that order unless `reordered`.
pub(super) fn consent(
    client: &Client,
    homeys: &[&HomeyRecord],
    action: &str,
    csrf: Option<&str>,
    reordered: bool,
) -> String {
    let hidden = match csrf {
        None => String::new(),
        Some(value) if reordered => format!("<INPUT VALUE='{value}' NAME='_csrf' TYPE=hidden />\n"),
        Some(value) => format!("<input type=\"hidden\" name=\"_csrf\" value=\"{value}\">\n"),
    };
    // Inferred: the user has to be able to choose, and the form carries the choice in `resource`.
    let choices: String = homeys
        .iter()
        .map(|homey| {
            let (id, name) = (&homey.id, escape(&homey.name));
            format!(
                "<label><input type=\"checkbox\" name=\"resource\" \
                 value=\"resource.homey.{id}\"> {name}</label>\n"
            )
        })
        .collect();
    page(
        "Give access",
        &format!(
            "<h1>Give {} access to your Homey?</h1>\n\
             <form method=\"post\" action=\"{}\">\n{choices}{hidden}\
             <button name=\"allow\" value=\"Allow\">Allow</button>\n\
             <button name=\"allow\" value=\"Deny\">Deny</button>\n</form>\n",
            escape(client.name),
            escape(action),
        ),
    )
}

/// The log-in page: its script does step 1, then step 2 with the user token. `query` is that of the
/// authorise request.
pub(super) fn login(query: &str) -> String {
    const SCRIPT: &str = "
const form = document.getElementById('login');
form.addEventListener('submit', async (event) => {
  event.preventDefault();
  const answer = await fetch('/login', { method: 'POST', body: new URLSearchParams(new FormData(form)) });
  const body = await answer.json();
  if (!answer.ok) {
    document.getElementById('why').textContent = body.error_description;
    return;
  }
  const query = new URLSearchParams(form.dataset.query);
  query.set('user_token', body.token);
  location.assign('/oauth2/authorise?' + query);
});
";
    page(
        "Log in",
        &format!(
            "<h1>Log in</h1>\n<form id=\"login\" data-query=\"{}\">\n\
             <label>E-mail <input name=\"email\" type=\"email\" required></label>\n\
             <label>Password <input name=\"password\" type=\"password\" required></label>\n\
             <label>Two-factor code <input name=\"otptoken\"></label>\n\
             <button>Log in</button>\n</form>\n<p id=\"why\"></p>\n<script>{SCRIPT}</script>\n",
            escape(query),
        ),
    )
}

/// An error page.
pub(super) fn error(text: &str) -> String {
    page(
        "Something went wrong",
        &format!("<h1>Something went wrong</h1>\n<p>{}</p>\n", escape(text)),
    )
}

fn page(title: &str, content: &str) -> String {
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><title>{title}</title>\
         </head>\n<body>\n{content}</body>\n</html>\n"
    )
}

fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            other => safe.push(other),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_from_outside_stays_text() {
        assert_eq!(escape(r#"<a href="x">'&'"#), "&lt;a href=&quot;x&quot;&gt;&#39;&amp;&#39;");
    }
}
