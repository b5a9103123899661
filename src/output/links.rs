//! Whether an output is closed: every link on its pages names a file in it, exactly, and an id on that file.
//!
//! Must not know what the pages are about; the caller says which file a fault is reported at.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use ahash::AHashSet;
use rayon::prelude::*;

use super::packed::PackedTexts;
use super::scan::{Fault, PageFacts};
use crate::diagnostic::{self, Code, Diagnostic, FilePath};
use crate::shares::InShares;

/// A fault on more pages than this is reported once: it comes from a template, and a thousand repetitions would bury
/// the rest.
const SEPARATE_REPORTS: usize = 5;

/// What an earlier check came to: while the same files offer the same places, only pages with other facts can have
/// other faults.
#[derive(Debug, Default)]
pub struct KnownClosure {
    /// The paths of all output files, as they were given.
    outputs: Vec<String>,
    /// All pages in the order of their paths.
    pages: Vec<KnownPage>,
}

/// A page that was checked before.
#[derive(Debug)]
struct KnownPage {
    path: String,
    facts: Arc<PageFacts>,
    faults: Faults,
}

impl KnownClosure {
    /// Whether the same output files offered the same places.
    fn offers_the_same(&self, pages: &[(&str, &Arc<PageFacts>)], outputs: &[&str]) -> bool {
        let is_same = |(known, (path, facts)): (&KnownPage, &(&str, &Arc<PageFacts>))| {
            known.path == *path && known.facts.ids_digest == facts.ids_digest
        };
        self.outputs.len() == outputs.len()
            && self.pages.len() == pages.len()
            && self.outputs.iter().zip(outputs).all(|(known, output)| known == output)
            && self.pages.iter().zip(pages).all(is_same)
    }

    /// Keeps what was found; of pages that are `None` there, the same as before.
    fn keep(&mut self, pages: &[(&str, &Arc<PageFacts>)], outputs: &[&str], found: Vec<Option<Faults>>) {
        let is_other = self.pages.len() != pages.len();
        if is_other || found.iter().all(Option::is_some) {
            self.outputs = outputs.iter().map(|output| (*output).to_owned()).collect();
            let page = |((path, facts), faults): (&(&str, &Arc<PageFacts>), Option<Faults>)| {
                Some(KnownPage { path: (*path).to_owned(), facts: Arc::clone(facts), faults: faults? })
            };
            self.pages = pages.iter().zip(found).filter_map(page).collect();
        } else {
            for ((known, (_, facts)), faults) in self.pages.iter_mut().zip(pages).zip(found) {
                if let Some(faults) = faults {
                    known.facts = Arc::clone(facts);
                    known.faults = faults;
                }
            }
        }
    }
}

/// The faults of one page.
type Faults = Arc<[Fault]>;

/// Holds the facts of all pages (and style sheets) against the paths of all output files.
///
/// `file_of` names the file a fault of a page is reported at, such as the page's source. What was found is remembered in
/// `known`, where there is one.
pub fn check_closure<'a>(
    pages: &BTreeMap<Cow<'_, str>, Arc<PageFacts>>,
    outputs: impl IntoIterator<Item = &'a str>,
    file_of: impl Fn(&str) -> FilePath,
    known: Option<&mut KnownClosure>,
) -> Vec<Diagnostic> {
    let outputs: Vec<&str> = outputs.into_iter().collect();
    let listed: Vec<(&str, &Arc<PageFacts>)> = pages.iter().map(|(page, facts)| (page.as_ref(), facts)).collect();
    let earlier = known.as_deref().filter(|known| known.offers_the_same(&listed, &outputs));
    let names: OnceLock<AHashSet<&[u8]>> = OnceLock::new();
    let found: Vec<Option<Faults>> = listed
        .par_iter()
        .enumerate()
        .in_shares()
        .map(|(at, (_, facts))| {
            let is_known = earlier.is_some_and(|known| Arc::ptr_eq(&known.pages[at].facts, facts));
            let names = || names.get_or_init(|| outputs.iter().map(|output| output.as_bytes()).collect());
            (!is_known).then(|| faults_of(facts, pages, names()).into())
        })
        .collect();
    let mut by_fault: BTreeMap<Fault, Vec<&str>> = BTreeMap::new();
    for (at, ((page, _), found)) in listed.iter().zip(&found).enumerate() {
        let faults = found.as_ref().or_else(|| earlier.map(|known| &known.pages[at].faults));
        let faults = faults.map_or(&[][..], |faults| faults);
        faults.iter().for_each(|fault| by_fault.entry(fault.clone()).or_default().push(page));
    }
    if let Some(known) = known {
        known.keep(&listed, &outputs, found);
    }
    told(by_fault, file_of)
}

/// Faults in words; one that many pages share is told once.
fn told(by_fault: BTreeMap<Fault, Vec<&str>>, file_of: impl Fn(&str) -> FilePath) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    for (fault, mut pages) in by_fault {
        pages.sort_unstable();
        let reported = if pages.len() > SEPARATE_REPORTS { 1 } else { pages.len() };
        for page in pages.iter().take(reported) {
            let message = format!("the finished page `{page}` has {}", fault.what);
            let mut diagnostic = Diagnostic::in_file(fault.code, &file_of(page), message);
            if reported < pages.len() {
                diagnostic = diagnostic.hint(on_further_pages(&pages));
            }
            diagnostics.push(diagnostic.hint_if(hint(fault.code)));
        }
    }
    diagnostic::sort(&mut diagnostics);
    diagnostics
}

