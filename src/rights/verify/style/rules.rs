//! The rules of stylesheets that have an effect, found quickly by what their elements must have.
//!
//! Owns matching and what variables can stand for. Must not know which sheets a page loads.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use selectors::matching::{
    MatchingContext, MatchingForInvalidation, MatchingMode, NeedsSelectorFlags, QuirksMode, SelectorCaches,
    matches_selector,
};
use selectors::parser::{Component, Selector, SelectorList};

use super::super::tree::{NodeId, Tree};
use super::declaration::{self, Effect};
use super::selector::{Names, Subject};
use super::sheet::{Declaration, Frame, Rule, Sheet};
use super::variables::Variables;
use super::{Applied, Origin};

/// What one declaration does, over all values its variables can have.
pub(super) fn effects_of(declaration: &Declaration, variables: &Variables) -> Vec<Effect> {
    let mut effects = Vec::new();
    if !declaration::has_variable(&declaration.values) {
        declaration::effects(&declaration.property, &declaration.values, &mut effects);
        return effects;
    }
    match variables.replace(&declaration.values) {
        Some(forms) => forms.iter().for_each(|form| declaration::effects(&declaration.property, form, &mut effects)),
        None => effects.extend(declaration::effect_of_unknown(&declaration.property)),
    }
    let mut distinct: Vec<Effect> = Vec::new();
    for effect in effects {
        if !distinct.contains(&effect) {
            distinct.push(effect);
        }
    }
    distinct
}

/// The rules of some stylesheets that have an effect, by what their subjects must have.
#[derive(Debug, Default)]
pub(super) struct Styles {
    rules: Vec<EffectiveRule>,
    by_key: HashMap<Key, Vec<(usize, usize)>>,
    /// Every custom property that the sheets declare.
    pub(super) variables: Variables,
    frames: BTreeMap<String, Vec<EffectiveFrame>>,
    counter_styles: BTreeSet<String>,
    /// Rules whose variables a page may set itself: looked at only on such pages.
    open: Vec<OpenRule>,
}

/// A rule with variables, as it was written.
#[derive(Debug)]
struct OpenRule {
    sheet: usize,
    path: String,
    rule: Rule,
}

#[derive(Debug)]
struct EffectiveRule {
    sheet: usize,
    selectors: SelectorList<Names>,
    scopes: Vec<SelectorList<Names>>,
    effects: Vec<(Effect, Origin)>,
}

#[derive(Debug)]
struct EffectiveFrame {
    is_last: bool,
    effects: Vec<(Effect, String)>,
    /// Declarations with variables, and how they are shown.
    open: Vec<(Declaration, String)>,
}

/// What a selector's subject must have.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Key {
    Id(String),
    Class(String),
    Tag(String),
    Anything,
}

impl Styles {
    /// From sheets by their paths, on pages that know what `around` declares as well.
    pub(super) fn new(sheets: &[(String, Sheet)], around: Option<&Self>) -> Self {
        let mut styles = Self::default();
        if let Some(around) = around {
            styles.variables = around.variables.clone();
            styles.counter_styles = around.counter_styles.clone();
        }
        styles.counter_styles.extend(sheets.iter().flat_map(|(_, sheet)| sheet.counter_styles.iter().cloned()));
        for declaration in sheets.iter().flat_map(|(_, sheet)| &sheet.variables) {
            styles.variables.declare(&declaration.property, &declaration.values);
        }
        for (index, (path, sheet)) in sheets.iter().enumerate() {
            sheet.rules.iter().for_each(|rule| styles.add_rule(index, path, rule));
            styles.add_frames(&sheet.frames);
        }
        styles
    }

    fn add_rule(&mut self, sheet: usize, path: &str, rule: &Rule) {
        let with_variables = |declaration: &&Declaration| declaration::has_variable(&declaration.values);
        let open: Vec<Declaration> = rule.declarations.iter().filter(with_variables).cloned().collect();
        if !open.is_empty() {
            let rule = Rule { declarations: open, ..rule.clone() };
            self.open.push(OpenRule { sheet, path: path.to_owned(), rule });
        }
        let effects = self.effects_of_rule(path, rule, &self.variables);
        if effects.is_empty() {
            return;
        }
        for (index, selector) in rule.selectors.slice().iter().enumerate() {
            self.by_key.entry(key_of(selector)).or_default().push((self.rules.len(), index));
        }
        let (selectors, scopes) = (rule.selectors.clone(), rule.scopes.clone());
        self.rules.push(EffectiveRule { sheet, selectors, scopes, effects });
    }

