//! SVG documents: escaped text, texts that fit, one style sheet for light and dark.

use std::fmt::Write as _;

/// About the width of a letter of 13 units.
const LETTER: f64 = 7.1;

/// Viewers that do not know the last rule show the light picture.
const STYLE: &str = "\
text{font:13px system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif;fill:#1f2328}\
.paper{fill:#f6f8fa}\
.title{font-size:18px;font-weight:600}\
.small{font-size:11px;fill:#57606a}\
.strong{font-weight:600}\
.box{fill:#fff;stroke:#d0d7de}\
.off{stroke-dasharray:5 4}\
.off~.strong,.off~.small{fill:#6e7781}\
.gone{stroke:#cf222e;stroke-width:1.5;stroke-dasharray:5 4}\
.line{fill:none;stroke:#8c959f;stroke-width:1.6}\
.read{stroke:#0969da}\
.write{stroke:#bc4c00}\
.yes{stroke:#1a7f37}\
.no{stroke:#bc4c00}\
.failed{stroke:#cf222e;stroke-dasharray:5 4}\
.soft{stroke-dasharray:2 4}\
.head-plain{fill:#8c959f}.head-read{fill:#0969da}.head-write,.head-no{fill:#bc4c00}.head-yes{fill:#1a7f37}.head-failed{fill:#cf222e}\
.k-flow{fill:#0969da}.k-advanced{fill:#8250df}.k-device{fill:#1a7f37}.k-variable{fill:#9a6700}.k-mood{fill:#bf3989}\
.k-user{fill:#0550ae}.k-zone{fill:#57606a}.k-script{fill:#6639ba}.k-alarm{fill:#bc4c00}.k-app{fill:#116329}\
.k-trigger{fill:#0969da}.k-condition{fill:#9a6700}.k-action{fill:#1a7f37}.k-logic{fill:#57606a}\
.glyph{fill:#fff;font-size:11px;font-weight:600}\
.n-yellow{fill:#fff8c5;stroke:#eac54f}.n-red{fill:#ffebe9;stroke:#ff8182}.n-green{fill:#dafbe1;stroke:#6fdd8b}\
.n-blue{fill:#ddf4ff;stroke:#80ccff}.n-purple{fill:#fbefff;stroke:#d8b9ff}.n-grey{fill:#eaeef2;stroke:#afb8c1}\
@media (prefers-color-scheme:dark){\
text{fill:#f0f6fc}\
.paper{fill:#0d1117}\
.small{fill:#9198a1}\
.box{fill:#161b22;stroke:#3d444d}\
.off~.strong,.off~.small{fill:#8b949e}\
.gone{stroke:#f85149}\
.line{stroke:#6e7681}\
.read{stroke:#58a6ff}.write,.no{stroke:#f0883e}.yes{stroke:#3fb950}.failed{stroke:#f85149}\
.head-plain{fill:#6e7681}.head-read{fill:#58a6ff}.head-write,.head-no{fill:#f0883e}.head-yes{fill:#3fb950}.head-failed{fill:#f85149}\
.k-flow,.k-trigger{fill:#1f6feb}.k-advanced{fill:#8957e5}.k-device,.k-action{fill:#238636}.k-variable,.k-condition{fill:#9e6a03}\
.k-mood{fill:#bf4b8a}.k-user{fill:#388bfd}.k-zone,.k-logic{fill:#6e7681}.k-script{fill:#8957e5}.k-alarm{fill:#bd561d}.k-app{fill:#2ea043}\
.n-yellow{fill:#3b2e04;stroke:#9e6a03}.n-red{fill:#3c1414;stroke:#b62324}.n-green{fill:#0f2d1a;stroke:#238636}\
.n-blue{fill:#0c2338;stroke:#1f6feb}.n-purple{fill:#271a3d;stroke:#8957e5}.n-grey{fill:#1c2128;stroke:#6e7681}\
}";

/// A picture while it is drawn.
pub(super) struct Canvas {
    body: String,
}

impl Canvas {
    pub(super) fn new() -> Self {
        Self { body: String::new() }
    }

    /// Adds markup, whose texts are escaped already.
    pub(super) fn markup(&mut self, markup: &str) {
        self.body.push_str(markup);
        self.body.push('\n');
    }

    pub(super) fn text(&mut self, class: &str, (x, y): (f64, f64), text: &str) {
        let _ = writeln!(
            self.body,
            "<text class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\">{}</text>",
            escaped(text)
        );
    }

