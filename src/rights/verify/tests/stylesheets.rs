//! Rule 4: what stylesheets may do, on a right page.

use super::*;

/// Stylesheets that could hide the statement or add to it, each with one that only seems to.
const CASES: &[(&str, &str)] = &[
    (".statement{display:none}", ".statements{display:none}"),
    ("[data-statement]{display:none}", "[data-step]{display:none}"),
    ("[DATA-STATEMENT='hearth']{display:none}", "[data-statement=other]{display:none}"),
    ("@media print{.statement{display:none}}", "@media print{nav,.toc,footer,header{display:none}}"),
    ("@media print{.article>*{visibility:hidden}}", "@media print{.top>*{visibility:hidden}}"),
    ("@media (max-width:600px){article div{height:0;overflow:hidden}}", "article div{height:0}nav{overflow:hidden}"),
    (".statement{height:0}\n@media print{div{overflow:hidden}}", ".statement{height:auto}div{overflow:hidden}"),
    (".statement{max-height:1px;overflow-y:clip}", ".statement{max-height:none;overflow:hidden}"),
    (".statement{width:1px;contain:strict}", ".statement{width:100%;height:20rem;contain:strict}"),
    (".statement p{opacity:0}", ".statement p{opacity:.9}"),
    (".statement{filter:opacity(10%)}", ".statement{filter:contrast(1.1)}"),
    (".statement{color:transparent}", ".statement{color:rgb(0 0 0 / 70%)}"),
    (".statement{color:#33333340}", ".statement{color:#333333cc}"),
    (".statement{-webkit-text-fill-color:#0000}", ".statement{-webkit-text-fill-color:initial}"),
    ("body{font-size:0}", "html{font-size:62.5%}body{font-size:1.6rem}"),
    (".statement *{font-size:8px}", ".statement *{font-size:small}"),
    (".statement{font:0/0 a}", ".statement{font:italic .9rem/1.4 Georgia,serif}"),
    (".statement{position:absolute;clip:rect(0,0,0,0)}", ".statement{clip:auto}"),
    (".statement{clip-path:inset(50%)}", "main{clip-path:inset(0 -100vmax)}"),
    (".statement{text-indent:-9999px}", ".statement p{text-indent:1.5em}"),
    (".statement{position:absolute;left:-9999px}", ".statement{position:relative;left:-2px}"),
    (".statement{left:-9999px}@media print{div{position:fixed}}", ".statement{left:-9999px}"),
    ("main{position:fixed;inset:0 auto auto 100vw}", "main{position:sticky;inset:0 auto auto 0}"),
    (".statement{margin-left:-200vw}", ".statement{margin:0 calc(50% - 50vw)}"),
    (".statement{transform:scale(0)}", ".statement{transform:scale(1.02)}"),
    (".statement{transform:translateX(-100%)}", ".statement{transform:translate(-50%,10px)}"),
    (".statement{transform:rotateX(90deg)}", ".statement{transform:rotate(1deg)}"),
    (".statement{scale:0}", ".statement{scale:1}"),
    (".statement{zoom:0}", ".statement{zoom:1}"),
    (".statement{translate:-100vw}", ".statement{translate:0 1px}"),
    (".statement{text-transform:uppercase}", ".statement{text-transform:none}"),
    (
        ".statement{display:-webkit-box;-webkit-line-clamp:1;-webkit-box-orient:vertical}",
        ".statement{display:-webkit-box}",
    ),
    (".statement{content-visibility:hidden}", ".statement{content-visibility:auto}"),
    (".statement{content:url(x.png)}", ".statement::before{content:url(x.png)}"),
    (".statement{visibility:collapse}", ".statement{visibility:visible;border-collapse:collapse}"),
    (".statement a{pointer-events:none}", ".statement p::after{pointer-events:none}"),
    ("body{pointer-events:none}", "nav{pointer-events:none}"),
    (
        ".statement{animation:1s gone forwards}@keyframes gone{from{opacity:1}to{opacity:0}}",
        ".statement{animation:1s come}@keyframes come{from{opacity:0}to{opacity:1}}",
    ),
    (
        ".statement{animation-name:Gone}@-webkit-keyframes gone{99%{display:none}}",
        "nav{animation-name:gone}@keyframes gone{100%{display:none}}",
    ),
    (
        ".statement{animation:come 1s paused}@keyframes come{0%{opacity:0}to{opacity:1}}",
        ".statement{animation:come 1s running}@keyframes come{0%{opacity:0}to{opacity:1}}",
    ),
    (".statement{display:var(--x)}", ".statement{display:var(--x)}:root{--x:block}"),
    (
        ".statement{display:var(--x)}.dark{--x:none}:root{--x:block}",
        ".statement{color:var(--ink)}:root{--ink:#333}.dark{--ink:#eee}",
    ),
    (".statement{display:var(--x,none)}", ".statement{display:var(--x,grid)}"),
    ("html{font-size:env(x)}", "html{font-size:clamp(1rem,.8rem + 1vw,1.25rem)}"),
    (
        "@supports (display:grid){@layer a.b{@container x (width>1px){main{display:none}}}}",
        "@supports (display:grid){main{display:grid}}",
    ),
    ("& .statement{display:none}", "& .toc{display:none}"),
    (".article{&>.statement{display:none}}", ".article{&>.toc{display:none}}"),
    (".article{color:red;div{@media print{display:none}}}", ".article{aside{@media print{display:none}}}"),
    ("@scope (.article) to (.x){.statement{display:none}}", "@scope (nav){.statement{display:none}}"),
    ("@scope (.article){:scope>div:last-child{display:none}}", "@scope (.article){:scope>div>div{display:none}}"),
    (".statement:hover{display:none}", ".top a:hover{display:none}"),
    (".statement:not(:hover){opacity:0}", ".statement:not(div){opacity:0}"),
    (".statement:not(:is(:focus-within,:target)){display:none}", "dialog:not([open]){display:none}"),
    ("div:last-child{display:none}", "div:first-child{display:none}"),
    ("article>:nth-child(3){display:none}", "article>:nth-child(4){display:none}"),
    (".body+.statement{display:none}", ".body~.toc{display:none}"),
    ("article:has(.statement) div{display:none}", "article:has(table) div{display:none}"),
    ("p:empty{color:red}.statement :only-child{display:none}", "p:empty{display:none}"),
    ("ARTICLE DIV{DISPLAY:NONE!important}", "ARTICLE IMG{DISPLAY:NONE!important}"),
    (
        "@namespace h url(http://www.w3.org/1999/xhtml);h|div{display:none}",
        "@namespace s url(http://www.w3.org/2000/svg);s|div{display:none}",
    ),
    (".statement{d\\69splay:none}", ".statement{dissplay:none}"),
    (".state\\6d ent{display:none}", ".state\\6e ent{display:none}"),
    (".statement::first-line{color:transparent}", ".statement::first-line{color:navy}"),
    (".statement{unicode-bidi:bidi-override;direction:rtl}", ".statement{unicode-bidi:isolate}"),
    (".statement{-webkit-text-security:disc}", "input{-webkit-text-security:disc}"),
    ("@import 'https://cdn.example/x.css';", "@import url(base.css) layer(base);"),
    ("@import \"data:text/css,.statement%7Bdisplay:none%7D\";", "@font-face{font-family:x;src:url(data:font/woff2,x)}"),
    ("@import 'missing.css';", ".statement{background:url(missing.png)}"),
    ("@import 'hides.css';", "@import 'loop.css';"),
    ("/* } */.x{color:'}';}.statement{display:none", "a{color:red}}.statement{display:none}"),
];

