//! The theme chain: the theme the settings name, the one it extends, and so on.
//!
//! Owns `theme.toml` and which files a theme has. Must not know what a template or an asset is.

use std::collections::{BTreeMap, BTreeSet};

use crate::config::{CONFIG_FILE, Config};
use crate::diagnostic::{Code, Diagnostic, FilePath, Severity, Spanned, did_you_mean};
use crate::source::{Content, Digest, Snapshot};
use crate::view::CONTRACT_VERSION;

use super::builtin::{DEFAULT_THEME, built_in_files};
use super::settings::{invalid, read_texts};

/// The settings file of a theme.
const THEME_FILE: &str = "theme.toml";

/// The keys of `theme.toml`; those after the third are for people.
const THEME_KEYS: [&str; 8] =
    ["name", "extends", "contract", "description", "version", "authors", "homepage", "licence"];

/// One file of a theme.
#[derive(Debug, Clone)]
pub(super) struct ThemeFile {
    /// Its path from the site's root, also for built-in files.
    pub(super) path: FilePath,
    /// Its bytes.
    pub(super) content: Content,
    /// The digest of its bytes.
    pub(super) digest: Digest,
    /// Whether the site has it; `false` for a file inside the binary.
    pub(super) from_site: bool,
}

impl ThemeFile {
    /// Its text, if it is a text file.
    pub(super) fn text(&self) -> Option<&str> {
        match &self.content {
            Content::Text(text) => Some(text),
            Content::Bytes(bytes) => std::str::from_utf8(bytes).ok(),
            Content::PutAway(_) | Content::OnDisk { .. } => None,
        }
    }
}

/// One theme of the chain.
#[derive(Debug, Clone)]
pub(super) struct Layer {
    /// The name of its folder.
    pub(super) name: String,
    /// Its files by their path inside its folder.
    pub(super) files: BTreeMap<String, ThemeFile>,
}

/// A theme's own name for the theme it extends, with the file that says so.
struct Wanted {
    name: Spanned<String>,
    said_in: FilePath,
}

/// The chain, nearest theme first; `None` where a theme of it is missing, wrong or extends itself.
pub(super) fn resolve(snapshot: &Snapshot, config: &Config) -> (Option<Vec<Layer>>, Vec<Diagnostic>) {
    let mut layers: Vec<Layer> = Vec::new();
    let mut diagnostics = Vec::new();
    let mut wanted = Some(Wanted { name: config.theme.clone(), said_in: FilePath::from(CONFIG_FILE) });
    while let Some(want) = wanted.take() {
        if layers.iter().any(|layer| layer.name == want.name.value) {
            diagnostics.push(circular(&layers, &want));
            return (None, diagnostics);
        }
        let files = theme_files(snapshot, &want.name.value);
        if files.is_empty() {
            diagnostics.push(missing(snapshot, &want));
            return (None, diagnostics);
        }
        let (manifest, problems) = Manifest::read(&want.name.value, &files);
        let unusable = problems.iter().any(|problem| problem.severity == Severity::Error);
        diagnostics.extend(problems);
        if unusable {
            return (None, diagnostics);
        }
        wanted = manifest.extends;
        layers.push(Layer { name: want.name.value, files });
    }
    (Some(layers), diagnostics)
}

/// All files of a theme by their path inside its folder; the site's files replace built-in ones one by one.
fn theme_files(snapshot: &Snapshot, name: &str) -> BTreeMap<String, ThemeFile> {
    let mut files = BTreeMap::new();
    if name == DEFAULT_THEME {
        files.extend(built_in_files());
    }
    let folder = format!("themes/{name}/");
    for file in snapshot.under(&folder) {
        let inside = file.path.as_str()[folder.len()..].to_owned();
        if inside.split('/').any(|segment| segment.starts_with('.')) {
            continue; // What an operating system or an editor leaves behind is no part of a theme.
        }
        let same_as_built_in = files.get(&inside).is_some_and(|built_in: &ThemeFile| built_in.digest == file.digest);
        if !same_as_built_in {
            let (path, content, digest) = (file.path.clone(), file.content.clone(), file.digest);
            files.insert(inside, ThemeFile { path, content, digest, from_site: true });
        }
    }
    files
}

