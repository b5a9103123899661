//! Rule 4: nothing hides a statement, a part of it, or what it stands in.

use selectors::matching::SelectorCaches;

use crate::diagnostic::Code;

use super::report::{Detail, Finding};
use super::style::{Applied, Effect, Origin, PageStyles, Why};
use super::tree::{NodeId, Tree};
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
    for (id, relation) in around.chain([(root, Relation::Statement)]).chain(inside) {
        let applied = styles.effects_on(tree, id, caches);
        if !applied.is_empty() {
            let has_links =
                relation != Relation::Inside || tree.element(id).is_some_and(|element| element.local() == "a");
            let described = relation.describe(tree.element(id).map_or("", |element| element.local()));
            findings.extend(judge(&applied, relation, has_links, &described, source));
        }
    }
    findings
}

/// What all rules together do to one element: “Declarations are taken together over all rules that match an element;
/// specificity is ignored: a rule that could hide it is a fault.”
fn judge(applied: &[Applied], relation: Relation, has_links: bool, described: &str, source: &str) -> Vec<Finding> {
    // “A rule whose subject is a pseudo-element does not hide its element”, but these two are parts of its text.
    let counts =
        |one: &&Applied| one.pseudo.as_deref().is_none_or(|pseudo| matches!(pseudo, "first-line" | "first-letter"));
    let of = |effect: Effect| applied.iter().filter(counts).find(|one| one.effect == effect).map(|one| &one.origin);
    let mut findings: Vec<Finding> = applied
        .iter()
        .filter(counts)
        .filter_map(|one| match one.effect {
            Effect::Hides(why) => Some(hidden(&one.origin, why, described, source)),
            _ => None,
        })
        .collect();
    if let (Some(side), Some(_)) = (of(Effect::TinySide), of(Effect::CutsOverflow)) {
        findings.push(hidden(side, Why::Value, described, source));
    }
    if let (Some(offset), Some(_)) = (of(Effect::OffScreenOffset), of(Effect::Positioned)) {
        findings.push(hidden(offset, Why::Value, described, source));
    }
    if let (Some(pointer), true) = (of(Effect::IgnoresPointer), has_links) {
        findings.push(unclickable(pointer, described, source));
    }
    if relation != Relation::Around {
        findings.extend(applied.iter().filter_map(|one| match &one.effect {
            Effect::GeneratesText(text) => Some(generated(one, text, described, source)),
            _ => None,
        }));
    }
    findings.dedup();
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

/// `<bdo dir>` shows letters in another order than they are written.
fn turns_letters(element: &super::tree::Element) -> bool {
    element.local() == "bdo" && element.attribute("dir").is_some()
}

/// Rule 4: “An open `<details>` around E warns.”
fn collapsible(tree: &Tree, root: NodeId, source: &str) -> Option<Finding> {
    tree.with_ancestors(root)
        .filter_map(|id| tree.element(id))
        .find(|element| element.local() == "details" && element.attribute("open").is_some())
        .map(|_| {
            Finding::new(
                Code::RightsStatementCollapsible,
                source,
                format!("the statement of `{source}` stands in a <details> that readers can close"),
            )
            .hint("put the statement below it")
        })
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
