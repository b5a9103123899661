//! What becomes of one file: text that steward reads itself, bytes, or a complaint. Shared by disk and memory.
//!
//! Owns the rules on names, sizes and encodings. Must not know the disk.

use std::sync::Arc;

use super::SETTINGS_FILE;
use super::{Content, Digest, SourceFile};
use crate::diagnostic::{Code, Diagnostic, FilePath, Span};
use crate::store::Store;

/// The largest file that is read as text. The longest articles known have 200 KB; a Markdown file of many megabytes
/// is a mistake (a log, an export) that would only slow every build down.
pub const TEXT_LIMIT: u64 = 4 * 1024 * 1024;

/// Files up to this size that are copied as they are stay in memory, which saves opening them a second time.
const BYTES_LIMIT: u64 = 64 * 1024;

/// Files that hold text and are copied as they are stay in memory up to this size, because they are searched for text
/// that is somebody else's.
const COPIED_TEXT_LIMIT: u64 = 16 * 1024 * 1024;

/// Endings of such files.
const COPIED_TEXT: [&str; 34] = [
    "txt",
    "text",
    "csv",
    "tsv",
    "vtt",
    "srt",
    "sbv",
    "markdown",
    "rst",
    "adoc",
    "log",
    "tex",
    "css",
    "yaml",
    "yml",
    "toml",
    "ics",
    "ini",
    "html",
    "htm",
    "xhtml",
    "svg",
    "xml",
    "rss",
    "atom",
    "opml",
    "webmanifest",
    "json",
    "js",
    "mjs",
    "jsonl",
    "geojson",
    "md",
    "mdx",
];

/// Endings of theme files that are read as text.
const THEME_TEXT: [&str; 7] = ["html", "css", "js", "toml", "svg", "txt", "xml"];

/// The folders of a site that are inputs; the settings file is the only input beside them.
pub(super) const INPUT_FOLDERS: [&str; 2] = ["content", "themes"];

/// Whether a path belongs to a site's inputs.
pub(super) fn is_input(path: &str) -> bool {
    path == SETTINGS_FILE
        || path.split_once('/').is_some_and(|(top, _)| INPUT_FOLDERS.contains(&top)) && !path.split('/').any(is_ignored)
}

/// Whether a file or folder of this name is left alone wherever it stands: hidden files (also `.git`, `.DS_Store`,
/// vim's `.name.swp`, Emacs's `.#name`), and what systems and editors leave behind: `Thumbs.db`, `desktop.ini`,
/// `name~`, `#name#`, `~$name` (Office), `*.tmp`, `*.swp`, `___jb_tmp___` (JetBrains), `4913` (vim's write test).
pub(super) fn is_ignored(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    name.starts_with('.')
        || name.ends_with('~')
        || name.starts_with("~$")
        || (name.len() > 1 && name.starts_with('#') && name.ends_with('#'))
        || name.ends_with("___jb_tmp___")
        || name.ends_with("___jb_old___")
        || lower.ends_with(".tmp")
        || lower.ends_with(".swp")
        || matches!(lower.as_str(), "thumbs.db" | "desktop.ini" | "4913")
}

/// Whether a file is read as text: Markdown, the settings, and the text files of themes. Text files beside pages
/// (`.txt`, `.csv`) are the site's own and are copied byte for byte.
pub(super) fn is_text(path: &str) -> bool {
    if path == SETTINGS_FILE || path.ends_with(".md") {
        return true;
    }
    let ending = path.rsplit('/').next().and_then(|name| name.rsplit_once('.')).map_or("", |(_, ending)| ending);
    path.starts_with("themes/") && THEME_TEXT.iter().any(|text| ending.eq_ignore_ascii_case(text))
}

/// Whether a file's ending says that it holds text that people typed.
pub fn holds_text(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.rsplit_once('.').is_some_and(|(_, ending)| COPIED_TEXT.iter().any(|text| ending.eq_ignore_ascii_case(text)))
}

/// The size up to which a file is held in memory.
pub(super) fn memory_limit(path: &str) -> u64 {
    if holds_text(path) { COPIED_TEXT_LIMIT } else { BYTES_LIMIT }
}

