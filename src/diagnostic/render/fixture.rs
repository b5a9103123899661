//! The diagnostics that every renderer's snapshot is made from.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::SourceTexts;
use crate::diagnostic::{Code, Diagnostic, FilePath, Severity, Span};

/// Texts by path.
pub(super) struct Texts(BTreeMap<FilePath, Arc<str>>);

impl SourceTexts for Texts {
    fn text(&self, path: &FilePath) -> Option<Arc<str>> {
        self.0.get(path).cloned()
    }
}

const ARTICLE: &str = "\u{feff}---\r\ntitle: Was wir für Gäste tun\r\ndate: 2026-1-5\r\n---\r\nSee [the apology](articles/apologie.md) first.\r\n\r\n> [!NOTE]\r\n\tA tab, and 日本語 before the [link](x.md).\r\n";

fn span(text: &str, part: &str) -> Span {
    let start = text.find(part).expect("the part stands in the text");
    Span::new(start, start + part.len())
}

/// One diagnostic of each kind: with fix, with related places, over several lines, in a very long line, about a whole
/// file, about no file, in a file without text, with characters that would disturb a terminal.
pub(super) fn diagnostics() -> (Vec<Diagnostic>, Texts) {
    let article = FilePath::from("content/articles/a.md");
    let other = FilePath::from("content/articles/b.md");
    let long = FilePath::from("content/articles/long.md");
    let long_text = format!("---\ntitle: {}WRONG{}\n---\n", "long ".repeat(300), " title".repeat(300));
    let template = FilePath::from("themes/own/templates/article.html");
    let other_text = "---\ntitle: Apology\nslug: same\n---\n";
    let at = |part: &str, code, message: &str| Diagnostic::at(code, &article, span(ARTICLE, part), message);
    let mut warning =
        at("title: Was wir für Gäste tun\r\ndate", Code::FrontMatterUnknownKey, "two lines that do not fit");
    warning.severity = Severity::Warning;
    let diagnostics = vec![
        at("articles/apologie.md", Code::LinkBroken, "link to `articles/apologie.md` leads nowhere")
            .hint("did you mean `articles/apology.md`?")
            .fix("articles/apology.md"),
        at("2026-1-5", Code::FrontMatterInvalidValue, "`2026-1-5` is not a day").fix("2026-01-05"),
        warning,
        at("x.md", Code::LinkBroken, "link to `x.md` leads nowhere"),
        at("title: Was", Code::UrlCollision, "two pages would have the address `articles/same.html`")
            .related(&other, Some(span(other_text, "slug: same")), "the other page")
            .related(&template, None, "rendered with this template"),
        Diagnostic::at(
            Code::FrontMatterInvalidValue,
            &long,
            span(&long_text, "WRONG"),
            format!("a title of {} characters", "very ".repeat(100)),
        )
        .fix("first line\nsecond line"),
        Diagnostic::in_file(
            Code::IoTooLarge,
            &FilePath::from("content/huge.md"),
            "`huge.md` has 50.0 MB and is not read",
        ),
        Diagnostic::at(
            Code::IoInvalidUtf8,
            &FilePath::from("content/latin.md"),
            Span::new(7, 8),
            "`latin.md` is not UTF-8",
        ),
        Diagnostic::general(Code::VisibilityHeldBack, "3 pages are held back until later:\n\u{1b}[31mred\u{202e}"),
    ];
    let texts = [(article, ARTICLE), (other, other_text), (long, long_text.as_str())];
    (diagnostics, Texts(texts.into_iter().map(|(path, text)| (path, Arc::from(text))).collect()))
}
