//! The templates of a chain: their names, how they connect, and what is wrong with that before any page is rendered.
//!
//! A template is registered as `THEME/NAME`; a plain `NAME` means the nearest theme's. Must not know views.

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostic::{Code, Diagnostic, FilePath, closest, did_you_mean};

use super::chain::Layer;
use super::outline::{self, Mention, Outline};
use super::settings::invalid;

/// The template of every kind of page, in the order of `PageContent`.
pub(super) const PAGE_TEMPLATES: [&str; 15] = [
    "home.html",
    "article.html",
    "section.html",
    "plain.html",
    "index.html",
    "term.html",
    "source.html",
    "path.html",
    "guide.html",
    "parts.html",
    "glossary.html",
    "search.html",
    "not_found.html",
    "redirect.html",
    "report.html",
];

/// How many templates may stand in one another before something is wrong; far more than any theme needs.
const DEEPEST: usize = 32;

/// One template.
#[derive(Debug, Clone)]
pub(super) struct Template {
    /// Where its text is.
    pub(super) path: FilePath,
    /// Its text without a byte order mark.
    pub(super) text: String,
    /// Length of the byte order mark that was taken away.
    pub(super) offset: usize,
    /// Whether it is a file of the site.
    from_site: bool,
    outline: Outline,
}

/// All templates of a chain by `THEME/NAME`.
#[derive(Debug, Clone, Default)]
pub(super) struct Templates {
    /// The themes' names, nearest first.
    pub(super) themes: Vec<String>,
    /// The templates.
    pub(super) by_name: BTreeMap<String, Template>,
}

impl Templates {
    /// Collects the templates of a chain.
    pub(super) fn collect(layers: &[Layer]) -> (Self, Vec<Diagnostic>) {
        let mut templates =
            Self { themes: layers.iter().map(|layer| layer.name.clone()).collect(), by_name: BTreeMap::new() };
        let mut diagnostics = Vec::new();
        for layer in layers {
            for (inside, file) in &layer.files {
                let Some(name) = inside.strip_prefix("templates/") else { continue };
                let Some(text) = file.text() else {
                    let message = format!("the template `{name}` is not a text file in UTF-8");
                    diagnostics.push(Diagnostic::in_file(Code::TemplateError, &file.path, message));
                    continue;
                };
                let body = text.strip_prefix('\u{feff}').unwrap_or(text);
                let template = Template {
                    path: file.path.clone(),
                    text: body.to_owned(),
                    offset: text.len() - body.len(),
                    from_site: file.from_site,
                    outline: outline::read(body),
                };
                templates.by_name.insert(format!("{}/{name}", layer.name), template);
            }
        }
        (templates, diagnostics)
    }

    /// The full name of the template that `name` means: as it stands, else the nearest theme's.
    pub(super) fn resolve(&self, name: &str) -> Option<&str> {
        let full_names =
            std::iter::once(name.to_owned()).chain(self.themes.iter().map(|theme| format!("{theme}/{name}")));
        full_names.filter_map(|full| self.by_name.get_key_value(&full)).map(|(full, _)| full.as_str()).next()
    }

