//! Rule 5: the links of a statement are there, lead where the owner's lead, and can be used.

use url::Url;

use crate::diagnostic::Code;

use super::address;
use super::expectation::{ExpectedLink, ExpectedStatement};
use super::report::{AcceptedLink, Detail, Finding};
use super::tree::{Element, NodeId, Tree};
use super::visible_text::{VisibleText, normalise};

/// An `<a>` in a statement and the text it covers.
struct Anchor {
    node: NodeId,
    /// N(its text): “white space at the ends of the `<a>` is not covered text”.
    text: String,
    /// Where its text ends in N(visible text).
    end: usize,
}

impl Anchor {
    fn start(&self) -> usize {
        self.end.saturating_sub(self.text.len())
    }

    fn overlaps(&self, start: usize, end: usize) -> bool {
        self.start() < end && start < self.end
    }
}

/// What the links of one statement are: faults, and those that are right.
#[derive(Debug, Default)]
pub(super) struct LinkReport {
    pub(super) findings: Vec<Finding>,
    pub(super) accepted: Vec<AcceptedLink>,
}

/// Rule 5: “For each link of the statement, exactly its text is covered by one `<a href>`, and no other `<a>` is in E.”
pub(super) fn check(tree: &Tree, root: NodeId, visible: &VisibleText, expected: &ExpectedStatement) -> LinkReport {
    let anchors: Vec<Anchor> = visible
        .anchors
        .iter()
        .map(|(node, range)| Anchor {
            node: *node,
            text: normalise(&visible.raw[range.clone()]),
            end: normalise(&visible.raw[..range.end]).len(),
        })
        .collect();
    let page_text = normalise(&visible.raw);
    let pairs = if page_text == expected.text {
        pair_by_place(&expected.links, &anchors, &expected.text)
    } else {
        pair_by_text(&expected.links, &anchors)
    };
    let mut report = LinkReport::default();
    for (link, pair) in expected.links.iter().zip(&pairs.of_link) {
        match pair {
            Pair::Covered(index) => check_anchor(tree, root, &anchors[*index], link, expected, &mut report),
            Pair::Inexact(index) => report.findings.push(inexact(link, &anchors[*index], &expected.source)),
            Pair::Missing => report.findings.push(missing(link, &expected.source)),
        }
    }
    for (anchor, used) in anchors.iter().zip(&pairs.used) {
        if !used {
            report.findings.push(extra(tree, anchor, &expected.source));
        }
    }
    report
}

enum Pair {
    Covered(usize),
    Inexact(usize),
    Missing,
}

struct Pairs {
    of_link: Vec<Pair>,
    used: Vec<bool>,
}

/// Where the text is right, places decide: the same words may stand twice, once as a link.
fn pair_by_place(links: &[ExpectedLink], anchors: &[Anchor], text: &str) -> Pairs {
    let mut used = vec![false; anchors.len()];
    let mut from = 0;
    let mut of_link = Vec::with_capacity(links.len());
    for link in links {
        let occurrences: Vec<usize> = match text.get(from..) {
            Some(rest) if !link.text.is_empty() => rest.match_indices(&link.text).map(|(at, _)| from + at).collect(),
            _ => Vec::new(),
        };
        let covered = occurrences.iter().find_map(|start| {
            let end = start + link.text.len();
            anchors.iter().position(|anchor| anchor.start() == *start && anchor.end == end).map(|index| (index, end))
        });
        if let Some((index, end)) = covered.filter(|(index, _)| !used[*index]) {
            used[index] = true;
            from = end;
            of_link.push(Pair::Covered(index));
            continue;
        }
        let start = occurrences.first().copied().unwrap_or(from);
        let end = start + link.text.len();
        let mut pair = Pair::Missing;
        for (index, anchor) in anchors.iter().enumerate() {
            if !used[index] && anchor.overlaps(start, end) {
                used[index] = true;
                if matches!(pair, Pair::Missing) {
                    pair = Pair::Inexact(index);
                }
            }
        }
        of_link.push(pair);
    }
    Pairs { of_link, used }
}

/// Where the text is altered, links pair by their own text, else one by one if their number is right.
fn pair_by_text(links: &[ExpectedLink], anchors: &[Anchor]) -> Pairs {
    let mut used = vec![false; anchors.len()];
    let same_number = links.len() == anchors.len();
    let of_link = links
        .iter()
        .enumerate()
        .map(|(place, link)| {
            let same_text = (0..anchors.len()).find(|index| !used[*index] && anchors[*index].text == link.text);
            match same_text.or_else(|| (same_number && !used[place]).then_some(place)) {
                Some(index) => {
                    used[index] = true;
                    Pair::Covered(index)
                }
                None => Pair::Missing,
            }
        })
        .collect();
    Pairs { of_link, used }
}

