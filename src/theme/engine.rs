//! The template engine with the product's filters, and nothing that could make two builds differ.
//!
//! Owns Tera's configuration. No function for the clock, for chance or for the environment is registered.

use std::collections::BTreeMap;
use std::sync::Arc;

use tera::{Context, Error, ErrorKind, Kwargs, State, Tera, TeraResult, Value};

use crate::diagnostic::{Diagnostic, did_you_mean, has_errors};
use crate::view::InterfaceStrings;

use super::failure::{self, HINT_MARK, KnownNames};
use super::fold;
use super::strings::{self, TextProblem};
use super::templates::Templates;

/// The filters that themes may use beside the engine's own.
const OWN_FILTERS: [&str; 3] = ["asset", "day", "t"];

/// Filters of the engine that a theme is likely to mistype; only for "did you mean".
const ENGINE_FILTERS: [&str; 16] = [
    "safe",
    "default",
    "upper",
    "lower",
    "trim",
    "replace",
    "capitalize",
    "truncate",
    "str",
    "int",
    "length",
    "reverse",
    "first",
    "last",
    "join",
    "sort",
];

/// An engine with all templates of the chain; `None` where one of them cannot be used.
pub(super) fn build(
    templates: &Templates,
    strings: &Arc<InterfaceStrings>,
    asset_outputs: &Arc<BTreeMap<String, String>>,
) -> (Option<Tera>, Vec<Diagnostic>) {
    let mut names = known_names(&[]);
    let problems = templates.check();
    if !has_errors(&problems) {
        let (engine, failures) = assemble(templates, strings, asset_outputs);
        if failures.is_empty() {
            return (Some(engine), problems);
        }
        let mut diagnostics = syntax_errors(templates, &names);
        diagnostics.extend(problems);
        if !has_errors(&diagnostics) {
            names.components = templates.components();
            diagnostics.extend(failures.iter().flat_map(|error| failure::diagnostics(error, templates, &names)));
        }
        return (None, diagnostics);
    }
    let mut diagnostics = syntax_errors(templates, &names);
    diagnostics.extend(problems);
    (None, diagnostics)
}

/// The engine, and what it has against the templates.
fn assemble(
    templates: &Templates,
    strings: &Arc<InterfaceStrings>,
    asset_outputs: &Arc<BTreeMap<String, String>>,
) -> (Tera, Vec<Error>) {
    let mut engine = Tera::new();
    let prefixes: Vec<String> = templates.themes.iter().map(|theme| format!("{theme}/")).collect();
    let mut failures = Vec::new();
    failures.extend(engine.set_fallback_prefixes(prefixes).err());
    register_filters(&mut engine, strings, asset_outputs);
    let sources = templates.by_name.iter().map(|(name, template)| (name.as_str(), template.text.as_str()));
    failures.extend(engine.add_raw_templates(sources).err());
    (engine, failures)
}

/// An engine with everything worked out in its templates that is the same on every page.
pub(super) struct Folded {
    /// Renders as the engine with the templates as written does.
    pub(super) engine: Tera,
    /// Names and texts of the templates in which constants are worked out.
    texts: Vec<(String, String)>,
    /// Whether `page` and `site` mean the same everywhere.
    may_bind: bool,
}

impl Folded {
    /// Works out what it can.
    pub(super) fn of(engine: &Tera, templates: &Templates) -> Self {
        // Only these names are escaped, as constants are.
        let pages = templates.by_name.iter().filter(|(name, _)| name.ends_with(".html"));
        let texts: Vec<(String, String)> =
            pages.map(|(name, template)| (name.clone(), fold::folded(engine, &template.text))).collect();
        let may_bind = !templates.by_name.values().any(|template| fold::rebinds(&template.text));
        match with_texts(engine, texts.iter().map(|(name, text)| (name.as_str(), text.as_str()))) {
            Some(engine) => Self { engine, texts, may_bind },
            None => Self { engine: engine.clone(), texts: Vec::new(), may_bind: false },
        }
    }

