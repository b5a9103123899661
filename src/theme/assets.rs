//! Assets under names that carry a hash of their bytes, so that browsers may keep them for ever.
//!
//! Style sheets that refer to other assets are rewritten to their hashed names. Must not know templates.

use std::collections::BTreeMap;

use crate::diagnostic::{Code, Diagnostic, Span, did_you_mean};
use crate::source::{Content, Digest};

use super::Asset;
use super::chain::{Layer, ThemeFile};

/// Characters of the hash in a name: enough that two versions of a file never share one.
const HASH_LENGTH: usize = 10;

/// All assets of a chain, the nearest theme's file under each name.
#[derive(Debug, Default)]
pub(super) struct Assets {
    /// The files as they are written, in the order of their output paths.
    pub(super) files: Vec<Asset>,
    /// Output path by the name that templates use, such as `style.css`.
    pub(super) outputs: BTreeMap<String, String>,
}

/// Collects and names the assets of a chain.
pub(super) fn collect(layers: &[Layer]) -> (Assets, Vec<Diagnostic>) {
    let mut sources: BTreeMap<&str, &ThemeFile> = BTreeMap::new();
    for layer in layers {
        for (inside, file) in &layer.files {
            if let Some(name) = inside.strip_prefix("assets/") {
                sources.entry(name).or_insert(file);
            }
        }
    }
    let mut assets = Assets::default();
    let (sheets, others): (Vec<_>, Vec<_>) = sources.iter().partition(|(name, _)| name.ends_with(".css"));
    for (name, file) in others {
        assets.add(name, file.content.clone(), file.digest);
    }
    let diagnostics = assets.add_sheets(sheets, &sources);
    assets.files.sort_by(|left, right| left.output.cmp(&right.output));
    (assets, diagnostics)
}

impl Assets {
    fn add(&mut self, name: &str, content: Content, digest: Digest) {
        let output = hashed_name(name, digest);
        self.outputs.insert(name.to_owned(), output.clone());
        self.files.push(Asset { output, content, digest });
    }

    /// Adds style sheets, those first whose references all have their names. Sheets that import each other in a circle
    /// get names from their text as it was written.
    fn add_sheets(
        &mut self,
        mut sheets: Vec<(&&str, &&ThemeFile)>,
        sources: &BTreeMap<&str, &ThemeFile>,
    ) -> Vec<Diagnostic> {
        let mut diagnostics = Vec::new();
        while !sheets.is_empty() {
            let is_ready = |sheet: &(&&str, &&ThemeFile)| {
                let targets = references(sheet.1.text().unwrap_or_default());
                targets
                    .iter()
                    .filter_map(|found| resolve(sheet.0, found.target))
                    .all(|target| self.outputs.contains_key(&target) || !sources.contains_key(target.as_str()))
            };
            let (mut ready, waiting): (Vec<_>, Vec<_>) = sheets.into_iter().partition(is_ready);
            if ready.is_empty() {
                for (name, file) in &waiting {
                    self.outputs.insert((**name).to_owned(), hashed_name(name, file.digest));
                }
                ready = waiting;
                sheets = Vec::new();
            } else {
                sheets = waiting;
            }
            for (name, file) in ready {
                self.add_sheet(name, file, &mut diagnostics);
            }
        }
        diagnostics
    }

    fn add_sheet(&mut self, name: &str, file: &ThemeFile, diagnostics: &mut Vec<Diagnostic>) {
        let Some(text) = file.text() else {
            self.add(name, file.content.clone(), file.digest);
            return;
        };
        let mut rewritten = String::with_capacity(text.len());
        let mut copied = 0;
        for found in references(text) {
            let Some(target) = resolve(name, found.target) else { continue };
            let Some(output) = self.outputs.get(&target) else {
                diagnostics.push(unknown_reference(file, &found, &target, &self.outputs));
                continue;
            };
            let path_end = found.start + path_length(found.target);
            let last_segment = text[found.start..path_end].rfind('/').map_or(found.start, |at| found.start + at + 1);
            rewritten.push_str(&text[copied..last_segment]);
            rewritten.push_str(output.rsplit('/').next().unwrap_or(output));
            copied = path_end;
        }
        rewritten.push_str(&text[copied..]);
        let digest = Digest::of(rewritten.as_bytes());
        match self.outputs.get(name).cloned() {
            Some(output) => self.files.push(Asset { output, content: Content::Text(rewritten.into()), digest }),
            None => self.add(name, Content::Text(rewritten.into()), digest),
        }
    }
}

fn unknown_reference(
    file: &ThemeFile,
    found: &Reference<'_>,
    target: &str,
    outputs: &BTreeMap<String, String>,
) -> Diagnostic {
    let span = Span::new(found.start, found.start + found.target.len());
    let message = format!("the style sheet asks for `{}`, which is not an asset of the theme", found.target);
    Diagnostic::at(Code::TemplateError, &file.path, span, message)
        .hint_if(did_you_mean(target, outputs.keys().map(String::as_str)))
}

/// `style.css` → `assets/style.0123456789.css`.
fn hashed_name(name: &str, digest: Digest) -> String {
    let hex = digest.to_hex();
    let hash = &hex[..HASH_LENGTH];
    let file_start = name.rfind('/').map_or(0, |at| at + 1);
    match name[file_start..].rfind('.') {
        Some(dot) if dot > 0 => format!("assets/{}.{hash}{}", &name[..file_start + dot], &name[file_start + dot..]),
        _ => format!("assets/{name}.{hash}"),
    }
}

/// What a style sheet refers to: the text between `url(` and `)` or behind `@import`, without quotes.
struct Reference<'text> {
    target: &'text str,
    start: usize,
}

