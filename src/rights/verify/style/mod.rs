//! What stylesheets and scripts do to a statement: rule 4 of the verification, on the side of CSS.
//!
//! A site's stylesheets are read once, by output path; of their rules only those that could hide text or add some are
//! kept, under the tag, class or id their elements must have. Must not know what a statement says.

mod declaration;
#[cfg(test)]
mod declaration_tests;
mod resolve;
mod selector;
mod sheet;
mod value;
mod variables;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use selectors::matching::{
    MatchingContext, MatchingForInvalidation, MatchingMode, NeedsSelectorFlags, QuirksMode, SelectorCaches,
    matches_selector,
};
use selectors::parser::{Component, Selector, SelectorList};

pub(super) use declaration::{Effect, Why};
pub use resolve::SiteAddress;
use resolve::resolve;
use selector::{Names, Subject};
use sheet::{Declaration, Frame, Rule, Sheet};
use variables::Variables;

use super::tree::{NodeId, Tree};

/// Collects a site's stylesheets and scripts by output path.
#[derive(Debug, Default)]
pub struct StylesheetsBuilder {
    files: BTreeMap<String, Vec<u8>>,
    scripts: BTreeSet<String>,
}

impl StylesheetsBuilder {
    /// Adds a stylesheet with its path in the output, such as `assets/main.css`.
    pub fn add_stylesheet(&mut self, path: &str, css: &[u8]) {
        self.files.insert(path.to_owned(), css.to_vec());
    }

    /// Adds a script; it is remembered only if it names `data-statement`.
    pub fn add_script(&mut self, path: &str, script: &[u8]) {
        if names_statements(script) {
            self.scripts.insert(path.to_owned());
        }
    }

    /// Reads all stylesheets.
    pub fn finish(self, address: SiteAddress) -> Stylesheets {
        let mut stylesheets = Stylesheets { address, scripts: self.scripts, ..Stylesheets::default() };
        let mut sheets = Vec::new();
        for (path, css) in self.files {
            let sheet = read_sheet(&css);
            stylesheets.sheet_of_path.insert(path.clone(), sheets.len());
            sheets.push((path, sheet));
        }
        stylesheets.styles = Styles::new(&sheets, &Variables::default());
        for (path, sheet) in sheets {
            let imports = sheet.imports.iter().map(|import| stylesheets.find(&path, None, import)).collect();
            stylesheets.loaded.push(Loaded { path, imports, unreadable: sheet.unreadable });
        }
        stylesheets
    }
}

/// Whether a script names the attribute that marks statements, also as `dataset.statement`.
pub(super) fn names_statements(script: &[u8]) -> bool {
    let find = |needle: &str| memchr::memmem::find(script, needle.as_bytes()).is_some();
    find("data-statement") || find("dataset.statement")
}

fn read_sheet(css: &[u8]) -> Sheet {
    if css.starts_with(&[0xFF, 0xFE]) || css.starts_with(&[0xFE, 0xFF]) {
        return Sheet { unreadable: Some("it is not written in UTF-8"), ..Sheet::default() };
    }
    Sheet::parse(&String::from_utf8_lossy(css))
}

/// A site's stylesheets, ready for any number of pages.
#[derive(Debug, Default)]
pub struct Stylesheets {
    address: SiteAddress,
    sheet_of_path: BTreeMap<String, usize>,
    loaded: Vec<Loaded>,
    styles: Styles,
    scripts: BTreeSet<String>,
}

/// What is known of a stylesheet besides its rules.
#[derive(Debug)]
struct Loaded {
    path: String,
    imports: Vec<Result<usize, Unreadable>>,
    unreadable: Option<&'static str>,
}

/// A stylesheet that a page loads and nobody can judge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Unreadable {
    /// Its address as written, or its path.
    pub(super) address: String,
    /// Why, in plain words.
    pub(super) reason: String,
}

impl Stylesheets {
    /// Nothing but what pages hold themselves.
    pub fn none() -> Self {
        StylesheetsBuilder::default().finish(SiteAddress::default())
    }

