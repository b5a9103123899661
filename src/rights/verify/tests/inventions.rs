//! Inventions of hostile authors of themes that are not in the other lists, and harmless ones that look like them.
use super::*;

/// Style sheets that take the statement, or a part of it, away.
const HIDING: &[&str] = &[
    ".statement{mask:linear-gradient(transparent,transparent)}",
    ".statement{-webkit-mask-image:url(x.svg)}",
    ".statement{filter:blur(20px)}",
    ".statement{filter:url(#gone)}",
    ".statement{filter:contrast(0)}",
    ".statement{display:table-column}",
    ".statement{font-size-adjust:0}",
    ".statement{letter-spacing:-1em}",
    ".statement{word-spacing:-9999px}",
    ".statement{padding-left:100vw}",
    ".statement{offset-path:path('M-9999 -9999')}",
    ".statement{transform:translateZ(9999px)}",
    ".statement{transform:perspective(1px) translateZ(1px)}",
    ".statement{transform:rotateY(180deg);backface-visibility:hidden}",
    ".statement{contain:strict}",
    ".statement{contain:size;overflow:hidden}",
    ".statement{height:3px;overflow:hidden}",
    ".statement{max-height:1.4em;overflow:hidden}",
    ".statement{line-height:0}",
    ".statement p{white-space:nowrap;overflow:hidden;text-overflow:ellipsis}",
    ".statement{white-space:nowrap}.statement p{overflow:hidden}",
    ".statement{display:grid;grid-template-rows:0fr}.statement p{overflow:hidden;min-height:0}",
    ".statement{display:grid;grid-template-rows:0;overflow:hidden}",
    ".statement{text-combine-upright:all}",
    ".statement{-webkit-text-size-adjust:5%}",
    ".statement a{-webkit-user-modify:read-write}",
    ".statement{mix-blend-mode:screen}",
    ".statement{opacity:attr(data-o number)}",
    ".statement{display:attr(data-d type(<custom-ident>),none)}",
    ".statement{transition:opacity 9999s}@starting-style{.statement{opacity:0}}",
    "@scope{:scope>div{display:none}}",
    ".statement{animation:g 1s both;animation-iteration-count:0}@keyframes g{0%{opacity:0}to{opacity:1}}",
    ".statement{opacity:calc(1 - 1)}",
    ".statement{opacity:calc(0.3 * 1%)}",
    ".statement{color:color-mix(in srgb,black 10%,transparent)}",
    ".statement{color:rgb(from black r g b / 0)}",
    ".statement{color:oklch(from var(--none) l c h / 10%)}",
    ".statement{clip-path:polygon(0 0,0 0,0 0,0 0)}",
    ".statement{clip-path:shape(from 0 0,line to 0 0)}",
    ".statement{scale:0 0 1}",
    ".statement{transform:matrix3d(0,0,0,0,0,0,0,0,0,0,1,0,0,0,0,1)}",
    ".statement{transform:rotate3d(1,0,0,90deg)}",
    ".statement{inset:-9999px auto auto 0;position:absolute}",
    ".statement{-webkit-line-clamp:1}",
    "@media (width>0){.statement{display:none}}",
    "@container (width>0){.statement{display:none}}",
    "@layer a{@layer b{.statement{display:none}}}",
    "@supports selector(:has(a)){.statement{display:none}}",
    "@import url('hides.css') layer(x) supports(display:grid) print;",
    ":is(.nothing,.statement){display:none}",
    ":where(#content .statement){display:none}",
    "article:has([data-statement=hearth])>div{display:none}",
    "[class^=state]{display:none}",
    "[class$=ment]{display:none}",
    "[class*=tatem]{display:none}",
    "[data-statement|=hearth]{display:none}",
    "[data-statement=HEARTH i]{display:none}",
    "*{visibility:hidden}",
    "html,html *{display:none}",
    ".page{.article{.statement{display:none}}}",
    ".statement{@layer x{display:none}}",
    ":root{--d:none}@property --d{syntax:'*';inherits:true;initial-value:none}.statement{display:var(--d,block)}",
    ".statement{display:--gone()}@function --gone(){result:none}",
    ".statement{display:if(style(--x:1):none;else:block)}",
    ".statement{height:calc-size(auto,0px);overflow:clip}",
    ".statement::details-content{display:none}details::details-content{opacity:0}",
    ".statement{zoom:.1}",
    ".statement{text-indent:-999em}",
    ".statement{margin:0 0 0 -999rem}",
    ".statement{position:fixed;right:200%}",
    ".statement{font-size:max(1px,.1vw)}",
    ".statement{font:normal 400 normal 1px/1 serif}",
    ".statement{visibility:hidden;visibility:visible}",
    "@media print and (min-width:1px){article>:last-child{display:none}}",
    ".statement{animation:g 1s infinite alternate}@keyframes g{from{opacity:0}}",
    "#content>.article>.statement:nth-last-child(1 of div){display:none}",
    ".statement{position-visibility:no-overflow}",
];
/// Style sheets that put words into the owner's mouth.
const SPEAKING: &[&str] = &[
    ".statement::before{content:attr(data-statement)}",
    "@counter-style evil{system:fixed;symbols:'Not'}.statement::before{content:counter(c,evil)}",
    "@counter-style evil{system:fixed;symbols:'Not'}.statement{display:list-item;list-style:evil inside}",
    ".statement::before{content:'\\4e\\6f\\74'}",
    ".statement p::before{content:\"No\" / \"x\"}",
    ".statement a::after{content:'→ external'}",
    ".statement::after{content:counter(x,upper-alpha)}",
];
/// Style sheets that do nothing of the kind.
const HARMLESS: &[&str] = &[
    ".statement{margin-left:max(1rem,env(safe-area-inset-left))}",
    ".statement{font-size:calc(1rem * pow(1.2,1))}",
    ".statement{font-size:round(1.1rem,1px)}",
    ".statement{filter:drop-shadow(0 1px 2px rgb(0 0 0/20%))}",
    ".statement{white-space:pre-line;overflow-x:auto}",
    "body{overflow-x:hidden}.statement a{white-space:nowrap}",
    ".statement{letter-spacing:-.02em;word-spacing:.1em}",
    ".statement{mask:none;-webkit-mask-image:none;mix-blend-mode:normal}",
    ".statement{contain:content}",
    ".statement{contain:strict;height:100vh;overflow:auto}",
    ".layout,main{display:grid;grid-template-columns:0 1fr;overflow:hidden}",
    ".statement{contain:layout style;container-type:inline-size}",
    "main{display:grid;grid-template-rows:auto 1fr auto}",
    ".statement{text-size-adjust:100%;-webkit-text-size-adjust:none}",
    "sup{line-height:0}",
    ".statement{all:unset;display:block}",
    ".statement{color:color-mix(in oklab,var(--a),black 20%)}:root{--a:#345}",
    ".statement{color:light-dark(#222,#eee)}",
    ".statement{animation:g .4s ease both;animation-timeline:view()}@keyframes g{from{opacity:0}}",
    "@starting-style{.statement{opacity:0}}.statement{transition:opacity .3s}",
    ".statement{writing-mode:vertical-rl;direction:rtl}",
    ".statement{columns:2;column-gap:2rem}",
    ".statement{padding:2rem max(1rem,(100vw - 60rem)/2)}",
    "html{height:100%;overflow-y:scroll}body{min-height:100vh;overflow-x:hidden}",
    ".statement{transform:perspective(600px) rotateX(4deg)}",
    ".statement{position:relative;inset:auto;z-index:1}",
    ".statement a::after{content:'' ; mask:url(icon.svg)}",
    "a[href]::after{content:' ' attr(href)}",
    ".statement ::marker{content:'– '}",
    "body{mask-type:alpha;contain:none}",
    ".statement{hyphens:auto;text-wrap:balance;text-overflow:ellipsis}",
    ".statement p{max-width:60ch;min-height:0;overflow:visible}",
    "@scope (.article){.body{display:none}}",
    ".statement{font:var(--f)}:root{--f:400 1rem/1.5 Georgia}",
];