    fn effects_of_rule(&self, path: &str, rule: &Rule, variables: &Variables) -> Vec<(Effect, Origin)> {
        let is_beginning = rule.conditions.iter().any(|condition| condition == "@starting-style");
        let mut effects = Vec::new();
        for declaration in &rule.declarations {
            for effect in effects_of(declaration, variables) {
                let effect = match effect {
                    Effect::Hides(_) if is_beginning => Effect::BeginsHidden,
                    _ if is_beginning => continue,
                    Effect::CountsIn(name) if self.counter_styles.contains(&name) => Effect::GeneratesText(name),
                    Effect::CountsIn(_) => continue,
                    other => other,
                };
                let origin = Origin {
                    stylesheet: path.to_owned(),
                    line: declaration.line,
                    selectors: rule.selector_text.clone(),
                    conditions: rule.conditions.clone(),
                    declaration: declaration.text.clone(),
                };
                effects.push((effect, origin));
            }
        }
        effects
    }

    fn add_frames(&mut self, frames: &[Frame]) {
        for frame in frames {
            let last = frames
                .iter()
                .filter(|other| other.animation == frame.animation)
                .fold(0.0, |last: f64, other| last.max(other.percent));
            let shown = |declaration: &Declaration| {
                format!("@keyframes {} {{ {}% {{ {} }} }}", frame.animation, frame.percent, declaration.text)
            };
            let declarations = frame.declarations.iter();
            let effects: Vec<(Effect, String)> = declarations
                .clone()
                .flat_map(|one| effects_of(one, &self.variables).into_iter().map(|effect| (effect, shown(one))))
                .collect();
            let open: Vec<(Declaration, String)> = declarations
                .filter(|declaration| declaration::has_variable(&declaration.values))
                .map(|declaration| (declaration.clone(), shown(declaration)))
                .collect();
            if !effects.is_empty() || !open.is_empty() {
                // A sheet that names only the beginning leaves the end to the element's own values.
                let is_last = frame.percent >= last && last > 50.0;
                let frame_of = EffectiveFrame { is_last, effects, open };
                self.frames.entry(frame.animation.clone()).or_default().push(frame_of);
            }
        }
    }

    /// What the last frames of animations do, or all of them, with the declarations as they are shown.
    pub(super) fn frames_of(
        &self,
        names: &[String],
        all_frames: bool,
        given: Option<&Variables>,
    ) -> Vec<(Effect, String)> {
        let mut found = Vec::new();
        let frames = names.iter().filter_map(|name| self.frames.get(name)).flatten();
        for frame in frames.filter(|frame| frame.is_last || all_frames) {
            found.extend(frame.effects.iter().cloned());
            if let Some(given) = given {
                let open = frame.open.iter();
                found.extend(open.flat_map(|(declaration, text)| {
                    effects_of(declaration, given).into_iter().map(|effect| (effect, text.clone()))
                }));
            }
        }
        found
    }

    /// The rules whose variables the page sets itself.
    pub(super) fn apply_open(
        &self,
        tree: &Tree,
        id: NodeId,
        caches: &mut SelectorCaches,
        applied: &mut Vec<Applied>,
        given: &Variables,
        is_loaded: impl Fn(usize) -> bool,
    ) {
        let Some(subject) = Subject::new(tree, id) else { return };
        for open in self.open.iter().filter(|open| is_loaded(open.sheet)) {
            for selector in open.rule.selectors.slice() {
                if applies(tree, id, subject, selector, &open.rule.scopes, caches) {
                    let pseudo = selector.pseudo_element().map(|pseudo| pseudo.0.clone());
                    let effects = self.effects_of_rule(&open.path, &open.rule, given);
                    applied.extend(effects.into_iter().map(|(effect, origin)| Applied {
                        effect,
                        origin,
                        pseudo: pseudo.clone(),
                    }));
                }
            }
        }
    }

