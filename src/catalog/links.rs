//! Where every link of every body leads, anchors included, and what to say where it leads nowhere.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, OnceLock};

use percent_encoding::percent_decode_str;
use rayon::prelude::*;
use unicode_normalization::UnicodeNormalization;

use super::build::WithheldMap;
use super::digest::{Each, digest};
use super::near::NearNames;
use super::{Catalog, Entry, EntryIndex, address, outputs};
use crate::config::UrlStyle;
use crate::diagnostic::{Code, Diagnostic, FilePath, closest};
use crate::document::{Document, DocumentKind, Link, LinkKind};
use crate::source::{Digest, Snapshot};

/// Where a link leads.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Target {
    /// Out of the site; the address as written.
    External(String),
    /// A document's page.
    Page {
        /// The document.
        entry: EntryIndex,
        /// The id of the place on it; empty for the page as a whole.
        fragment: String,
    },
    /// A copied file or a page that steward makes: an address relative to the site's root.
    File {
        /// The address, with its fragment.
        url: String,
    },
    /// Nowhere in this build: the link's text stands alone.
    Withheld,
    /// Nowhere; reported as an error.
    Broken,
}

/// What the links of one document come to.
#[derive(Debug, Default)]
pub(super) struct Resolved {
    /// What each link leads to.
    targets: Arc<[Target]>,
    /// Other pages that it links to, in their order.
    linked: Box<[EntryIndex]>,
    /// The address of the picture that its front matter names.
    image: Option<String>,
    /// Covers the targets and the picture, where results are kept.
    digest: Option<Digest>,
    diagnostics: Box<[Diagnostic]>,
}

impl Resolved {
    fn with_digest(self) -> Arc<Self> {
        Arc::new(Self { digest: Some(digest(&(&self.targets, &self.image))), ..self })
    }
}

/// Links resolved before, while everything is the same that a link could name.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// Covers what documents depend on besides their files.
    texts: Option<Digest>,
    /// Covers all that a link's path can lead to, and the order of the entries.
    places: Option<Digest>,
    /// Covers what a name in double brackets can mean besides.
    names: Option<Digest>,
    /// By entry: the digest of the document, and of the places on its page.
    anchors: Vec<(Digest, Digest)>,
    /// By entry: the digest of the document, and of all names where it uses one.
    resolved: Vec<(Digest, Option<Digest>, Arc<Resolved>)>,
}

/// What links may name besides documents that are shown.
pub(super) struct Named<'a> {
    /// All documents in the order of their paths.
    pub(super) documents: &'a [Arc<Document>],
    /// The files beside them.
    pub(super) snapshot: &'a Snapshot,
    pub(super) style: UrlStyle,
    /// Which documents are left out, and why.
    pub(super) withheld: &'a WithheldMap,
}

/// Resolves the links of all entries.
///
/// `known` is there when results are kept, with the digest of what documents depend on besides their files.
pub(super) fn resolve(catalog: &Catalog, named: &Named<'_>, known: Option<(Digest, &mut Known)>) -> Vec<Arc<Resolved>> {
    let home_url = address::url_of(named.style, &address::index_output(""));
    let resolver = OnceLock::new();
    let resolver = || resolver.get_or_init(|| Resolver::of(catalog, named, &home_url).for_many());
    match known {
        None => (0..catalog.entries.len()).into_par_iter().map(|index| Arc::new(resolver().all(index))).collect(),
        Some((texts, known)) => {
            let book = AddressBook { catalog, named };
            if known.texts != Some(texts) {
                known.anchors.clear();
                known.texts = Some(texts);
            }
            known.anchors = book.anchors(&known.anchors);
            let (places, names) = rayon::join(|| book.places(&known.anchors), || book.names());
            if known.places != Some(places) {
                known.resolved.clear();
                known.places = Some(places);
            }
            known.names = Some(names);
            known.resolved = catalog
                .entries
                .par_iter()
                .enumerate()
                .map(|(index, entry)| {
                    let document = &entry.document;
                    let key = (document.digest, uses_names(document).then_some(names));
                    match known.resolved.get(index) {
                        Some((document, names, resolved)) if (*document, *names) == key => {
                            (key.0, key.1, Arc::clone(resolved))
                        }
                        _ => (key.0, key.1, resolver().all(index).with_digest()),
                    }
                })
                .collect();
            known.resolved.iter().map(|(.., resolved)| Arc::clone(resolved)).collect()
        }
    }
}

