//! Pages and stylesheets that try to get around the rules, each with a right twin that must be accepted.

mod inventions;
mod mutation;
mod naive;
mod pages;
mod plain;
mod statements;
mod stylesheets;
mod trees;

use super::*;

/// The statement of most cases.
const TEXT: &str = "Copyright, Hearth Institute. Used with permission. “We can't thank you enough” – visit \
                    HearthInstitute.example or read Hearth Letters.";

/// The same as HTML, without its element.
const INNER: &str = "Copyright, Hearth Institute. Used with permission. “We can't thank you enough” – visit \
    <a href=\"https://hearth.example/\">HearthInstitute.example</a> or read \
    <a href=\"http://letters.example/a?b=1\">Hearth Letters</a>.";

const BODY: &str = "A guest who complains is a guest who still talks to you. Listen first, say what you heard, and ask \
    what would put it right. Only then speak about what you can do, and by when.";

const OTHER_TEXT: &str = "Copyright, Hearth Institute. Used with kind permission.";

fn hearth() -> ExpectedStatement {
    ExpectedStatement::new(
        "hearth",
        TEXT,
        [("HearthInstitute.example", "https://hearth.example/"), ("Hearth Letters", "http://letters.example/a?b=1")],
        ["hearth.example", "www.hearth.example"],
    )
}

fn known() -> KnownStatements {
    [hearth(), ExpectedStatement::new("other", OTHER_TEXT, [], [])].into_iter().collect()
}

/// The right element.
fn right() -> String {
    format!("<div class=\"statement\" data-statement=\"hearth\"><p>{INNER}</p></div>")
}

/// A whole page around what stands in the article after the body.
fn page_with(after_body: &str) -> String {
    format!(
        "<!DOCTYPE html><html lang=\"en\"><head><title>Complaints</title>\
         <link rel=\"stylesheet\" href=\"../assets/main.css\"></head>\
         <body class=\"page\"><header class=\"top\"><nav><a href=\"../index.html\">Home</a></nav></header>\
         <main id=\"content\"><article class=\"article\"><h1>Complaints</h1><div class=\"body\"><p>{BODY}</p></div>\
         {after_body}</article></main><footer><p>Our house</p></footer></body></html>"
    )
}

/// The codes found on a page with these stylesheets, in order, each once.
fn codes(html: &str, css: &[(&str, &str)]) -> Vec<&'static str> {
    let mut codes: Vec<&'static str> =
        report(html, css).findings.iter().map(|finding| finding.code.info().name).collect();
    codes.dedup();
    codes
}

fn report(html: &str, css: &[(&str, &str)]) -> PageReport {
    let mut builder = StylesheetsBuilder::default();
    for (path, css) in css {
        if path.ends_with(".js") {
            builder.add_script(path, css.as_bytes());
        } else {
            builder.add_stylesheet(path, css.as_bytes());
        }
    }
    if !css.iter().any(|(path, _)| *path == "assets/main.css") {
        builder.add_stylesheet("assets/main.css", b"");
    }
    let stylesheets = builder.finish(SiteAddress::default());
    let page = Page { path: "articles/complaints.html", html: html.as_bytes() };
    let expectations = [Expectation::new(hearth(), BODY, Whereabouts::Article).restricted()];
    verify_page(&page, &expectations, &known(), &stylesheets)
}

/// Reports every case that is not judged as expected, at once.
fn assert_cases(cases: impl IntoIterator<Item = (String, Vec<&'static str>, Vec<&'static str>)>) {
    let wrong: Vec<String> = cases
        .into_iter()
        .filter(|(_, found, expected)| found != expected)
        .map(|(name, found, expected)| format!("{name}\n    found {found:?}\n    expected {expected:?}"))
        .collect();
    assert!(wrong.is_empty(), "{} cases:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn the_right_page_is_accepted_with_its_placement() {
    let html = page_with(&right());
    let report = report(&html, &[]);
    assert_eq!(report.findings, []);
    let placement = &report.placements[0];
    assert_eq!(placement.element, "html > body > main > article > div");
    assert_eq!(&html[placement.range.clone().expect("range")], "<div class=\"statement\" data-statement=\"hearth\">");
    let links: Vec<(&str, AddressRule)> = placement.links.iter().map(|link| (link.found.as_str(), link.rule)).collect();
    assert_eq!(
        links,
        [("https://hearth.example/", AddressRule::Same), ("http://letters.example/a?b=1", AddressRule::Same)]
    );
}

#[test]
fn messages_name_the_difference() {
    let message = |after: &str, css: &[(&str, &str)]| {
        report(&page_with(after), css)
            .findings
            .iter()
            .map(|one| (one.message.clone(), one.hints.clone()))
            .collect::<Vec<_>>()
    };
    let with = |from: &str, to: &str| format!("<p data-statement=hearth>{}</p>", INNER.replace(from, to));
    let (typographic, hints) = message(&with("Copyright,", "©,"), &[]).remove(0);
    assert_eq!(
        typographic,
        "the statement of `hearth` is altered: the page has “[©], Hearth Institute. Used…”, the owner “[Copyright], \
         Hearth Institute. Used…”; the difference is typographic only (quotes, dashes, dots, ©, spaces between signs)"
    );
    assert_eq!(
        hints[1],
        "the first differing character is the copyright sign “©” (U+00A9) where the owner has “C” (U+0043)"
    );
    let (look_alike, hints) = message(&with("Institute.", "Institut\u{435}."), &[]).remove(0);
    assert!(look_alike.ends_with("letters that look alike"), "{look_alike}");
    assert!(hints[1].contains("“е” (U+0435, a Cyrillic letter that looks like “e”)"), "{}", hints[1]);
    let (joined, _) = message(&with("permission", "permis\u{200D}sion"), &[]).remove(0);
    assert!(joined.contains("permis[<U+200D>]sion") && joined.ends_with("cannot be seen"), "{joined}");
    let (target, _) = message(&with("https://hearth.example/", "http://hearth.example/"), &[]).remove(0);
    assert_eq!(
        target,
        "the link “HearthInstitute.example” in the statement of `hearth` leads to `http://hearth.example/` instead of \
         `https://hearth.example/`: it leads to http where the owner uses https"
    );
    let css = "a{}\n@media print {\n  .statement, .nav { display: none }\n}";
    let (style, _) = message(&right(), &[("assets/main.css", css)]).remove(0);
    assert_eq!(
        style,
        "the statement of `hearth` may be hidden: `display: none` applies to its element <div> (assets/main.css, line 3, \
         rule `.statement, .nav`, inside `@media print`)"
    );
}

#[test]
fn the_module_knows_nothing_of_rendering() {
    let sources = [
        include_str!("../mod.rs"),
        include_str!("../address.rs"),
        include_str!("../expectation.rs"),
        include_str!("../hiding.rs"),
        include_str!("../lexer.rs"),
        include_str!("../links.rs"),
        include_str!("../look_alike.rs"),
        include_str!("../place.rs"),
        include_str!("../plain.rs"),
        include_str!("../report.rs"),
        include_str!("../elsewhere.rs"),
        include_str!("../scan.rs"),
        include_str!("../surroundings.rs"),
        include_str!("../statement_text.rs"),
        include_str!("../style/mod.rs"),
        include_str!("../tree.rs"),
        include_str!("../visible_text.rs"),
        include_str!("../words.rs"),
    ];
    for line in sources.iter().flat_map(|source| source.lines()) {
        let is_known = ["use crate::diagnostic::", "use crate::runs::"].iter().any(|module| line.starts_with(module));
        assert!(is_known || !line.starts_with("use crate::"), "{line}");
    }
}
