//! What stylesheets and scripts do to a statement: rule 4 of the verification, on the side of CSS.
//!
//! A site's stylesheets are read once, by output path; of their rules only those that could hide text or add some are
//! kept, under the tag, class or id their elements must have. Must not know what a statement says.

mod clip;
mod declaration;
#[cfg(test)]
mod declaration_tests;
mod generated;
mod motion;
mod resolve;
mod rules;
mod script;
mod selector;
mod sheet;
mod topic;
mod value;
mod variables;

use std::collections::{BTreeMap, BTreeSet};

use selectors::matching::SelectorCaches;

pub(super) use declaration::{Axis, Effect, Why};
pub use resolve::SiteAddress;
use resolve::resolve;
use rules::{Styles, effects_of};
pub(super) use script::names_statements;
use sheet::{Declaration, Sheet};
use variables::Variables;

use super::tree::{NodeId, Tree};

/// Collects a site's stylesheets and scripts by output path.
#[derive(Debug, Default)]
pub struct StylesheetsBuilder {
    files: BTreeMap<String, Vec<u8>>,
    scripts: BTreeSet<String>,
    others: BTreeSet<String>,
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

    /// Adds a file of another kind, which a page may load as a script all the same.
    pub fn add_file(&mut self, path: &str, bytes: &[u8]) {
        // Pictures and the like are many, and none is read further than this.
        if memchr::memmem::find(bytes, b"statement").is_some() && names_statements(bytes) {
            self.others.insert(path.to_owned());
        }
    }

    /// Reads all stylesheets.
    pub fn finish(self, address: SiteAddress) -> Stylesheets {
        let mut stylesheets =
            Stylesheets { address, scripts: self.scripts, others: self.others, ..Stylesheets::default() };
        let mut sheets = Vec::new();
        for (path, css) in self.files {
            let sheet = read_sheet(&css);
            stylesheets.sheet_of_path.insert(path.clone(), sheets.len());
            sheets.push((path, sheet));
        }
        stylesheets.styles = Styles::new(&sheets, None);
        for (path, sheet) in sheets {
            let imports = sheet.imports.iter().map(|import| stylesheets.find(&path, None, import)).collect();
            stylesheets.loaded.push(Loaded { path, imports, unreadable: sheet.unreadable });
        }
        stylesheets
    }
}

fn read_sheet(css: &[u8]) -> Sheet {
    if css.starts_with(&[0xFF, 0xFE]) || css.starts_with(&[0xFE, 0xFF]) {
        return Sheet { unreadable: Some("it is not written in UTF-8"), ..Sheet::default() };
    }
    let text = String::from_utf8_lossy(css);
    match charset_of(&text) {
        Some(charset) if !is_utf8(charset) && !css.is_ascii() => {
            Sheet { unreadable: Some("it says that it is not written in UTF-8"), ..Sheet::default() }
        }
        // In these, plain letters may mean something else.
        Some(charset) if !is_utf8(charset) && !is_single_byte(charset) => {
            Sheet { unreadable: Some("it says that it is not written in UTF-8"), ..Sheet::default() }
        }
        _ => Sheet::parse(&text),
    }
}

/// `@charset "…";` as browsers look for it: at the very beginning and in exactly this spelling.
fn charset_of(css: &str) -> Option<&str> {
    css.strip_prefix("@charset \"")?.split_once("\";").map(|(name, _)| name)
}

/// Whether a name stands for UTF-8; browsers take UTF-16 for a slip of it where bytes say what they mean.
pub(super) fn is_utf8(charset: &str) -> bool {
    matches!(
        charset.trim().to_ascii_lowercase().as_str(),
        "utf-8" | "utf8" | "unicode-1-1-utf-8" | "unicode11utf8" | "unicode20utf8" | "x-unicode20utf8"
    ) || charset.trim().to_ascii_lowercase().starts_with("utf-16")
}

/// Whether plain letters mean in this encoding what they mean in UTF-8, and every byte is a character.
pub(super) fn is_single_byte(charset: &str) -> bool {
    let name = charset.trim().to_ascii_lowercase();
    matches!(name.as_str(), "ascii" | "us-ascii" | "latin1" | "l1" | "macintosh" | "koi8-r" | "koi8-u")
        || ["windows-125", "cp125", "x-cp125", "iso-8859-", "iso8859", "iso_8859"]
            .iter()
            .any(|start| name.starts_with(start))
}

/// A site's stylesheets, ready for any number of pages.
#[derive(Debug, Default)]
pub struct Stylesheets {
    address: SiteAddress,
    sheet_of_path: BTreeMap<String, usize>,
    loaded: Vec<Loaded>,
    styles: Styles,
    scripts: BTreeSet<String>,
    others: BTreeSet<String>,
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

    /// The file of another kind that a page loads as a script and that names `data-statement`.
    pub(super) fn other_script(&self, page: &str, base: Option<&str>, address: &str) -> Option<&str> {
        let path = resolve(&self.address, page, base, address).ok()?;
        self.others.get(&path).map(String::as_str)
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

    /// Follows a page's links and `@import`s to every stylesheet it loads. `inline` are its `<style>` elements,
    /// `attributes` those of its `style` attributes that may declare custom properties.
    pub(super) fn load(
        &self,
        page: &str,
        base: Option<&str>,
        links: &[&str],
        inline: &[&str],
        attributes: &[&str],
    ) -> PageStyles<'_> {
        let mut styles = PageStyles { site: self, sheets: Vec::new(), unreadable: Vec::new(), own: None, given: None };
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
        let mut given: Vec<Declaration> = attributes.iter().flat_map(|style| Sheet::parse_attribute(style)).collect();
        given.retain(|declaration| declaration.property.starts_with("--"));
        given.extend(own.iter().flat_map(|(_, sheet)| sheet.variables.iter().cloned()));
        if !given.is_empty() {
            let mut variables = self.styles.variables.clone();
            given.iter().for_each(|declaration| variables.declare(&declaration.property, &declaration.values));
            styles.given = Some(variables);
        }
        if !own.is_empty() {
            styles.own = Some(Styles::new(&own, Some(&self.styles)));
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
    /// The site's custom properties and those of the page itself, if it has any.
    given: Option<Variables>,
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
        if let Some(given) = &self.given {
            self.site.styles.apply_open(tree, id, caches, &mut applied, given, |sheet| self.sheets.contains(&sheet));
            if let Some(own) = &self.own {
                own.apply_open(tree, id, caches, &mut applied, given, |_| true);
            }
        }
        if let Some(style) = tree.element(id).and_then(|element| element.attribute("style")) {
            self.apply_attribute(style, &mut applied);
        }
        self.add_frames(&mut applied);
        applied
    }

    fn apply_attribute(&self, style: &str, applied: &mut Vec<Applied>) {
        let declarations = Sheet::parse_attribute(style);
        let variables = self.given.as_ref().unwrap_or(&self.site.styles.variables);
        for declaration in &declarations {
            for effect in effects_of(declaration, variables) {
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
                for (effect, text) in styles.frames_of(names, all_frames, self.given.as_ref()) {
                    let origin = Origin { declaration: text, ..one.origin.clone() };
                    added.push(Applied { effect, origin, pseudo: one.pseudo.clone() });
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
