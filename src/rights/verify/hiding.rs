//! Rule 4: nothing hides a statement, a part of it, or what it stands in.

use selectors::matching::SelectorCaches;

use crate::diagnostic::Code;

use super::report::{Detail, Finding};
use super::style::{Applied, Axis, Effect, Origin, PageStyles, Why};
use super::tree::{Element, NodeId, Tree};
use super::visible_text::{VisibleText, uncounted};

/// How an element stands to the statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Relation {
    Around,
    Statement,
    Inside,
}

impl Relation {
    fn describe(self, name: &str) -> String {
        match self {
            Self::Around => format!("the <{name}> around it"),
            Self::Statement => format!("its element <{name}>"),
            Self::Inside => format!("a <{name}> inside it"),
        }
    }
}

/// Rule 4: “E, every element inside E and every ancestor carry no hiding inline style, and no rule in any stylesheet
/// the page loads, in any media, layer or condition, that matches one of them has a hiding declaration.”
pub(super) fn check(
    tree: &Tree,
    root: NodeId,
    visible: &VisibleText,
    styles: &PageStyles<'_>,
    caches: &mut SelectorCaches,
    source: &str,
) -> Vec<Finding> {
    let mut findings = hidden_by_markup(tree, root, visible, source);
    findings.extend(collapsible(tree, root, source));
    let around = tree.ancestor_elements(root).map(|(id, _)| (id, Relation::Around));
    let inside = visible.elements.iter().map(|id| (*id, Relation::Inside));
    let elements: Vec<Styled<'_>> = around
        .chain([(root, Relation::Statement)])
        .chain(inside)
        .filter_map(|(id, relation)| {
            let element = tree.element(id)?;
            let applied = styles.effects_on(tree, id, caches);
            (!applied.is_empty()).then_some(Styled { id, relation, element, applied })
        })
        .collect();
    for element in &elements {
        findings.extend(judge(element, source));
    }
    findings.extend(judge_together(tree, &elements, source));
    findings
}

/// An element that some rule has an effect on.
struct Styled<'t> {
    id: NodeId,
    relation: Relation,
    element: &'t Element,
    applied: Vec<Applied>,
}

impl Styled<'_> {
    /// Where the first effect comes from that passes. “A rule whose subject is a pseudo-element does not hide its
    /// element”, but these are its text, or what holds it.
    fn origin(&self, passes: impl Fn(&Effect) -> bool) -> Option<&Origin> {
        self.counting().find(|one| passes(&one.effect)).map(|one| &one.origin)
    }

    fn counting(&self) -> impl Iterator<Item = &Applied> {
        self.applied.iter().filter(|one| {
            one.pseudo
                .as_deref()
                .is_none_or(|pseudo| matches!(pseudo, "first-line" | "first-letter" | "details-content"))
        })
    }

    fn cuts(&self, axis: Axis) -> bool {
        self.origin(|effect| matches!(effect, Effect::CutsOverflow(cut) if cut.meets(axis))).is_some()
    }

    fn has(&self, wanted: &Effect) -> bool {
        self.origin(|effect| effect == wanted).is_some()
    }

    fn described(&self) -> String {
        self.relation.describe(self.element.local())
    }
}

/// What all rules together do to one element: “Declarations are taken together over all rules that match an element;
/// specificity is ignored: a rule that could hide it is a fault.”
fn judge(styled: &Styled<'_>, source: &str) -> Vec<Finding> {
    let described = &styled.described();
    let of = |effect: Effect| styled.origin(|one| *one == effect);
    let mut findings: Vec<Finding> = styled
        .counting()
        .filter_map(|one| match one.effect {
            Effect::Hides(why) => Some(hidden(&one.origin, why, described, source)),
            _ => None,
        })
        .collect();
    let mut add = |origin: Option<&Origin>| {
        findings.extend(origin.map(|origin| hidden(origin, Why::Value, described, source)));
    };
    let is_tiny = of(Effect::TinySide).filter(|_| styled.cuts(Axis::Both) || styled.has(&Effect::Scrolls));
    let is_short = || {
        let axis = [Axis::Down, Axis::Across]
            .into_iter()
            .find(|axis| styled.has(&Effect::ShortSide(*axis)) && styled.cuts(*axis))?;
        of(Effect::ShortSide(axis))
    };
    add(is_tiny.or_else(is_short));
    add(of(Effect::IgnoresContents).filter(|_| styled.cuts(Axis::Down) && !styled.has(&Effect::HasHeight)));
    add(of(Effect::OffScreenOffset).filter(|_| styled.has(&Effect::Positioned)));
    add(of(Effect::BeginsHidden).filter(|_| styled.has(&Effect::ChangesForever)));
    // Raised and lowered signs take no part in the height of a line.
    add(of(Effect::TinyLine).filter(|_| !matches!(styled.element.local(), "sub" | "sup")));
    let has_links = styled.relation != Relation::Inside || styled.element.local() == "a";
    if let (Some(pointer), true) = (of(Effect::IgnoresPointer), has_links) {
        findings.push(unclickable(pointer, described, source));
    }
    if styled.relation != Relation::Around {
        findings.extend(styled.applied.iter().filter_map(|one| match &one.effect {
            Effect::GeneratesText(text) => Some(generated(one, text, described, source)),
            Effect::GeneratesAttribute(name) => {
                let text = styled.element.attribute(name).filter(|text| text.chars().any(char::is_alphabetic))?;
                Some(generated(one, text, described, source))
            }
            _ => None,
        }));
    }
    findings.dedup();
    findings
}