    /// The rules that have an effect on an element.
    pub(super) fn apply(
        &self,
        tree: &Tree,
        id: NodeId,
        caches: &mut SelectorCaches,
        applied: &mut Vec<Applied>,
        is_loaded: impl Fn(usize) -> bool,
    ) {
        let Some(subject) = Subject::new(tree, id) else { return };
        for (rule, selector) in self.candidates(tree, id) {
            let rule = &self.rules[rule];
            let selector = &rule.selectors.slice()[selector];
            if is_loaded(rule.sheet) && applies(tree, id, subject, selector, &rule.scopes, caches) {
                let pseudo = selector.pseudo_element().map(|pseudo| pseudo.0.clone());
                applied.extend(rule.effects.iter().map(|(effect, origin)| Applied {
                    effect: effect.clone(),
                    origin: origin.clone(),
                    pseudo: pseudo.clone(),
                }));
            }
        }
    }

    /// The selectors worth trying on an element, in the order they were written.
    fn candidates(&self, tree: &Tree, id: NodeId) -> Vec<(usize, usize)> {
        let Some(element) = tree.element(id) else { return Vec::new() };
        let mut found: Vec<(usize, usize)> = Vec::new();
        let mut add = |key: Key| found.extend(self.by_key.get(&key).into_iter().flatten());
        if tree.is_quirky() {
            // Names ignore letter case there: everything is worth trying.
            return self.all_selectors();
        }
        add(Key::Anything);
        add(Key::Tag(element.local().to_owned()));
        if let Some(value) = element.attribute("id") {
            add(Key::Id(value.to_owned()));
        }
        for class in element.attribute("class").unwrap_or_default().split_ascii_whitespace() {
            add(Key::Class(class.to_owned()));
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    fn all_selectors(&self) -> Vec<(usize, usize)> {
        let of_rule = |(index, rule): (usize, &EffectiveRule)| (0..rule.selectors.len()).map(move |one| (index, one));
        self.rules.iter().enumerate().flat_map(of_rule).collect()
    }
}

/// The narrowest thing a selector's subject must have.
fn key_of(selector: &Selector<Names>) -> Key {
    let mut sequence = selector.iter();
    let mut key = Key::Anything;
    loop {
        for component in &mut sequence {
            match component {
                Component::ID(id) => return Key::Id(id.0.to_string()),
                Component::Class(class) => key = Key::Class(class.0.to_string()),
                // Names are compared in lower case in HTML and as written in SVG: only one that is both is a key.
                Component::LocalName(name) if key == Key::Anything && name.name == name.lower_name => {
                    key = Key::Tag(name.name.0.to_string());
                }
                _ => {}
            }
        }
        match sequence.next_sequence() {
            Some(combinator) if combinator.is_pseudo_element() => {}
            _ => return key,
        }
    }
}

fn applies(
    tree: &Tree,
    id: NodeId,
    subject: Subject<'_>,
    selector: &Selector<Names>,
    scopes: &[SelectorList<Names>],
    caches: &mut SelectorCaches,
) -> bool {
    let mode =
        if selector.has_pseudo_element() { MatchingMode::ForStatelessPseudoElement } else { MatchingMode::Normal };
    let Some((innermost, outer)) = scopes.split_last() else {
        return matches(tree, subject, selector, None, mode, caches);
    };
    let around = || tree.with_ancestors(id).filter_map(|node| Subject::new(tree, node));
    let is_root = |root: Subject<'_>, scope: &SelectorList<Names>, caches: &mut SelectorCaches| {
        scope.slice().iter().any(|one| matches(tree, root, one, None, MatchingMode::Normal, caches))
    };
    outer.iter().all(|scope| around().any(|root| is_root(root, scope, caches)))
        && around()
            .any(|root| is_root(root, innermost, caches) && matches(tree, subject, selector, Some(root), mode, caches))
}

fn matches(
    tree: &Tree,
    subject: Subject<'_>,
    selector: &Selector<Names>,
    scope: Option<Subject<'_>>,
    mode: MatchingMode,
    caches: &mut SelectorCaches,
) -> bool {
    let quirks = if tree.is_quirky() { QuirksMode::Quirks } else { QuirksMode::NoQuirks };
    let mut context =
        MatchingContext::new(mode, None, caches, quirks, NeedsSelectorFlags::No, MatchingForInvalidation::No);
    context.scope_element = scope.map(|root| selectors::Element::opaque(&root));
    matches_selector(selector, 0, None, subject, &mut context)
}