/// Pages, with the sheet `.statement p{display:var(--x,block)}`, and the first code.
fn hostile_pages() -> Vec<(&'static str, String, &'static str)> {
    let right = &right();
    let around = |open: &str, close: &str| page_with(&format!("{open}{right}{close}"));
    let replaced = |from: &str, to: &str| {
        assert!(right.contains(from), "{from}");
        page_with(&right.replace(from, to))
    };
    let good = page_with(right);
    let head = |markup: &str| good.replace("<head>", &format!("<head>{markup}"));
    let end = |markup: &str| good.replace("</main>", &format!("{markup}</main>"));
    let inline = format!("<span data-statement=hearth>{INNER}</span>");
    let hidden = "rights-statement-hidden";
    let wrong_target = "rights-statement-link-wrong-target";
    vec![
        (
            "the annotation of a formula",
            around(
                "<math><semantics><mi>x</mi><annotation-xml encoding='text/html'>",
                "</annotation-xml></semantics></math>",
            ),
            hidden,
        ),
        (
            "the unseen part of a formula",
            page_with(&format!("<math><mphantom><mtext>{inline}</mtext></mphantom></math>")),
            hidden,
        ),
        ("a part in a title", replaced("Used with permission.", "<title>Used with permission.</title>"), hidden),
        ("a variable set around it", around("<section style='--x:none'>", "</section>"), hidden),
        ("a variable set by the page", head("<style>:root{--x:none}</style>"), hidden),
        ("a text that runs away", around("<marquee>", "</marquee>"), hidden),
        (
            "smaller and smaller",
            page_with(&format!("<small><small><sub><small>{inline}</small></sub></small></small>")),
            hidden,
        ),
        ("ruby text", page_with(&format!("<ruby>x<rt>{inline}</rt></ruby>")), hidden),
        (
            "the second of two parts of one name",
            around(
                "<details name=a open><summary>x</summary>y</details><details name=a open><summary>x</summary>",
                "</details>",
            ),
            hidden,
        ),
        ("another encoding", head("<meta charset=windows-1252>"), hidden),
        (
            "another encoding, the older way",
            head("<meta http-equiv=Content-Type content='text/html; charset=\"shift_jis\"'>"),
            hidden,
        ),
        (
            "a script in its address",
            end(
                "<script src=\"data:text/javascript,document.querySelector('[data-state'+'ment]').remove()\"></script>",
            ),
            hidden,
        ),
        ("a script in pieces", end("<script>document.querySelector('[data-'+'statement]').remove()</script>"), hidden),
        ("a script by a list", end("<script>for(const e of all)if(e.dataset['statement'])e.remove()</script>"), hidden),
        ("the piece once more", end(&format!("<article><p>{BODY}</p></article>")), "rights-statement-missing"),
        ("the piece once more, in no article", end(&format!("<div><p>{BODY}</p></div>")), "rights-copied-text"),
        (
            "the piece once more, with another's statement",
            end(&format!("<article><p>{BODY}</p><p data-statement=other>{OTHER_TEXT}</p></article>")),
            "rights-statement-missing",
        ),
        (
            "the piece once more, with an altered statement",
            end(&format!("<article><p>{BODY}</p>{}</article>", right.replace("Used", "used"))),
            "rights-statement-altered",
        ),
        (
            "a description for machines",
            head(&format!("<meta name=description content='{BODY}'>")),
            "rights-copied-text",
        ),
        (
            "a program",
            end(&format!("<script type=application/ld+json>{{\"articleBody\":\"{BODY}\"}}</script>")),
            "rights-copied-text",
        ),
        ("a hidden copy", end(&format!("<div hidden><p>{BODY}</p></div>")), "rights-copied-text"),
        ("a picture's description elsewhere", end(&format!("<img src=x alt='{BODY}'>")), "rights-copied-text"),
        (
            "told to advertisers",
            replaced("href=\"https://hearth", "attributionsrc href=\"https://hearth"),
            "rights-statement-link-inactive",
        ),
        ("plain text", around("<plaintext>", ""), "rights-statement-missing"),
        ("frames", good.replace("<body class=\"page\">", "<frameset><frame>"), "rights-statement-misplaced"),
        ("a comment without end", around("<!--", ""), "rights-statement-missing"),
        ("a section of XML", around("<![CDATA[", "]]>"), "rights-statement-missing"),
        ("a hidden table", around("<table hidden><tr><td>", "</table>"), hidden),
        ("an object", around("<object>", "</object>"), hidden),
        ("a list to choose from", around("<select><option>", "</select>"), hidden),
        (
            "two addresses, the first wrong",
            replaced(
                "href=\"https://hearth.example/\"",
                "href=\"https://evil.example/\" href=\"https://hearth.example/\"",
            ),
            wrong_target,
        ),
        (
            "a query as a reference",
            replaced("https://hearth.example/\"", "https://hearth.example/&#63;x\""),
            wrong_target,
        ),
        ("another port", replaced("https://hearth.example/", "https://hearth.example:444/"), wrong_target),
        ("a host that looks alike", replaced("https://hearth.example/", "https://he\u{430}rth.example/"), wrong_target),
    ]
}