fn check_anchor(
    tree: &Tree,
    root: NodeId,
    anchor: &Anchor,
    link: &ExpectedLink,
    expected: &ExpectedStatement,
    report: &mut LinkReport,
) {
    let Some(element) = tree.element(anchor.node) else { return };
    let before = report.findings.len();
    for reason in inactive(tree, root, anchor.node, element) {
        report.findings.push(
            Finding::new(
                Code::RightsStatementLinkInactive,
                &expected.source,
                format!("the link “{}” in the statement of `{}` is not active: {reason}", link.text, expected.source),
            )
            .hint("the owner asks for active links: write a plain <a href=\"…\">"),
        );
    }
    let Some(found) = element.attribute("href") else { return };
    match target(link, found, expected) {
        Ok(rule) if report.findings.len() == before => report.accepted.push(AcceptedLink {
            text: link.text.clone(),
            expected: link.target.clone(),
            found: found.to_owned(),
            rule,
        }),
        Ok(_) => {}
        Err(reason) => report.findings.push(wrong_target(link, found, &reason, &expected.source)),
    }
}

fn target(
    link: &ExpectedLink,
    found: &str,
    expected: &ExpectedStatement,
) -> Result<super::report::AddressRule, String> {
    let url: &Url = link.url.as_ref().ok_or("the owner's own target is not a complete address")?;
    address::compare(url, found, &expected.hosts)
}

fn wrong_target(link: &ExpectedLink, found: &str, reason: &str, source: &str) -> Finding {
    Finding::new(
        Code::RightsStatementLinkWrongTarget,
        source,
        format!(
            "the link “{}” in the statement of `{source}` leads to `{found}` instead of `{}`: {reason}",
            link.text, link.target
        ),
    )
    .detail(Detail::Link { text: link.text.clone(), expected: link.target.clone(), found: found.to_owned() })
    .hint("let the link stand exactly as the source has it, without tracking parameters or redirects")
}

fn inexact(link: &ExpectedLink, anchor: &Anchor, source: &str) -> Finding {
    Finding::new(
        Code::RightsStatementLinkMissing,
        source,
        format!(
            "in the statement of `{source}` a link covers “{}” where exactly “{}” must be the link",
            anchor.text, link.text
        ),
    )
    .detail(Detail::Difference { expected: link.text.clone(), found: anchor.text.clone(), typographic: false })
}

fn missing(link: &ExpectedLink, source: &str) -> Finding {
    Finding::new(
        Code::RightsStatementLinkMissing,
        source,
        format!("“{}” in the statement of `{source}` is not a link to `{}`", link.text, link.target),
    )
    .detail(Detail::Link { text: link.text.clone(), expected: link.target.clone(), found: String::new() })
}

fn extra(tree: &Tree, anchor: &Anchor, source: &str) -> Finding {
    let target = tree.element(anchor.node).and_then(|element| element.attribute("href")).unwrap_or_default();
    Finding::new(
        Code::RightsStatementLinkExtra,
        source,
        format!(
            "the statement of `{source}` holds a link that its owner does not have: “{}” to `{target}`",
            anchor.text
        ),
    )
    .detail(Detail::Link { text: anchor.text.clone(), expected: String::new(), found: target.to_owned() })
}

/// Rule 5: “`rel` holds at most `noopener noreferrer external author license`; `nofollow ugc sponsored`, any `on…`
/// attribute, `ping`, `download`, `inert` … are faults.” What keeps a link from being a plain, active one.
fn inactive(tree: &Tree, root: NodeId, node: NodeId, element: &Element) -> Vec<String> {
    let mut reasons = Vec::new();
    if element.attribute("href").is_none() {
        reasons.push("it has no `href`".to_owned());
    }
    for word in element.attribute("rel").unwrap_or_default().split_ascii_whitespace() {
        let allowed = ["noopener", "noreferrer", "external", "author", "license"];
        if !allowed.iter().any(|allowed| word.eq_ignore_ascii_case(allowed)) {
            reasons.push(format!("it is marked `rel=\"{word}\"`"));
        }
    }
    for name in ["ping", "attributionsrc", "download", "inert"] {
        if element.attribute(name).is_some() {
            reasons.push(format!("it has the attribute `{name}`"));
        }
    }
    reasons.extend(handlers(tree, root, node));
    if let Some((_, editable)) =
        tree.ancestor_elements(node).chain([(node, element)]).find(|(_, around)| is_editable(around))
    {
        reasons.push(format!("it stands in a <{}> that can be edited (`contenteditable`)", editable.local()));
    }
    reasons
}

fn is_editable(element: &Element) -> bool {
    element.attribute("contenteditable").is_some_and(|value| !value.trim().eq_ignore_ascii_case("false"))
}

/// Handlers on the link, on what it holds, and on what holds it up to the statement; beyond it, those of pointers and
/// keys only: a page may well run something when it loads.
fn handlers(tree: &Tree, root: NodeId, node: NodeId) -> Vec<String> {
    let mut reasons = Vec::new();
    let inside = tree.walk(node).filter_map(|step| match step {
        super::tree::Step::Enter(id) => Some(id),
        super::tree::Step::Leave(_) => None,
    });
    let mut within = true;
    for id in inside.chain(tree.with_ancestors(node).skip(1)) {
        let Some(element) = tree.element(id) else { continue };
        for attribute in &element.attributes {
            let name = &*attribute.name.local;
            let counts = if within { name.starts_with("on") } else { is_pointer_handler(name) };
            if counts {
                reasons.push(format!("the attribute `{name}` of <{}> may change what a click does", element.local()));
            }
        }
        within &= id != root;
    }
    reasons
}

fn is_pointer_handler(name: &str) -> bool {
    ["onclick", "onauxclick", "onmouse", "onpointer", "ontouch", "onkey"].iter().any(|start| name.starts_with(start))
}
