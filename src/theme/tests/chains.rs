//! Chains, overrides and everything that can be wrong with them.

use crate::diagnostic::Severity;
use crate::view::PageView;

use super::*;

fn article_page() -> PageView {
    samples::pages().into_iter().find(|page| page.output == "articles/apology.html").unwrap()
}

fn render_article(theme: &Theme) -> Result<String, Box<Diagnostic>> {
    theme.renderer(&samples::site()).render(&article_page()).map(|bytes| String::from_utf8(bytes).unwrap())
}

#[test]
fn an_override_fills_one_block_and_words_merge_by_key() {
    let (theme, diagnostics) = load_acme(&[
        (
            "templates/article.html",
            "{% extends \"default/article.html\" %}{% block article_before %}BEFORE {{ \"house\" | t }}{% endblock %}",
        ),
        ("templates/partials/footer.html", "<p>OWN FOOTER</p>"),
        ("i18n/en.toml", "house = \"our house\"\ncontents = \"In short\"\n"),
        ("assets/own.css", "a { b: c }"),
    ]);
    assert_eq!(lines(&diagnostics), Vec::<String>::new());
    let theme = theme.unwrap();
    let html = render_article(&theme).unwrap();
    for expected in ["BEFORE our house", "OWN FOOTER", "In short", "class=\"part part-learning-point\""] {
        assert!(html.contains(expected), "{expected}");
    }
    assert!(!html.contains("On this page"));
    assert!(theme.asset_output("own.css").is_some_and(|output| output.starts_with("assets/own.")));
    assert!(theme.asset_output("style.css").is_some());
}

#[test]
fn a_site_replaces_files_of_the_default_theme_one_by_one() {
    let files = [("themes/default/templates/partials/footer.html", "<p>OWN FOOTER</p>")];
    let (theme, diagnostics) = Theme::load(&snapshot(&files), &config("default", "en"));
    assert_eq!(lines(&diagnostics), Vec::<String>::new());
    assert!(render_article(&theme.unwrap()).unwrap().contains("OWN FOOTER"));
}

#[test]
fn a_chain_of_three_takes_the_nearest_file() {
    let files = [
        ("themes/near/theme.toml", "extends = \"acme\""),
        ("themes/near/templates/partials/footer.html", "NEAR"),
        ACME,
        ("themes/acme/templates/partials/footer.html", "FAR"),
        ("themes/acme/templates/partials/breadcrumbs.html", "MIDDLE"),
    ];
    let (theme, diagnostics) = Theme::load(&snapshot(&files), &config("near", "en"));
    assert_eq!(lines(&diagnostics), Vec::<String>::new());
    let html = render_article(&theme.unwrap()).unwrap();
    assert!(html.contains("NEAR") && html.contains("MIDDLE") && !html.contains("FAR"));
}

#[test]
fn missing_and_circular_themes_are_reported_where_they_are_named() {
    let (theme, diagnostics) = Theme::load(&snapshot(&[ACME]), &config("acmee", "en"));
    assert!(theme.is_none());
    assert_eq!(
        lines(&diagnostics),
        ["site.toml:8..17 template-theme-missing there is no theme `acmee` | did you mean `acme`?"]
    );
    assert_eq!(diagnostics[0].fix.as_deref(), Some("\"acme\""));
    for (extends, expected) in [
        (
            "acme",
            "themes/acme/theme.toml:10..16 template-theme-invalid the theme `acme` extends itself: acme → acme | let one of them extend `default`",
        ),
        (
            "defalt",
            "themes/acme/theme.toml:10..18 template-theme-missing there is no theme `defalt` | did you mean `default`?",
        ),
    ] {
        let manifest = format!("extends = \"{extends}\"");
        let files = [("themes/acme/theme.toml", manifest.as_str())];
        let (theme, diagnostics) = Theme::load(&snapshot(&files), &config("acme", "en"));
        assert!(theme.is_none());
        assert_eq!(lines(&diagnostics), [expected]);
    }
}

