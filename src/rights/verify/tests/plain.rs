//! Pages of random elements, each written out and closed: what the plain construction builds of them, html5ever must.

use super::mutation::Numbers;
use super::*;

/// Elements, those that are written often several times.
const NAMES: &[&str] = &[
    "p",
    "div",
    "span",
    "a",
    "ul",
    "ol",
    "li",
    "li",
    "dl",
    "dt",
    "dd",
    "b",
    "b",
    "em",
    "code",
    "h1",
    "h2",
    "section",
    "article",
    "header",
    "figure",
    "details",
    "summary",
    "dialog",
    "pre",
    "button",
    "label",
    "time",
    "table",
    "table",
    "caption",
    "thead",
    "tbody",
    "tbody",
    "tr",
    "tr",
    "td",
    "td",
    "th",
    "svg",
    "svg",
    "g",
    "path",
    "circle",
    "nav",
    "main",
    "blockquote",
    "progress",
    "q",
    "menu",
    "address",
    "strong",
    "small",
    "u",
    "s",
    "i",
    "fieldset",
    "legend",
    "script",
    "style",
    "hgroup",
    "del",
    "body",
    "head",
    "html",
    "title",
    "form",
    "select",
    "option",
    "optgroup",
    "textarea",
    "template",
    "noscript",
    "iframe",
    "ruby",
    "rt",
    "rp",
    "math",
    "mi",
    "xmp",
    "nobr",
    "center",
    "font",
    "tt",
    "big",
    "strike",
    "object",
    "marquee",
    "applet",
    "frameset",
    "col",
    "colgroup",
    "search",
    "my-element",
    "foreignObject",
    "desc",
    "text",
    "use",
    "video",
    "canvas",
    "listing",
    "plaintext",
    "noframes",
    "noembed",
];

/// Elements that are not closed.
const EMPTY: &[&str] = &["br", "img", "hr", "input", "wbr", "meta", "link", "base", "area", "image", "keygen", "embed"];

const ATTRIBUTES: &[&str] = &[
    "",
    "",
    "",
    " class=a",
    " id='x'",
    " hidden",
    " viewBox=\"0 0 1 1\"",
    " xlink:href=a",
    " d=m0",
    " data-x=''",
    " preserveAspectRatio=x",
    " type=hidden",
    " color=red",
    " a=1 b=2",
    " aria-hidden=\"true\"",
    " xmlns=x",
    " CLASS=B",
];

const TEXTS: &[&str] =
    &["", "", " ", "\n", "\n\n", "x", " x", "\ny", "&amp;", "&nbsp;", "<!-- c -->", "\t", "é x", "&lt;p>"];

fn pick(numbers: &mut Numbers, among: &[&'static str]) -> &'static str {
    among[numbers.below(among.len())]
}

/// What mostly stands in an element, so that more than a few pages need no repair.
fn usual(parent: &str) -> &'static [&'static str] {
    match parent {
        "ul" | "ol" | "menu" => &["li"],
        "dl" => &["dt", "dd"],
        "table" => &["tbody", "thead", "caption"],
        "thead" | "tbody" => &["tr"],
        "tr" => &["td", "th"],
        "svg" | "g" => &["path", "circle", "g"],
        "p" | "span" | "a" | "b" | "em" | "h1" | "h2" | "code" | "time" | "i" | "q" => {
            &["span", "em", "code", "time", "svg", "i", "q"]
        }
        _ => &["p", "div", "ul", "section", "h2", "table", "dl", "a", "b", "svg", "span", "figure", "pre"],
    }
}

fn element(numbers: &mut Numbers, parent: &str, depth: usize, page: &mut String) {
    for _ in 0..=numbers.below(3) {
        page.push_str(text(numbers, parent));
        if numbers.below(30) == 0 {
            let slash = pick(numbers, &["", "", "/"]);
            let name = pick(numbers, EMPTY);
            page.push_str(&format!("<{name}{}{slash}>", pick(numbers, ATTRIBUTES)));
        } else if depth < 4 {
            let name = if numbers.below(80) == 0 { pick(numbers, NAMES) } else { pick(numbers, usual(parent)) };
            let attributes = if numbers.below(5) == 0 { pick(numbers, ATTRIBUTES) } else { " class=x" };
            page.push_str(&format!("<{name}{attributes}"));
            if numbers.below(150) == 0 || matches!(name, "path" | "circle") && numbers.below(2) == 0 {
                page.push_str("/>");
                continue;
            }
            page.push('>');
            if !matches!(name, "path" | "circle" | "script" | "style") || numbers.below(9) == 0 {
                element(numbers, name, depth + 1, page);
            }
            page.push_str(&format!("</{name}>"));
        }
        page.push_str(text(numbers, parent));
    }
}

/// Text, which in tables is mostly white space.
fn text(numbers: &mut Numbers, parent: &str) -> &'static str {
    let is_table = matches!(parent, "table" | "thead" | "tbody" | "tr");
    if is_table && numbers.below(30) > 0 { "\n" } else { pick(numbers, TEXTS) }
}