/// Gives every entry its links and backlinks; returns what is to be said of links.
pub(super) fn apply(catalog: &mut Catalog, resolved: Vec<Arc<Resolved>>) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    catalog.entries.iter_mut().for_each(|entry| entry.backlinks.clear());
    for (index, resolved) in resolved.into_iter().enumerate() {
        diagnostics.extend(resolved.diagnostics.iter().cloned());
        resolved.linked.iter().for_each(|&target| catalog.entries[target].backlinks.push(index));
        let entry = &mut catalog.entries[index];
        entry.links = Arc::clone(&resolved.targets);
        entry.image.clone_from(&resolved.image);
        entry.links_digest = resolved.digest;
    }
    diagnostics
}

fn uses_names(document: &Document) -> bool {
    document.body.links.iter().any(|link| link.kind == LinkKind::Wiki)
}

/// Whether two versions of a document offer links the same places.
fn offers_the_same(old: &Document, new: &Document) -> bool {
    let headings = |document: &Document| document.body.headings.iter().map(|heading| heading.id.clone()).collect();
    let (before, after): (Vec<String>, Vec<String>) = (headings(old), headings(new));
    old.body.anchors == new.body.anchors && before == after
}

/// Resolves the links of entries whose documents, and nothing else of the catalog, are not what they were; `before` has
/// their earlier documents. Returns the entries that changed by it; `None` where what other links may name has changed
/// too, so that all have to be resolved.
pub(super) fn renew(
    catalog: &mut Catalog,
    named: &Named<'_>,
    before: &[(EntryIndex, Arc<Document>)],
    known: &mut Known,
) -> Option<BTreeSet<EntryIndex>> {
    let same_offers = |(entry, old): &(EntryIndex, Arc<Document>)| {
        offers_the_same(old, &catalog.entries[*entry].document) && known.resolved.len() == catalog.entries.len()
    };
    if !before.iter().all(same_offers) {
        return None;
    }
    let home_url = address::url_of(named.style, &address::index_output(""));
    let resolver = Resolver::of(catalog, named, &home_url);
    let resolved: Vec<Arc<Resolved>> = before.iter().map(|(index, _)| resolver.all(*index).with_digest()).collect();
    drop(resolver);
    let mut changed = BTreeSet::new();
    for ((index, _), new) in before.iter().zip(resolved) {
        let document = &catalog.entries[*index].document;
        let names = known.names.filter(|_| uses_names(document));
        let place = &mut known.resolved[*index];
        let old = std::mem::replace(place, (document.digest, names, Arc::clone(&new))).2;
        for &target in old.linked.iter().filter(|target| !new.linked.contains(target)) {
            catalog.entries[target].backlinks.retain(|from| from != index);
            changed.insert(target);
        }
        for &target in new.linked.iter().filter(|target| !old.linked.contains(target)) {
            let backlinks = &mut catalog.entries[target].backlinks;
            backlinks.insert(backlinks.partition_point(|from| from < index), *index);
            changed.insert(target);
        }
        let entry = &mut catalog.entries[*index];
        entry.links = Arc::clone(&new.targets);
        entry.image.clone_from(&new.image);
        entry.links_digest = new.digest;
        changed.insert(*index);
    }
    Some(changed)
}

/// What is to be said of all links.
pub(super) fn diagnostics(known: &Known) -> impl Iterator<Item = Diagnostic> + '_ {
    known.resolved.iter().flat_map(|(.., resolved)| resolved.diagnostics.iter().cloned())
}

/// Everything that a link may name.
struct AddressBook<'a> {
    catalog: &'a Catalog,
    named: &'a Named<'a>,
}

