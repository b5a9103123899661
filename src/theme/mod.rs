//! Themes: the chain of theme folders, templates, assets with hashed names, interface strings; (theme, view) to HTML.
//!
//! Owns Tera. Must not know the catalog, the disk, the clock or the environment.

use crate::config::Config;
use crate::diagnostic::Diagnostic;
use crate::source::Snapshot;
use crate::view::{InterfaceStrings, PageView, SiteView};

/// A loaded theme chain, ready to render.
pub struct Theme {
    strings: InterfaceStrings,
    assets: Vec<Asset>,
}

/// A file of the theme as it is written to the output.
#[derive(Debug, Clone)]
pub struct Asset {
    /// Where it goes, such as `assets/style.3f9a….css`.
    pub output: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// A theme bound to one site's [`SiteView`], shared by all threads.
pub struct Renderer<'theme> {
    theme: &'theme Theme,
}

impl Theme {
    /// Loads the theme that the settings name, and the themes it extends, from the snapshot and the built-in ones.
    /// `None` where no page can be rendered with it; the reasons are in the diagnostics.
    pub fn load(snapshot: &Snapshot, config: &Config) -> (Option<Self>, Vec<Diagnostic>) {
        let _ = (snapshot, config);
        (None, Vec::new())
    }

    /// Words of the interface in the site's language.
    pub fn strings(&self) -> &InterfaceStrings {
        &self.strings
    }

    /// All assets of the chain in the order of their output paths.
    pub fn assets(&self) -> &[Asset] {
        &self.assets
    }

    /// Binds the theme to what every page shows.
    pub fn renderer(&self, site: &SiteView) -> Renderer<'_> {
        let _ = site;
        Renderer { theme: self }
    }
}

impl Renderer<'_> {
    /// Renders one page. The error names the template, its place, the chain that led there and the page.
    pub fn render(&self, page: &PageView) -> Result<Vec<u8>, Box<Diagnostic>> {
        let _ = (page, self.theme);
        Ok(Vec::new())
    }
}