    /// The engine with everything worked out, besides, that is the same on every page with the `root` and `site` of the
    /// context; `None` where a template has these names for something else.
    pub(super) fn bound(&self, context: &Context) -> Option<Tera> {
        if !self.may_bind {
            return None;
        }
        let texts = fold::bound(&self.engine, self.texts.iter().map(|(_, text)| text.as_str()), context);
        let names = self.texts.iter().map(|(name, _)| name.as_str());
        let texts: Vec<(&str, String)> = names.zip(texts).collect();
        with_texts(&self.engine, texts.iter().map(|(name, text)| (*name, text.as_str())))
    }
}

/// The engine with other texts of its templates.
fn with_texts<'t>(engine: &Tera, texts: impl Iterator<Item = (&'t str, &'t str)>) -> Option<Tera> {
    let mut changed = engine.clone();
    changed.add_raw_templates(texts).ok()?;
    Some(changed)
}

/// Names for "did you mean" while a page is rendered.
pub(super) fn known_names(components: &[String]) -> KnownNames {
    let filters = OWN_FILTERS.into_iter().chain(ENGINE_FILTERS).map(str::to_owned).collect();
    KnownNames { filters, components: components.to_vec() }
}

/// Each template is read alone, so that all of them report their mistakes: the engine tells only the first.
fn syntax_errors(templates: &Templates, names: &KnownNames) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    for (name, template) in &templates.by_name {
        let outcome = Tera::new().add_raw_template(name, &template.text);
        if let Err(error) = outcome
            && matches!(error.kind(), ErrorKind::SyntaxError(_))
        {
            diagnostics.extend(failure::diagnostics(&error, templates, names));
        }
    }
    diagnostics
}

fn register_filters(engine: &mut Tera, strings: &Arc<InterfaceStrings>, asset_outputs: &Arc<BTreeMap<String, String>>) {
    let texts = Arc::clone(strings);
    engine.register_filter("t", move |key: &str, arguments: Kwargs, _: &State<'_>| {
        interface_text(&texts, key, &arguments)
    });
    let texts = Arc::clone(strings);
    engine
        .register_filter("day", move |written: &str, _: Kwargs, _: &State<'_>| strings::day_in_words(&texts, written));
    let outputs = Arc::clone(asset_outputs);
    engine.register_filter("asset", move |name: &str, _: Kwargs, _: &State<'_>| asset_output(&outputs, name));
    // The engine groups by hash order, which would differ from build to build.
    engine.register_filter("group_by", |_: &Value, _: Kwargs, _: &State<'_>| -> TeraResult<Value> {
        Err(hinted(
            "`group_by` has no fixed order".to_owned(),
            Some("the lists that steward gives come grouped".to_owned()),
        ))
    });
}

fn interface_text(texts: &InterfaceStrings, key: &str, arguments: &Kwargs) -> TeraResult<String> {
    let count = arguments.get::<i128>("n")?;
    let value_of = |name: &str| {
        let value = arguments.get::<&Value>(name).ok().flatten()?;
        (!value.is_none() && !value.is_undefined()).then(|| value.to_string())
    };
    strings::text(texts, key, count, value_of).map_err(|TextProblem { message, hint }| hinted(message, hint))
}

fn asset_output(outputs: &BTreeMap<String, String>, name: &str) -> TeraResult<Value> {
    match outputs.get(name) {
        Some(output) => Ok(Value::safe_string(output)),
        None => Err(hinted(
            format!("the theme has no asset `{name}`"),
            did_you_mean(name, outputs.keys().map(String::as_str)),
        )),
    }
}

fn hinted(message: String, hint: Option<String>) -> Error {
    Error::message(match hint {
        Some(hint) => format!("{message}{HINT_MARK}{hint}"),
        None => message,
    })
}
