//! Cases as data (`tests/cases.md`), hostile input, and invariants that every rendering must keep.

use std::fmt::Write as _;

use super::*;
use crate::config::PartDefinition;
use crate::document::{KeptFragment, LinkKind, SlotKind};

const CASES: &str = include_str!("tests/cases.md");
const HOSTILE: &str = include_str!("tests/hostile.txt");

fn options() -> ParseOptions {
    let part = |key: &str, labels: &[&str]| PartDefinition {
        key: key.into(),
        labels: labels.iter().map(|label| (*label).into()).collect(),
    };
    ParseOptions {
        parts: vec![
            part("learning_point", &["Key Learning Point", "Key Learning Points"]),
            part("action_steps", &["Action Step", "Action Steps"]),
            part("questions", &["Discussion Question", "Discussion Questions", "Questions To Ask"]),
            part("role_play", &["Role Play"]),
        ],
    }
}

fn render(markdown: &str) -> (Body, Vec<Diagnostic>) {
    let mut diagnostics = Vec::new();
    let body = parse(&FilePath::from("content/a.md"), markdown, 0, &options(), &mut diagnostics);
    check(markdown, &body, &diagnostics);
    crate::diagnostic::sort(&mut diagnostics);
    (body, diagnostics)
}

/// A fragment with its slots in braces.
fn show(fragment: &KeptFragment) -> String {
    let fragment = fragment.to_fragment();
    let mut shown = String::new();
    let mut from = 0;
    for slot in &fragment.slots {
        shown.push_str(&fragment.html[from..slot.at as usize]);
        from = slot.at as usize;
        match slot.kind {
            SlotKind::LinkOpen(index) => write!(shown, "{{link {index}}}"),
            SlotKind::LinkClose(index) => write!(shown, "{{/link {index}}}"),
            SlotKind::LinkTitle(index) => write!(shown, "{{title {index}}}"),
            SlotKind::ImageSource(index) => write!(shown, "{{src {index}}}"),
            SlotKind::IdPrefix => write!(shown, "{{id}}"),
            SlotKind::Text(text) => write!(shown, "{{{}}}", text.key()),
        }
        .unwrap();
    }
    shown + &fragment.html[from..]
}

fn describe(markdown: &str, kind: &str) -> String {
    let (body, diagnostics) = render(markdown);
    let mut shown = String::new();
    match kind {
        "html" => shown = show(&body.content),
        "text" => shown = body.text.read().into_owned(),
        "first" => shown.clone_from(&body.first_paragraph),
        "links" => {
            for link in &body.links {
                let kind = match link.kind {
                    LinkKind::Inline => "inline",
                    LinkKind::Autolink => "autolink",
                    LinkKind::Wiki => "wiki",
                    LinkKind::Image => "image",
                };
                let place = &markdown[link.span.range()];
                writeln!(shown, "{kind} {:?} {:?} at {place:?}", link.target, link.title).unwrap();
            }
        }
        "headings" => {
            for heading in &body.headings {
                writeln!(shown, "{} {} {:?}", heading.level, heading.id, heading.text).unwrap();
            }
        }
        "parts" => {
            for part in &body.parts {
                writeln!(shown, "{} {:?} {:?} #{}", part.key, part.title, part.form, part.anchor).unwrap();
                writeln!(shown, "  at {:?}", &markdown[part.span.range()]).unwrap();
                writeln!(shown, "  text {:?}\n  html {:?}", part.text, show(&part.content)).unwrap();
                for item in &part.items {
                    writeln!(shown, "  - {} {:?} {:?}", item.id, item.text, show(&item.content)).unwrap();
                }
            }
        }
        "diagnostics" => {
            for diagnostic in &diagnostics {
                let span = diagnostic.primary.as_ref().and_then(|label| label.span).unwrap();
                let place = &markdown[span.range()];
                writeln!(shown, "{} at {place:?}: {}", diagnostic.code.info().name, diagnostic.message).unwrap();
                for hint in diagnostic.hints.iter().filter(|hint| hint.starts_with("did you mean")) {
                    writeln!(shown, "  {hint}").unwrap();
                }
                if let Some(fix) = &diagnostic.fix {
                    writeln!(shown, "  fix {fix:?}").unwrap();
                }
            }
        }
        other => panic!("unknown block {other} in cases.md"),
    }
    shown.trim_end().to_owned()
}

/// One fenced block of the case file: its kind and text.
struct Block<'a> {
    kind: &'a str,
    text: &'a str,
}

