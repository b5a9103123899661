//! Pages and style sheets from a seed: right ones bent at random places, and heaps of markup.

/// The piece.
pub(crate) const BODY: &str = "A guest who complains is a guest who still talks to you. Listen first, say what you heard, \
    and ask what would put it right. Only then speak about what you can do, and by when.";

/// Its owner's statement.
pub(crate) const STATEMENT: &str = "Copyright, Hearth Institute. Used with permission. Visit hearth.example for more.";

const LINKED: &str = "Copyright, Hearth Institute. Used with permission. Visit \
    <a href=\"https://hearth.example/\">hearth.example</a> for more.";

/// A xorshift generator (Marsaglia 2003, shifts 13, 7, 17).
pub(crate) struct Numbers(pub(crate) u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % limit.max(1) as u64).unwrap_or(0)
    }

    fn pick<'a>(&mut self, all: &[&'a str]) -> &'a str {
        all[self.below(all.len())]
    }
}

const ELEMENTS: &[&str] = &[
    "a",
    "abbr",
    "address",
    "article",
    "aside",
    "b",
    "base",
    "blockquote",
    "body",
    "br",
    "button",
    "canvas",
    "caption",
    "code",
    "col",
    "colgroup",
    "dd",
    "del",
    "details",
    "dialog",
    "div",
    "dl",
    "dt",
    "em",
    "fieldset",
    "figure",
    "font",
    "footer",
    "form",
    "frameset",
    "h1",
    "h6",
    "head",
    "header",
    "hr",
    "html",
    "i",
    "iframe",
    "image",
    "img",
    "input",
    "label",
    "li",
    "link",
    "main",
    "marquee",
    "math",
    "mi",
    "nav",
    "nobr",
    "noembed",
    "noframes",
    "noscript",
    "object",
    "ol",
    "optgroup",
    "option",
    "p",
    "plaintext",
    "pre",
    "q",
    "rp",
    "rt",
    "ruby",
    "s",
    "script",
    "section",
    "select",
    "slot",
    "small",
    "span",
    "strike",
    "style",
    "summary",
    "svg",
    "foreignObject",
    "table",
    "tbody",
    "td",
    "template",
    "textarea",
    "tfoot",
    "th",
    "thead",
    "title",
    "tr",
    "u",
    "ul",
    "video",
    "wbr",
    "xmp",
    "x-own",
    "annotation-xml",
    "semantics",
    "mtext",
    "sub",
    "sup",
];

const ATTRIBUTES: &[&str] = &[
    " hidden",
    " inert",
    " popover",
    " open",
    " aria-hidden=true",
    " class=statement",
    " class='a b'",
    " id=x",
    " style=\"display:none\"",
    " style='opacity:.3'",
    " style=color:transparent",
    " style='--x:none;display:var(--x)'",
    " data-statement=hearth",
    " data-statement=other",
    " DATA-STATEMENT='hearth'",
    " href=https://hearth.example/",
    " href=//hearth.example",
    " rel=nofollow",
    " rel='noopener external'",
    " target=_blank",
    " onclick=x()",
    " ping=/x",
    " download",
    " shadowrootmode=open",
    " src=x",
    " rel=stylesheet href=/assets/main.css",
    " dir=rtl",
    " lang=en",
    " contenteditable",
    " encoding=text/html",
    " name=a",
    " charset=utf-8",
    " charset=latin1",
    " style='--o:0'",
    " src=data:,x",
    " =",
    " a=\"",
    " b='",
    " c=&quot;",
];

const TEXTS: &[&str] = &[
    "Copyright, Hearth Institute.",
    " ",
    "\n",
    "word",
    "&amp;",
    "&lt;",
    "&nbsp;",
    "&#0;",
    "&#67;",
    "&copy",
    "&shy;",
    "\u{AD}",
    "\u{200B}",
    "\u{200D}",
    "\u{202E}",
    "\u{430}",
    "\0",
    "<",
    ">",
    "&",
    "\"",
    "'",
    "=",
    "<!--",
    "-->",
    "--!>",
    "<![CDATA[",
    "]]>",
    "<?x ?>",
    "<!doctype html>",
    "</",
    "/>",
    "\u{FEFF}",
    "e\u{301}",
    "日本語",
    "\r\n",
    "\u{c}",
];

