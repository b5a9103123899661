//! One page at a time: a view in, the page's bytes out.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use serde::Serialize;
use tera::{Context, Tera, Value};

use crate::diagnostic::{Code, Diagnostic};
use crate::source::Digest;
use crate::view::{PageContent, PageView, SiteView};

use super::{Theme, failure};

/// Room for most pages, in bytes: a longer one grows as it is written.
const USUAL_LENGTH: usize = 32 * 1024;

/// Pages of one depth that are made before templates are worked out for it: fewer are not worth the time.
const FEW: usize = 300;

/// A theme bound to one site's [`SiteView`], shared by all threads.
pub struct Renderer<'theme> {
    theme: &'theme Theme,
    /// What every page shows, once for each thread and for whoever is none: threads that count the uses of one value
    /// wait for each other.
    sites: Vec<Result<Value, String>>,
    digest: Digest,
    /// By the way from a page to the root.
    depths: Mutex<BTreeMap<String, Depth>>,
}

/// The pages of one depth.
#[derive(Default)]
struct Depth {
    /// How many were made.
    pages: usize,
    /// Makes the others, where the templates could be worked out for them.
    engine: Option<Arc<Tera>>,
}

impl<'theme> Renderer<'theme> {
    pub(super) fn new(theme: &'theme Theme, site: &SiteView) -> Self {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&theme.digest().0);
        site.digest_into(&mut hasher);
        let sites = (0..=rayon::current_num_threads()).map(|_| to_value(site)).collect();
        Self { theme, sites, digest: Digest(*hasher.finalize().as_bytes()), depths: Mutex::default() }
    }

    /// Covers everything that the bytes of a page depend on besides its view.
    pub fn digest(&self) -> Digest {
        self.digest
    }

    /// Renders one page. The error names the template, its place, the chain that led there and the page.
    pub fn render(&self, page: &PageView) -> Result<Vec<u8>, Box<Diagnostic>> {
        let template = format!("{}.html", page.content.name());
        let context = self.context(page).map_err(|problem| {
            let message = format!("the page `{}` cannot be given to its template: {problem}", page.output);
            Box::new(Diagnostic::general(Code::TemplateError, message))
        })?;
        let mut rendered = Vec::with_capacity(USUAL_LENGTH);
        let engine = self.engine_for(&page.root);
        let engine = engine.as_deref().unwrap_or(&self.theme.folded.engine);
        if engine.render_to(&template, &context, &mut rendered).is_ok() {
            return Ok(rendered);
        }
        // Places in messages are those of the templates as written.
        let rendered = self.theme.engine.render(&template, &context);
        rendered.map(String::into_bytes).map_err(|error| self.explain(&error, &template, page))
    }

    /// The engine for pages of one depth, once enough of them were made.
    fn engine_for(&self, root: &str) -> Option<Arc<Tera>> {
        let known = self.with_depth(root, |depth| {
            depth.pages += 1;
            if depth.pages == FEW { Err(()) } else { Ok(depth.engine.clone()) }
        });
        // The others need not wait for it.
        known.unwrap_or_else(|()| {
            let engine = self.bound(root).map(Arc::new);
            self.with_depth(root, |depth| depth.engine.clone_from(&engine));
            engine
        })
    }

    fn with_depth<T>(&self, root: &str, with: impl FnOnce(&mut Depth) -> T) -> T {
        let mut depths = self.depths.lock().unwrap_or_else(PoisonError::into_inner);
        with(depths.entry(root.to_owned()).or_default())
    }

    /// What every page shows, for the thread that asks.
    fn site(&self) -> &Result<Value, String> {
        let thread = rayon::current_thread_index().map_or(0, |index| index + 1);
        &self.sites[thread % self.sites.len()]
    }

    fn bound(&self, root: &str) -> Option<Tera> {
        let mut context = Context::new();
        context.insert_value("site", self.site().clone().ok()?);
        context.insert("page", &BTreeMap::from([("root", root)]));
        self.theme.folded.bound(&context)
    }

    fn context(&self, page: &PageView) -> Result<Context, String> {
        let mut context = Context::new();
        context.insert_value("site", self.site().clone()?);
        context.insert_value("page", to_value(page)?);
        context.insert_value(page.content.name(), content_value(&page.content)?);
        Ok(context)
    }

    fn explain(&self, error: &tera::Error, template: &str, page: &PageView) -> Box<Diagnostic> {
        let theme = self.theme;
        let mut found = failure::diagnostics(error, &theme.templates, &theme.known_names);
        let mut diagnostic = match found.is_empty() {
            true => Diagnostic::general(Code::TemplateError, "the template cannot be rendered"),
            false => found.swap_remove(0),
        };
        diagnostic.message = format!("{}, while making the page `{}`", diagnostic.message, page.output);
        let failed_in = diagnostic.primary.as_ref().map(|label| label.file.clone());
        let Some(name) = theme.templates.resolve(template) else { return Box::new(diagnostic) };
        for (child, mention) in theme.templates.lineage(name) {
            let from = &theme.templates.by_name[child];
            if failed_in.as_ref() == Some(&from.path) {
                break;
            }
            let span = mention.span.shifted(from.offset);
            diagnostic = diagnostic.related(&from.path, Some(span), format!("extends `{}` here", mention.name));
        }
        Box::new(diagnostic)
    }
}

fn to_value<T: Serialize + ?Sized>(view: &T) -> Result<Value, String> {
    Value::try_from_serializable(view).map_err(|error| error.to_string())
}

/// The view inside the variant: templates see it under the variant's name.
fn content_value(content: &PageContent) -> Result<Value, String> {
    match content {
        PageContent::Home(view) => to_value(view),
        PageContent::Article(view) => to_value(view),
        PageContent::Section(view) => to_value(view),
        PageContent::Plain(view) => to_value(view),
        PageContent::Index(view) => to_value(view),
        PageContent::Term(view) => to_value(view),
        PageContent::Source(view) => to_value(view),
        PageContent::Path(view) => to_value(view),
        PageContent::Guide(view) => to_value(view),
        PageContent::Parts(view) => to_value(view),
        PageContent::Glossary(view) => to_value(view),
        PageContent::Search(view) | PageContent::NotFound(view) => to_value(view),
        PageContent::Redirect(view) => to_value(view),
        PageContent::Report(view) => to_value(view),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::samples;
    use super::*;
    use crate::source::Snapshot;

    #[test]
    fn pages_stay_the_same_once_templates_are_worked_out_for_their_depth() {
        let config = crate::theme::tests::config(crate::theme::DEFAULT_THEME, "en");
        let theme = Theme::load(&Snapshot::default(), &config).0.unwrap();
        let renderer = theme.renderer(&samples::site());
        let render_all = || samples::pages().iter().map(|page| renderer.render(page).unwrap()).collect::<Vec<_>>();
        let as_written = render_all();
        for page in samples::pages() {
            assert!(renderer.depths.lock().unwrap()[&page.root].engine.is_none());
        }
        for page in samples::pages() {
            (0..FEW).for_each(|_| drop(renderer.engine_for(&page.root)));
        }
        assert!(render_all() == as_written);
        for page in samples::pages() {
            assert!(renderer.depths.lock().unwrap()[&page.root].engine.is_some(), "{}", page.root);
        }
    }
}