/// A file from its bytes, or what is wrong with them.
pub(super) fn from_bytes(path: &FilePath, bytes: Vec<u8>, store: &Store) -> Result<SourceFile, Box<Diagnostic>> {
    if let Some(complaint) = other_markdown_ending(path) {
        return Err(Box::new(complaint));
    }
    let digest = Digest::of(&bytes);
    let content = match is_text(path) {
        true if path.starts_with("content/") => Content::PutAway(store.keep_text(&text(path, bytes)?)),
        true => Content::Text(text(path, bytes)?),
        false => Content::Bytes(bytes.into()),
    };
    Ok(SourceFile { path: path.clone(), digest, content })
}

/// The complaint about Markdown under another ending than `.md`: it would be copied as it is, drafts and front matter
/// included.
fn other_markdown_ending(path: &FilePath) -> Option<Diagnostic> {
    const OTHERS: [&str; 6] = ["md", "markdown", "mdown", "mkd", "mkdn", "mdx"];
    let (name, ending) = path.file_name().rsplit_once('.')?;
    let is_other = ending != "md" && OTHERS.iter().any(|other| ending.eq_ignore_ascii_case(other));
    (path.starts_with("content/") && is_other).then(|| {
        let message = format!("`{}` is Markdown, but its name does not end in `.md`", path.file_name());
        Diagnostic::in_file(Code::IoMarkdownEnding, path, message).hint(format!("rename the file to `{name}.md`"))
    })
}

/// The complaint about a text file of this size, if it is too large to be read.
pub(super) fn too_large(path: &FilePath, size: u64) -> Option<Diagnostic> {
    (is_text(path) && size > TEXT_LIMIT).then(|| {
        let message = format!(
            "`{}` has {} and is not read: text files may have up to {} MB",
            path.file_name(),
            megabytes(size),
            TEXT_LIMIT / (1024 * 1024)
        );
        Diagnostic::in_file(Code::IoTooLarge, path, message)
            .hint("split it into several pages, or save pictures as files of their own beside the page")
    })
}

/// A size in words, rounded up to a tenth of a megabyte.
fn megabytes(size: u64) -> String {
    let tenths = size.saturating_mul(10).div_ceil(1024 * 1024);
    format!("{}.{} MB", tenths / 10, tenths % 10)
}

fn text(path: &FilePath, bytes: Vec<u8>) -> Result<Arc<str>, Box<Diagnostic>> {
    if let Some(complaint) = too_large(path, bytes.len() as u64) {
        return Err(Box::new(complaint));
    }
    match String::from_utf8(bytes) {
        Ok(text) => Ok(text.into()),
        Err(error) => {
            let at = error.utf8_error().valid_up_to();
            Err(Box::new(not_utf8(path, error.as_bytes(), at)))
        }
    }
}

/// The complaint about bytes that are not UTF-8, with a guess at what they are.
fn not_utf8(path: &FilePath, bytes: &[u8], at: usize) -> Diagnostic {
    let name = path.file_name();
    if let Some(kind) = utf16(bytes) {
        return Diagnostic::in_file(Code::IoInvalidUtf8, path, format!("`{name}` is saved as {kind}, not as UTF-8"))
            .hint("open it in your editor and save it with the encoding UTF-8");
    }
    if bytes.iter().take(1024).any(|byte| *byte == 0) {
        return Diagnostic::in_file(Code::IoNotText, path, format!("`{name}` holds no text"))
            .hint("it looks like a picture, an archive or an office file: give it its own ending back, or remove it");
    }
    let line = 1 + bytes.iter().take(at).filter(|byte| **byte == b'\n').count();
    let wrong = bytes.get(at).copied().unwrap_or_default();
    let message = format!("`{name}` is not UTF-8 text: byte {at} (line {line}, 0x{wrong:02X}) is no character");
    let guess = windows_1252(wrong).map(|character| {
        format!("it looks like Windows-1252, where this byte is `{character}`: open the file in your editor and save it with the encoding UTF-8")
    });
    Diagnostic::at(Code::IoInvalidUtf8, path, Span::new(at, at + 1), message)
        .hint(guess.unwrap_or_else(|| "save the file with the encoding UTF-8".to_owned()))
}