/// The bytes of a page.
pub(crate) fn page(numbers: &mut Numbers) -> Vec<u8> {
    let mut page = match numbers.below(4) {
        0 => String::new(),
        1 => format!("<article><p>{BODY}</p><p data-statement=hearth>{LINKED}</p></article>"),
        _ => format!(
            "<!doctype html><html><head><title>T</title><link rel=stylesheet href=../assets/main.css></head><body><main>\
             <article class=article><h1>T</h1><p>{BODY}</p>\n<section class=\"statement\"><h2>With permission</h2>\
             <div class=\"statement-text\" data-statement=\"hearth\"><p>{LINKED}</p></div></section></article></main></body></html>"
        ),
    };
    let changes = if page.is_empty() { 3 + numbers.below(60) } else { numbers.below(7) };
    for _ in 0..changes {
        change(&mut page, numbers);
    }
    let mut bytes = page.into_bytes();
    if numbers.below(12) == 0 && !bytes.is_empty() {
        let at = numbers.below(bytes.len());
        bytes[at] = u8::try_from(numbers.below(256)).unwrap_or(0);
    }
    bytes
}

fn change(page: &mut String, numbers: &mut Numbers) {
    let at = boundary(page, numbers);
    match numbers.below(8) {
        0..=2 => {
            let slash = if numbers.below(3) == 0 { "/" } else { "" };
            let name = numbers.pick(ELEMENTS);
            let attribute = if numbers.below(2) == 0 { numbers.pick(ATTRIBUTES) } else { "" };
            page.insert_str(at, &format!("<{slash}{name}{attribute}>"));
        }
        3 => page.insert_str(at, numbers.pick(TEXTS)),
        4 => {
            // Into a tag, where there is one behind.
            let at = page[at..].find('>').map_or(at, |end| at + end);
            page.insert_str(at, numbers.pick(ATTRIBUTES));
        }
        5 => {
            let end = next_boundary(page, at + numbers.below(20));
            page.replace_range(at..end, "");
        }
        6 => {
            let end = next_boundary(page, at + numbers.below(300));
            let copy = page[at..end].to_owned();
            let to = boundary(page, numbers);
            page.insert_str(to, &copy);
        }
        _ => {
            let css = String::from_utf8_lossy(&style(numbers)).into_owned();
            page.insert_str(at, &format!("<style>{css}</style>"));
        }
    }
}

fn boundary(page: &str, numbers: &mut Numbers) -> usize {
    let at = numbers.below(page.len() + 1);
    (0..=at).rev().find(|at| page.is_char_boundary(*at)).unwrap_or(0)
}

fn next_boundary(page: &str, at: usize) -> usize {
    (at.min(page.len())..=page.len()).find(|at| page.is_char_boundary(*at)).unwrap_or(page.len())
}

const STYLE: &[&str] = &[
    ".statement",
    "[data-statement]",
    "article",
    "p",
    "*",
    ":hover",
    ":not(",
    ":is(",
    ":where(",
    ":has(",
    ":nth-child(2n+1 of p)",
    "::after",
    "::before",
    " > ",
    " + ",
    " ~ ",
    ",",
    "{",
    "}",
    "{display:none}",
    "{visibility:hidden}",
    "{opacity:.1}",
    "{color:#0000}",
    "{font-size:1px}",
    "{content:\"x\"}",
    "{transform:scale(0)}",
    "{left:-9999px}",
    "{clip:rect(0,0,0,0)}",
    "{animation:a 1s}",
    "{--x:none}",
    "{display:var(--x)}",
    "{all:unset}",
    "{mask:url(x)}",
    "{max-height:1em;overflow:hidden}",
    "{white-space:nowrap}",
    "{overflow:hidden}",
    "{contain:strict}",
    "{line-height:0}",
    "{display:grid;grid-template-rows:0fr}",
    "{opacity:var(--o,1)}",
    "{opacity:attr(id number)}",
    "{display:if(style(--x:1):none;else:block)}",
    "{font-size:calc(1rem*pow(1e9,1e9))}",
    "{transform:perspective(1px) rotate3d(1,1,0,180deg)}",
    "{content:attr(id) counter(x,y)}",
    "@counter-style y{symbols:\"z\"}",
    "@property --o{initial-value:0}",
    "@scope",
    "dataset['state'+'ment']",
    "{text-indent:-999px}",
    "@media print",
    "@media (min-width:1px)",
    "@supports (x:y)",
    "@layer a",
    "@import 'x.css';",
    "@import url(a",
    "@keyframes a{to{opacity:0}}",
    "@container x",
    "@scope (.a)",
    "@starting-style",
    "@font-face",
    "@namespace x 'y';",
    "@charset 'x';",
    "&",
    "(",
    ")",
    "[",
    "]",
    "\"",
    "'",
    "\\",
    "/*",
    "*/",
    "<!--",
    "-->",
    "!important",
    ";",
    ":",
    "url(",
    "calc(1px * ",
    "1e99px",
    "-0",
    "\\64 isplay:none",
    "\0",
    "\u{FFFD}",
    "u+26",
    "#",
    "%",
    "🙂",
];

/// The bytes of a style sheet.
pub(crate) fn style(numbers: &mut Numbers) -> Vec<u8> {
    let mut css = String::new();
    for _ in 0..numbers.below(14) {
        css.push_str(numbers.pick(STYLE));
    }
    css.into_bytes()
}
