//! One walk over a page: its statements, what it loads, and where the bodies of its pieces begin.

use html5ever::local_name;

use super::expectation::Expectation;
use super::style::names_statements;
use super::tree::{Element, NodeData, NodeId, Step, Tree};
use super::visible_text::{is_break, uncounted};
use super::words::{LEAST, RUN, WordHash, WordReader, first_run};

/// The attribute that marks a statement.
pub(super) const MARK: &str = "data-statement";

/// A place in document order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    /// The node.
    pub(super) node: NodeId,
    /// Grows along the document.
    pub(super) order: usize,
}

/// What the rules need of a page besides the statements themselves.
#[derive(Debug, Default)]
pub(super) struct Scan<'t> {
    /// Elements with the mark, in document order.
    pub(super) statements: Vec<Place>,
    /// Elements with the mark that are not in the document: in templates.
    pub(super) detached: Vec<NodeId>,
    /// The address that relative ones start from.
    pub(super) base: Option<&'t str>,
    /// Addresses of the stylesheets it loads.
    pub(super) stylesheets: Vec<&'t str>,
    /// Its `<style>` elements.
    pub(super) styles: Vec<String>,
    /// Its `style` attributes that declare custom properties.
    pub(super) variables: Vec<&'t str>,
    /// The encoding it says it is written in.
    pub(super) charset: Option<&'t str>,
    /// Whether an own script in the page names the mark.
    pub(super) has_script: bool,
    /// Addresses of the scripts it loads.
    pub(super) scripts: Vec<&'t str>,
    /// Whether it holds `noscript`, which not all browsers read alike.
    pub(super) has_noscript: bool,
    /// Where the body of each expectation's piece begins.
    pub(super) bodies: Vec<Option<Place>>,
}

impl<'t> Scan<'t> {
    /// Walks a page.
    pub(super) fn of(tree: &'t Tree, expectations: &[Expectation]) -> Self {
        let mut scan = Self::default();
        let mut words = Words::new(expectations);
        let mut hidden_by = None;
        for (order, step) in tree.walk(tree.document()).enumerate() {
            match step {
                Step::Enter(id) => match tree.data(id) {
                    NodeData::Element(element) => {
                        scan.note(tree, Place { node: id, order }, element);
                        if hidden_by.is_none() && !words.is_done() {
                            if uncounted(tree, id, element).is_some() {
                                hidden_by = Some(id);
                            } else if is_break(element) {
                                words.end();
                            }
                        }
                    }
                    NodeData::Text(text) if hidden_by.is_none() && !words.is_done() => {
                        words.read(text, Place { node: id, order });
                    }
                    NodeData::Text(_) | NodeData::Fragment => {}
                },
                Step::Leave(id) => {
                    if hidden_by == Some(id) {
                        hidden_by = None;
                    } else if hidden_by.is_none() && !words.is_done() && tree.element(id).is_some_and(is_break) {
                        words.end();
                    }
                }
            }
        }
        words.end();
        scan.bodies = words.bodies();
        if tree.has_templates() {
            scan.detached = detached_statements(tree);
        }
        scan
    }

    fn note(&mut self, tree: &'t Tree, place: Place, element: &'t Element) {
        if element.attributes.is_empty() && element.local() != "style" && element.local() != "script" {
            self.has_noscript |= element.name.local == local_name!("noscript");
            return;
        }
        for attribute in &element.attributes {
            let name = &*attribute.name.local;
            if name == MARK {
                self.statements.push(place);
            } else if name == "style" && attribute.value.contains("--") {
                self.variables.push(&attribute.value);
            } else if name.starts_with("on") && names_statements(attribute.value.as_bytes()) {
                self.has_script = true;
            }
        }
        match element.local() {
            "base" if self.base.is_none() => self.base = element.attribute("href"),
            "link" => self.stylesheets.extend(stylesheet_of(element)),
            "style" => self.styles.extend(style_of(tree, place.node, element)),
            "meta" if self.charset.is_none() => self.charset = charset_of(element),
            "script" => {
                self.has_script |= names_statements(text_inside(tree, place.node).as_bytes());
                self.scripts.extend(element.attribute("src").map(str::trim));
            }
            "noscript" => self.has_noscript = true,
            _ => {}
        }
    }
}