    pub(super) fn centred(&mut self, class: &str, (x, y): (f64, f64), text: &str) {
        let text = escaped(text);
        let _ = writeln!(
            self.body,
            "<text class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"middle\">{text}</text>"
        );
    }

    pub(super) fn rect(
        &mut self,
        class: &str,
        (x, y): (f64, f64),
        (width, height): (f64, f64),
        round: f64,
    ) {
        let _ = writeln!(
            self.body,
            "<rect class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height:.1}\" rx=\"{round}\"/>"
        );
    }

    /// A curve through points, which leaves and arrives level, with an arrow at its end. `side` is 1.0 where it
    /// leaves to the right, and -1.0 to the left.
    pub(super) fn curve(&mut self, class: &str, head: &str, side: f64, points: &[(f64, f64)]) {
        let [(x, y), rest @ ..] = points else { return };
        let mut path = format!("M{x:.1} {y:.1}");
        let mut from = (*x, *y);
        for &(x, y) in rest {
            let is_back = (x - from.0) * side < 0.0;
            let least = if is_back { 90.0 } else { 24.0 };
            let reach = ((x - from.0).abs() / 2.0).clamp(least, least.max(220.0)) * side;
            let _ = write!(
                path,
                "C{:.1} {:.1} {:.1} {y:.1} {x:.1} {y:.1}",
                from.0 + reach,
                from.1,
                x - reach
            );
            from = (x, y);
        }
        let _ = writeln!(
            self.body,
            "<path class=\"line {class}\" d=\"{path}\" marker-end=\"url(#{head})\"/>"
        );
    }

    /// The document.
    pub(super) fn document(&self, (width, height): (f64, f64), label: &str) -> String {
        let heads: String = ["plain", "read", "write", "yes", "no", "failed"]
            .iter()
            .map(|head| {
                format!(
                    "<marker id=\"{head}\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"7\" \
                     markerHeight=\"7\" orient=\"auto-start-reverse\"><path class=\"head-{head}\" d=\"M0 0L8 4L0 8z\"/></marker>"
                )
            })
            .collect();
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.0} {height:.0}\" width=\"{width:.0}\" \
             height=\"{height:.0}\" role=\"img\" aria-label=\"{}\">\n<style>{STYLE}</style>\n<defs>{heads}</defs>\n\
             <rect class=\"paper\" width=\"{width:.0}\" height=\"{height:.0}\"/>\n{}</svg>\n",
            escaped(label),
            self.body
        )
    }
}

/// Text as it stands in markup, without control characters.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            letter if letter.is_control() => out.push(' '),
            '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            letter => out.push(letter),
        }
    }
    out
}

/// About how wide a text of 13 units is.
pub(super) fn width(text: &str) -> f64 {
    let letter = |letter: char| match letter {
        'i' | 'j' | 'l' | '.' | ',' | ':' | ';' | '\'' | '|' | 'I' | '!' | '(' | ')' => 0.5,
        'f' | 't' | 'r' | ' ' | '‹' | '›' | '“' | '”' => 0.62,
        'm' | 'w' | 'M' | 'W' | '—' | '%' => 1.5,
        letter if letter.is_uppercase() => 1.2,
        letter if u32::from(letter) >= 0x1100 => 1.9,
        _ => 1.0,
    };
    text.chars().map(letter).sum::<f64>() * LETTER
}

/// A text cut so that it fits.
pub(super) fn fitted(text: &str, room: f64) -> String {
    if width(text) <= room {
        return text.to_owned();
    }
    let mut cut = String::new();
    for letter in text.chars() {
        if width(&cut) + LETTER * 2.5 > room {
            break;
        }
        cut.push(letter);
    }
    format!("{}…", cut.trim_end())
}

/// A text in lines that fit, the last cut where there are more.
pub(super) fn wrapped(text: &str, room: f64, most_lines: usize) -> Vec<String> {
    let mut lines: Vec<String> = vec![String::new()];
    for word in text.split_whitespace() {
        let last = lines.last_mut().map(|line| {
            let joined = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
            (width(&joined) <= room || line.is_empty()).then_some(joined)
        });
        match (last.flatten(), lines.last_mut()) {
            (Some(joined), Some(line)) => *line = joined,
            _ => lines.push(word.to_owned()),
        }
    }
    if lines.len() > most_lines {
        let rest = lines.split_off(most_lines.saturating_sub(1)).join(" ");
        lines.push(rest);
    }
    lines.iter().map(|line| fitted(line, room)).collect()
}
