//! One link after the other: where it leads, and what to say where it leads nowhere.
//!
//! Must not know which links were resolved before.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, OnceLock};

use percent_encoding::percent_decode_str;

use super::names::{WikiNames, fold, hidden_names, wiki_id};
use super::{Named, Resolved, Target};
use crate::catalog::near::NearNames;
use crate::catalog::{Catalog, Entry, EntryIndex, address, outputs};
use crate::config::UrlStyle;
use crate::diagnostic::{Code, Diagnostic, FilePath, closest};
use crate::document::{DocumentKind, Link, LinkKind};

pub(super) struct Resolver<'a> {
    catalog: &'a Catalog,
    named: &'a Named<'a>,
    home_url: &'a str,
    /// Where there are many links to resolve; else documents are looked for one by one.
    by_path: Option<HashMap<&'a str, EntryIndex>>,
    /// Pages that are left out, by folded title and id; made when a name is met that no page has.
    hidden_names: OnceLock<HashMap<String, &'a FilePath>>,
    /// Made when the first link leads nowhere.
    near: OnceLock<NearNames<'a>>,
    /// Made when a link is met that names no file.
    outputs: OnceLock<HashMap<&'a str, &'a str>>,
    /// Made when the first `[[…]]` is met.
    names: OnceLock<WikiNames>,
}

impl<'a> Resolver<'a> {
    pub(super) fn of(catalog: &'a Catalog, named: &'a Named<'a>, home_url: &'a str) -> Self {
        Self {
            catalog,
            named,
            home_url,
            by_path: None,
            hidden_names: OnceLock::new(),
            near: OnceLock::new(),
            outputs: OnceLock::new(),
            names: OnceLock::new(),
        }
    }

    /// The same for many links.
    pub(super) fn for_many(mut self) -> Self {
        let entries = self.catalog.entries.iter().enumerate();
        self.by_path = Some(entries.map(|(index, entry)| (entry.document.path.as_str(), index)).collect());
        self
    }

    fn entry_of(&self, path: &str) -> Option<EntryIndex> {
        match &self.by_path {
            Some(by_path) => by_path.get(path).copied(),
            None => self.catalog.entries.binary_search_by(|entry| entry.document.path.as_str().cmp(path)).ok(),
        }
    }

    fn outputs(&self) -> &HashMap<&'a str, &'a str> {
        self.outputs.get_or_init(|| outputs::linkable_outputs(self.catalog, self.home_url))
    }

    fn names(&self) -> &WikiNames {
        self.names.get_or_init(|| WikiNames::of(self.catalog))
    }