fn harmless_pages() -> Vec<(&'static str, String)> {
    let right = &right();
    let around = |open: &str, close: &str| page_with(&format!("{open}{right}{close}"));
    let replaced = |from: &str, to: &str| {
        assert!(right.contains(from), "{from}");
        page_with(&right.replace(from, to))
    };
    let good = page_with(right);
    let head = |markup: &str| good.replace("<head>", &format!("<head>{markup}"));
    let end = |markup: &str| good.replace("</main>", &format!("{markup}</main>"));
    vec![
        (
            "a summary for machines",
            head(
                "<meta name=description content='Why a complaint is good news, and how to hear all of it before you answer a word.'>",
            ),
        ),
        ("a description of a picture in it", around(&format!("<img src=x alt='{BODY}'>"), "")),
        ("a formula near it", around("<math><mi>x</mi></math>", "")),
        ("a title in a picture", around("<svg><title>Lamp</title></svg>", "")),
        ("a variable set around it", around("<section style='--y:none;--x:block'>", "</section>")),
        ("a variable set by the page", head("<style>:root{--x:block;--y:none}</style>")),
        ("small letters", around("<small>", "</small>")),
        ("tabs and line breaks in an address", replaced("https://hearth", "ht&#9;tps:&#10;//hearth")),
        ("backslashes in an address", replaced("https://hearth.example/", "https:\\\\hearth.example\\")),
        (
            "two addresses, the first right",
            replaced(
                "href=\"https://hearth.example/\"",
                "href=\"https://hearth.example/\" href=\"https://evil.example/\"",
            ),
        ),
        ("a wide letter in a host", replaced("https://hearth.example/", "https://\u{ff48}e%61rth.example/")),
        ("the encoding it has", head("<meta charset=\"UTF8\">")),
        (
            "the encoding it has, the older way",
            head("<meta http-equiv=content-type content='text/html;charset=utf-8'>"),
        ),
        ("an own article beside it", end("<article><p>Own words stand here.</p></article>")),
        ("the piece once more, with its statement", end(&format!("<article><p>{BODY}</p>{right}</article>"))),
        (
            "a few words of it beside it",
            end("<aside><p>A guest who complains is a guest who still talks to you.</p></aside>"),
        ),
        ("a table around it", around("<table><tr><td>", "</table>")),
        ("capital letters in names", good.replace("<div", "<DIV").replace("</article>", "</ARTICLE>")),
        ("another direction around it", around("<div dir=rtl lang=ar>", "</div>")),
        ("marked words", replaced("permission", "<mark>permission</mark>")),
        ("attributes for machines", replaced("permission", "<span itemprop=x translate=no>permission</span>")),
        ("a line break as in XML", replaced("permission. ", "permission.<br />")),
        ("a template near it", around("<template><p>x</p></template>", "")),
        ("a script that computes", end("<script>const x = data - statement; e.dataset.statements = 1</script>")),
    ]
}

