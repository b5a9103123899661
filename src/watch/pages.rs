//! Pages of the preview's own, which need no theme: nothing built yet, the first build failed, nothing at this address.
//!
//! Must not know the site's pages.

use std::fmt::Write as _;

use super::edition::Edition;
use super::problem::Problem;

/// The page for every address while there is no site to show.
pub(super) fn no_site(edition: &Edition) -> String {
    if edition.generation == 0 {
        let words = "<p data-preview>The site is being built for the first time. This page goes on by itself.</p>";
        return page("Building the site", edition.generation, words);
    }
    let mut body = String::from(
        "<p data-preview>The site cannot be shown yet, because something in it is wrong. Put the following right and \
         save: this page goes on by itself.</p>",
    );
    for problem in edition.problems.iter() {
        push_problem(&mut body, problem);
    }
    let shown = edition.problems.len();
    let all = edition.counts.errors + edition.counts.warnings;
    if all > shown {
        let _ = write!(body, "<p data-preview>And {} more; the terminal shows them all.</p>", all - shown);
    }
    page("The site cannot be shown yet", edition.generation, &body)
}

/// The page for an address that is none of the site's, where the site has no page of its own for that.
pub(super) fn not_found(edition: &Edition) -> String {
    let mut words = String::from("<p data-preview>There is nothing at this address. <a data-preview href=\"");
    escape(&mut words, &edition.base_path);
    words.push_str("\">To the start page</a></p>");
    page("Nothing here", edition.generation, &words)
}

/// The answer to a request that uses a name which is not this machine's.
pub(super) const OTHER_HOST: &str = "This preview answers only to the names of this computer, such as localhost or \
    127.0.0.1, so that no other website can read it. Open it under the address that the terminal shows. To show it to \
    others, start it with --bind and the address of this computer.\n";

fn page(title: &str, generation: u64, body: &str) -> String {
    format!(
        "<!doctype html>\n<html data-preview lang=\"en\">\n<head data-preview>\n<meta data-preview charset=\"utf-8\">\n\
         <meta data-preview name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta data-preview name=\"color-scheme\" content=\"light dark\">\n\
         <title data-preview>{title}</title>\n<link data-preview rel=\"icon\" href=\"data:,\">\n\
         <link data-preview rel=\"stylesheet\" href=\"/_steward/preview.css\">\n</head>\n\
         <body data-preview class=\"steward-preview-page\">\n<main data-preview>\n\
         <p data-preview class=\"steward-preview-name\">steward preview</p>\n<h1 data-preview>{title}</h1>\n{body}\n</main>\n\
         <script data-preview src=\"/_steward/preview.js\" data-preview-own=\"{generation}\"></script>\n</body>\n</html>\n"
    )
}

/// The same elements that the script makes for its list.
fn push_problem(html: &mut String, problem: &Problem) {
    html.push_str("<article data-preview class=\"steward-preview-problem\"><h2 data-preview>");
    let _ = write!(html, "<span data-preview class=\"steward-preview-{0}\">{0}</span> ", problem.severity);
    escape(html, &problem.message);
    html.push_str("</h2>");
    if !problem.place.is_empty() {
        html.push_str("<p data-preview class=\"steward-preview-place\">");
        escape(html, &problem.place);
        html.push_str("</p>");
    }
    if let Some(line) = &problem.line {
        let _ = write!(html, "<pre data-preview><span data-preview>{} </span>", line.number);
        escape(html, &line.before);
        html.push_str("<mark data-preview>");
        escape(html, &line.marked);
        html.push_str("</mark>");
        escape(html, &line.after);
        html.push_str("</pre>");
    }
    for hint in &problem.hints {
        html.push_str("<p data-preview>");
        escape(html, hint);
        html.push_str("</p>");
    }
    if let Some(fix) = &problem.fix {
        html.push_str("<p data-preview>Write:</p><pre data-preview>");
        escape(html, fix);
        html.push_str("</pre>");
    }
    if !problem.code.is_empty() {
        html.push_str("<p data-preview class=\"steward-preview-code\">steward explain ");
        escape(html, problem.code);
        html.push_str("</p>");
    }
    html.push_str("</article>\n");
}

fn escape(html: &mut String, text: &str) {
    for character in text.chars() {
        match character {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\0' => html.push('\u{fffd}'),
            _ => html.push(character),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::render::Counts;

    #[test]
    fn messages_are_text() {
        let mut edition = Edition { generation: 1, ..Edition::empty() };
        let mut problem = Problem::failure("<script>alert(1)</script>");
        problem.fix = Some("a & \"b\"".to_owned());
        edition.problems = [problem].into();
        edition.counts = Counts { errors: 3, ..Counts::default() };
        let html = no_site(&edition);
        assert!(html.contains("&lt;script&gt;alert(1)&lt;/script&gt;") && html.contains("a &amp; &quot;b&quot;"));
        assert!(html.contains("And 2 more"));
        for tag in html.split('<').skip(1).filter(|tag| !tag.starts_with(['/', '!'])) {
            assert!(tag.contains("data-preview"), "{tag}");
        }
    }
}