    /// Scripts of the site that name `data-statement`.
    pub(super) fn scripts(&self) -> impl Iterator<Item = &str> {
        self.scripts.iter().map(String::as_str)
    }

    /// Whether an address that is not relative belongs to this site.
    pub(super) fn is_own(&self, base: &str) -> bool {
        resolve(&self.address, "index.html", None, base).is_ok()
    }

    fn find(&self, from: &str, base: Option<&str>, address: &str) -> Result<usize, Unreadable> {
        let unreadable = |reason: &str| Unreadable { address: address.to_owned(), reason: reason.to_owned() };
        let path = resolve(&self.address, from, base, address).map_err(unreadable)?;
        self.sheet_of_path.get(&path).copied().ok_or_else(|| unreadable("the site holds no such file"))
    }

    /// Follows a page's links and `@import`s to every stylesheet it loads.
    pub(super) fn load(&self, page: &str, base: Option<&str>, links: &[&str], inline: &[&str]) -> PageStyles<'_> {
        let mut styles = PageStyles { site: self, sheets: Vec::new(), unreadable: Vec::new(), own: None };
        let mut pending: Vec<Result<usize, Unreadable>> = Vec::new();
        let mut own = Vec::new();
        for (index, css) in inline.iter().enumerate() {
            let sheet = Sheet::parse(css);
            pending.extend(sheet.imports.iter().map(|import| self.find(page, base, import)));
            let name = if inline.len() == 1 {
                "the page's <style>".to_owned()
            } else {
                format!("the page's <style> number {}", index + 1)
            };
            styles.refuse(&name, sheet.unreadable);
            own.push((name, sheet));
        }
        pending.extend(links.iter().map(|link| self.find(page, base, link)));
        while let Some(found) = pending.pop() {
            match found {
                Ok(sheet) if styles.sheets.contains(&sheet) => {}
                Ok(sheet) => {
                    styles.sheets.push(sheet);
                    let loaded = &self.loaded[sheet];
                    styles.refuse(&loaded.path, loaded.unreadable);
                    pending.extend(loaded.imports.iter().cloned());
                }
                Err(unreadable) => styles.unreadable.push(unreadable),
            }
        }
        styles.unreadable.sort_by(|left, right| left.address.cmp(&right.address));
        styles.unreadable.dedup();
        if !own.is_empty() {
            styles.own = Some(Styles::new(&own, &self.styles.variables));
        }
        styles
    }
}

/// The stylesheets one page loads.
#[derive(Debug)]
pub(super) struct PageStyles<'s> {
    site: &'s Stylesheets,
    sheets: Vec<usize>,
    /// What it loads and nobody can judge.
    pub(super) unreadable: Vec<Unreadable>,
    /// The page's own `<style>` elements.
    own: Option<Styles>,
}

impl PageStyles<'_> {
    fn refuse(&mut self, address: &str, reason: Option<&'static str>) {
        if let Some(reason) = reason {
            self.unreadable.push(Unreadable { address: address.to_owned(), reason: reason.to_owned() });
        }
    }

    /// Every effect that any rule, or the `style` attribute, could have on an element.
    pub(super) fn effects_on(&self, tree: &Tree, id: NodeId, caches: &mut SelectorCaches) -> Vec<Applied> {
        let mut applied = Vec::new();
        self.site.styles.apply(tree, id, caches, &mut applied, |sheet| self.sheets.contains(&sheet));
        if let Some(own) = &self.own {
            own.apply(tree, id, caches, &mut applied, |_| true);
        }
        if let Some(style) = tree.element(id).and_then(|element| element.attribute("style")) {
            self.apply_attribute(style, &mut applied);
        }
        self.add_frames(&mut applied);
        applied
    }

    fn apply_attribute(&self, style: &str, applied: &mut Vec<Applied>) {
        let declarations = Sheet::parse_attribute(style);
        let mut variables = self.own.as_ref().map_or(&self.site.styles.variables, |own| &own.variables).clone();
        for declaration in declarations.iter().filter(|declaration| declaration.property.starts_with("--")) {
            variables.declare(&declaration.property, &declaration.values);
        }
        for declaration in &declarations {
            for effect in effects_of(declaration, &variables) {
                applied.push(Applied { effect, origin: Origin::attribute(declaration), pseudo: None });
            }
        }
    }

    /// An animation leaves what its last frame holds; one that can stand still anywhere, what any frame holds.
    fn add_frames(&self, applied: &mut Vec<Applied>) {
        let all_frames = applied.iter().any(|one| one.effect == Effect::HoldsAnyFrame);
        let mut added = Vec::new();
        for one in applied.iter() {
            let Effect::Animates(names) = &one.effect else { continue };
            for styles in [Some(&self.site.styles), self.own.as_ref()].into_iter().flatten() {
                for frame in names.iter().filter_map(|name| styles.frames.get(name)).flatten() {
                    if frame.is_last || all_frames {
                        added.extend(frame.effects.iter().map(|(effect, text)| Applied {
                            effect: effect.clone(),
                            origin: Origin { declaration: text.clone(), ..one.origin.clone() },
                            pseudo: one.pseudo.clone(),
                        }));
                    }
                }
            }
        }
        applied.append(&mut added);
    }
}

