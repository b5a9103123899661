//! Rule 1, and what a page holds around its statements.

use super::*;

const MISSING: &[&str] = &["rights-statement-missing"];
const MISPLACED: &[&str] = &["rights-statement-misplaced"];
const HIDDEN: &[&str] = &["rights-statement-hidden"];
const ALTERED: &[&str] = &["rights-statement-altered"];
const WRONG_SOURCE: &[&str] = &["rights-statement-wrong-source"];
const WRONG_TARGET: &[&str] = &["rights-statement-link-wrong-target"];

/// A name, the page as it must not be, the code, and the page as it may be.
type Case = (String, String, &'static [&'static str], String);

fn cases() -> Vec<Case> {
    let right = right();
    let good = page_with(&right);
    let mut cases: Vec<Case> = Vec::new();
    let mut add = |name: &str, hostile: String, expected: &'static [&'static str], twin: String| {
        cases.push((name.to_owned(), hostile, expected, twin));
    };
    for name in [
        "header",
        "footer",
        "nav",
        "aside",
        "blockquote",
        "q",
        "code",
        "pre",
        "a",
        "button",
        "label",
        "del",
        "s",
        "strike",
    ] {
        let hostile = page_with(&format!("<{name}><span data-statement=hearth>{INNER}</span></{name}>"));
        // A link in a link ends the outer one: there the links inside are at fault as well.
        if name != "a" {
            add(name, hostile, MISPLACED, page_with(&format!("<section>{right}</section>")));
        }
    }
    add(
        "itself a footer",
        page_with(&format!("<footer data-statement=hearth>{INNER}</footer>")),
        MISPLACED,
        page_with(&format!("<section data-statement=hearth>{INNER}</section>")),
    );
    add("missing", page_with(""), MISSING, good.clone());
    add(
        "outside the article",
        page_with("").replace("</article>", &format!("</article>{right}")),
        MISPLACED,
        good.clone(),
    );
    add(
        "in the page's footer",
        page_with("").replace("<p>Our house</p>", &right),
        MISPLACED,
        good.replace("<p>Our house</p>", "<p>Our house</p><p>Thanks</p>"),
    );
    add(
        "before the body",
        page_with("").replace("<div class=\"body\">", &format!("{right}<div class=\"body\">")),
        MISPLACED,
        good.clone(),
    );
    add(
        "in an article of its own",
        page_with(&format!("<article>{right}</article>")),
        MISPLACED,
        page_with(&format!("<section>{right}</section>")),
    );
    add(
        "the body in an article of its own",
        good.replace("<div class=\"body\">", "<article>").replace("</p></div>", "</p></article>"),
        MISPLACED,
        good.replace("<div class=\"body\">", "<section>").replace("</p></div>", "</p></section>"),
    );
    add("no article", good.replace("<article", "<section").replace("</article", "</section"), MISPLACED, good.clone());
    add(
        "the body is hidden",
        good.replace("<div class=\"body\">", "<div hidden>"),
        MISPLACED,
        good.replace("<div class=\"body\">", "<div id=x>"),
    );
    add(
        "the body is not there",
        good.replace(BODY, "Something else altogether."),
        MISPLACED,
        good.replace("Listen first", "<b>Lis</b>ten <i>first</i>"),
    );
    add(
        "a teaser of the body before the article",
        good.replace("<main", &format!("<section><p>{BODY}</p></section><main")),
        MISPLACED,
        good.replace("<main", "<section><p>A guest who complains</p></section><main"),
    );
    add(
        "two, the second altered",
        page_with(&format!("{right}{}", right.replace("Used", "used"))),
        ALTERED,
        page_with(&format!("{right}{right}")),
    );
    add(
        "two, the first altered",
        page_with(&format!("{}{right}", right.replace("Used", "used"))),
        ALTERED,
        good.clone(),
    );
    add(
        "a wrong one in the footer beside the right one",
        good.replace("Our house", ""),
        &[],
        good.replace("<p>Our house</p>", "<p>©</p>"),
    );
    add(
        "another source",
        page_with(&format!("<p data-statement=other>{OTHER_TEXT}</p>")),
        &["rights-statement-wrong-source", "rights-statement-superfluous"],
        good.clone(),
    );
    add(
        "marked as a source nobody knows",
        page_with(&right.replace("\"hearth\"", "\"heart\"")),
        WRONG_SOURCE,
        good.replace("\"hearth\"", "\" hearth \""),
    );
    add(
        "the right one and one of no source",
        page_with(&format!("{right}<p data-statement=nobody>x</p>")),
        WRONG_SOURCE,
        good.clone(),
    );
    add(
        "the right one and another, altered",
        page_with(&format!("{right}<p data-statement=other>x</p>")),
        &["rights-statement-altered", "rights-statement-superfluous"],
        good.clone(),
    );
    add(
        "foreign base",
        good.replace("<title>", "<base href=\"https://evil.example/\"><title>"),
        &["rights-statement-link-wrong-target", "rights-statement-hidden"],
        good.replace("<title>", "<base href=\"./\"><title>"),
    );
    add(
        "base without scheme",
        good.replace("<title>", "<base href=\"//evil.example/\"><title>").replace("<link", "<meta"),
        WRONG_TARGET,
        good.replace("<title>", "<base target=_blank><title>"),
    );
    add(
        "stylesheet of another host",
        good.replace("</head>", "<link rel=stylesheet href=https://cdn.example/a.css></head>"),
        HIDDEN,
        good.replace("</head>", "<link rel=icon href=https://cdn.example/a.png></head>"),
    );
    add(
        "stylesheet in its address",
        good.replace("</head>", "<link rel='alternate stylesheet' href='data:text/css,a{}'></head>"),
        HIDDEN,
        good.replace("</head>", "<link rel=preload as=style href=../assets/main.css></head>"),
    );
    add("missing stylesheet", good.replace("main.css", "gone.css"), HIDDEN, good.replace("main.css", "main.css?v=3"));
    add(
        "stylesheet in the body",
        good.replace("</main>", "<link rel=stylesheet href=gone.css></main>"),
        HIDDEN,
        good.replace("</main>", "<link rel=next href=gone.html></main>"),
    );
    add(
        "style element",
        good.replace("</head>", "<style>@media print{.statement{display:none}}</style></head>"),
        HIDDEN,
        good.replace("</head>", "<style>@media print{nav,footer{display:none}}</style></head>"),
    );
    add(
        "style element in svg",
        good.replace("</main>", "<svg><style>.statement{display:none}</style></svg></main>"),
        HIDDEN,
        good.replace("</main>", "<svg><style>.icon{fill:red}</style></svg></main>"),
    );
    add(
        "style element imports",
        good.replace("</head>", "<style>@import url(https://cdn.example/x.css);</style></head>"),
        HIDDEN,
        good.replace("</head>", "<style>@import url(../assets/main.css);</style></head>"),
    );
    add(
        "style in noscript",
        good.replace("</head>", "<noscript><style>.statement{display:none}</style></noscript></head>"),
        HIDDEN,
        good.replace("</head>", "<noscript><style>.script-only{display:none}</style></noscript></head>"),
    );
    add(
        "script in the page",
        good.replace("</body>", "<script>document.querySelector('[data-statement]').remove()</script></body>"),
        HIDDEN,
        good.replace("</body>", "<script>document.body.dataset.ready = 1</script></body>"),
    );
    add(
        "noscript that swallows it",
        page_with(&format!("<noscript><!--</noscript>{right}<!-- -->")),
        MISSING,
        page_with(&format!("<noscript>Please</noscript>{right}")),
    );
    cases
}