#[test]
fn wrong_theme_files_are_reported_at_their_place() {
    let cases = [
        (
            "extends = 3.5\n",
            "themes/acme/theme.toml:10..13 template-theme-invalid `extends` should be a text | write the text in double quotes",
        ),
        (
            "contract = \"7\"\n",
            "themes/acme/theme.toml:11..14 template-theme-invalid the theme `acme` is made for version 7 of the template contract, this steward has version 1 | update steward",
        ),
        (
            "contract = \"new\"\n",
            "themes/acme/theme.toml:11..16 template-theme-invalid `new` is not a version of the template contract | write one version, such as \"1\", or a range, such as \"1-2\"",
        ),
        (
            "extend = \"default\"\n",
            "themes/acme/theme.toml:0..6 template-theme-invalid `extend` is not a setting of a theme | did you mean `extends`?",
        ),
    ];
    for (manifest, expected) in cases {
        let (_, diagnostics) = Theme::load(&snapshot(&[("themes/acme/theme.toml", manifest)]), &config("acme", "en"));
        assert_eq!(lines(&diagnostics)[0], expected);
    }
    let (_, diagnostics) = Theme::load(&snapshot(&[("themes/acme/templates/a.html", "")]), &config("acme", "en"));
    assert!(
        lines(&diagnostics)[0].starts_with("themes/acme/theme.toml template-theme-invalid the theme `acme` has no")
    );
    let (theme, diagnostics) =
        Theme::load(&snapshot(&[("themes/acme/theme.toml", "contract = \"1-3\"")]), &config("acme", "en"));
    assert!(theme.is_none(), "a theme that extends nothing has no templates");
    assert!(diagnostics[0].message.contains("`home.html`"));
}

#[test]
fn every_template_reports_its_mistakes_at_once() {
    let (theme, diagnostics) = load_acme(&[
        (
            "templates/article.html",
            "\u{feff}{% extends \"default/article.html\" %}{% block article_befor %}{% endblock %}",
        ),
        ("templates/home.html", "{{ page.title | lowr }} {{ <icno name=\"x\" /> }}"),
    ]);
    assert!(theme.is_none());
    assert_eq!(
        lines(&diagnostics),
        [
            "themes/acme/templates/article.html:48..61 template-error the extended template has no block `article_befor` | did you mean `article_before`?",
            "themes/acme/templates/home.html:16..20 template-error there is no filter `lowr` | did you mean `lower`?",
            "themes/acme/templates/home.html:27..44 template-error there is no component `icno` | did you mean `icon`?",
        ]
    );
    let (theme, diagnostics) = load_acme(&[
        ("templates/article.html", "{% if %}"),
        ("templates/home.html", "text {{ page.title"),
        ("templates/term.html", "{% include \"partials/footr.html\" %}"),
    ]);
    assert!(theme.is_none());
    let places: Vec<_> = diagnostics.iter().map(|found| found.primary.as_ref().unwrap().file.as_str()).collect();
    assert_eq!(
        places,
        ["themes/acme/templates/article.html", "themes/acme/templates/home.html", "themes/acme/templates/term.html"]
    );
    assert_eq!(diagnostics[2].fix.as_deref(), Some("partials/footer.html"));
}

#[test]
fn a_template_that_contains_itself_is_reported_and_nothing_overflows() {
    let (theme, diagnostics) = load_acme(&[("templates/article.html", "{% extends \"article.html\" %}")]);
    assert!(theme.is_none());
    assert_eq!(
        lines(&diagnostics),
        [
            "themes/acme/templates/article.html:12..24 template-error the template `acme/article.html` contains itself: acme/article.html → acme/article.html | to change a part of the template below, write `default/article.html`"
        ]
    );
    for files in [
        // An include leads back through the template that is extended.
        vec![
            ("templates/base.html", "{% block main %}{% include \"article.html\" %}{% endblock %}"),
            ("templates/article.html", "{% extends \"base.html\" %}{% block main %}{{ super() }}{% endblock %}"),
        ],
        // Two blocks that contain one another, one of them through `super()`.
        vec![
            ("templates/outer.html", "{% block a %}{% block b %}{% endblock %}{% endblock %}"),
            (
                "templates/article.html",
                "{% extends \"outer.html\" %}{% block b %}{% block a %}{{ super() }}{% endblock %}{% endblock %}",
            ),
        ],
        vec![("templates/a.html", "{% include \"b.html\" %}"), ("templates/b.html", "{% include \"a.html\" %}")],
    ] {
        let (theme, diagnostics) = load_acme(&files);
        assert!(theme.is_none(), "{files:?}");
        assert!(diagnostics.iter().any(|found| found.message.contains("contains itself")), "{diagnostics:?}");
    }
    let (theme, _) = load_acme(&[
        ("templates/article.html", "{{ <again depth={1} /> }}"),
        (
            "templates/again.html",
            "{% component again(depth) %}{{ <again depth={depth + 1} /> }}{% endcomponent again %}",
        ),
    ]);
    assert!(render_article(&theme.unwrap()).unwrap_err().message.contains("recursion depth"));
}