/// The names of all themes a site can use.
fn theme_names(snapshot: &Snapshot) -> BTreeSet<&str> {
    let in_site = snapshot.under("themes/").filter_map(|file| {
        let (name, rest) = file.path.as_str().strip_prefix("themes/")?.split_once('/')?;
        (!rest.is_empty()).then_some(name)
    });
    in_site.chain([DEFAULT_THEME]).collect()
}

fn missing(snapshot: &Snapshot, want: &Wanted) -> Diagnostic {
    let name = &want.name.value;
    let names = theme_names(snapshot);
    let nearest = crate::diagnostic::closest(name, names.iter().copied());
    let mut diagnostic = Diagnostic::at(
        Code::TemplateThemeMissing,
        &want.said_in,
        want.name.span,
        format!("there is no theme `{name}`"),
    )
    .hint_if(did_you_mean(name, names.iter().copied()))
    .hint(format!(
        "a theme is a folder `themes/NAME/` with a `{THEME_FILE}`; known here: {}",
        names.iter().map(|known| format!("`{known}`")).collect::<Vec<_>>().join(", ")
    ));
    if let Some(nearest) = nearest {
        diagnostic = diagnostic.fix(format!("\"{nearest}\""));
    }
    diagnostic
}

fn circular(layers: &[Layer], want: &Wanted) -> Diagnostic {
    let mut names: Vec<&str> = layers.iter().map(|layer| layer.name.as_str()).collect();
    names.push(&want.name.value);
    let start = names.iter().position(|name| *name == want.name.value).unwrap_or(0);
    invalid(
        &want.said_in,
        Some(want.name.span),
        format!("the theme `{}` extends itself: {}", want.name.value, names[start..].join(" → ")),
    )
    .hint(format!("let one of them extend `{DEFAULT_THEME}`"))
}

/// What `theme.toml` says.
#[derive(Default)]
struct Manifest {
    extends: Option<Wanted>,
}

impl Manifest {
    fn read(name: &str, files: &BTreeMap<String, ThemeFile>) -> (Self, Vec<Diagnostic>) {
        let Some(file) = files.get(THEME_FILE) else {
            let path = FilePath::new(format!("themes/{name}/{THEME_FILE}"));
            let diagnostic = invalid(&path, None, format!("the theme `{name}` has no `{THEME_FILE}`")).hint(format!(
                "make the file with these lines: name = \"{name}\", extends = \"{DEFAULT_THEME}\", \
                 contract = \"{CONTRACT_VERSION}\""
            ));
            return (Self::default(), vec![diagnostic]);
        };
        let (texts, mut diagnostics) = read_texts(file);
        let mut manifest = Self::default();
        for (key, value) in texts {
            match key.value.as_str() {
                "extends" => manifest.extends = Some(Wanted { name: value, said_in: file.path.clone() }),
                "contract" => diagnostics.extend(check_contract(name, file, &value)),
                known if THEME_KEYS.contains(&known) => {}
                unknown => {
                    let message = format!("`{unknown}` is not a setting of a theme");
                    let mut diagnostic =
                        invalid(&file.path, Some(key.span), message).hint_if(did_you_mean(unknown, THEME_KEYS));
                    diagnostic.severity = Severity::Warning;
                    diagnostics.push(diagnostic);
                }
            }
        }
        (manifest, diagnostics)
    }
}

/// `contract = "1"` or `"1-3"`: the versions of the view contract a theme works with, both ends included.
fn check_contract(name: &str, file: &ThemeFile, range: &Spanned<String>) -> Option<Diagnostic> {
    let (first, last) = range.value.split_once('-').unwrap_or((&range.value, &range.value));
    let ends = (first.trim().parse::<u32>(), last.trim().parse::<u32>());
    let (Ok(first), Ok(last)) = ends else {
        let message = format!("`{}` is not a version of the template contract", range.value);
        return Some(
            invalid(&file.path, Some(range.span), message)
                .hint("write one version, such as \"1\", or a range, such as \"1-2\"")
                .fix(format!("\"{CONTRACT_VERSION}\"")),
        );
    };
    if (first..=last).contains(&CONTRACT_VERSION) {
        return None;
    }
    let message = format!(
        "the theme `{name}` is made for version {} of the template contract, this steward has version {CONTRACT_VERSION}",
        range.value
    );
    Some(invalid(&file.path, Some(range.span), message).hint(if last < CONTRACT_VERSION {
        "update the theme, or use the steward release it was made for"
    } else {
        "update steward"
    }))
}
