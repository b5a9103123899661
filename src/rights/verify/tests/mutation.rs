//! Accepted pages changed at random: nothing panics, and what is still accepted still shows the statement.

use super::naive::naive_visible_text;
use super::*;

/// A small generator of numbers: the same on every run.
pub(super) struct Numbers(pub(super) u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    pub(super) fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % limit.max(1) as u64).unwrap_or(0)
    }

    fn boundary(&mut self, text: &str) -> usize {
        let mut at = self.below(text.len() + 1);
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    }
}

/// What is put in at random places: markup that closes, hides or swallows, and characters that look like nothing.
const PIECES: &[&str] = &[
    "<div>",
    "</div>",
    "</p>",
    "<p>",
    "</article>",
    "<article>",
    "<template>",
    "</template>",
    "<!--",
    "-->",
    "<script>",
    "</script>",
    "<style>.statement{display:none}</style>",
    "<svg>",
    "</svg>",
    "<table>",
    "<td>",
    "<select>",
    "<textarea>",
    "</textarea>",
    "<a href=x>",
    "</a>",
    "<b>",
    "</b>",
    " hidden ",
    " inert ",
    " style='display:none' ",
    " style='color:red' ",
    "\u{200B}",
    "\u{202E}",
    "\u{430}",
    "&amp;",
    "&",
    "<",
    ">",
    "\"",
    "'",
    "=",
    "<noscript>",
    "</noscript>",
    "<details>",
    "<details open>",
    "<summary>",
    "<math><mi>",
    "<foreignObject>",
    "<frameset>",
    "<body hidden>",
    "<html inert>",
    "<plaintext>",
    "<title>",
    "</title>",
    "\0",
    "x",
    " ",
    "\n",
    "<br>",
    "<span>",
    "</span>",
    "<base href=//x>",
    "<xmp>",
    "</xmp>",
    "<dialog>",
    "<object>",
    "<button>",
    "<form>",
    "<li>",
    "<h2>",
    "<![CDATA[",
    "<?xml ?>",
    "&#0;",
    "<link rel=stylesheet href=x.css>",
    "<bdo dir=rtl>",
    "<iframe>",
    "<option>",
    "<caption>",
    "<col>",
    "</main>",
    "</body>",
    "</html>",
    "&copy",
    "&copy;",
    "&#128;",
    "&#x41;",
    "&#65",
    "/>",
    "<br/>",
    "\r",
    "\x0C",
    "<!",
    "<!-->",
    "--!>",
    " a=b",
    " A='b'",
    " class=x",
    "<!DOCTYPE html>",
    "<!doctype x>",
    "</br>",
    "<image>",
    "<input type=hidden>",
    "<select><option>",
    "<ruby><rt>",
    "<tr>",
    "<tbody>",
    "<nobr>",
];

fn mutate(page: &str, numbers: &mut Numbers) -> String {
    let mut page = page.to_owned();
    for _ in 0..=numbers.below(4) {
        let (one, other) = (numbers.boundary(&page), numbers.boundary(&page));
        let (start, end) = (one.min(other), one.max(other));
        match numbers.below(5) {
            0 | 1 => page.insert_str(start, PIECES[numbers.below(PIECES.len())]),
            2 => {
                let mut end = (start + numbers.below(12)).min(page.len());
                while !page.is_char_boundary(end) {
                    end += 1;
                }
                page.replace_range(start..end, "");
            }
            3 if end - start < 400 => {
                let copy = page[start..end].to_owned();
                let to = numbers.boundary(&page);
                page.insert_str(to, &copy);
            }
            _ => {
                let mut end = (start + 1).min(page.len());
                while !page.is_char_boundary(end) {
                    end += 1;
                }
                page.replace_range(start..end, PIECES[numbers.below(PIECES.len())]);
            }
        }
    }
    page
}

/// Where the simple-minded reader takes a stray end tag for the end of a block, it must not matter.
fn without_spaces(text: &str) -> String {
    text.split_whitespace().collect()
}

#[test]
fn what_is_accepted_shows_the_statement() {
    let pages = [
        page_with(&right()),
        page_with(&format!("<section><p data-statement=hearth>{INNER}</section>")).replace("<head>", "<HEAD>"),
    ];
    let wanted = without_spaces(TEXT);
    let mut numbers = Numbers(0x5DEE_CE66_D1CE_5EED);
    let mut accepted = 0;
    for round in 0..2_500 {
        let page = mutate(&pages[round % pages.len()], &mut numbers);
        if report(&page, &[]).is_accepted() {
            accepted += 1;
            assert!(without_spaces(&naive_visible_text(&page)).contains(&wanted), "accepted in round {round}:\n{page}");
        }
    }
    assert!(accepted > 150, "the changes leave too few pages whole to prove anything: {accepted}");
}