fn faults_of(
    facts: &PageFacts,
    pages: &BTreeMap<Cow<'_, str>, Arc<PageFacts>>,
    outputs: &AHashSet<&[u8]>,
) -> Vec<Fault> {
    let mut found: Vec<Fault> = facts.faults.clone();
    let mut broken = |what: String| found.push(Fault { code: Code::OutputBrokenLink, what });
    let in_words = String::from_utf8_lossy;
    // Links come in order: those to different places of one page follow each other.
    let mut target_before = Vec::new();
    let mut ids_before: Option<Ids> = None;
    facts.links.for_each(|link| {
        let (target, behind) = link.split_at(memchr::memchr(0, link).unwrap_or(link.len()));
        let fragment = behind.get(1..).unwrap_or_default();
        if is_anywhere(fragment) || !target.ends_with(b".html") {
            if !outputs.contains(target) {
                broken(format!("a link to `{}`, which is not in the output", in_words(target)));
            }
            return;
        }
        if target_before != target {
            target_before.clear();
            target_before.extend_from_slice(target);
            ids_before = pages.get(&*in_words(target)).map(|facts| Ids::of(&facts.ids));
        }
        match &ids_before {
            Some(ids) if ids.contain(fragment) => {}
            Some(_) => {
                let (target, fragment) = (in_words(target), in_words(fragment));
                broken(format!("a link to `{target}#{fragment}`, and that page has no element with this id"));
            }
            None if outputs.contains(target) => {}
            None => broken(format!("a link to `{}`, which is not in the output", in_words(target))),
        }
    });
    found
}

/// The ids of a page, in order.
struct Ids {
    bytes: Vec<u8>,
    places: Vec<Range<usize>>,
}

impl Ids {
    fn of(packed: &PackedTexts) -> Self {
        let mut ids = Self { bytes: Vec::new(), places: Vec::new() };
        packed.for_each(|id| {
            let start = ids.bytes.len();
            ids.bytes.extend_from_slice(id);
            ids.places.push(start..ids.bytes.len());
        });
        ids
    }

    fn contain(&self, wanted: &[u8]) -> bool {
        self.places.binary_search_by(|place| self.bytes[place.clone()].cmp(wanted)).is_ok()
    }
}

/// Whether a fragment means the top of any page.
fn is_anywhere(fragment: &[u8]) -> bool {
    fragment.is_empty() || fragment.eq_ignore_ascii_case(b"top")
}

fn on_further_pages(pages: &[&str]) -> String {
    let named: Vec<String> = pages.iter().skip(1).take(3).map(|page| format!("`{page}`")).collect();
    format!("{} more pages have the same, so it comes from a template: {} …", pages.len() - 1, named.join(", "))
}

fn hint(code: Code) -> Option<String> {
    let hint = match code {
        Code::OutputForeignRequest => {
            "put the file into the theme's `assets/` or beside the page, and use it from there"
        }
        Code::OutputInlineCode => "move it into a file in the theme's `assets/`",
        _ => return None,
    };
    Some(hint.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::{ScanRules, scan_page};

    fn check(pages: &[(&str, &str)], others: &[&str]) -> Vec<(String, String)> {
        let rules = ScanRules { base_path: "/", folder_links: false };
        let facts: BTreeMap<Cow<'_, str>, Arc<PageFacts>> = pages
            .iter()
            .map(|(page, html)| (Cow::Borrowed(*page), Arc::new(scan_page(page, html.as_bytes(), rules))))
            .collect();
        let outputs = pages.iter().map(|(page, _)| *page).chain(others.iter().copied());
        check_closure(&facts, outputs, |page| FilePath::new(page), None)
            .into_iter()
            .map(|found| (found.primary.unwrap().file.to_string(), found.message))
            .collect()
    }

    #[test]
    fn a_closed_output_is_quiet() {
        let pages = [
            (
                "index.html",
                "<a href='a/b.html#x'><a href='a/b.html'><a href='#TOP'><img src=p.png><a href='f.pdf#page=2'>",
            ),
            ("a/b.html", "<p id=x><a href='../index.html'>"),
        ];
        assert_eq!(check(&pages, &["p.png", "f.pdf"]), []);
    }

    #[test]
    fn links_are_exact() {
        let found = check(&[("index.html", "<a href='A.html'><a href='a.html#y'>"), ("a.html", "<p id=x>")], &[]);
        let messages: Vec<&str> = found.iter().map(|(_, message)| message.as_str()).collect();
        assert_eq!(
            messages,
            [
                "the finished page `index.html` has a link to `A.html`, which is not in the output",
                "the finished page `index.html` has a link to `a.html#y`, and that page has no element with this id",
            ]
        );
    }

    #[test]
    fn a_fault_of_a_template_is_reported_once() {
        let pages: Vec<(String, &str)> =
            (0..20).map(|number| (format!("p{number:02}.html"), "<a href=x.html>")).collect();
        let pages: Vec<(&str, &str)> = pages.iter().map(|(page, html)| (page.as_str(), *html)).collect();
        assert_eq!(check(&pages, &[]).len(), 1);
    }
}
