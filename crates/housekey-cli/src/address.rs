//! Addresses that people type.

use url::Url;

/// Reads the address of a server.
pub(crate) fn address(text: &str) -> Result<Url, String> {
    let without_scheme = || format!("begin it with a scheme, as in `http://{text}`");
    match Url::parse(text) {
        Ok(url) if matches!(url.scheme(), "http" | "https") => Ok(url),
        Ok(url) if url.has_host() || text.contains("://") => {
            Err("only http:// and https:// are spoken here".to_owned())
        }
        // A bare `host:port` reads as the scheme `host`.
        Ok(_) | Err(url::ParseError::RelativeUrlWithoutBase) => Err(without_scheme()),
        Err(_) if !text.contains("://") => Err(without_scheme()),
        Err(error) => Err(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_a_scheme_and_a_host() {
        for (text, want) in [
            ("http://192.0.2.7", Ok("http://192.0.2.7/")),
            ("https://home.example.com:4860/base", Ok("https://home.example.com:4860/base")),
            ("192.0.2.7", Err("begin it with a scheme, as in `http://192.0.2.7`")),
            ("192.0.2.7:80", Err("begin it with a scheme, as in `http://192.0.2.7:80`")),
            ("localhost:80", Err("begin it with a scheme, as in `http://localhost:80`")),
            ("file:///etc/passwd", Err("only http:// and https:// are spoken here")),
        ] {
            let read = address(text);
            assert_eq!(read.as_ref().map(Url::as_str).map_err(String::as_str), want, "{text}");
        }
    }
}
