//! A simple-minded reader of pages: no tree, only tags. What the proof accepts it must see as well.

/// Raw texts of a page that are read both ways; further ones are read as raw.
const BOTH_WAYS: u32 = 6;

/// The readings of a page by somebody who does not know whether templates and pictures are shown, nor whether a title or
/// a style stands in a formula, where it is an element as any other.
pub(crate) fn readings(html: &str) -> impl Iterator<Item = String> {
    let without_templates = without(html, "template");
    let pages = [html.to_owned(), without(html, "svg"), without(&without_templates, "svg"), without_templates];
    pages.into_iter().flat_map(|page| (0..1 << BOTH_WAYS).map(move |plain| visible_text(&page, plain)))
}

/// Without some elements, up to their end tags, or those of what is around them.
fn without(html: &str, name: &str) -> String {
    let (open, close) = (format!("<{name}"), format!("</{name}"));
    let lower = html.to_ascii_lowercase();
    let mut text = String::new();
    let mut at = 0;
    while let Some(start) = lower[at..].find(&open).map(|length| at + length) {
        text.push_str(&html[at..start]);
        let behind = start + open.len();
        // Elements of the same name inside are counted.
        let (mut depth, mut end) = (1, behind);
        while depth > 0 {
            let next_open = lower[end..].find(&open);
            match lower[end..].find(&close) {
                Some(length) if next_open.is_none_or(|next| length < next) => {
                    depth -= 1;
                    end += length + close.len();
                }
                Some(_) => {
                    depth += 1;
                    end += next_open.unwrap_or(0) + open.len();
                }
                None => break,
            }
        }
        at = if depth == 0 {
            lower[end..].find('>').map_or(html.len(), |length| end + length + 1)
        } else {
            // The end tag of what is around it ends it too.
            let ends = lower[behind..].match_indices("</").map(|(length, _)| behind + length);
            let mut ends = ends.filter(|at| lower[at + 2..].starts_with(|it: char| it.is_ascii_alphabetic()));
            ends.next().unwrap_or(html.len())
        };
    }
    text.push_str(&html[at..]);
    text
}

/// The text between tags, references resolved, characters without a width left out. The bits of `plain` say which raw
/// texts are none.
fn visible_text(html: &str, plain: u32) -> String {
    let mut text = String::new();
    let mut met = 0;
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        text.push_str(&rest[..start]);
        rest = &rest[start..];
        if let Some(after) = rest.strip_prefix("<!--") {
            rest = behind_comment(after);
            continue;
        }
        let next = rest[1..].chars().next();
        if !next.is_some_and(|next| next.is_ascii_alphabetic() || matches!(next, '/' | '!' | '?')) {
            text.push('<');
            rest = &rest[1..];
            continue;
        }
        let behind = rest.strip_prefix("</").unwrap_or(&rest[1..]);
        if !behind.starts_with(|it: char| it.is_ascii_alphabetic()) {
            // `</ …`, `<!…` and `<?…` are comments up to the next `>`, whatever stands in quotes.
            rest = rest.find('>').map_or("", |end| &rest[end + 1..]);
            continue;
        }
        let (tag, after) = split_tag(rest);
        let name: String = tag
            .trim_start_matches(['<', '/'])
            .chars()
            .take_while(|it| !it.is_ascii_whitespace() && *it != '/')
            .collect();
        let name = name.to_ascii_lowercase();
        rest = after;
        if matches!(name.as_str(), "script" | "style" | "title" | "textarea") && !tag.starts_with("</") {
            let is_plain = met < BOTH_WAYS && plain >> met & 1 == 1;
            met += 1;
            if !is_plain {
                rest = &rest[end_of_raw_text(rest, &name)..];
            }
        }
    }
    text.push_str(rest);
    resolved(&text).replace(['\0', '\u{AD}', '\u{200B}', '\u{2060}', '\u{FEFF}'], "")
}

/// Where the end tag of a raw text begins; `</style<` is none.
fn end_of_raw_text(text: &str, name: &str) -> usize {
    let lower = text.to_ascii_lowercase();
    let tag = format!("</{name}");
    let is_end = |at: &usize| {
        let behind = lower[at + tag.len()..].chars().next();
        behind.is_some_and(|it| it.is_ascii_whitespace() || matches!(it, '/' | '>'))
    };
    lower.match_indices(&tag).map(|(at, _)| at).find(is_end).unwrap_or(text.len())
}

fn behind_comment(after: &str) -> &str {
    let ends = ["-->", "--!>"].iter().filter_map(|end| after.find(end).map(|at| at + end.len()));
    let end = match after {
        _ if after.starts_with('>') => 1,
        _ if after.starts_with("->") => 2,
        _ => ends.min().unwrap_or(after.len()),
    };
    &after[end..]
}

/// Where in a tag a character stands.
#[derive(Clone, Copy, PartialEq)]
enum At {
    /// The tag's name.
    Name,
    /// Between attributes, or in an attribute's name.
    Attribute,
    /// After an attribute's name and a space.
    BehindName,
    /// After `=`.
    Value,
    /// A value without quotes.
    Bare,
    /// A value in quotes.
    Quoted(char),
}

/// A tag and what follows it; `>` inside quotes does not end it, and quotes count only where a value begins.
fn split_tag(text: &str) -> (&str, &str) {
    let start = text.len() - text.trim_start_matches(['<', '/']).len();
    let mut at = At::Name;
    // Where an attribute's name begins, `=` belongs to the name.
    let mut has_name = false;
    for (index, character) in text.char_indices().skip_while(|(index, _)| *index < start) {
        if let At::Quoted(open) = at {
            if character == open {
                (at, has_name) = (At::Attribute, false);
            }
            continue;
        }
        if character == '>' {
            return (&text[..index], &text[index + 1..]);
        }
        let is_space = character.is_ascii_whitespace();
        at = match (at, character) {
            (At::Name, _) if !is_space && character != '/' => At::Name,
            (At::Value, '"' | '\'') => At::Quoted(character),
            (At::Value, _) if is_space => At::Value,
            (At::Value | At::Bare, _) if !is_space => At::Bare,
            (At::Attribute | At::BehindName, '=') if has_name => At::Value,
            (At::Attribute, _) if is_space && has_name => At::BehindName,
            (At::BehindName, _) if is_space => At::BehindName,
            (_, '/') => {
                has_name = false;
                At::Attribute
            }
            (_, _) if is_space => {
                has_name = false;
                At::Attribute
            }
            _ => {
                has_name = true;
                At::Attribute
            }
        };
    }
    (text, "")
}

fn resolved(text: &str) -> String {
    let references = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&nbsp;", " "),
        ("&#160;", " "),
        ("&#67;", "C"),
        ("&#x43;", "C"),
        ("&#65;", "A"),
        ("&shy;", ""),
        ("&ZeroWidthSpace;", ""),
        ("&NewLine;", " "),
        ("&Tab;", " "),
        ("&comma;", ","),
        ("&period;", "."),
        ("&#0;", "\u{FFFD}"),
        ("&amp;", "&"),
    ];
    references.iter().fold(text.to_owned(), |text, (name, character)| text.replace(name, character))
}