#[test]
fn hostile_pages_and_their_right_twins() {
    let cases = cases();
    assert!(cases.len() >= 40);
    assert_cases(
        cases.iter().map(|(name, hostile, expected, _)| (name.clone(), codes(hostile, &[]), expected.to_vec())),
    );
    assert_cases(cases.iter().map(|(name, _, _, twin)| (format!("twin of {name}"), codes(twin, &[]), Vec::new())));
}

#[test]
fn a_statement_in_a_link_is_misplaced() {
    let html = page_with(&format!("<a href=x><span data-statement=hearth>{}</span></a>", TEXT));
    assert!(codes(&html, &[]).contains(&"rights-statement-misplaced"));
}

#[test]
fn minified_html_is_accepted() {
    let html = format!(
        "<!doctype html><html lang=en><title>x</title><link rel=stylesheet href=../assets/main.css><main><article>\
         <p>{BODY}<p class=statement data-statement=hearth>{}</article></main>",
        INNER.replace("\"https://hearth.example/\"", "https://hearth.example/ ")
    );
    assert_eq!(codes(&html, &[]), Vec::<&str>::new());
}

#[test]
fn scripts_of_the_site_may_not_look_for_statements() {
    let good = page_with(&right());
    assert_eq!(codes(&good, &[("assets/x.js", "for (e of all('[data-statement]')) e.remove()")]), HIDDEN);
    assert_eq!(
        codes(&good, &[("assets/x.js", "for (e of all('[data-step]')) e.dataset.done = 1")]),
        Vec::<&str>::new()
    );
}

fn judge(html: &str, expectation: Expectation) -> Vec<&'static str> {
    let page = Page { path: "x.html", html: html.as_bytes() };
    let report = verify_page(&page, &[expectation], &known(), &Stylesheets::none());
    report.findings.iter().map(|finding| finding.code.info().name).collect()
}