/// The case file cut before every `##` line that stands outside of a block.
fn case_texts() -> Vec<&'static str> {
    let mut texts = Vec::new();
    let (mut start, mut at, mut in_block) = (0, 0, false);
    for line in CASES.split_inclusive('\n') {
        in_block ^= line.starts_with("````");
        if !in_block && line.starts_with("## ") {
            texts.push(&CASES[start..at]);
            start = at;
        }
        at += line.len();
    }
    texts.push(&CASES[start..]);
    texts
}

fn blocks(case: &str) -> Vec<Block<'_>> {
    let mut pieces = case.split("````");
    pieces.next();
    let mut blocks = Vec::new();
    while let (Some(block), Some(_)) = (pieces.next(), pieces.next()) {
        let (kind, text) = block.split_once('\n').unwrap();
        blocks.push(Block { kind, text: text.strip_suffix('\n').unwrap_or(text) });
    }
    blocks
}

/// In the cases, visible names stand for characters that an editor would hide or change.
fn input(text: &str) -> String {
    text.replace("␀", "\0").replace("␍", "\r").replace("␉", "\t").replace("␠", " ")
}

/// With `UPDATE_CASES` set, what is found is written into the file, to be read before it is committed.
#[test]
fn cases() {
    let mut failed = String::new();
    let mut updated = String::new();
    for case in case_texts() {
        let blocks = blocks(case);
        let Some(markdown) = blocks.first().map(|block| input(block.text)) else {
            updated.push_str(case);
            continue;
        };
        let name = case.lines().next().unwrap_or("");
        let mut case = case.to_owned();
        for block in blocks.iter().skip(1) {
            let actual = describe(&markdown, block.kind);
            if actual != block.text {
                writeln!(failed, "{name}\n{} expected:\n{}\nfound:\n{actual}\n", block.kind, block.text).unwrap();
                let old = format!("````{}\n{}\n````", block.kind, block.text);
                let old_empty = format!("````{}\n````", block.kind);
                let new = format!("````{}\n{actual}\n````", block.kind);
                case = case.replace(if block.text.is_empty() { &old_empty } else { &old }, &new);
            }
        }
        updated.push_str(&case);
    }
    if !failed.is_empty() && std::env::var_os("UPDATE_CASES").is_some() {
        std::fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/src/document/markdown/tests/cases.md"), updated).unwrap();
    }
    assert!(failed.is_empty(), "{failed}");
}

/// What every rendering must keep: slots ascend and stand at characters, tags are balanced and allowed, ids are
/// unique and listed, links are used in pairs, places lie in the source, fragments are whole.
fn check(markdown: &str, body: &Body, diagnostics: &[Diagnostic]) {
    check_fragment(&body.content, body, markdown);
    for part in &body.parts {
        check_fragment(&part.content, body, markdown);
        part.items.iter().for_each(|item| check_fragment(&item.content, body, markdown));
        assert!(markdown.get(part.span.range()).is_some(), "{markdown:?}");
    }
    for diagnostic in diagnostics {
        let span = diagnostic.primary.as_ref().and_then(|label| label.span).unwrap();
        assert!(markdown.get(span.range()).is_some(), "{span:?} of {} in {markdown:?}", diagnostic.message);
        assert!(!diagnostic.hints.is_empty(), "{}", diagnostic.message);
    }
    let spans = body.links.iter().map(|link| link.span).chain(body.headings.iter().map(|heading| heading.span));
    for span in spans {
        assert!(markdown.get(span.range()).is_some(), "{span:?} in {markdown:?}");
    }
    let text = body.text.read();
    assert!(!text.contains("  ") && !text.contains("\n\n") && text.trim_matches([' ', '\n']) == text);
    assert_eq!(visible_text(&body.content, body), text.replace('\n', " "), "{markdown:?}");
    let shown = show(&body.content);
    let ids: Vec<&str> = shown.split(" id=\"{id}").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    let mut sorted: Vec<String> = ids.iter().map(|id| id.replace("&amp;", "&")).collect();
    sorted.sort();
    assert!(body.anchors.iter().eq(sorted.iter().map(String::as_str)), "{markdown:?}");
    assert!(body.anchors.iter().is_sorted_by(|left, right| left < right), "{markdown:?}");
}

/// Elements that do not separate words.
const INLINE: [&str; 28] = [
    "a", "abbr", "b", "cite", "code", "del", "dfn", "em", "i", "img", "input", "ins", "kbd", "mark", "q", "s", "samp",
    "small", "span", "strong", "sub", "sup", "time", "u", "var", "wbr", "font", "bdi",
];