    /// The templates a template extends, nearest first, each with the place that says so.
    pub(super) fn lineage<'a>(&'a self, name: &'a str) -> Vec<(&'a str, &'a Mention)> {
        let mut lineage: Vec<(&str, &Mention)> = Vec::new();
        let mut current = name;
        while let Some(mention) = self.by_name.get(current).and_then(|template| template.outline.extends.as_ref()) {
            let Some(parent) = self.resolve(&mention.name).filter(|_| lineage.len() < DEEPEST) else { break };
            lineage.push((current, mention));
            current = parent;
        }
        lineage
    }

    /// The blocks of the templates a template extends.
    pub(super) fn blocks_above<'a>(&'a self, name: &'a str) -> Vec<&'a str> {
        let parents = self.lineage(name).into_iter().filter_map(|(_, mention)| self.resolve(&mention.name));
        let blocks = parents.flat_map(|parent| &self.by_name[parent].outline.blocks);
        blocks.map(|block| block.name.as_str()).collect()
    }

    /// Whether any template has this word in quotes.
    pub(super) fn mention_word(&self, word: &str) -> bool {
        let quoted = ["\"", "'", "`"].map(|quote| format!("{quote}{word}{quote}"));
        self.by_name.values().any(|template| quoted.iter().any(|form| template.text.contains(form)))
    }

    /// Whether any template may ask for this field of this value.
    pub(super) fn may_read(&self, name: &str, field: &str) -> bool {
        // The engine's name for all values at once.
        const EVERYTHING: &str = "__tera_context";
        let is_it = |(read, of): &(String, Option<String>)| {
            read == EVERYTHING || read == name && of.as_ref().is_none_or(|of| of == field)
        };
        self.by_name.values().any(|template| template.outline.reads.iter().any(is_it))
    }

    /// Names of all components of the chain.
    pub(super) fn components(&self) -> Vec<String> {
        let names = self.by_name.values().flat_map(|template| &template.outline.components);
        names.collect::<BTreeSet<_>>().into_iter().cloned().collect()
    }

    /// What is wrong with the connections: unknown names, circles, templates no page uses, pages without a template.
    pub(super) fn check(&self) -> Vec<Diagnostic> {
        let mut diagnostics = self.missing_pages();
        for (name, template) in &self.by_name {
            for mention in mentions(&template.outline) {
                if self.resolve(&mention.name).is_none() {
                    diagnostics.push(self.unknown(template, mention));
                }
            }
            diagnostics.extend(self.circle(name));
        }
        if diagnostics.is_empty() {
            diagnostics.extend(self.by_name.keys().filter_map(|name| self.block_circle(name)));
        }
        diagnostics.extend(self.unused());
        diagnostics
    }

    fn missing_pages(&self) -> Vec<Diagnostic> {
        let Some(theme) = self.themes.first() else { return Vec::new() };
        let absent = PAGE_TEMPLATES.iter().filter(|page| self.resolve(page).is_none());
        let names: Vec<String> = absent.map(|page| format!("`{page}`")).collect();
        if names.is_empty() {
            return Vec::new();
        }
        let path = FilePath::new(format!("themes/{theme}/theme.toml"));
        vec![
            invalid(&path, None, format!("the theme `{theme}` has no {}", names.join(", ")))
                .hint("add `extends = \"default\"` to take what is missing from the built-in theme"),
        ]
    }

    fn unknown(&self, template: &Template, mention: &Mention) -> Diagnostic {
        let candidates = self.plain_names();
        let message = format!("there is no template `{}`", mention.name);
        let span = mention.span.shifted(template.offset);
        let nearest = closest(&mention.name, candidates.iter().copied());
        let mut diagnostic = Diagnostic::at(Code::TemplateError, &template.path, span, message)
            .hint_if(did_you_mean(&mention.name, candidates.iter().copied()));
        diagnostic.fix = nearest.map(str::to_owned);
        diagnostic
    }

    /// Every name a template may be called by.
    fn plain_names(&self) -> BTreeSet<&str> {
        let full = self.by_name.keys().map(String::as_str);
        let plain = full.clone().filter_map(|name| self.without_theme(name));
        full.chain(plain).collect()
    }

    fn without_theme<'a>(&self, name: &'a str) -> Option<&'a str> {
        self.themes.iter().find_map(|theme| name.strip_prefix(theme.as_str())?.strip_prefix('/'))
    }

    /// A circle of extends and includes that begins and ends at this template, or a chain far too long.
    fn circle(&self, name: &str) -> Option<Diagnostic> {
        let start = self.by_name.get_key_value(name)?.0.as_str();
        let mut came_from: BTreeMap<&str, (&str, &Mention)> = BTreeMap::new();
        let mut level = vec![start];
        let mut depth = 0;
        while !level.is_empty() {
            let mut next_level = Vec::new();
            for current in level {
                for mention in mentions(&self.by_name[current].outline) {
                    let Some(target) = self.resolve(&mention.name) else { continue };
                    if target == start {
                        return Some(self.circle_diagnostic(start, current, mention, &came_from));
                    }
                    if !came_from.contains_key(target) {
                        came_from.insert(target, (current, mention));
                        next_level.push(target);
                    }
                }
            }
            level = next_level;
            depth += 1;
            if depth > DEEPEST {
                let template = &self.by_name[start];
                let message = format!("the template `{start}` leads through more than {DEEPEST} templates");
                return Some(Diagnostic::in_file(Code::TemplateError, &template.path, message));
            }
        }
        None
    }

    fn circle_diagnostic(
        &self,
        start: &str,
        last: &str,
        closing: &Mention,
        came_from: &BTreeMap<&str, (&str, &Mention)>,
    ) -> Diagnostic {
        let mut names = vec![start];
        let mut first = closing;
        let mut current = last;
        while current != start {
            names.push(current);
            let Some((before, mention)) = came_from.get(current) else { break };
            first = mention;
            current = before;
        }
        names.push(start);
        names.reverse();
        let template = &self.by_name[start];
        let message = format!("the template `{start}` contains itself: {}", names.join(" → "));
        let span = first.span.shifted(template.offset);
        let mut diagnostic = Diagnostic::at(Code::TemplateError, &template.path, span, message);
        if names.len() == 2 {
            let plain = self.without_theme(start).unwrap_or(start);
            let further = self.themes.iter().map(|theme| format!("{theme}/{plain}"));
            let further = further.into_iter().find(|full| full != start && self.by_name.contains_key(full));
            if let Some(further) = further {
                diagnostic = diagnostic.hint(format!("to change a part of the template below, write `{further}`"));
                diagnostic = diagnostic.fix(further);
            }
        }
        diagnostic
    }

    /// A block that, through `super()`, stands inside itself: the engine would not come to an end.
    fn block_circle(&self, name: &str) -> Option<Diagnostic> {
        let mut line = vec![name];
        line.extend(self.lineage(name).into_iter().filter_map(|(_, mention)| self.resolve(&mention.name)));
        let definitions = |block: &str| -> Vec<&outline::Block> {
            let outlines = line.iter().map(|template| &self.by_name[*template].outline);
            outlines.filter_map(|outline| outline.blocks.iter().find(|other| other.name == block)).collect()
        };
        let blocks = line.iter().flat_map(|template| &self.by_name[*template].outline.blocks);
        let all: BTreeSet<&str> = blocks.map(|block| block.name.as_str()).collect();
        let shown_in = |block: &str| -> Vec<String> {
            let mut inner = Vec::new();
            for definition in definitions(block) {
                inner.extend(definition.inner.iter().cloned());
                if !definition.calls_super {
                    break;
                }
            }
            inner
        };
        let inside: BTreeMap<&str, Vec<String>> = all.iter().map(|block| (*block, shown_in(block))).collect();
        let block = all.iter().find(|block| reaches_itself(block, &inside))?;
        let template = &self.by_name[name];
        let message = format!("the block `{block}` contains itself through `super()`");
        Some(
            Diagnostic::in_file(Code::TemplateError, &template.path, message)
                .hint("do not put a block inside another one that the extended template has the other way round"),
        )
    }

    /// Files of the site's own themes that nothing uses.
    fn unused(&self) -> Vec<Diagnostic> {
        let mut used: BTreeSet<&str> = PAGE_TEMPLATES.iter().filter_map(|page| self.resolve(page)).collect();
        for template in self.by_name.values() {
            used.extend(mentions(&template.outline).filter_map(|mention| self.resolve(&mention.name)));
        }
        let unused = self.by_name.iter().filter(|(name, template)| {
            template.from_site && template.outline.components.is_empty() && !used.contains(name.as_str())
        });
        unused.filter_map(|(name, template)| self.unused_diagnostic(name, template)).collect()
    }

    fn unused_diagnostic(&self, name: &str, template: &Template) -> Option<Diagnostic> {
        let plain = self.without_theme(name).unwrap_or(name);
        if self.resolve(plain).is_some_and(|nearest| nearest != name) {
            return None; // A nearer theme replaces it, which is what themes are for.
        }
        let mut known: BTreeSet<&str> = PAGE_TEMPLATES.into_iter().collect();
        known.extend(self.plain_names().into_iter().filter(|other| *other != name && *other != plain));
        let message = format!("nothing uses the template `{plain}`");
        Some(
            Diagnostic::in_file(Code::TemplateOverrideUnused, &template.path, message)
                .hint_if(did_you_mean(plain, known.iter().copied()))
                .hint("a template takes effect when it has the name of one it replaces, or when another includes it"),
        )
    }
}

fn mentions(outline: &Outline) -> impl Iterator<Item = &Mention> {
    outline.extends.iter().chain(&outline.includes)
}

fn reaches_itself(block: &str, inside: &BTreeMap<&str, Vec<String>>) -> bool {
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    let mut waiting: Vec<&str> = inside.get(block).into_iter().flatten().map(String::as_str).collect();
    while let Some(current) = waiting.pop() {
        if current == block {
            return true;
        }
        if seen.insert(current) {
            waiting.extend(inside.get(current).into_iter().flatten().map(String::as_str));
        }
    }
    false
}