impl AddressBook<'_> {
    /// Covers the places on each document's page; what is known already of the same document is used again.
    fn anchors(&self, known: &[(Digest, Digest)]) -> Vec<(Digest, Digest)> {
        let anchors_of = |(index, entry): (usize, &Entry)| {
            let document = &entry.document;
            let same = known.get(index).filter(|(same, _)| *same == document.digest);
            same.copied().unwrap_or_else(|| {
                let headings = Each(document.body.headings.iter().map(|heading| &heading.id));
                (document.digest, digest(&(&document.body.anchors, headings)))
            })
        };
        self.catalog.entries.par_iter().enumerate().map(anchors_of).collect()
    }

    /// Covers all that is read of other files when a path is resolved: see [`Resolver`].
    fn places(&self, anchors: &[(Digest, Digest)]) -> Digest {
        let (catalog, lists) = (self.catalog, &self.catalog.lists);
        let place_of = |(entry, (_, anchors)): (&'_ Entry, &'_ (Digest, Digest))| {
            let document = &entry.document;
            digest(&(&document.path, document.kind, &entry.output, &entry.url, entry.is_external(), anchors))
        };
        let entries: Vec<Digest> = catalog.entries.par_iter().zip(anchors).map(place_of).collect();
        let pages = [
            &lists.topics,
            &lists.authors,
            &lists.audiences,
            &lists.sources,
            &lists.paths,
            &lists.glossary,
            &lists.report,
        ];
        let parts = Each(lists.parts.iter().map(|list| &list.page));
        let sections = Each(catalog.sections.iter().map(|section| (&section.output, &section.url)));
        let guides = Each(catalog.paths.iter().map(|path| (&path.guide_output, &path.guide_url)));
        let groups = [&catalog.topics, &catalog.people, &catalog.audiences]
            .map(|groups| Each(groups.iter().map(|group| (&group.output, &group.url))));
        let copied = Each(catalog.copied_files.iter().map(|copied| (&copied.file.path, &copied.output)));
        let generated = (pages, parts, &lists.search, sections, guides, groups);
        digest(&(entries, generated, copied, Each(self.named.snapshot.files.keys()), self.named.withheld))
    }

    /// Covers what is read besides when a name in double brackets is resolved.
    fn names(&self) -> Digest {
        let entries = Each(self.catalog.entries.iter().map(|entry| {
            let front = &entry.document.front;
            let terms = Each(front.terms.iter().map(|term| &term.value));
            (&entry.id, &entry.title, front.title.is_some(), terms)
        }));
        let named = self.named;
        let hidden = named.documents.iter().filter(|document| named.withheld.contains_key(&document.path));
        let hidden =
            Each(hidden.map(|document| (&document.path, document.front.title.as_ref().map(|title| &title.value))));
        digest(&(entries, hidden))
    }
}

struct Resolver<'a> {
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
    fn of(catalog: &'a Catalog, named: &'a Named<'a>, home_url: &'a str) -> Self {
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
    fn for_many(mut self) -> Self {
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
    fn all(&self, index: EntryIndex) -> Resolved {
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
        use super::visibility::Withheld;
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
        if anchors.binary_search_by(|anchor| anchor.as_str().cmp(fragment)).is_ok() || fragment == "top" {
            return None;
        }
        let page = &target.document.path;
        let message = format!("`{page}` has no place called `#{fragment}`");
        let near = closest(fragment, anchors.iter().map(String::as_str));
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

/// What `[[…]]` may name, by folded name, in classes of which the first that fits decides.
struct WikiNames {
    classes: [HashMap<String, Vec<EntryIndex>>; 4],
}

impl WikiNames {
    fn of(catalog: &Catalog) -> Self {
        let mut names = Self { classes: Default::default() };
        for (index, entry) in catalog.entries.iter().enumerate() {
            let document = &entry.document;
            let id = wiki_id(&document.path);
            let last = id.rsplit('/').next().unwrap_or(id);
            names.add(0, id, index);
            names.add(0, &entry.id, index);
            if document.front.title.is_some() {
                names.add(1, &entry.title, index);
            }
            names.add(2, last, index);
            for spelling in &document.front.terms {
                names.add(3, &spelling.value, index);
            }
        }
        names
    }

    fn add(&mut self, class: usize, name: &str, index: EntryIndex) {
        let entries = self.classes[class].entry(fold(name)).or_default();
        if !entries.contains(&index) {
            entries.push(index);
        }
    }

    fn find(&self, name: &str) -> &[EntryIndex] {
        let folded = fold(name);
        self.classes.iter().find_map(|class| class.get(&folded)).map_or(&[], Vec::as_slice)
    }

    /// All names, for suggestions.
    fn folded_names(&self) -> Vec<String> {
        self.classes.iter().flat_map(HashMap::keys).cloned().collect()
    }
}

/// Pages that are left out of this build, by what `[[…]]` may call them; the first of a name, in the order of paths.
fn hidden_names<'a>(named: &Named<'a>) -> HashMap<String, &'a FilePath> {
    let mut names = HashMap::new();
    for document in named.documents {
        if let Some((path, _)) = named.withheld.get_key_value(&document.path) {
            let title = document.front.title.iter().map(|title| fold(&title.value));
            for name in title.chain([fold(wiki_id(path))]) {
                names.entry(name).or_insert(path);
            }
        }
    }
    names
}

/// A document's path below `content/` without its ending, as `[[…]]` writes it.
fn wiki_id(path: &str) -> &str {
    let inside = path.strip_prefix("content/").unwrap_or(path);
    let inside = inside.strip_suffix(".md").unwrap_or(inside);
    inside.strip_suffix("/index").or_else(|| inside.strip_suffix("/_index")).unwrap_or(inside)
}

/// How names are compared: NFC, lower case, runs of white space as one space, `.md` left out.
fn fold(name: &str) -> String {
    let folded: String = name.nfc().flat_map(char::to_lowercase).collect();
    let folded = folded.split_whitespace().collect::<Vec<_>>().join(" ");
    folded.strip_suffix(".md").map(str::to_owned).unwrap_or(folded)
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
