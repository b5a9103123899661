//! Rules 2, 3 and 5: the element itself.

use super::*;

/// A name, the element as it must not be, the code, and the element as it may be.
type Case = (&'static str, String, &'static [&'static str], String);

const ALTERED: &[&str] = &["rights-statement-altered"];
const EXTRA: &[&str] = &["rights-statement-extra-text"];
const HIDDEN: &[&str] = &["rights-statement-hidden"];
const HIDDEN_AND_ALTERED: &[&str] = &["rights-statement-hidden", "rights-statement-altered"];
const LINK_MISSING: &[&str] = &["rights-statement-link-missing"];
const LINK_EXTRA: &[&str] = &["rights-statement-link-extra"];
const WRONG_TARGET: &[&str] = &["rights-statement-link-wrong-target"];
const INACTIVE: &[&str] = &["rights-statement-link-inactive"];

fn element(inner: &str) -> String {
    format!("<div class=\"statement\" data-statement=\"hearth\">{inner}</div>")
}

fn with(from: &str, to: &str) -> String {
    assert!(INNER.contains(from), "{from}");
    element(&format!("<p>{}</p>", INNER.replacen(from, to, 1)))
}

fn cases() -> Vec<Case> {
    let mut cases = text_cases();
    cases.extend(visibility_cases());
    cases.extend(link_cases());
    cases
}

fn text_cases() -> Vec<Case> {
    vec![
        ("© for Copyright", with("Copyright,", "©,"), ALTERED, with("Copyright", "&#67;opyright")),
        ("straight quotes", with("“We", "\"We"), ALTERED, with("“We", "&ldquo;We")),
        ("curly apostrophe", with("can't", "can’t"), ALTERED, with("can't", "can&#x27;t")),
        ("hyphen for dash", with("–", "-"), ALTERED, with("–", "&ndash;")),
        ("a word left out", with("Used with ", "With "), ALTERED, with("Used with", "Used\n   with")),
        ("a sentence left out", with("Used with permission. ", ""), ALTERED, with("Used with ", "Used with&nbsp;")),
        ("capital letters", with("permission", "Permission"), ALTERED, with("permission", "<em>permission</em>")),
        ("Cyrillic е", with("Institute.", "Institut\u{435}."), ALTERED, with("Institute.", "Insti\u{AD}tute.")),
        ("Greek ο", with("Copyright", "C\u{3BF}pyright"), ALTERED, with("Copyright", "Copy\u{200B}right")),
        (
            "zero-width joiner",
            with("permission", "permis\u{200D}sion"),
            ALTERED,
            with("permission", "permis\u{2060}sion"),
        ),
        (
            "right-to-left override",
            with("permission", "\u{202E}permission"),
            ALTERED,
            with("permission", "\u{FEFF}permission"),
        ),
        (
            "left-to-right mark",
            with("permission", "permission\u{200E}"),
            ALTERED,
            with("permission", "permission<wbr>"),
        ),
        (
            "line break splits a word",
            with("permission", "permis<br>sion"),
            ALTERED,
            with("permission. ", "permission.<br>"),
        ),
        (
            "a block splits a word",
            with("permission", "permis<div>sion</div>"),
            ALTERED,
            with("permission", "<b>permis</b>sion"),
        ),
        ("empty", element(""), &["rights-statement-altered", "rights-statement-link-missing"], element(INNER)),
        (
            "words before it",
            with("Copyright,", "Source: Copyright,"),
            EXTRA,
            with("Copyright,", "  <span>Copyright</span>,"),
        ),
        ("words after it", with("Letters</a>.", "Letters</a>. Thanks!"), EXTRA, element(&format!("{INNER} "))),
        (
            "words after all of it",
            element(&format!("{INNER} Thanks!")),
            EXTRA,
            element(&format!("{INNER}<!-- Thanks! -->")),
        ),
        (
            "the summary of a closed part",
            element(&format!("{INNER}<details><summary>Not really</summary></details>")),
            HIDDEN,
            element(&format!("{INNER}<script>/* x */</script>")),
        ),
        (
            "another statement's text under this mark",
            element(OTHER_TEXT),
            &["rights-statement-wrong-source"],
            element(INNER),
        ),
    ]
}

fn visibility_cases() -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    for attribute in ["hidden", "hidden=until-found", "inert", "aria-hidden=true", "popover"] {
        let hidden = format!("<div data-statement=hearth {attribute}>{INNER}</div>");
        let around = format!("<div {attribute}><div data-statement=hearth>{INNER}</div></div>");
        let twin = format!("<div data-statement=hearth aria-hidden=false>{INNER}</div>");
        cases.push(("an attribute hides it", hidden, HIDDEN, twin.clone()));
        cases.push(("an attribute around it hides it", around, HIDDEN, twin));
        let part = with("Used with permission.", &format!("<span {attribute}>Used with permission.</span>"));
        cases.push(("an attribute hides a part", part, HIDDEN_AND_ALTERED, with("Used", "<span>Used</span>")));
    }
    let wrapped = |open: &str, close: &str| format!("{open}{}{close}", right());
    cases.extend([
        ("dialog", wrapped("<dialog>", "</dialog>"), HIDDEN, wrapped("<dialog open>", "</dialog>")),
        (
            "closed details",
            wrapped("<details><summary>©</summary>", "</details>"),
            HIDDEN,
            wrapped("<section>", "</section>"),
        ),
        ("template", wrapped("<template>", "</template>"), HIDDEN, wrapped("<div>", "</div>")),
        (
            "noscript",
            wrapped("<noscript>", "</noscript>"),
            &["rights-statement-missing", "rights-statement-hidden"],
            wrapped("<noscript>x</noscript>", ""),
        ),
        (
            "shadow root",
            wrapped("<div><template shadowrootmode=open><slot></slot></template>", "</div>"),
            HIDDEN,
            wrapped("<div><template></template>", "</div>"),
        ),
        (
            "in a shadow root",
            wrapped("<div><template shadowrootmode=open>", "</template></div>"),
            HIDDEN,
            wrapped("<div>", "</div>"),
        ),
        ("comment", wrapped("<!--", "-->"), &["rights-statement-missing"], wrapped("<!-- x -->", "")),
        ("svg", wrapped("<svg><foreignObject>", "</foreignObject></svg>"), HIDDEN, wrapped("<svg></svg>", "")),
        ("reversed letters", wrapped("<bdo dir=rtl>", "</bdo>"), HIDDEN, wrapped("<div dir=ltr>", "</div>")),
        ("textarea", wrapped("<textarea>", "</textarea>"), &["rights-statement-missing"], right()),
        ("iframe", wrapped("<iframe>", "</iframe>"), &["rights-statement-missing"], right()),
        (
            "inline style",
            wrapped("<div style='display:none'>", "</div>"),
            HIDDEN,
            wrapped("<div style='display:grid'>", "</div>"),
        ),
        (
            "inline style on a part",
            with("Used with permission.", "<span style=\"font-size:0\">Used with permission.</span>"),
            HIDDEN,
            with("Used", "<span style=\"font-size:90%;color:#333\">Used</span>"),
        ),
        (
            "inline variable",
            wrapped("<div style='--x:none;display:var(--x)'>", "</div>"),
            HIDDEN,
            wrapped("<div style='--x:block;display:var(--x)'>", "</div>"),
        ),
    ]);
    cases
}

fn link_cases() -> Vec<Case> {
    let hearth = "href=\"https://hearth.example/\"";
    let to = |address: &str| with(hearth, &format!("href=\"{address}\""));
    let and = |attribute: &str| with(hearth, &format!("{hearth} {attribute}"));
    vec![
        (
            "link removed",
            with(&format!("<a {hearth}>HearthInstitute.example</a>"), "HearthInstitute.example"),
            LINK_MISSING,
            right(),
        ),
        ("link shortened", with("HearthInstitute.example</a>", "HearthInstitute</a>.example"), LINK_MISSING, right()),
        (
            "link extended",
            with("Letters</a>.", "Letters.</a>"),
            LINK_MISSING,
            with("Letters</a>.", "Letters </a>.").replace("Letters </a>.", "Letters</a>."),
        ),
        (
            "link split in two",
            with("Hearth Letters</a>", "Hearth</a> <a href=\"http://letters.example/a?b=1\">Letters</a>"),
            LINK_MISSING,
            with("Hearth Letters</a>", "Hearth <b>Letters</b></a>"),
        ),
        (
            "white space in the link",
            with("visit ", "visit"),
            ALTERED,
            with("visit <a href=\"https://hearth.example/\">", "visit<a href=\"https://hearth.example/\"> "),
        ),
        (
            "a link more",
            with("permission", "<a href=\"../terms.html\">permission</a>"),
            LINK_EXTRA,
            with("permission", "<i>permission</i>"),
        ),
        (
            "an anchor more",
            with("permission", "<a id=x></a>permission"),
            LINK_EXTRA,
            with("permission", "<span id=x></span>permission"),
        ),
        (
            "links exchanged",
            element(
                "Copyright, Hearth Institute. Used with permission. “We can't thank you enough” – visit <a href=\"http://letters.example/a?b=1\">HearthInstitute.example</a> or read <a href=\"https://hearth.example/\">Hearth Letters</a>.",
            ),
            WRONG_TARGET,
            right(),
        ),
        ("http for https", to("http://hearth.example/"), WRONG_TARGET, with("http://letters", "https://letters")),
        ("another host", to("https://hearth.example.evil.example/"), WRONG_TARGET, to("https://WWW.Hearth.Example")),
        ("utm", to("https://hearth.example/?utm_source=kb"), WRONG_TARGET, to("https://hearth.example:443/")),
        ("query dropped", with("a?b=1", "a"), WRONG_TARGET, with("a?b=1", "./a?b=1")),
        (
            "redirector",
            to("https://l.example/?to=https://hearth.example/"),
            WRONG_TARGET,
            to(" https://hearth.example/ "),
        ),
        ("relative", to("//hearth.example/"), WRONG_TARGET, to("https://hearth.example")),
        ("fragment", to("https://hearth.example/#x"), WRONG_TARGET, to("https&#58;//hearth.example/")),
        ("script address", to("javascript:void(0)"), WRONG_TARGET, right()),
        ("user info", to("https://kb@hearth.example/"), WRONG_TARGET, right()),
        ("no address", with(hearth, "data-href=\"https://hearth.example/\""), INACTIVE, right()),
        ("nofollow", and("rel=\"nofollow\""), INACTIVE, and("target=_blank rel=\"noopener noreferrer external\"")),
        ("sponsored among others", and("rel=\"noopener SPONSORED\""), INACTIVE, and("rel=\"License author\"")),
        ("handler", and("onclick=\"return false\""), INACTIVE, and("title=\"Hearth\" hreflang=en class=external")),
        (
            "handler inside",
            with("HearthInstitute.example", "<span onmousedown=\"x()\">HearthInstitute.example</span>"),
            INACTIVE,
            with("HearthInstitute.example", "<span>HearthInstitute.example</span>"),
        ),
        (
            "handler around",
            format!("<div onclick='return false'>{}</div>", right()),
            INACTIVE,
            format!("<div class=x>{}</div>", right()),
        ),
        ("ping", and("ping=\"https://t.example/\""), INACTIVE, right()),
        ("download", and("download"), INACTIVE, right()),
        (
            "editable",
            format!("<div contenteditable>{}</div>", right()),
            INACTIVE,
            format!("<div contenteditable=false>{}</div>", right()),
        ),
        (
            "link not clickable by style",
            and("style=\"pointer-events:none\""),
            HIDDEN,
            and("style=\"text-decoration:none\""),
        ),
    ]
}

#[test]
fn hostile_statements_and_their_right_twins() {
    let cases = cases();
    assert!(cases.len() >= 60);
    assert_cases(cases.iter().map(|(name, hostile, expected, _)| {
        (format!("{name}: {hostile}"), codes(&page_with(hostile), &[]), expected.to_vec())
    }));
    assert_cases(
        cases
            .iter()
            .map(|(name, _, _, twin)| (format!("twin of {name}: {twin}"), codes(&page_with(twin), &[]), Vec::new())),
    );
}

#[test]
fn an_open_details_warns() {
    let html = page_with(&format!("<details open><summary>Rights</summary>{}</details>", right()));
    assert_eq!(codes(&html, &[]), ["rights-statement-collapsible"]);
    assert!(report(&html, &[]).is_accepted());
}