/// What rules on one element do to another: a line that is not broken runs out of what is around or in it, a grid's
/// row without height takes what stands in it away.
fn judge_together(tree: &Tree, elements: &[Styled<'_>], source: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    for styled in elements {
        let line = styled.origin(|effect| *effect == Effect::KeepsLine);
        let is_cut = || {
            let mut cutting = elements.iter().filter(|other| other.cuts(Axis::Across));
            cutting.any(|other| tree.with_ancestors(other.id).any(|id| id == styled.id))
        };
        let track = styled.origin(|effect| *effect == Effect::TinyTrack);
        let is_taken = || {
            let mut cutting = elements.iter().filter(|other| other.cuts(Axis::Both));
            cutting.any(|other| other.id == styled.id || tree.parent(other.id) == Some(styled.id))
        };
        for origin in line.filter(|_| is_cut()).into_iter().chain(track.filter(|_| is_taken())) {
            findings.push(hidden(origin, Why::Value, &styled.described(), source));
        }
    }
    findings
}

fn hidden(origin: &Origin, why: Why, described: &str, source: &str) -> Finding {
    let reason = match why {
        Why::Value => String::new(),
        Why::Unknown => ", a value that cannot be known from the stylesheets".to_owned(),
    };
    Finding::new(
        Code::RightsStatementHidden,
        source,
        format!(
            "the statement of `{source}` may be hidden: `{}` applies to {described}{reason} ({})",
            origin.declaration,
            place_of(origin)
        ),
    )
    .detail(Detail::Style(origin.clone()))
    .hint("take the statement, what it holds and what it stands in out of this rule; rules for print and small screens count too")
}

fn unclickable(origin: &Origin, described: &str, source: &str) -> Finding {
    Finding::new(
        Code::RightsStatementHidden,
        source,
        format!(
            "the links in the statement of `{source}` cannot be clicked: `{}` applies to {described} ({})",
            origin.declaration,
            place_of(origin)
        ),
    )
    .detail(Detail::Style(origin.clone()))
    .hint("the owner asks for active links")
}

fn generated(applied: &Applied, text: &str, described: &str, source: &str) -> Finding {
    let subject =
        applied.pseudo.as_ref().map_or_else(|| described.to_owned(), |pseudo| format!("::{pseudo} of {described}"));
    Finding::new(
        Code::RightsStatementExtraText,
        source,
        format!(
            "a stylesheet adds text to the statement of `{source}`: “{text}” by `{}` on {subject} ({})",
            applied.origin.declaration,
            place_of(&applied.origin)
        ),
    )
    .detail(Detail::Style(applied.origin.clone()))
    .hint("`content` may hold punctuation or `attr(href)` there, but no words")
}

/// `assets/main.css, line 12, rule ‘.statement’ in @media print`.
fn place_of(origin: &Origin) -> String {
    let mut place = origin.stylesheet.clone();
    if origin.line > 0 {
        place.push_str(&format!(", line {}", origin.line));
    }
    if !origin.selectors.is_empty() {
        place.push_str(&format!(", rule `{}`", origin.selectors));
    }
    if !origin.conditions.is_empty() {
        place.push_str(&format!(", inside `{}`", origin.conditions.join(" ")));
    }
    place
}