fn references(sheet: &str) -> Vec<Reference<'_>> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < sheet.len() {
        let rest = &sheet[at..];
        if let Some(comment) = rest.strip_prefix("/*") {
            at += comment.find("*/").map_or(rest.len(), |end| end + 4);
        } else if let Some(inside) = strip_prefix_folded(rest, "url(") {
            at += rest.len() - inside.len();
            at += reference_in(inside, at, ')', &mut found);
        } else if let Some(inside) = strip_prefix_folded(rest, "@import").filter(|inside| !is_url(inside)) {
            at += rest.len() - inside.len();
            at += reference_in(inside, at, ';', &mut found);
        } else {
            at += rest.chars().next().map_or(1, char::len_utf8);
        }
    }
    found
}

fn is_url(inside: &str) -> bool {
    strip_prefix_folded(inside.trim_start(), "url(").is_some()
}

fn strip_prefix_folded<'text>(text: &'text str, prefix: &str) -> Option<&'text str> {
    let head = text.get(..prefix.len())?;
    head.eq_ignore_ascii_case(prefix).then(|| &text[prefix.len()..])
}

/// Reads one quoted or bare reference at the start of `inside`; says how many bytes it took.
fn reference_in<'text>(inside: &'text str, at: usize, end: char, found: &mut Vec<Reference<'text>>) -> usize {
    let trimmed = inside.trim_start();
    let skipped = inside.len() - trimmed.len();
    let quote = trimmed.chars().next().filter(|first| matches!(first, '"' | '\''));
    let (target, lead) = match quote {
        Some(quote) => (trimmed[1..].split(quote).next().unwrap_or_default(), 1),
        None => (trimmed.split(end).next().unwrap_or_default().trim_end(), 0),
    };
    found.push(Reference { target, start: at + skipped + lead });
    skipped + lead + target.len()
}

/// The name of the asset a reference means, seen from the sheet; `None` where it leaves the theme's assets or names
/// another host.
fn resolve(sheet: &str, target: &str) -> Option<String> {
    let path = &target[..path_length(target)];
    if path.is_empty() || path.starts_with('/') || path.contains(':') {
        return None;
    }
    let mut segments: Vec<&str> = sheet.split('/').collect();
    segments.pop();
    for segment in path.split('/') {
        match segment {
            "." | "" => {}
            ".." => {
                segments.pop()?;
            }
            name => segments.push(name),
        }
    }
    Some(segments.join("/"))
}

fn path_length(target: &str) -> usize {
    target.find(['?', '#']).unwrap_or(target.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::FilePath;

    fn layer(files: &[(&str, &str)]) -> Layer {
        let files = files.iter().map(|(name, text)| {
            let file = ThemeFile {
                path: FilePath::new(format!("themes/t/{name}")),
                content: Content::Text((*text).into()),
                digest: Digest::of(text.as_bytes()),
                from_site: true,
            };
            ((*name).to_owned(), file)
        });
        Layer { name: "t".into(), files: files.collect() }
    }

    fn text_of(assets: &Assets, name: &str) -> String {
        let output = &assets.outputs[name];
        let file = assets.files.iter().find(|file| &file.output == output).unwrap();
        match &file.content {
            Content::Text(text) => text.to_string(),
            other => panic!("not a text: {other:?}"),
        }
    }

    #[test]
    fn references_get_hashed_names_through_sheets() {
        let sheet = "/* url(no.svg) */ @import 'sub/more.css'; a { mask: URL( \"icons/key.svg#k\" ) } b { x: url(#f) }";
        let layers = [layer(&[
            ("assets/style.css", sheet),
            ("assets/sub/more.css", "i { mask: url(../icons/key.svg) }"),
            ("assets/icons/key.svg", "<svg/>"),
        ])];
        let (assets, diagnostics) = collect(&layers);
        assert_eq!(diagnostics, []);
        let key = assets.outputs["icons/key.svg"].strip_prefix("assets/icons/").unwrap();
        let more = assets.outputs["sub/more.css"].strip_prefix("assets/sub/").unwrap();
        assert_eq!(text_of(&assets, "sub/more.css"), format!("i {{ mask: url(../icons/{key}) }}"));
        assert_eq!(
            text_of(&assets, "style.css"),
            format!(
                "/* url(no.svg) */ @import 'sub/{more}'; a {{ mask: URL( \"icons/{key}#k\" ) }} b {{ x: url(#f) }}"
            )
        );
        assert!(assets.outputs["style.css"].len() == "assets/style.0123456789.css".len());
    }

    #[test]
    fn the_nearest_theme_wins_and_a_changed_picture_renames_the_sheet() {
        let far = layer(&[("assets/style.css", "a { b: url(p.svg) }"), ("assets/p.svg", "1")]);
        let near = layer(&[("assets/p.svg", "2")]);
        let (before, _) = collect(std::slice::from_ref(&far));
        let (after, _) = collect(&[near, far]);
        assert_ne!(before.outputs["style.css"], after.outputs["style.css"]);
    }

    #[test]
    fn an_unknown_reference_is_reported_and_a_circle_ends() {
        let (_, diagnostics) = collect(&[layer(&[("assets/a.css", "x { y: url(kez.svg) }"), ("assets/key.svg", "")])]);
        assert_eq!(diagnostics.len(), 1);
        assert_eq!(diagnostics[0].hints, ["did you mean `key.svg`?"]);
        let (assets, diagnostics) =
            collect(&[layer(&[("assets/a.css", "@import \"b.css\";"), ("assets/b.css", "@import url(a.css);")])]);
        assert_eq!((assets.files.len(), diagnostics), (2, Vec::new()));
    }
}