/// The visible text of the HTML, as a reader of the page would find it: what the check of credits looks for.
fn visible_text(fragment: &KeptFragment, body: &Body) -> String {
    let fragment = fragment.to_fragment();
    let mut html = String::new();
    let mut from = 0;
    for slot in &fragment.slots {
        html.push_str(&fragment.html[from..slot.at as usize]);
        from = slot.at as usize;
        if let SlotKind::LinkTitle(index) = slot.kind {
            html.push_str(
                &body.links[index as usize].target.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;"),
            );
        }
    }
    html.push_str(&fragment.html[from..]);
    let mut visible = String::new();
    for piece in html.replace(">↩</a>", "></a>").split('<') {
        let (tag, text) = piece.split_once('>').unwrap_or(("a", piece));
        let name = tag.trim_start_matches('/').split(' ').next().unwrap();
        visible.push_str(if INLINE.contains(&name) { "" } else { " " });
        visible.push_str(text);
    }
    let visible = visible.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
    visible.split_ascii_whitespace().collect::<Vec<_>>().join(" ")
}

const VOID: [&str; 5] = ["br", "hr", "img", "input", "wbr"];

fn check_fragment(fragment: &KeptFragment, body: &Body, markdown: &str) {
    let fragment = fragment.to_fragment();
    let mut last = 0;
    let mut open_links = Vec::new();
    for slot in &fragment.slots {
        assert!(slot.at >= last && fragment.html.is_char_boundary(slot.at as usize), "{slot:?} {markdown:?}");
        last = slot.at;
        match slot.kind {
            SlotKind::LinkOpen(index) => {
                assert!((index as usize) < body.links.len() && open_links.is_empty(), "{markdown:?}");
                open_links.push(index);
            }
            SlotKind::LinkClose(index) => assert_eq!(open_links.pop(), Some(index), "{markdown:?}"),
            SlotKind::LinkTitle(index) | SlotKind::ImageSource(index) => assert!((index as usize) < body.links.len()),
            SlotKind::IdPrefix | SlotKind::Text(_) => {}
        }
    }
    assert!(open_links.is_empty(), "{markdown:?}");
    let mut stack: Vec<&str> = Vec::new();
    let mut rest = fragment.html.as_str();
    assert!(!rest.contains('\0'), "{markdown:?}");
    while let Some((text, after)) = rest.split_once('<') {
        assert!(!text.contains('>'), "{text} {markdown:?}");
        let (tag, after) = after.split_once('>').unwrap_or_else(|| panic!("{markdown:?}"));
        rest = after;
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(stack.pop(), Some(name), "{} from {markdown:?}", fragment.html);
            continue;
        }
        let name = tag.split(' ').next().unwrap();
        let own = ["input", "section", "h2", "h3", "h4", "h5", "h6"].contains(&name);
        assert!(own || allowed::element(name).is_some(), "<{name}> from {markdown:?}");
        let attributes = tag.split('"').step_by(2);
        for attribute in attributes.flat_map(|names| names.split([' ', '='])).skip(1) {
            assert!(!attribute.starts_with("on") && attribute != "style", "{tag} from {markdown:?}");
        }
        if !VOID.contains(&name) {
            stack.push(name);
        }
    }
    assert!(!rest.contains('>') && stack.is_empty(), "{stack:?} in {} from {markdown:?}", fragment.html);
}

/// Scripts, handlers, styles, forms and frames never come through, wherever they stand.
#[test]
fn hostile_html_is_made_harmless() {
    let wrappers = [
        "{}",
        "a {} b",
        "> {}\n> — Name",
        "- {}\n",
        "# {}",
        "**Action Steps:** {}",
        "| a |\n|---|\n| {} |",
        "[{}](x)",
        "![{}](x.png)",
        "{}\n\n{}",
    ];
    for line in HOSTILE.lines().filter(|line| !line.is_empty()) {
        for wrapper in wrappers {
            let markdown = wrapper.replace("{}", &input(line));
            let (body, _) = render(&markdown);
            for link in &body.links {
                let scheme = target::classify(&link.target);
                assert!(!matches!(scheme, target::Target::Scheme(_) | target::Target::SchemeRelative), "{link:?}");
            }
        }
    }
}

/// A small generator (xorshift), so that a failure can be repeated.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % (limit.max(1) as u64)).unwrap()
    }
}

/// How many inputs of each kind are tried. A few hundred thousand take minutes and are for changes to this module.
const ROUNDS: usize = 3_000;