/// Rule 3 for the statement's own element, what is around it, and the parts of it that hold text.
fn hidden_by_markup(tree: &Tree, root: NodeId, visible: &VisibleText, source: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut add = |subject: &str, described: String| {
        findings.push(
            Finding::new(
                Code::RightsStatementHidden,
                source,
                format!("{subject} the statement of `{source}` is hidden: it stands in {described}"),
            )
            .hint("the statement must be visible without a click, a script or a style"),
        );
    };
    for id in tree.with_ancestors(root) {
        if let Some((element, reason)) =
            tree.element(id).and_then(|one| uncounted(tree, id, one).map(|reason| (one, reason)))
        {
            add("", reason.describe(element));
        }
        if let Some(element) = tree.element(id).filter(|element| turns_letters(element)) {
            add("", format!("a <{}> that turns the order of its letters", element.local()));
        }
    }
    let around: Vec<&Element> = tree.with_ancestors(root).filter_map(|id| tree.element(id)).collect();
    if around.iter().filter(|element| is_shrinking(element)).count() >= MOST_SHRINKING {
        add("", "elements that each make it smaller".to_owned());
    }
    if let Some(element) = around.iter().find(|element| is_ruby(element)) {
        add("", format!("a <{}>, which browsers show in half the size", element.local()));
    }
    for (id, reason) in &visible.uncounted {
        if let Some(element) = tree.element(*id).filter(|element| !is_code(element.local())) {
            add("a part of", reason.describe(element));
        }
    }
    for id in &visible.elements {
        if tree.element(*id).is_some_and(turns_letters) {
            add("a part of", "a <bdo> that turns the order of its letters".to_owned());
        }
    }
    for finding in &mut findings {
        finding.message = finding.message.trim_start().to_owned();
    }
    findings
}

/// Elements whose text nobody takes for a part of the page.
fn is_code(name: &str) -> bool {
    matches!(name, "script" | "style" | "template" | "svg" | "noscript")
}

/// Elements that make letters smaller than those around them; as many as this make 16 pixels less than 9.
fn is_shrinking(element: &Element) -> bool {
    matches!(element.local(), "small" | "sub" | "sup")
}

const MOST_SHRINKING: usize = 4;

fn is_ruby(element: &Element) -> bool {
    matches!(element.local(), "rt" | "rtc")
}

/// `<bdo dir>` shows letters in another order than they are written.
fn turns_letters(element: &Element) -> bool {
    element.local() == "bdo" && element.attribute("dir").is_some()
}

/// Rule 4: “An open `<details>` around E warns.” Of several that share a name, browsers leave only the first open.
fn collapsible(tree: &Tree, root: NodeId, source: &str) -> Option<Finding> {
    let is_open = |element: &Element| element.local() == "details" && element.attribute("open").is_some();
    let (id, details) = tree.ancestor_elements(root).find(|(_, element)| is_open(element))?;
    let name = details.attribute("name").filter(|name| !name.is_empty());
    let is_first = |name: &str| {
        let mut same = tree.all_elements().filter(|(_, one)| is_open(one) && one.attribute("name") == Some(name));
        same.next().is_none_or(|(first, _)| first == id)
    };
    if name.is_none_or(is_first) {
        return Some(
            Finding::new(
                Code::RightsStatementCollapsible,
                source,
                format!("the statement of `{source}` stands in a <details> that readers can close"),
            )
            .hint("put the statement below it"),
        );
    }
    let message = format!(
        "the statement of `{source}` is hidden: it stands in a <details> that browsers close, because an earlier one has the same name"
    );
    Some(
        Finding::new(Code::RightsStatementHidden, source, message)
            .hint("the statement must be visible without a click, a script or a style"),
    )
}

/// Rule 4: “A stylesheet that cannot be read (another host, `data:`, missing) is `-hidden` on every page that carries a
/// piece; so is a script of the site's own that names `data-statement`.”
pub(super) fn check_page(styles: &PageStyles<'_>, scripts: &[&str], source: &str) -> Vec<Finding> {
    let hidden = |message: String| Finding::new(Code::RightsStatementHidden, source, message);
    let unreadable = styles.unreadable.iter().map(|sheet| {
        hidden(format!(
            "the statement of `{source}` may be hidden by the stylesheet `{}`, which cannot be judged: {}",
            sheet.address, sheet.reason
        ))
        .hint("let the site's own folder hold every stylesheet its pages load")
    });
    let scripts = scripts.iter().map(|script| {
        hidden(format!("the statement of `{source}` may be hidden by {script}, which names `data-statement`"))
            .hint("no script may look for statements")
    });
    unreadable.chain(scripts).collect()
}