#[test]
fn both_readers_of_html_see_the_same_tree() {
    let pages = [
        page_with(&right()),
        page_with(&format!(
            "<section id=a class='b c' data-x=y/z hidden><p data-statement=hearth>{INNER} &amp; &#169; &#xe9; & x</section>\
             <table><tr><td>1<td>2</table><title>x &lt; y</title><script>if (a < b && c) {{}}</script><style>a>b{{}}</style>\
             <pre>\n\n x</pre><textarea>\nx</textarea><svg viewBox='0 0 1 1'><path d=m0/></svg><br/><!-- x --><input disabled>"
        )),
    ];
    let mut numbers = Numbers(0x0BAD_5EED_0BAD_5EED);
    let (mut plain, mut without_repair) = (0, 0);
    for round in 0..3_000 {
        let page = StrTendril::from(mutate(&pages[round % pages.len()], &mut numbers));
        let (is_plain, needs_no_repair) = Tree::is_plain(&page);
        plain += usize::from(is_plain);
        without_repair += usize::from(needs_no_repair);
        for scripting in [Scripting::On, Scripting::Off] {
            let fully = Tree::parse_fully(&page, scripting);
            for read in [Tree::parse(&page, scripting), Tree::parse_with_repairs(&page, scripting)] {
                assert_eq!(read.outline(), fully.outline(), "round {round}:\n{page}");
                assert_eq!(read.is_quirky(), fully.is_quirky(), "round {round}:\n{page}");
                assert_eq!(read.names(), fully.names(), "round {round}:\n{page}");
            }
        }
    }
    assert!(plain > 500, "the fast reader gives up too often to prove anything: {plain}");
    assert!(without_repair > 100, "the plain construction gives up too often to prove anything: {without_repair}");
}

#[test]
fn comments_separate_texts_for_both_readers() {
    for body in ["<pre><!-- x -->\n y</pre>", "<table> <!-- x -->y<tr><td>z</table>", "<p>a<!-- x -->b"] {
        let page = StrTendril::from(body);
        assert!(Tree::is_plain(&page).0, "{body}");
        let fully = Tree::parse_fully(&page, Scripting::On);
        assert_eq!(Tree::parse_with_repairs(&page, Scripting::On).outline(), fully.outline(), "{body}");
    }
}

#[test]
fn stylesheets_of_any_bytes_are_read() {
    let css = "@media print{.statement:not(:hover)::before{content:'x';display:none!important}}@import url(a.css);\
               :root{--x:calc(1px*var(--y,2))}@keyframes k{to{opacity:0}}.a{&:has(>b){color:rgb(from red r g b/.1)}}";
    let mut numbers = Numbers(77);
    for _ in 0..1_500 {
        let css = mutate(css, &mut numbers);
        let mut builder = StylesheetsBuilder::default();
        builder.add_stylesheet("assets/main.css", css.as_bytes());
        builder.finish(SiteAddress::default());
    }
}

#[test]
fn absurd_pages_are_judged() {
    for html in [
        String::new(),
        "<".repeat(5_000),
        "<div data-statement=hearth>".repeat(200),
        format!("{}{}", page_with(&right()), "<b><p>".repeat(500)),
        format!("<article>{BODY}{}{}", "<span>".repeat(8_000), right()),
        page_with(&right()).replace("class=\"statement\"", &format!("style=\"{}\"", ":not(".repeat(5_000))),
        page_with(&right()).replace("class=\"statement\"", &format!("style=\"width:{}\"", "calc(".repeat(5_000))),
        page_with(&right()).replace("</head>", &format!("<style>{}a{{}}</style></head>", ":not(".repeat(5_000))),
        page_with(&right()).replace("</head>", &format!("<style>{}</style></head>", "a{".repeat(5_000))),
    ] {
        report(&html, &[]);
    }
    let page = Page { path: "a.html", html: &[0xFF, 0xFE, b'<', 0, b'p', 0] };
    verify_page(&page, &[Expectation::new(hearth(), BODY, Whereabouts::Article)], &known(), &Stylesheets::none());
}
