//! Themes: the chain of theme folders, templates, assets with hashed names, interface strings; (theme, view) to HTML.
//!
//! Owns Tera. Must not know the catalog, the disk, the clock or the environment.
//!
//! A theme is a folder `themes/NAME/` with `theme.toml`, `templates/`, `assets/` and `i18n/`. Along the chain of
//! `extends` the nearest theme that has a file wins, file by file; interface texts merge key by key. Every template is
//! known as `THEME/NAME` too, so that an override can extend the template it replaces and fill one block of it.

mod assets;
mod builtin;
mod chain;
mod engine;
mod failure;
mod fold;
mod outline;
mod render;
mod settings;
mod strays;
mod strings;
mod tags;
mod templates;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::config::Config;
use crate::diagnostic::{Diagnostic, has_errors};
use crate::source::{Content, Digest, Snapshot};
use crate::view::{InterfaceStrings, SiteView};

pub use builtin::{DEFAULT_THEME, built_in_text};
pub use render::Renderer;

use engine::Folded;
use failure::KnownNames;
use templates::Templates;

/// A loaded theme chain, ready to render.
pub struct Theme {
    /// The templates as written: it explains what goes wrong.
    engine: tera::Tera,
    /// The same with constants worked out: it makes the pages.
    folded: Folded,
    templates: Templates,
    known_names: KnownNames,
    strings: Arc<InterfaceStrings>,
    assets: Vec<Asset>,
    asset_outputs: Arc<BTreeMap<String, String>>,
    digest: Digest,
}

/// A file of the theme as it is written to the output.
#[derive(Debug, Clone)]
pub struct Asset {
    /// Where it goes, such as `assets/style.3f9a0b12cd.css`.
    pub output: String,
    /// Its bytes, or where they are.
    pub content: Content,
    /// The digest of its bytes.
    pub digest: Digest,
}

impl Theme {
    /// Loads the theme that the settings name, and the themes it extends, from the snapshot and the built-in ones.
    /// `None` where no page can be rendered with it; the reasons are in the diagnostics.
    pub fn load(snapshot: &Snapshot, config: &Config) -> (Option<Self>, Vec<Diagnostic>) {
        let (layers, mut diagnostics) = chain::resolve(snapshot, config);
        let Some(layers) = layers else { return (None, diagnostics) };
        diagnostics.extend(strays::check(&layers));
        let (texts, problems) = strings::merge(&layers, &config.language);
        diagnostics.extend(problems);
        let (assets, problems) = assets::collect(&layers);
        diagnostics.extend(problems);
        let (templates, problems) = Templates::collect(&layers);
        diagnostics.extend(problems);
        diagnostics.extend(strings::unused(&layers, |key| templates.mention_word(key)));
        let strings = Arc::new(texts);
        let asset_outputs = Arc::new(assets.outputs);
        let (engine, problems) = engine::build(&templates, &strings, &asset_outputs);
        diagnostics.extend(problems);
        let Some(engine) = engine.filter(|_| !has_errors(&diagnostics)) else { return (None, diagnostics) };
        let folded = Folded::of(&engine, &templates);
        let known_names = engine::known_names(&templates.components());
        let digest = digest(&templates, &strings, &asset_outputs);
        let assets = assets.files;
        (Some(Self { engine, folded, templates, known_names, strings, assets, asset_outputs, digest }), diagnostics)
    }

    /// Words of the interface in the site's language.
    pub fn strings(&self) -> &InterfaceStrings {
        &self.strings
    }

    /// Whether any template may show the field of a value: what none does need not be made.
    pub fn may_read(&self, name: &str, field: &str) -> bool {
        self.templates.may_read(name, field)
    }

    /// All assets of the chain in the order of their output paths.
    pub fn assets(&self) -> &[Asset] {
        &self.assets
    }

    /// Where an asset goes by its name in the theme: `style.css` → `assets/style.3f9a0b12cd.css`.
    pub fn asset_output(&self, name: &str) -> Option<&str> {
        self.asset_outputs.get(name).map(String::as_str)
    }

    /// Covers everything of the theme that the bytes of a page depend on: templates, texts, names of assets.
    pub fn digest(&self) -> Digest {
        self.digest
    }

    /// Binds the theme to what every page shows.
    pub fn renderer(&self, site: &SiteView) -> Renderer<'_> {
        Renderer::new(self, site)
    }
}

fn digest(templates: &Templates, strings: &InterfaceStrings, asset_outputs: &BTreeMap<String, String>) -> Digest {
    let mut hasher = blake3::Hasher::new();
    let mut add = |text: &str| {
        hasher.update(&(text.len() as u64).to_le_bytes());
        hasher.update(text.as_bytes());
    };
    templates.themes.iter().for_each(|theme| add(theme));
    for (name, template) in &templates.by_name {
        add(name);
        add(&template.text);
    }
    for (key, text) in strings.texts.iter().chain(asset_outputs) {
        add(key);
        add(text);
    }
    Digest(*hasher.finalize().as_bytes())
}
