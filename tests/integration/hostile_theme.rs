//! Themes that lose, hide, alter or fake a statement: `tests/hostile-theme/*.md` holds them as data.
//!
//! The case `Shared` has the site. Every other case has blocks `wrong …` and `right …`, of which both must be there, and
//! the codes that the wrong one must lead to in a block `codes`. What stands after `wrong` or `right` is
//!
//! - `filter`: filters through which the theme's template puts the article's content;
//! - `style`: the theme's style sheet;
//! - `head`: what the theme adds to every page's head;
//! - `script`: a script of the theme.
//!
//! The wrong theme must be caught by the build and, on the output that a lenient sink has taken all the same, by the
//! audit. The right one must pass both without an error.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use rayon::prelude::*;
use steward::diagnostic::{Diagnostic, Severity};
use steward::memo::Memo;

use crate::audit::{audited, with_list};
use crate::cases::{Case, parse, unescape};
use crate::harness::{self, Built, Site};

#[test]
fn every_hostile_theme_is_caught_and_its_right_twin_passes() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/hostile-theme");
    let mut failures = String::new();
    let mut count = 0;
    for entry in fs::read_dir(&folder).expect("the folder can be listed") {
        let text = fs::read_to_string(entry.expect("an entry can be read").path()).expect("a file can be read");
        let cases = parse(&text);
        let shared = cases.iter().find(|case| case.name == "Shared").expect("a shared site");
        let themes: Vec<&Case> = cases.iter().filter(|case| case.name != "Shared").collect();
        count += themes.len();
        failures.extend(themes.par_iter().map(|case| run(case, shared)).collect::<Vec<_>>());
    }
    assert!(failures.is_empty(), "\n{failures}");
    assert!(count >= 80, "{count} variations");
}

/// One build: that builds agree is shown elsewhere, and there are many themes.
fn built(site: &Site) -> Built {
    harness::run(&site.snapshot(), &site.options, &mut Memo::new())
}

fn run(case: &Case, shared: &Case) -> String {
    let failures = &mut String::new();
    let codes: BTreeSet<&str> = case
        .blocks
        .iter()
        .filter(|block| block.info == "codes")
        .flat_map(|block| block.text.split_whitespace())
        .collect();
    let name = &case.name;
    let wrong = themed(case, shared, "wrong");
    let Built { diagnostics, outputs, .. } = built(&wrong);
    for fault in diagnostics.iter().filter(|found| found.code.info().name.starts_with("template-")) {
        let _ = writeln!(failures, "{name}: the wrong theme itself is broken: {}", fault.message);
    }
    let said: BTreeSet<&str> = rights(&diagnostics).collect();
    let found = audited(&wrong, &with_list(outputs), wrong.options.day, false);
    let audit: BTreeSet<&str> = rights(&found.diagnostics).collect();
    if said != codes || audit != codes {
        let _ = writeln!(failures, "{name}: expected {codes:?}, the build says {said:?}, the audit {audit:?}");
    }
    let right = themed(case, shared, "right");
    let Built { diagnostics, outputs, .. } = built(&right);
    let found = audited(&right, &with_list(outputs), right.options.day, false);
    for (who, diagnostics) in [("build", &diagnostics), ("audit", &found.diagnostics)] {
        for fault in diagnostics.iter().filter(|found| found.severity == Severity::Error) {
            let _ = writeln!(failures, "{name}: the right twin fails in the {who}: {}", fault.message);
        }
    }
    std::mem::take(failures)
}

/// The errors about rights.
fn rights(diagnostics: &[Diagnostic]) -> impl Iterator<Item = &str> {
    diagnostics
        .iter()
        .filter(|found| found.severity == Severity::Error)
        .map(|found| found.code.info().name)
        .filter(|name| name.starts_with("rights-"))
}

/// The shared site with the theme of one side.
fn themed(case: &Case, shared: &Case, side: &str) -> Site {
    let mut site = Site::new();
    for block in &shared.blocks {
        site = site.with(&block.info, unescape(&block.text));
    }
    let part = |kind: &str| {
        let wanted = format!("{side} {kind}");
        case.blocks.iter().find(|block| block.info == wanted).map_or("", |block| block.text.trim())
    };
    assert!(
        ["filter", "style", "head", "script"].iter().any(|kind| !part(kind).is_empty()),
        "{}: no {side} side",
        case.name
    );
    let article = format!(
        "{{% extends \"default/article.html\" %}}\n{{% block article_body %}}<div class=\"prose\">\n{{{{ article.content {} | safe }}}}\n</div>{{% endblock article_body %}}\n",
        part("filter")
    );
    let base = format!(
        "{{% extends \"default/base.html\" %}}\n{{% block head_extra %}}<link rel=\"stylesheet\" href=\"{{{{ page.root }}}}{{{{ 'hostile.css' | asset }}}}\">\n{}{{% endblock head_extra %}}\n",
        part("head")
    );
    site.with("themes/hostile/templates/article.html", article)
        .with("themes/hostile/templates/base.html", base)
        .with("themes/hostile/assets/hostile.css", part("style"))
        .with("themes/hostile/assets/hostile.js", part("script"))
}
