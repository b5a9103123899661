//! Learning paths: steps become articles, articles learn their places.

use std::cell::OnceCell;
use std::collections::HashMap;
use std::sync::Arc;

use super::build::{WithheldMap, indexes_of};
use super::visibility::Withheld;
use super::{Catalog, EntryIndex, LearningPath, PathPlace, Step, address};
use crate::config::UrlStyle;
use crate::diagnostic::{Code, Diagnostic, FilePath, did_you_mean};
use crate::document::front_matter::PathStep;
use crate::document::{Document, DocumentKind};

/// Makes the paths and reports steps that name nothing.
pub(super) fn assign(
    catalog: &mut Catalog,
    style: UrlStyle,
    documents: &[Arc<Document>],
    withheld: &WithheldMap,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let mut paths: Vec<EntryIndex> = indexes_of(&catalog.entries, DocumentKind::Path).collect();
    if paths.is_empty() {
        return;
    }
    let names = ArticleNames::of(documents, withheld);
    paths.sort_by_cached_key(|&index| {
        let entry = &catalog.entries[index];
        (entry.document.front.order.unwrap_or(i64::MAX), entry.title.to_lowercase(), index)
    });
    for index in paths {
        let path = learning_path(catalog, style, index, &names, withheld, diagnostics);
        let number = catalog.paths.len();
        for (step, article) in path.steps.iter().enumerate().filter_map(|(step, it)| Some((step, it.article?))) {
            catalog.entries[article].places.push(PathPlace { path: number, step });
        }
        catalog.paths.push(path);
    }
}

fn learning_path(
    catalog: &Catalog,
    style: UrlStyle,
    index: EntryIndex,
    names: &ArticleNames<'_>,
    withheld: &WithheldMap,
    diagnostics: &mut Vec<Diagnostic>,
) -> LearningPath {
    let entry = &catalog.entries[index];
    let document = &entry.document;
    if document.front.steps.is_empty() {
        diagnostics.push(
            Diagnostic::at(Code::PathEmpty, &document.path, document.front.span, "this learning path has no steps")
                .hint("list its articles under `steps:`, each as `- article: ID`"),
        );
    }
    let mut steps = Vec::new();
    for written in &document.front.steps {
        match names.find(&written.article.value) {
            Found::One(path) => {
                let article = catalog.entries.binary_search_by(|entry| entry.document.path.cmp(path)).ok();
                if article.is_none() {
                    diagnostics.push(withheld_step(document, written, path, withheld));
                    if withheld.get(path) != Some(&Withheld::Refused) {
                        continue;
                    }
                }
                let reading_time = article.map_or(0, |article| catalog.entries[article].minutes);
                steps.push(Step {
                    article,
                    why: written.why.as_ref().map_or_else(String::new, |why| why.value.clone()),
                    minutes: written.minutes.unwrap_or(reading_time),
                });
            }
            other => diagnostics.push(unknown_step(document, written, &other, names)),
        }
    }
    let output = entry.output.clone().unwrap_or_default();
    let base = output.strip_suffix("/index.html").or_else(|| output.strip_suffix(".html")).unwrap_or(&output);
    let guide_output = address::page_output(style, &format!("{base}-guide"));
    LearningPath {
        entry: index,
        minutes: steps.iter().map(|step| step.minutes).sum(),
        steps,
        guide_url: address::url_of(style, &guide_output),
        guide_output,
    }
}

fn withheld_step(document: &Document, written: &PathStep, path: &FilePath, withheld: &WithheldMap) -> Diagnostic {
    let reason = withheld.get(path).map_or_else(String::new, |reason| format!(": {}", reason.in_words()));
    let message = format!("the article of the step `{}` is not in this build{reason}", written.article.value);
    let hint = match withheld.get(path) {
        Some(Withheld::Refused) => "the step stays as plain text, without the article's title and without a link",
        _ => "the step is left out of the path until the article is published",
    };
    Diagnostic::at(Code::PathStepWithheld, &document.path, written.article.span, message)
        .related(path, None, "the article")
        .hint(hint)
}

fn unknown_step(document: &Document, written: &PathStep, found: &Found<'_>, names: &ArticleNames<'_>) -> Diagnostic {
    let wanted = &written.article.value;
    let message = match found {
        Found::Several(_) => format!("several articles are called `{wanted}`"),
        _ => format!("there is no article `{wanted}`"),
    };
    let diagnostic = Diagnostic::at(Code::PathStepUnknown, &document.path, written.article.span, message);
    match found {
        Found::Several(paths) => {
            let ids: Vec<String> = paths.iter().map(|path| format!("`{}`", article_id(path))).collect();
            diagnostic.hint(format!("write one of {}", ids.join(", ")))
        }
        _ => diagnostic
            .hint_if(did_you_mean(wanted, names.full.keys().copied()))
            .hint("a step names an article by its path below `content/articles/`, without `.md`"),
    }
}

fn article_id(path: &str) -> &str {
    let inside = path.strip_prefix("content/articles/").unwrap_or(path);
    inside.strip_suffix("/index.md").or_else(|| inside.strip_suffix(".md")).unwrap_or(inside)
}

/// All articles by name, those that are left out included: a step that names a draft is no mistake.
struct ArticleNames<'a> {
    documents: &'a [Arc<Document>],
    withheld: &'a WithheldMap,
    full: HashMap<&'a str, &'a FilePath>,
    /// By the last part of the path and by slug; made when a step gives no whole path.
    last: OnceCell<HashMap<&'a str, Vec<&'a FilePath>>>,
}

enum Found<'a> {
    None,
    One(&'a FilePath),
    Several(&'a [&'a FilePath]),
}

impl<'a> ArticleNames<'a> {
    fn of(documents: &'a [Arc<Document>], withheld: &'a WithheldMap) -> Self {
        let articles = documents.iter().filter(|document| document.kind == DocumentKind::Article);
        let full = articles.map(|document| (article_id(&document.path), &document.path)).collect();
        Self { documents, withheld, full, last: OnceCell::new() }
    }

    fn last(&self) -> &HashMap<&'a str, Vec<&'a FilePath>> {
        self.last.get_or_init(|| {
            let articles = || self.documents.iter().filter(|document| document.kind == DocumentKind::Article);
            let mut last: HashMap<&str, Vec<&FilePath>> = HashMap::new();
            for document in articles() {
                let id = article_id(&document.path);
                last.entry(id.rsplit('/').next().unwrap_or(id)).or_default().push(&document.path);
            }
            for document in articles().filter(|document| !self.withheld.contains_key(&document.path)) {
                let Some(slug) = &document.front.slug else { continue };
                let known = last.entry(&slug.value).or_default();
                if !known.contains(&&document.path) {
                    known.push(&document.path);
                }
            }
            last
        })
    }

    /// Finds an article by its id, by its path, or by its last part where only one article has it.
    fn find(&self, wanted: &str) -> Found<'_> {
        let trimmed = wanted.trim().trim_start_matches('/');
        let inside = trimmed.strip_prefix("content/").unwrap_or(trimmed);
        let inside = inside.strip_prefix("articles/").unwrap_or(inside);
        let id = inside.strip_suffix("/index.md").or_else(|| inside.strip_suffix(".md")).unwrap_or(inside);
        if let Some(path) = self.full.get(id) {
            return Found::One(path);
        }
        match self.last().get(id).map(Vec::as_slice) {
            Some(&[path]) => Found::One(path),
            Some(paths) => Found::Several(paths),
            None => Found::None,
        }
    }
}