/// An effect on an element, and where it comes from.
#[derive(Debug, Clone)]
pub(super) struct Applied {
    /// What it does.
    pub(super) effect: Effect,
    /// The declaration.
    pub(super) origin: Origin,
    /// The pseudo-element it applies to instead of the element.
    pub(super) pseudo: Option<String>,
}

/// Where a declaration stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The stylesheet's path, or what else holds it.
    pub stylesheet: String,
    /// Its line there, from 1; 0 in a `style` attribute.
    pub line: u32,
    /// The rule's selectors; empty in a `style` attribute.
    pub selectors: String,
    /// `@media print` and the like, outermost first.
    pub conditions: Vec<String>,
    /// Property and value as written.
    pub declaration: String,
}

impl Origin {
    fn attribute(declaration: &Declaration) -> Self {
        Self {
            stylesheet: "the element's style attribute".to_owned(),
            line: 0,
            selectors: String::new(),
            conditions: Vec::new(),
            declaration: declaration.text.clone(),
        }
    }
}

/// What one declaration does, over all values its variables can have.
fn effects_of(declaration: &Declaration, variables: &Variables) -> Vec<Effect> {
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
struct Styles {
    rules: Vec<EffectiveRule>,
    by_key: HashMap<Key, Vec<(usize, usize)>>,
    variables: Variables,
    frames: BTreeMap<String, Vec<EffectiveFrame>>,
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
    fn new(sheets: &[(String, Sheet)], around: &Variables) -> Self {
        let mut styles = Self { variables: around.clone(), ..Self::default() };
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
        let mut effects = Vec::new();
        for declaration in &rule.declarations {
            for effect in effects_of(declaration, &self.variables) {
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
        if effects.is_empty() {
            return;
        }
        for (index, selector) in rule.selectors.slice().iter().enumerate() {
            self.by_key.entry(key_of(selector)).or_default().push((self.rules.len(), index));
        }
        let (selectors, scopes) = (rule.selectors.clone(), rule.scopes.clone());
        self.rules.push(EffectiveRule { sheet, selectors, scopes, effects });
    }

    fn add_frames(&mut self, frames: &[Frame]) {
        for frame in frames {
            let last = frames
                .iter()
                .filter(|other| other.animation == frame.animation)
                .fold(0.0, |last: f64, other| last.max(other.percent));
            let effects: Vec<(Effect, String)> = frame
                .declarations
                .iter()
                .flat_map(|declaration| {
                    let text =
                        format!("@keyframes {} {{ {}% {{ {} }} }}", frame.animation, frame.percent, declaration.text);
                    effects_of(declaration, &self.variables).into_iter().map(move |effect| (effect, text.clone()))
                })
                .collect();
            if !effects.is_empty() {
                // A sheet that names only the beginning leaves the end to the element's own values.
                let is_last = frame.percent >= last && last > 50.0;
                self.frames.entry(frame.animation.clone()).or_default().push(EffectiveFrame { is_last, effects });
            }
        }
    }

    fn apply(
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
