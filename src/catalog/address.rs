//! Addresses: slugs, output files and the relative links between them.
//!
//! Owns how a name becomes a file of the output. Must not know documents.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::config::UrlStyle;

/// Bytes that stand for themselves in a path segment (RFC 3986 `unreserved`), and the slash between segments.
const PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

/// Longest slug in characters: file systems take 255 bytes a name, and a suffix must fit.
const LONGEST_SLUG: usize = 80;

/// Turns any text into one path segment: lower case, accents of Latin letters folded, letters and digits of every
/// script kept, everything else one hyphen. Empty where nothing is left.
pub fn slugify(text: &str) -> String {
    if text.is_ascii() { slugify_ascii(text) } else { slugify_any(text) }
}

/// The same for what most names are made of, without a look at tables.
fn slugify_ascii(text: &str) -> String {
    let mut slug = String::with_capacity(text.len());
    for byte in text.bytes().filter(|byte| *byte != b'\'') {
        if byte.is_ascii_alphanumeric() || byte == b'_' {
            slug.push(char::from(byte.to_ascii_lowercase()));
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    slug.truncate(LONGEST_SLUG);
    slug.truncate(slug.trim_end_matches('-').len());
    slug
}

fn slugify_any(text: &str) -> String {
    let mut slug = String::with_capacity(text.len());
    let mut pending_hyphen = false;
    for character in text.nfkd().filter(|character| !is_combining_mark(*character)).flat_map(char::to_lowercase) {
        let folded = match character {
            'ß' => "ss",
            'æ' => "ae",
            'œ' => "oe",
            'ø' => "o",
            'đ' | 'ð' => "d",
            'ł' => "l",
            'þ' => "th",
            '\'' | '’' => continue,
            _ => "",
        };
        if folded.is_empty() && !character.is_alphanumeric() && character != '_' {
            pending_hyphen = !slug.is_empty();
            continue;
        }
        if std::mem::take(&mut pending_hyphen) {
            slug.push('-');
        }
        if folded.is_empty() {
            slug.push(character);
        } else {
            slug.push_str(folded);
        }
    }
    let cut: String = slug.nfc().take(LONGEST_SLUG).collect();
    cut.trim_end_matches('-').to_owned()
}

/// A name as one path segment that is never empty: its slug, or, where a name has no letter and no digit, the code
/// points of its characters, such as `u2764` for a heart.
pub fn segment(name: &str) -> String {
    let slug = slugify(name);
    if !slug.is_empty() {
        return slug;
    }
    let points: Vec<String> = name.trim().nfc().map(|character| format!("{:x}", u32::from(character))).collect();
    format!("u{}", points.join("-")).chars().take(LONGEST_SLUG).collect()
}

/// A folder path with every segment as [`segment`] writes it.
pub fn slugify_path(path: &str) -> String {
    path.split('/').filter(|name| !name.is_empty()).map(segment).collect::<Vec<_>>().join("/")
}

/// A readable title from a file or folder name: `front-desk` becomes `Front desk`.
pub fn humanize(name: &str) -> String {
    let words = name.replace(['-', '_'], " ");
    let mut characters = words.chars();
    match characters.next() {
        Some(first) => first.to_uppercase().chain(characters).collect(),
        None => words,
    }
}

/// The output file of a page whose address without ending is `address`, such as `articles/foo`.
pub fn page_output(style: UrlStyle, address: &str) -> String {
    match style {
        UrlStyle::Portable => format!("{address}.html"),
        UrlStyle::Pretty => format!("{address}/index.html"),
    }
}

/// The output file of a folder's own page, such as `articles/` or, empty, the home page.
pub fn index_output(folder: &str) -> String {
    if folder.is_empty() { "index.html".to_owned() } else { format!("{folder}/index.html") }
}

/// The address of an output file relative to the site's root, percent-encoded: with pretty addresses a folder's page
/// is named by the folder.
pub fn url_of(style: UrlStyle, output: &str) -> String {
    let named = match style {
        UrlStyle::Portable => output,
        UrlStyle::Pretty if output == "index.html" => "./",
        UrlStyle::Pretty => output.strip_suffix("index.html").filter(|folder| folder.ends_with('/')).unwrap_or(output),
    };
    utf8_percent_encode(named, PATH).to_string()
}

/// The output file of page `number` of a list whose first page is `first`.
pub fn numbered_output(first: &str, number: usize) -> String {
    if number == 1 {
        return first.to_owned();
    }
    if let Some(folder) = first.strip_suffix("index.html") {
        let is_pretty_or_index = folder.is_empty() || folder.ends_with('/');
        if is_pretty_or_index {
            return format!("{folder}page-{number}.html");
        }
    }
    format!("{}/page-{number}.html", first.strip_suffix(".html").unwrap_or(first))
}

/// What leads from an output file back to the site's root: one `../` for each folder.
pub fn root_of(output: &str) -> String {
    "../".repeat(output.matches('/').count())
}

/// The fragment of an address, encoded.
pub fn encode_fragment(fragment: &str) -> String {
    utf8_percent_encode(fragment, PATH).to_string()
}

/// Joins a relative path to the folder it is written in and resolves `.` and `..`; `None` where it leads out.
pub fn join(folder: &str, relative: &str) -> Option<String> {
    let mut segments: Vec<&str> = if relative.starts_with('/') {
        Vec::new()
    } else {
        folder.split('/').filter(|part| !part.is_empty()).collect()
    };
    for segment in relative.split('/') {
        match segment {
            "" | "." => {}
            ".." => {
                segments.pop()?;
            }
            other => segments.push(other),
        }
    }
    Some(segments.join("/"))
}

/// The relative path from a folder to a file, both relative to the same root.
pub fn relative_path(from_folder: &str, to: &str) -> String {
    let from: Vec<&str> = from_folder.split('/').filter(|part| !part.is_empty()).collect();
    let target: Vec<&str> = to.split('/').collect();
    let shared =
        from.iter().zip(target.iter().take(target.len() - 1)).take_while(|(left, right)| left == right).count();
    let ups = std::iter::repeat_n("..", from.len() - shared);
    ups.chain(target[shared..].iter().copied()).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs() {
        for (text, slug) in [
            ("Front desk", "front-desk"),
            ("  The guest's first minute! ", "the-guests-first-minute"),
            ("Beschwerden führen: Größe", "beschwerden-fuhren-grosse"),
            ("お客様 対応", "お客様-対応"),
            ("C++ & more", "c-more"),
            ("../..", ""),
            ("already_fine-1", "already_fine-1"),
        ] {
            assert_eq!(slugify(text), slug, "{text}");
        }
        assert_eq!(slugify(&"word ".repeat(600)).chars().count(), 79);
        for text in ["", "-a--b_c-", "It's  A (Test)!", "a'b' 'c", &"x-".repeat(60), "\u{1}a\tb\u{7f}"] {
            assert_eq!(slugify(text), slugify_any(text), "{text}");
        }
    }

    #[test]
    fn a_segment_is_never_empty_and_never_leads_up() {
        assert_eq!(segment("Front desk"), "front-desk");
        assert_eq!(segment("❤"), "u2764");
        assert_eq!(segment(".."), "u2e-2e");
        assert_eq!(segment(&"❤".repeat(100)).chars().count(), 80);
        assert_eq!(slugify_path("articles/+++/a"), "articles/u2b-2b-2b/a");
    }

    #[test]
    fn addresses_in_both_styles() {
        assert_eq!(page_output(UrlStyle::Portable, "articles/foo"), "articles/foo.html");
        assert_eq!(url_of(UrlStyle::Portable, "articles/a b.html"), "articles/a%20b.html");
        assert_eq!(url_of(UrlStyle::Pretty, "articles/foo/index.html"), "articles/foo/");
        assert_eq!(url_of(UrlStyle::Pretty, "index.html"), "./");
        assert_eq!(numbered_output("topics/care.html", 2), "topics/care/page-2.html");
        assert_eq!(numbered_output("articles/index.html", 3), "articles/page-3.html");
        assert_eq!(root_of("articles/a/b.html"), "../../");
    }

    #[test]
    fn joining_and_relating() {
        assert_eq!(join("content/articles", "../paths/x.md").as_deref(), Some("content/paths/x.md"));
        assert_eq!(join("content", "../../etc/passwd"), None);
        assert_eq!(join("content/articles", "./a/./b.md").as_deref(), Some("content/articles/a/b.md"));
        assert_eq!(relative_path("content/articles/a", "content/articles/b/c.md"), "../b/c.md");
        assert_eq!(relative_path("content", "content/c.md"), "c.md");
    }
}