/// `<meta charset>`, or the older `<meta http-equiv="Content-Type" content="text/html; charset=…">`.
fn charset_of(element: &Element) -> Option<&str> {
    if let Some(charset) = element.attribute("charset") {
        return Some(charset);
    }
    element.attribute("http-equiv").filter(|name| name.trim().eq_ignore_ascii_case("content-type"))?;
    let content = element.attribute("content")?;
    let at = content.to_ascii_lowercase().find("charset")?;
    let value = content.get(at + "charset".len()..)?.trim_start().strip_prefix('=')?;
    Some(value.trim_matches(|character: char| character.is_whitespace() || matches!(character, '"' | '\'' | ';')))
}

fn detached_statements(tree: &Tree) -> Vec<NodeId> {
    tree.all_elements()
        .filter(|(id, element)| element.attribute(MARK).is_some() && !tree.is_attached(*id))
        .map(|(id, _)| id)
        .collect()
}

/// `<link rel=stylesheet href>`, alternate or switched off all the same, and a preload that a script may switch on.
fn stylesheet_of(element: &Element) -> Option<&str> {
    let has = |wanted: &str| {
        element
            .attribute("rel")
            .is_some_and(|rel| rel.split_ascii_whitespace().any(|word| word.eq_ignore_ascii_case(wanted)))
    };
    let preloaded = has("preload")
        && element.attribute("as").is_some_and(|kind| kind.eq_ignore_ascii_case("style"))
        && element.attribute("onload").is_some();
    let address = if has("stylesheet") || preloaded { element.attribute("href") } else { None };
    // Browsers load nothing for an empty address.
    address.filter(|address| !address.trim().is_empty())
}

fn style_of(tree: &Tree, id: NodeId, element: &Element) -> Option<String> {
    let is_css =
        element.attribute("type").is_none_or(|kind| kind.is_empty() || kind.trim().eq_ignore_ascii_case("text/css"));
    is_css.then(|| text_inside(tree, id))
}

fn text_inside(tree: &Tree, id: NodeId) -> String {
    let mut text = String::new();
    for child in tree.children(id) {
        if let NodeData::Text(part) = tree.data(child) {
            text.push_str(part);
        }
    }
    text
}

/// The page's words up to the point where every piece's beginning has been seen.
struct Words<'e> {
    expectations: &'e [Expectation],
    /// The number of words of each run; none once its piece's beginning was met, or if it is too short.
    wanted: Vec<Option<usize>>,
    reader: WordReader,
    words: Vec<WordHash>,
    places: Vec<Place>,
    last: Option<Place>,
}

impl<'e> Words<'e> {
    fn new(expectations: &'e [Expectation]) -> Self {
        let wanted = expectations.iter().map(|expectation| run_length(&expectation.piece)).collect();
        Self { expectations, wanted, reader: WordReader::default(), words: Vec::new(), places: Vec::new(), last: None }
    }

    fn is_done(&self) -> bool {
        self.wanted.iter().all(Option::is_none)
    }

    fn read(&mut self, text: &str, place: Place) {
        let (words, places) = (&mut self.words, &mut self.places);
        let known = words.len();
        self.reader.read(text, |word| {
            words.push(word);
            places.push(place);
        });
        self.last = Some(place);
        self.look_from(known);
    }

    fn end(&mut self) {
        let Some(place) = self.last else { return };
        let (words, places) = (&mut self.words, &mut self.places);
        let known = words.len();
        self.reader.end(&mut |word| {
            words.push(word);
            places.push(place);
        });
        self.look_from(known);
    }

    /// Looks whether a piece's beginning ends among the words from `known` on.
    fn look_from(&mut self, known: usize) {
        for (expectation, wanted) in self.expectations.iter().zip(&mut self.wanted) {
            let Some(length) = *wanted else { continue };
            let beginning = &expectation.piece[..length];
            let last = beginning[length - 1];
            let met = (known..self.words.len())
                .any(|index| self.words[index] == last && self.words[..=index].ends_with(beginning));
            if met {
                *wanted = None;
            }
        }
    }

    fn bodies(&self) -> Vec<Option<Place>> {
        self.expectations
            .iter()
            .map(|expectation| {
                let length = run_length(&expectation.piece)?;
                first_run(&self.words, &expectation.piece, length).map(|start| self.places[start])
            })
            .collect()
    }
}

/// Rule 1: “the first visible run of 25 words of the piece (all of them if it has fewer; under 8 words it cannot be
/// found and is an error)”.
pub(super) fn run_length(piece: &[WordHash]) -> Option<usize> {
    (piece.len() >= LEAST).then(|| piece.len().min(RUN))
}