const EXTRA_TEXT: &[(&str, &str)] = &[
    (".statement::before{content:'Not '}", ".statement::before{content:'\\201C'}"),
    (".statement a::after{content:' (external)'}", ".statement a::after{content:' (' attr(href) ')'}"),
    (".statement p:hover::after{content:'!x'}", "footer p::after{content:'x'}"),
    (".statement::after{content:var(--t)}:root{--t:'Not'}", ".statement::after{content:var(--t)}:root{--t:'→'}"),
];

/// What usual themes and frameworks hold.
const HARMLESS: &str = r#"
*,*::before,*::after{box-sizing:border-box;margin:0}
:root{--ink:#222;--paper:#fff;--step:clamp(1rem,.9rem + .5vw,1.2rem);--gap:1.5rem;--shadow:0 1px 2px rgb(0 0 0/10%);color-scheme:light dark}
@media (prefers-color-scheme:dark){:root{--ink:#eee;--paper:#111}}
html{-webkit-text-size-adjust:100%;scroll-behavior:smooth}
body{font:var(--step)/1.6 system-ui,sans-serif;color:var(--ink);background:var(--paper);margin:0 auto;max-width:70ch;min-height:100vh;overflow-wrap:break-word}
[hidden],template{display:none!important}
.sr-only,.visually-hidden{position:absolute;width:1px;height:1px;padding:0;margin:-1px;overflow:hidden;clip:rect(0,0,0,0);white-space:nowrap;border:0}
.sr-only-focusable:not(:focus):not(:focus-within){position:absolute;left:-9999px}
.skip-link{position:absolute;top:-100vh}.skip-link:focus{top:0}
a:hover,a:focus-visible{opacity:.8;text-decoration-thickness:2px}
a[href^="http"]::after{content:" ↗"}
audio:not([controls]){display:none;height:0}
svg:not(:root){overflow:hidden}
button:disabled,:disabled{opacity:.4;pointer-events:none}
dialog:not([open]){display:none}
details:not([open])>:not(summary){display:none}
:where(dialog)::backdrop{background:rgb(0 0 0/40%)}
input::placeholder{opacity:.4}
::selection{color:transparent}
.statement{font-size:.875rem;border-top:1px solid;padding-top:var(--gap);margin-top:var(--gap);break-inside:avoid;opacity:.95}
.statement a{color:inherit;text-underline-offset:.2em}
main{display:grid;grid-template-columns:minmax(0,1fr);container-type:inline-size;overflow-x:auto}
article>*+*{margin-block-start:var(--gap)}
.article>h1::before{content:"Article";text-transform:uppercase}
.body p:first-of-type::first-letter{font-size:3em;color:transparent}
@media (max-width:40em){nav{display:none}.top.is-open nav{display:block}header{position:sticky;top:0}}
@media (prefers-reduced-motion:reduce){*{animation-duration:.01ms!important;animation-iteration-count:1!important;transition-duration:.01ms!important}}
@media print{@page{margin:2cm}nav,header,footer,.toc{display:none}a[href]::after{content:" (" attr(href) ")"}body{font-size:11pt;color:#000}.statement{page-break-inside:avoid}}
@keyframes spin{to{transform:rotate(360deg)}}
@keyframes fade{from{opacity:0;transform:translateY(10px)}}
.article{animation:fade .3s ease-out}
.spinner{animation:spin 1s linear infinite;opacity:0}
@supports not (display:grid){main{display:block}}
@layer reset,theme;@layer theme{h1{font-size:calc(var(--step)*2)}}
html:not(.js) .needs-js{display:none}
:focus:not(:focus-visible){outline:none}
:fullscreen nav{display:none}
:lang(ar) nav{display:none}
"#;

fn sheets(main: &str) -> [(&str, &str); 4] {
    [
        ("assets/main.css", main),
        ("assets/base.css", "a{color:blue}"),
        ("assets/hides.css", "@import url(deep/hides.css);"),
        ("assets/deep/hides.css", ".statement{display:none}"),
    ]
}

fn codes_with(css: &str) -> Vec<&'static str> {
    let mut sheets = sheets(css).to_vec();
    sheets.push(("assets/loop.css", "@import 'main.css';@import 'loop.css';"));
    codes(&page_with(&right()), &sheets)
}

#[test]
fn stylesheets_that_hide_and_their_harmless_twins() {
    assert!(CASES.len() >= 60);
    assert_cases(
        CASES.iter().map(|(hostile, _)| ((*hostile).to_owned(), codes_with(hostile), vec!["rights-statement-hidden"])),
    );
    assert_cases(CASES.iter().map(|(_, twin)| (format!("twin {twin}"), codes_with(twin), vec![])));
}

#[test]
fn stylesheets_that_add_text_and_their_harmless_twins() {
    assert_cases(
        EXTRA_TEXT
            .iter()
            .map(|(hostile, _)| ((*hostile).to_owned(), codes_with(hostile), vec!["rights-statement-extra-text"])),
    );
    assert_cases(EXTRA_TEXT.iter().map(|(_, twin)| (format!("twin {twin}"), codes_with(twin), vec![])));
}

#[test]
fn usual_themes_raise_no_alarm() {
    let report = report(&page_with(&right()), &sheets(HARMLESS));
    assert_eq!(report.findings.iter().map(|finding| &finding.message).collect::<Vec<_>>(), Vec::<&String>::new());
}

#[test]
fn names_ignore_letter_case_in_quirks_mode_only() {
    let css = ".STATEMENT{display:none}";
    assert_eq!(codes_with(css), Vec::<&str>::new());
    let quirky = page_with(&right()).replace("<!DOCTYPE html>", "");
    assert_eq!(codes(&quirky, &sheets(css)), ["rights-statement-hidden"]);
}

#[test]
fn other_encodings_cannot_be_judged() {
    let mut builder = StylesheetsBuilder::default();
    let css: Vec<u8> = std::iter::once(0xFEFFu16)
        .chain(".statement{display:none}".encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect();
    builder.add_stylesheet("assets/main.css", &css);
    let html = page_with(&right());
    let page = Page { path: "articles/complaints.html", html: html.as_bytes() };
    let expectations = [Expectation::new(hearth(), BODY, Whereabouts::Article)];
    let report = verify_page(&page, &expectations, &known(), &builder.finish(SiteAddress::default()));
    assert!(report.findings[0].message.ends_with("it is not written in UTF-8"), "{}", report.findings[0].message);
}