const PIECES: &[&str] = &[
    "# ",
    "## Key Learning Point\n",
    "**Action Steps:** ",
    "Discussion Questions: ",
    "> ",
    "> — Name\n",
    "- ",
    "1. ",
    "- [x] ",
    "\n",
    "\n\n",
    "    ",
    "\t",
    "---\n",
    "```\n",
    "*",
    "**",
    "_",
    "~~",
    "`",
    "[a](b)",
    "[[wiki|x]]",
    "[[wiki]]",
    "![[p.png]]",
    "![a](b.png \"t\")",
    "[^1]",
    "[^1]: ",
    "[^2]",
    "[^2]: note [^1]",
    "[x]: y\n",
    "[a][x]",
    "[a][no]",
    "<div>",
    "</div>",
    "<b>",
    "</b>",
    "<details>",
    "<summary>",
    "</summary>",
    "</details>",
    "<p>",
    "</p>",
    "<script>",
    "</script>",
    "<a href=x id=q>",
    "</a>",
    "<img src=x.png>",
    "<ul><li>",
    "</ul>",
    "<table><tr><td>",
    "</td>",
    "</table>",
    "<!--",
    "-->",
    "<br>",
    "| a | b |\n|---|:-:|\n| c | d |\n",
    "|",
    "\\",
    "&amp;",
    "&#0;",
    "\0",
    "\r\n",
    "é",
    "漢字",
    "😀",
    "> [!NOTE]\n",
    ": def\n",
    "{#id}",
    "text ",
    "— ",
    "~ x",
    "<svg",
];

#[test]
fn nothing_panics_and_every_invariant_holds_on_mutations() {
    let mut random = Random(0x5eed_cafe);
    for _ in 0..ROUNDS {
        let mut markdown = String::new();
        for _ in 0..random.below(24) + 1 {
            markdown.push_str(PIECES[random.below(PIECES.len())]);
        }
        render(&markdown);
    }
    let blocks: Vec<String> = case_texts()
        .into_iter()
        .flat_map(blocks)
        .filter(|block| block.kind == "markdown")
        .map(|block| input(block.text))
        .collect();
    for _ in 0..ROUNDS {
        let mut characters: Vec<char> = blocks[random.below(blocks.len())].chars().collect();
        for _ in 0..random.below(6) + 1 {
            let at = random.below(characters.len());
            match random.below(3) {
                0 if !characters.is_empty() => drop(characters.remove(at)),
                1 => PIECES[random.below(PIECES.len())]
                    .chars()
                    .rev()
                    .for_each(|character| characters.insert(at, character)),
                _ => characters.truncate(characters.len() - at.min(3)),
            }
        }
        render(&characters.iter().collect::<String>());
    }
}

#[test]
fn deep_nesting_is_flattened_and_reported() {
    let deep = |piece: &str| piece.repeat(10_000);
    for markdown in [
        deep("> ") + "x",
        deep("- ") + "x",
        deep("1. ") + "x",
        deep("> - ") + "x",
        deep("**a ") + "x" + &deep("**"),
        deep("<div>"),
        deep("<b>") + "x",
        deep("[") + "x" + &deep("](y)"),
        deep("![") + "x" + &deep("](y)"),
        deep("[[x|"),
    ] {
        let (body, diagnostics) = render(&markdown);
        let opened = show(&body.content).matches("<blockquote>").count();
        assert!(opened <= 64);
        let expected = markdown.starts_with(['>', '-', '1', '*', '<']);
        let reported = diagnostics.iter().any(|diagnostic| diagnostic.code == Code::MarkdownNestingTooDeep);
        assert_eq!(reported, expected, "{}", &markdown[..20]);
    }
}

#[test]
fn places_count_from_the_start_of_the_file() {
    let text = "---\ntitle: x\n---\n[a](javascript:b) [c](d)";
    let mut diagnostics = Vec::new();
    let body = parse(&FilePath::from("content/a.md"), text, 17, &options(), &mut diagnostics);
    let span = diagnostics[0].primary.as_ref().unwrap().span.unwrap();
    assert_eq!(&text[span.range()], "javascript:b");
    assert_eq!(&text[body.links[0].span.range()], "d");
    assert_eq!(body.start, 17);
}

#[test]
fn attributes_that_hold_texts_are_known() {
    for (markdown, expected) in [
        ("![A bell on a desk](bell.png)", true),
        ("<abbr title='Net promoter score'>NPS</abbr>", true),
        ("A [link](other.md) and *no more*.", false),
        ("", false),
    ] {
        assert_eq!(render(markdown).0.has_text_attributes, expected, "{markdown}");
    }
}