/// The name of the UTF-16 form that the bytes seem to have: by their mark, or because nearly every other byte is NUL.
fn utf16(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0xFF, 0xFE, ..] => return Some("UTF-16 (little-endian)"),
        [0xFE, 0xFF, ..] => return Some("UTF-16 (big-endian)"),
        _ => {}
    }
    let start = &bytes[..bytes.len().min(1024)];
    let nul_at = |parity: usize| start.iter().skip(parity).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd) = (nul_at(0), nul_at(1));
    let most = start.len() / 2 * 8 / 10;
    if start.len() < 8 {
        None
    } else if odd >= most && even == 0 {
        Some("UTF-16 (little-endian)")
    } else if even >= most && odd == 0 {
        Some("UTF-16 (big-endian)")
    } else {
        None
    }
}

/// What a byte means in Windows-1252, the usual encoding of older Windows editors.
fn windows_1252(byte: u8) -> Option<char> {
    const HIGH: [char; 32] = [
        '€', '\0', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\0', 'Ž', '\0', '\0', '‘', '’', '“', '”',
        '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\0', 'ž', 'Ÿ',
    ];
    match byte {
        0x80..=0x9F => HIGH.get(usize::from(byte - 0x80)).copied().filter(|character| *character != '\0'),
        0xA1..=0xFF => Some(char::from(byte)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_are_left_alone() {
        for name in [
            ".git",
            ".DS_Store",
            "Thumbs.db",
            "a.md~",
            ".a.md.swp",
            ".#a.md",
            "#a.md#",
            "4913",
            "~$plan.docx",
            "a.TMP",
            "a.md___jb_tmp___",
        ] {
            assert!(is_ignored(name), "{name}");
        }
        for name in ["a.md", "#", "a.b.c", "tmp", "4913.md", "ä ö.png", "_index.md"] {
            assert!(!is_ignored(name), "{name}");
        }
    }

    #[test]
    fn what_is_read_as_text() {
        for path in ["site.toml", "content/a.md", "themes/own/templates/base.html", "themes/own/assets/logo.SVG"] {
            assert!(is_text(path), "{path}");
        }
        for path in ["content/a.html", "content/data.txt", "themes/own/assets/photo.png", "content/md", "themes/html"] {
            assert!(!is_text(path), "{path}");
        }
    }

    #[test]
    fn encodings_are_told_apart() {
        let path = FilePath::from("content/a.md");
        let complaint =
            |bytes: &[u8]| from_bytes(&path, bytes.to_vec(), &Store::in_memory()).expect_err("must be refused");
        let latin = complaint(b"---\ntitle: Gr\xFC\xDFe\n---\n");
        assert_eq!(latin.code, Code::IoInvalidUtf8);
        assert_eq!(latin.message, "`a.md` is not UTF-8 text: byte 13 (line 2, 0xFC) is no character");
        assert!(latin.hints[0].contains("Windows-1252, where this byte is `ü`"), "{:?}", latin.hints);
        for wide in [b"\xFF\xFEa\0".as_slice(), b"t\0i\0t\0l\0e\0:\0 \0\xFC\xDF".as_slice(), b"\xFE\xFF\0a"] {
            let found = complaint(wide);
            assert_eq!((found.code, found.message.contains("UTF-16")), (Code::IoInvalidUtf8, true), "{wide:?}");
        }
        assert_eq!(complaint(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR").code, Code::IoNotText);
    }

    #[test]
    fn marks_line_ends_and_nul_bytes_stay_as_they_are() {
        let text = "\u{feff}---\r\ntitle: a\r\n---\r\n\0";
        let file = from_bytes(&FilePath::from("content/a.md"), text.as_bytes().to_vec(), &Store::in_memory())
            .expect("valid UTF-8");
        assert_eq!(file.text().as_deref(), Some(text));
    }

    #[test]
    fn sizes_have_a_limit_for_text_only() {
        let size = 50 * 1024 * 1024;
        let complaint = too_large(&FilePath::from("content/a.md"), size).expect("too large");
        assert_eq!(complaint.message, "`a.md` has 50.0 MB and is not read: text files may have up to 4 MB");
        assert!(too_large(&FilePath::from("content/film.mp4"), size).is_none());
        assert!(too_large(&FilePath::from("content/a.md"), TEXT_LIMIT).is_none());
    }
}