    fn near(&self) -> &NearNames<'a> {
        self.near.get_or_init(|| NearNames::of(self.catalog, self.names().folded_names()))
    }

    /// All links of a document and the picture of its front matter.
    pub(super) fn all(&self, index: EntryIndex) -> Resolved {
        let document = &self.catalog.entries[index].document;
        let mut diagnostics = Vec::new();
        let mut image = None;
        if let Some(named) = &document.front.image {
            image = image_url(&document.path, &named.value, self.catalog, self.named);
            if image.is_none() {
                let message = format!("image `{}` leads nowhere", named.value);
                diagnostics.push(
                    Diagnostic::at(Code::LinkBroken, &document.path, named.span, message)
                        .hint("name a file beside the article, or one below `content/` with a leading `/`"),
                );
            }
        }
        // A source's text is its statement: its links lead out, and were checked when it was read.
        let links = if document.kind == DocumentKind::Source { &[][..] } else { document.body.links.as_slice() };
        let targets: Arc<[Target]> = links.iter().map(|link| self.resolve(index, link, &mut diagnostics)).collect();
        let linked: BTreeSet<EntryIndex> = targets
            .iter()
            .filter_map(|target| match target {
                Target::Page { entry, .. } if *entry != index => Some(*entry),
                _ => None,
            })
            .collect();
        let linked = linked.into_iter().collect();
        Resolved { targets, linked, image, digest: None, diagnostics: diagnostics.into() }
    }

    fn resolve(&self, from: EntryIndex, link: &Link, diagnostics: &mut Vec<Diagnostic>) -> Target {
        let entry = &self.catalog.entries[from];
        let outcome = match link.kind {
            LinkKind::Wiki => self.resolve_wiki(entry, link),
            LinkKind::Inline | LinkKind::Autolink | LinkKind::Image => self.resolve_path(entry, link),
        };
        let outcome = match outcome {
            Ok(Target::Page { .. }) if link.kind == LinkKind::Image => Err(Self::no_picture(entry, link)),
            Err(found) if link.kind == LinkKind::Image && found.code == Code::LinkWithheld => {
                Err(Self::no_picture(entry, link))
            }
            other => other,
        };
        let target = outcome.unwrap_or_else(|diagnostic| {
            let target = if diagnostic.code == Code::LinkWithheld { Target::Withheld } else { Target::Broken };
            diagnostics.push(*diagnostic);
            target
        });
        match target {
            Target::Page { entry: to, fragment } => match self.check_anchor(entry, link, to, &fragment) {
                Some(diagnostic) => {
                    diagnostics.push(diagnostic);
                    // The page is there: only the place is left out, so that the finished page is not blamed again.
                    Target::Page { entry: to, fragment: String::new() }
                }
                None => Target::Page { entry: to, fragment },
            },
            other => other,
        }
    }

    fn resolve_path(&self, from: &Entry, link: &Link) -> Result<Target, Box<Diagnostic>> {
        if has_scheme(&link.target) {
            return Ok(Target::External(link.target.clone()));
        }
        let (path, fragment) = link.target.split_once('#').unwrap_or((&link.target, ""));
        let path = path.split_once('?').map_or(path, |(path, _)| path);
        let (path, fragment) = (decode(path), decode(fragment));
        let document = &from.document;
        if path.is_empty() {
            let own = self.entry_of(&document.path);
            return own.map(|entry| Target::Page { entry, fragment }).ok_or_else(|| self.broken(from, link, None));
        }
        let folder = if path.starts_with('/') { "content" } else { document.path.folder() };
        let below_content = path.trim_start_matches('/');
        let relative = if path.starts_with('/') { below_content } else { path.as_str() };
        let Some(wanted) = address::join(folder, relative).filter(|path| inside_content(path)) else {
            let message = format!("link to `{}` leads out of `content/`", link.target);
            return Err(Box::new(
                Diagnostic::at(Code::LinkBroken, &document.path, link.span, message)
                    .hint("only files below `content/` become part of the site"),
            ));
        };
        match self.find_file(&wanted) {
            Some(file) => self.target_of_file(from, link, &file, fragment),
            None => {
                self.find_output(from, &path, &wanted, &fragment).ok_or_else(|| self.broken(from, link, Some(&wanted)))
            }
        }
    }

    /// The file that a path names: itself, or the page whose ending was left out.
    fn find_file(&self, wanted: &str) -> Option<String> {
        let endings = ["", ".md", "/index.md", "/_index.md"];
        endings.into_iter().map(|ending| format!("{wanted}{ending}")).find(|path| self.is_file(path))
    }

    /// Whether the site has a file; most links lead to documents, which are found faster.
    fn is_file(&self, path: &str) -> bool {
        self.entry_of(path).is_some() || self.named.snapshot.files.contains_key(path)
    }

    fn target_of_file(
        &self,
        from: &Entry,
        link: &Link,
        file: &str,
        fragment: String,
    ) -> Result<Target, Box<Diagnostic>> {
        if let Some(entry) = self.entry_of(file) {
            return self.target_of_entry(from, link, entry, fragment);
        }
        if let Some(output) = copied_to(self.catalog, file) {
            let url = address::url_of(UrlStyle::Portable, output);
            return Ok(Target::File { url: with_fragment(&url, &fragment) });
        }
        Err(self.left_out(from, link, file))
    }

    fn target_of_entry(
        &self,
        from: &Entry,
        link: &Link,
        entry: EntryIndex,
        fragment: String,
    ) -> Result<Target, Box<Diagnostic>> {
        let target = &self.catalog.entries[entry];
        match target.document.kind {
            DocumentKind::Section if target.output.is_none() => {
                let lists = &self.catalog.lists;
                let page = match target.document.path.folder() {
                    "content/topics" => &lists.topics,
                    "content/people" => &lists.authors,
                    "content/sources" => &lists.sources,
                    "content/glossary" => &lists.glossary,
                    "content/paths" => &lists.paths,
                    _ => &None,
                };
                page.as_ref()
                    .map(|page| Target::File { url: with_fragment(&page.url, &fragment) })
                    .ok_or_else(|| self.broken(from, link, None))
            }
            _ => Ok(Target::Page { entry, fragment }),
        }
    }

    /// A page that steward makes, named by its file in the output, seen from the page or from the site's root.
    fn find_output(&self, from: &Entry, path: &str, wanted: &str, fragment: &str) -> Option<Target> {
        let from_folder =
            from.output.as_deref().and_then(|output| output.rsplit_once('/')).map_or("", |(folder, _)| folder);
        let seen_from_page = if path.starts_with('/') { None } else { address::join(from_folder, path) };
        let below_content = wanted.strip_prefix("content").map(|path| path.trim_start_matches('/').to_owned());
        [seen_from_page, below_content].into_iter().flatten().find_map(|output| {
            let without_ending = output.strip_suffix(".html").unwrap_or(&output);
            let variants = [
                output.clone(),
                address::index_output(&output),
                address::page_output(self.named.style, without_ending),
            ];
            let url = variants.iter().find_map(|variant| self.outputs().get(variant.as_str()))?;
            Some(Target::File { url: with_fragment(url, fragment) })
        })
    }

    fn resolve_wiki(&self, from: &Entry, link: &Link) -> Result<Target, Box<Diagnostic>> {
        let (name, fragment) = link.target.split_once('#').unwrap_or((&link.target, ""));
        if name.trim().is_empty() {
            return self.resolve_path(from, link);
        }
        match self.names().find(name) {
            [] => Err(self.unknown_name(from, link, name)),
            [entry] => self.target_of_entry(from, link, *entry, decode(fragment)),
            several => {
                let ids: Vec<String> = several
                    .iter()
                    .map(|&index| {
                        let path = &self.catalog.entries[index].document.path;
                        format!("`[[{}]]`", wiki_id(path))
                    })
                    .collect();
                let message = format!("several pages are called `{}`", name.trim());
                Err(Box::new(
                    Diagnostic::at(Code::LinkAmbiguous, &from.document.path, link.span, message)
                        .hint(format!("write one of {}", ids.join(", "))),
                ))
            }
        }
    }

    fn unknown_name(&self, from: &Entry, link: &Link, name: &str) -> Box<Diagnostic> {
        let wanted = fold(name);
        if let Some(path) = self.hidden_names.get_or_init(|| hidden_names(self.named)).get(&wanted) {
            return self.left_out(from, link, path);
        }
        let message = format!("no page is called `{}`", name.trim());
        let near = self.near().name(&wanted).and_then(|near| self.names().find(near).first());
        let hint = near.map(|&index| format!("did you mean `[[{}]]`?", self.catalog.entries[index].title));
        Box::new(
            Diagnostic::at(Code::LinkBroken, &from.document.path, link.span, message)
                .hint_if(hint)
                .hint("double brackets name a page by its title, its file name or a glossary term"),
        )
    }

    /// A link to a document that is left out of this build.
    fn left_out(&self, from: &Entry, link: &Link, file: &str) -> Box<Diagnostic> {
        use crate::catalog::visibility::Withheld;
        let place = &from.document.path;
        let Some(reason) = self.named.withheld.get(file) else {
            let message = format!("link to `{}` names a file that is never published", link.target);
            return Box::new(
                Diagnostic::at(Code::LinkBroken, place, link.span, message)
                    .hint("files in `content/sources/` and files beside a page that is left out stay inside"),
            );
        };
        let message =
            format!("link to `{}` leads to a page that is not in this build: {}", link.target, reason.in_words());
        let hint = match reason {
            Withheld::Refused => "the link's text is shown without a link",
            Withheld::Draft | Withheld::Until(_) | Withheld::Since(_) => {
                "the link's text is shown without a link until that page is published"
            }
        };
        Box::new(Diagnostic::at(Code::LinkWithheld, place, link.span, message).hint(hint))
    }

    fn broken(&self, from: &Entry, link: &Link, wanted: Option<&str>) -> Box<Diagnostic> {
        let document = &from.document;
        let what = if link.kind == LinkKind::Image { "image" } else { "link to" };
        let message = format!("{what} `{}` leads nowhere", link.target);
        let mut diagnostic = Diagnostic::at(Code::LinkBroken, &document.path, link.span, message);
        if let Some(found) = wanted.and_then(|wanted| self.near().file(wanted)) {
            let mut corrected = address::relative_path(document.path.folder(), found);
            if let Some((_, fragment)) = link.target.split_once('#') {
                corrected = format!("{corrected}#{fragment}");
            }
            diagnostic = diagnostic.hint(format!("did you mean `{corrected}`?")).fix(corrected);
        }
        Box::new(diagnostic)
    }

    /// An image whose address is a page's: there is nothing to show.
    fn no_picture(from: &Entry, link: &Link) -> Box<Diagnostic> {
        let message = format!("image `{}` is a page, not a picture", link.target);
        Box::new(
            Diagnostic::at(Code::LinkBroken, &from.document.path, link.span, message)
                .hint("take out the `!` for a link, or name a picture"),
        )
    }

    fn check_anchor(&self, from: &Entry, link: &Link, to: EntryIndex, fragment: &str) -> Option<Diagnostic> {
        let target = &self.catalog.entries[to];
        if fragment.is_empty() || target.is_external() {
            return None;
        }
        let anchors = &target.document.body.anchors;
        if fragment == "top" || anchors.iter().any(|anchor| anchor == fragment) {
            return None;
        }
        let page = &target.document.path;
        let message = format!("`{page}` has no place called `#{fragment}`");
        let near = closest(fragment, anchors.iter());
        let diagnostic = Diagnostic::at(Code::LinkBrokenAnchor, &from.document.path, link.span, message);
        Some(match near {
            Some(near) => {
                let path = link.target.split_once('#').map_or("", |(path, _)| path);
                diagnostic.hint(format!("did you mean `#{near}`?")).fix(format!("{path}#{near}"))
            }
            None => {
                let headings: Vec<String> =
                    target.document.body.headings.iter().take(12).map(|heading| format!("`#{}`", heading.id)).collect();
                let hint = if headings.is_empty() {
                    "that page has no headings".to_owned()
                } else {
                    format!("its headings are {}", headings.join(", "))
                };
                diagnostic.hint(hint)
            }
        })
    }
}

/// The address of the picture that front matter names.
fn image_url(path: &FilePath, image: &str, catalog: &Catalog, named: &Named<'_>) -> Option<String> {
    let folder = if image.starts_with('/') { "content" } else { path.folder() };
    let file = address::join(folder, image.trim_start_matches('/'))?;
    named.snapshot.files.get(file.as_str())?;
    Some(address::url_of(named.style, copied_to(catalog, &file)?))
}

/// Where a file that is copied goes.
fn copied_to<'a>(catalog: &'a Catalog, file: &str) -> Option<&'a str> {
    let copied = catalog.copied_files.binary_search_by(|copied| copied.file.path.as_str().cmp(file)).ok()?;
    Some(&catalog.copied_files[copied].output)
}

fn has_scheme(target: &str) -> bool {
    target.split_once(':').is_some_and(|(scheme, _)| {
        scheme.starts_with(|first: char| first.is_ascii_alphabetic())
            && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'))
    })
}

fn inside_content(path: &str) -> bool {
    path == "content" || path.starts_with("content/")
}

fn decode(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

fn with_fragment(url: &str, fragment: &str) -> String {
    if fragment.is_empty() { url.to_owned() } else { format!("{url}#{}", address::encode_fragment(fragment)) }
}