#[test]
fn pieces_that_are_too_short_cannot_be_judged() {
    let html = page_with(&right()).replace("<link", "<meta");
    assert_eq!(judge(&html, Expectation::new(hearth(), "Only these few words", Whereabouts::Article)), MISPLACED);
    let eight = "A guest who complains is a guest who";
    assert_eq!(judge(&html, Expectation::new(hearth(), eight, Whereabouts::Article)), Vec::<&str>::new());
}

#[test]
fn other_places_than_articles() {
    let right = right();
    let part = Whereabouts::Part { attribute: "data-piece".to_owned() };
    for (name, html, whereabouts, expected) in [
        ("feed item", format!("<p>{BODY}</p>{right}"), Whereabouts::FeedItem, &[][..]),
        ("feed item without it", format!("<p>{BODY}</p>"), Whereabouts::FeedItem, MISSING),
        ("feed item with it first", format!("{right}<p>{BODY}</p>"), Whereabouts::FeedItem, MISPLACED),
        (
            "guide",
            format!("<section data-piece><p>{BODY}</p>{right}</section><section data-piece>x</section>"),
            part.clone(),
            &[],
        ),
        (
            "guide, another part",
            format!("<section data-piece><p>{BODY}</p></section><section data-piece>{right}</section>"),
            part,
            MISPLACED,
        ),
        (
            "excerpts",
            format!("<main><div><p>{BODY}</p></div><section>{right}</section></main>"),
            Whereabouts::Excerpts,
            &[],
        ),
        ("excerpts, outside main", format!("<main><p>{BODY}</p></main>{right}"), Whereabouts::Excerpts, MISPLACED),
        ("excerpts, before", format!("<main>{right}<p>{BODY}</p></main>"), Whereabouts::Excerpts, MISPLACED),
    ] {
        assert_eq!(judge(&html, Expectation::new(hearth(), BODY, whereabouts)), expected, "{name}");
    }
}

#[test]
fn pages_without_pieces() {
    let stylesheets = Stylesheets::none();
    let judge = |html: &str| {
        let page = Page { path: "index.html", html: html.as_bytes() };
        let report = verify_page(&page, &[], &known(), &stylesheets);
        report.findings.iter().map(|finding| finding.code.info().name).collect::<Vec<_>>()
    };
    assert_eq!(judge("<p>Nothing</p>"), Vec::<&str>::new());
    assert_eq!(judge("<p DATA-STATEMENT=hearth>x</p>"), ["rights-statement-superfluous"]);
    assert_eq!(judge("<p>data-statement</p><link rel=stylesheet href=https://cdn.example/x.css>"), Vec::<&str>::new());
}

#[test]
fn two_pieces_of_one_source_need_two_statements() {
    let second = "When a colleague asks for help, the first answer is yes and the second is when. Everything else can be settled on the way there, between the two of you.";
    let guide = |first: &str, other: &str| {
        format!("<main><article><p>{BODY}</p>{first}</article><article><p>{second}</p>{other}</article></main>")
    };
    let judge = |html: &str| {
        let page = Page { path: "guide.html", html: html.as_bytes() };
        let expectations = [
            Expectation::new(hearth(), BODY, Whereabouts::Article),
            Expectation::new(hearth(), second, Whereabouts::Article),
        ];
        let report = verify_page(&page, &expectations, &known(), &Stylesheets::none());
        let codes: Vec<&str> = report.findings.iter().map(|finding| finding.code.info().name).collect();
        (codes, report.placements.len())
    };
    assert_eq!(judge(&guide(&right(), &right())), (vec![], 2));
    assert_eq!(judge(&guide(&right(), "")), (vec!["rights-statement-missing"], 1));
    assert_eq!(judge(&guide("", &right())), (vec!["rights-statement-missing"], 1));
    assert_eq!(judge(&guide(&right(), &right().replace("Used", "used"))), (vec!["rights-statement-altered"], 1));
}

#[test]
fn the_site_itself_may_be_the_base() {
    let html = page_with(&right())
        .replace("<title>", "<base href=\"https://kb.example/handbook/\"><title>")
        .replace("../assets", "assets");
    let judge = |address: SiteAddress| {
        let mut builder = StylesheetsBuilder::default();
        builder.add_stylesheet("assets/main.css", b"");
        let page = Page { path: "articles/complaints.html", html: html.as_bytes() };
        let expectations = [Expectation::new(hearth(), BODY, Whereabouts::Article)];
        verify_page(&page, &expectations, &known(), &builder.finish(address)).is_accepted()
    };
    assert!(judge(SiteAddress::new(Some("https://kb.example/handbook/"))));
    assert!(!judge(SiteAddress::new(Some("https://kb.example/other/"))));
    assert!(!judge(SiteAddress::default()));
}