fn judged(html: &str, css: &str) -> Vec<&'static str> {
    let hides = ".statement{display:none}";
    codes(html, &[("assets/main.css", css), ("assets/hides.css", hides)])
}

#[test]
fn invented_stylesheets() {
    let page = page_with(&right());
    let judge = |cases: &[&'static str], expected: Vec<&'static str>| {
        assert_cases(cases.iter().map(|css| ((*css).to_owned(), judged(&page, css), expected.clone())));
    };
    judge(HIDING, vec!["rights-statement-hidden"]);
    judge(SPEAKING, vec!["rights-statement-extra-text"]);
    judge(HARMLESS, Vec::new());
}

#[test]
fn invented_pages() {
    let css = ".statement p{display:var(--x,block)}";
    assert_cases(hostile_pages().into_iter().map(|(name, html, expected)| {
        let found = judged(&html, css).into_iter().take(1).collect();
        (name.to_owned(), found, vec![expected])
    }));
    assert_cases(harmless_pages().into_iter().map(|(name, html)| (name.to_owned(), judged(&html, css), Vec::new())));
}

#[test]
fn files_that_pages_load_as_scripts() {
    let judge = |address: &str| {
        let mut builder = StylesheetsBuilder::default();
        builder.add_stylesheet("assets/main.css", b"");
        builder.add_file("assets/notes.txt", b"all('[data-statement]')");
        let html = page_with(&right()).replace("</main>", &format!("<script src='{address}'></script></main>"));
        let page = Page { path: "articles/complaints.html", html: html.as_bytes() };
        let expectations = [Expectation::new(hearth(), BODY, Whereabouts::Article)];
        verify_page(&page, &expectations, &known(), &builder.finish(SiteAddress::default())).is_accepted()
    };
    assert!(!judge("../assets/notes.txt?v=1"));
    assert!(judge("../assets/other.txt"));
}

#[test]
fn stylesheets_in_other_encodings() {
    let page = page_with(&right());
    for (css, expected) in [
        ("@charset \"shift_jis\"; a{color:red}", &["rights-statement-hidden"][..]),
        ("@charset \"iso-8859-1\"; /* \u{fc} */", &["rights-statement-hidden"]),
        ("@charset \"iso-8859-1\"; a{color:red}", &[]),
        ("@charset \"UTF-8\"; /* \u{fc} */", &[]),
    ] {
        assert_eq!(judged(&page, css), expected, "{css}");
    }
}