fn page(numbers: &mut Numbers) -> String {
    let mut page = String::from(pick(numbers, &["<!doctype html>", "<!DOCTYPE html>\n", " <!doctype html><!-- x -->"]));
    page.push_str(pick(numbers, &["<html lang=en>", "<html>\n", "\n<html>"]));
    page.push_str(pick(numbers, &["<head>", "\n<head>\n<meta charset=utf-8>\n", "<head><title>a &amp; b</title>"]));
    page.push_str(pick(
        numbers,
        &["", "<style>a>b{}</style>", "<script>if (a<b) {}</script>\n", "<link href=x/>", " "],
    ));
    page.push_str(pick(numbers, &["</head>", "</head>\n", "\n</head>\n \n"]));
    page.push_str(pick(numbers, &["<body>", "<body class=x>\n"]));
    element(numbers, "body", 0, &mut page);
    page.push_str(pick(numbers, &["</body>", "\n</body>\n", "</body><!-- x -->"]));
    page.push_str(pick(
        numbers,
        &["</html>", "</html>\n", "</html>\n<!-- x -->\n", "", "</html> ", "</html>x", "</html><p>"],
    ));
    page
}

#[test]
fn what_is_built_without_repair_is_what_html5ever_builds() {
    let mut numbers = Numbers(0x1CE_B00D_A5ED_CAFE);
    let mut built = 0;
    for round in 0..12_000 {
        let page = StrTendril::from(page(&mut numbers));
        if !Tree::is_plain(&page).1 {
            continue;
        }
        built += 1;
        for scripting in [Scripting::On, Scripting::Off] {
            let (plain, fully) = (Tree::parse(&page, scripting), Tree::parse_fully(&page, scripting));
            assert_eq!(plain.outline(), fully.outline(), "round {round}:\n{page}");
            assert_eq!(plain.names(), fully.names(), "round {round}:\n{page}");
            assert_eq!(plain.is_quirky(), fully.is_quirky(), "round {round}:\n{page}");
        }
    }
    assert!(built > 1_000, "the plain construction gives up too often to prove anything: {built}");
}

#[test]
fn what_a_browser_would_repair_is_left_to_html5ever() {
    let page = |body: &str| StrTendril::from(format!("<!doctype html><html><head></head><body>{body}</body></html>"));
    for body in [
        "<p><div></div></p>",
        "<p><table></table></p>",
        "<a><b><a></a></b></a>",
        "<div><li></li></div>",
        "<table><tr></tr></table>",
        "<table>x</table>",
        "<h1><h2></h2></h1>",
        "<button><span><button></button></span></button>",
        "<svg><p></p></svg>",
        "<svg xlink:href=a></svg>",
        "<b><p></b></p>",
        "<div/>",
        "<pre>\n</pre>",
        "<template></template>",
        "<form></form>",
        "<b><b><b><b></b></b></b></b>",
        "</p>",
        "</body>x",
    ] {
        assert_eq!(Tree::is_plain(&page(body)), (true, false), "{body}");
    }
    for body in ["<p>a <b>b</b></p>", "<ul> <li><a href=x>y</a></li>\n</ul>", "<svg viewBox=x><path d='y'/></svg>"] {
        assert_eq!(Tree::is_plain(&page(body)), (true, true), "{body}");
    }
    for whole in ["<p>x</p>", "<!doctype html><p>x</p>", "<html><head></head><body></body></html>", ""] {
        assert!(!Tree::is_plain(&StrTendril::from(whole)).1, "{whole}");
    }
}