#[test]
fn a_failing_page_names_the_template_the_way_there_and_the_page() {
    let cases = [
        ("{{ article.titel }}", "there is no `titel` here, while making the page `articles/apology.html`", None),
        (
            "{{ article.dek }}",
            "there is no `dek` here, while making the page `articles/apology.html`",
            Some("did you mean `deck`?"),
        ),
        (
            "{{ artcle.deck }}",
            "there is no `artcle` here, while making the page `articles/apology.html`",
            Some("did you mean `article`?"),
        ),
        (
            "{{ \"stile.css\" | asset }}",
            "the theme has no asset `stile.css`, while making the page `articles/apology.html`",
            Some("did you mean `style.css`?"),
        ),
        (
            "{{ \"minutes_raed\" | t(n=2) }}",
            "there is no interface text `minutes_raed`, while making the page `articles/apology.html`",
            Some("did you mean `minutes_read`?"),
        ),
    ];
    for (tag, message, hint) in cases {
        let part = format!("\n  {tag}");
        let (theme, diagnostics) = load_acme(&[("templates/partials/article_header.html", part.as_str())]);
        assert_eq!(lines(&diagnostics), Vec::<String>::new());
        let found = render_article(&theme.unwrap()).unwrap_err();
        assert_eq!(found.message, message);
        if let Some(hint) = hint {
            assert_eq!(found.hints[0], hint);
        }
        let place = found.primary.unwrap();
        assert_eq!(&*place.file, "themes/acme/templates/partials/article_header.html");
        assert!(place.span.unwrap().start >= 3);
        let way: Vec<_> = found.related.iter().map(|label| (&*label.file, label.message.as_str())).collect();
        assert_eq!(
            way,
            [
                ("themes/default/templates/article.html", "called from here"),
                ("themes/default/templates/article.html", "extends `base.html` here"),
            ]
        );
    }
}

#[test]
fn files_that_nothing_uses_are_warned_about() {
    let (theme, diagnostics) = load_acme(&[
        ("templates/artcile.html", ""),
        ("templates/partials/used.html", ""),
        ("templates/term.html", "{% include \"partials/used.html\" %}"),
        ("template/article.html", ""),
        ("README.md", ""),
        (".gitignore", ""),
        ("i18n/en.toml", "contens = \"In short\"\nsearch = \"Find\"\n"),
    ]);
    assert!(theme.is_some());
    assert!(diagnostics.iter().all(|found| found.severity == Severity::Warning));
    assert_eq!(
        lines(&diagnostics),
        [
            "themes/acme/template/article.html template-override-unused nothing uses the file `template/article.html` of the theme `acme` | did you mean `templates`?",
            "themes/acme/i18n/en.toml:0..7 template-override-unused nothing uses the interface text `contens` | did you mean `contents`?",
            "themes/acme/templates/artcile.html template-override-unused nothing uses the template `artcile.html` | did you mean `article.html`?",
        ]
    );
}

#[test]
fn the_digest_covers_templates_words_and_asset_names() {
    let digest = |files: &[(&str, &str)]| load_acme(files).0.unwrap().digest();
    let plain = digest(&[]);
    assert_eq!(plain, digest(&[]));
    for files in [
        [("templates/partials/footer.html", "x")],
        [("i18n/en.toml", "search = \"Find\"")],
        [("assets/style.css", "a { b: c }")],
    ] {
        assert_ne!(plain, digest(&files));
    }
}

#[test]
fn text_of_values_is_escaped() {
    let (theme, _) =
        load_acme(&[("templates/article.html", "{{ page.title }}{{ \"original_titled\" | t(title=page.title) }}")]);
    let mut page = article_page();
    page.title = "<b> & \"q\"".into();
    let html = theme.unwrap().renderer(&samples::site()).render(&page).unwrap();
    let html = String::from_utf8(html).unwrap();
    assert!(!html.contains("<b>") && html.matches("&lt;b&gt; &amp; ").count() == 2, "{html}");
}
