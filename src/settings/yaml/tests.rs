//! Tests of the YAML reader: places, recovery, hostile texts.

use super::*;
use crate::settings::Value;

const CODES: YamlCodes = YamlCodes {
    syntax: Code::FrontMatterYaml,
    duplicate_key: Code::FrontMatterDuplicateKey,
    comment: Code::FrontMatterHashComment,
};

/// Reads `source` as a block that starts behind a byte order mark and a `---` line.
fn read(source: &str) -> (String, Tree, Vec<Diagnostic>) {
    let text = format!("\u{feff}---\n{source}");
    let start = text.len() - source.len();
    let mut diagnostics = Vec::new();
    let tree = parse(&FilePath::new("content/a.md"), &text, start..text.len(), CODES, &mut diagnostics);
    (text, tree, diagnostics)
}

/// Key, value as JSON and the text at the value's place.
fn entries<'text>(text: &'text str, tree: &Tree) -> Vec<(String, String, &'text str)> {
    let one = |(key, value): &(Spanned<String>, Spanned<Value>)| {
        (key.value.clone(), value.value.to_json().to_string(), &text[value.span.range()])
    };
    tree.entries.iter().map(one).collect()
}

fn place<'text>(text: &'text str, diagnostic: &Diagnostic) -> &'text str {
    &text[diagnostic.primary.as_ref().unwrap().span.unwrap().range()]
}

#[test]
fn places_are_bytes_of_the_file() {
    let source = "a: |\r\n  über\r\n  b\r\nc: plain  # comment\r\nd: 'q''q'  \r\ne: [ä, \"b\"]\r\nf:\r\ng: {h: i}\r\nj:\r\n- ü\r\n- k\r\nl:\r\n  m: n\r\no: 1\r\n  2\r\n";
    let (text, tree, diagnostics) = read(source);
    assert!(diagnostics.is_empty(), "{diagnostics:?}");
    let expected = [
        ("a", r#""über\nb\n""#, "über\r\n  b"),
        ("c", r#""plain""#, "plain"),
        ("d", r#""q'q""#, "'q''q'"),
        ("e", r#"["ä","b"]"#, "[ä, \"b\"]"),
        ("f", "null", ""),
        ("g", r#"{"h":"i"}"#, "{h: i}"),
        ("j", r#"["ü","k"]"#, "ü\r\n- k"),
        ("l", r#"{"m":"n"}"#, "m: n"),
        ("o", r#""1 2""#, "1\r\n  2"),
    ];
    let found = entries(&text, &tree);
    assert_eq!(found.iter().map(|(k, v, t)| (k.as_str(), v.as_str(), *t)).collect::<Vec<_>>(), expected);
    for (key, _) in &tree.entries {
        assert_eq!(&text[key.span.range()], key.value);
    }
}

#[test]
fn a_broken_line_is_explained_corrected_and_read_as_corrected() {
    // Source, place, the corrected line, the entry as it is read all the same.
    let cases: &[(&str, &str, Option<&str>, Option<&str>)] = &[
        (
            "title: Service: the first minute",
            ":",
            Some("title: \"Service: the first minute\""),
            Some("Service: the first minute"),
        ),
        ("title: Über: x # note", ":", Some("title: \"Über: x\" # note"), Some("Über: x")),
        ("title: Say \"hi\": now", ":", Some("title: 'Say \"hi\": now'"), Some("Say \"hi\": now")),
        ("title: Service:", ":", Some("title: \"Service:\""), Some("Service:")),
        ("title: @team", "@", Some("title: \"@team\""), Some("@team")),
        ("title: `code` first", "`", Some("title: \"`code` first\""), Some("`code` first")),
        ("title: %100", "%", Some("title: \"%100\""), Some("%100")),
        ("title: *New* rules", "*New*", Some("title: \"*New* rules\""), Some("*New* rules")),
        ("title: &Co rules", "&Co", Some("title: \"&Co rules\""), Some("&Co rules")),
        ("title: !important note", "!important", Some("title: \"!important note\""), Some("!important note")),
        ("title: !!str 5", "!!str", Some("title: 5"), Some("5")),
        ("title: [Draft] Service", "[", Some("title: \"[Draft] Service\""), Some("[Draft] Service")),
        ("title: > 5 minutes", ">", Some("title: \"> 5 minutes\""), Some("> 5 minutes")),
        ("title: | pipe", "|", Some("title: \"| pipe\""), Some("| pipe")),
        ("title: ? what", "?", Some("title: \"? what\""), Some("? what")),
        ("title: , x", ",", Some("title: \", x\""), Some(", x")),
        ("title: ] x", "]", Some("title: \"] x\""), Some("] x")),
        ("title: \"Service", "\"", Some("title: \"Service\""), Some("Service")),
        ("title: 'Service", "'", Some("title: \"Service\""), Some("Service")),
        ("title: 'It's fine'", "s fine'", Some("title: \"It's fine\""), Some("It's fine")),
        ("title: \"Yes\" is no", "is no", Some("title: '\"Yes\" is no'"), Some("\"Yes\" is no")),
        ("title: \"C:\\quality\"", "\\q", Some("title: 'C:\\quality'"), Some("C:\\quality")),
        ("title:Service", ":", Some("title: Service"), Some("Service")),
        ("title = \"Service\"", "=", Some("title: \"Service\""), Some("Service")),
        ("title: a\0b", "\0", Some("title: ab"), Some("ab")),
        ("title: [Draft", "[", None, None),
        ("title: *alias", "*alias", Some("title: \"*alias\""), None),
    ];
    for (source, at, fix, value) in cases {
        for (before, after) in [("", ""), ("x: 1\n", "\ny: 2\n"), ("# über\r\nx: 1\r\n", "\r\ny: 2\r\n")] {
            let (text, tree, diagnostics) = read(&format!("{before}{source}{after}"));
            assert_eq!(diagnostics.len(), 1, "{source}: {diagnostics:#?}");
            let found = &diagnostics[0];
            assert_eq!(found.code, Code::FrontMatterYaml);
            assert_eq!(place(&text, found), *at, "{source}");
            assert_eq!(found.fix.as_deref(), *fix, "{source}");
            if fix.is_some() {
                assert_eq!(&text[found.fix_range().unwrap().range()], *source);
            }
            let read = tree.entries.iter().find(|(key, _)| key.value == "title").map(|(_, value)| value);
            let expected = value.map(|text| (*text).to_owned());
            let text_read = read.map(|value| match &value.value {
                Value::Scalar { text, .. } => text.clone(),
                other => panic!("{source}: {other:?}"),
            });
            assert_eq!(text_read, expected, "{source}");
            assert_eq!(tree.unreadable, if value.is_some() { vec![] } else { vec!["title".to_owned()] }, "{source}");
            let others = tree.entries.iter().filter(|(key, _)| key.value != "title").count();
            assert_eq!(others, before.matches("1").count() + after.matches("2").count(), "{source}");
        }
    }
}

#[test]
fn nested_lines_are_corrected_each() {
    let source = "steps:\n  - article: a\n    why: Because: that\n  - article: b\n    why: @home\n      minutes: 5\ntopics: [x, y\nauthors: - Anna\n";
    let (text, tree, diagnostics) = read(source);
    let found: Vec<_> = diagnostics.iter().map(|it| (place(&text, it), it.fix.as_deref())).collect();
    assert_eq!(
        found,
        [
            (":", Some("    why: \"Because: that\"")),
            ("@", Some("    why: \"@home\"")),
            ("minutes", Some("    minutes: 5")),
            ("[", Some("topics: [x, y]")),
            ("-", Some("authors:\n  - Anna")),
        ],
        "{diagnostics:#?}"
    );
    let values: Vec<_> = tree.entries.iter().map(|(_, value)| value.value.to_json().to_string()).collect();
    assert_eq!(
        values,
        [r#"[{"article":"a","why":"Because: that"},{"article":"b","minutes":5,"why":"@home"}]"#, r#"["x","y"]"#,]
    );
    assert_eq!(tree.unreadable, ["authors"]);
    let Value::List(steps) = &tree.entries[0].1.value else { panic!() };
    let Value::Map(second) = &steps[1].value else { panic!() };
    assert_eq!(&text[second[1].1.span.range()], "@home");
    assert_eq!(&text[second[2].1.span.range()], "5");
}

#[test]
fn tabs_stray_lines_and_quotes_over_lines() {
    let source = "steps:\n\t- article: x\n\t  why: y\nnothing here\ntitle: \"one\n  two\nlast: 1\n";
    let (text, tree, diagnostics) = read(source);
    let found: Vec<_> = diagnostics.iter().map(|it| (place(&text, it), it.fix.as_deref())).collect();
    assert_eq!(
        found,
        [("\t", Some("  - article: x")), ("\t  ", Some("    why: y")), ("nothing here", None), ("\"", Some("  two\"")),],
        "{diagnostics:#?}"
    );
    let values: Vec<_> = tree.entries.iter().map(|(_, value)| value.value.to_json().to_string()).collect();
    assert_eq!(values, [r#"[{"article":"x","why":"y"}]"#, r#""one two""#, "1"]);
}

#[test]
fn columns_items_and_quotes_in_lists() {
    let source = "steps:\n  - article: a\n   why: b\nextra:\n    a: 1\n  b: 2\ntopics: [a, @b c, d]\nterms:\n  - \"a\n  - b\nmore: {a: b\n";
    let (text, tree, diagnostics) = read(source);
    let found: Vec<_> = diagnostics.iter().map(|it| (place(&text, it), it.fix.as_deref())).collect();
    assert_eq!(
        found,
        [
            ("why", Some("    why: b")),
            ("b", Some("    b: 2")),
            ("@b c", Some("topics: [a, \"@b c\", d]")),
            ("\"", Some("  - \"a\"")),
            ("{", Some("more: {a: b}")),
        ],
        "{diagnostics:#?}"
    );
    let values: Vec<_> = tree.entries.iter().map(|(_, value)| value.value.to_json().to_string()).collect();
    assert_eq!(
        values,
        [r#"[{"article":"a","why":"b"}]"#, r#"{"a":1,"b":2}"#, r#"["a","@b c","d"]"#, r#"["a","b"]"#, r#"{"a":"b"}"#,]
    );
}

#[test]
fn anchors_are_refused_with_and_without_text() {
    let source = "base: &b\n  - x\nother: *b\n";
    let (text, tree, diagnostics) = read(source);
    let found: Vec<_> = diagnostics.iter().map(|it| (place(&text, it), it.fix.as_deref())).collect();
    assert_eq!(found, [("&b", Some("base:")), ("*b", Some("other: \"*b\""))]);
    assert_eq!(tree.entries.len(), 1);
    assert_eq!(tree.unreadable, ["other"]);
}

#[test]
fn repeated_keys_point_at_the_first() {
    let source = "title: a\nsteps:\n  - why: x\n    why: y\ntitle: b\n";
    let (text, tree, diagnostics) = read(source);
    let found: Vec<_> = diagnostics
        .iter()
        .map(|it| (it.code, it.primary.as_ref().unwrap().span.unwrap().start, it.related[0].span.unwrap().start))
        .collect();
    let at = |nth: usize, needle: &str| text.match_indices(needle).nth(nth).unwrap().0 as u32;
    assert_eq!(
        found,
        [
            (Code::FrontMatterDuplicateKey, at(1, "why"), at(0, "why")),
            (Code::FrontMatterDuplicateKey, at(1, "title"), at(0, "title")),
        ]
    );
    assert_eq!(tree.entries[0].1.value.to_json(), "a");
}

#[test]
fn a_hash_that_swallows_text_warns() {
    let (text, tree, diagnostics) = read("title: The #1 rule\nsummary: #2\nok: x # remark\nurl: https://x/#top\n");
    let found: Vec<_> = diagnostics.iter().map(|it| (place(&text, it), it.fix.as_deref().unwrap())).collect();
    assert_eq!(found, [("#1 rule", "title: \"The #1 rule\""), ("#2", "summary: \"#2\"")]);
    assert_eq!(tree.entries.len(), 4);
}

#[test]
fn other_shapes_are_explained() {
    for (source, message) in [
        ("- a\n- b\n", "this is not a list of `key: value` lines"),
        ("just words\n", "this line is neither `key: value` nor a list item"),
        ("? [a]\n: b\n", "a key must be a single word or text"),
        (" title: a\nx: 1\n", "the indentation of this line fits none of the lines above"),
        ("%YAML 1.2\n", "this line is neither `key: value` nor a list item"),
    ] {
        let (_, _, diagnostics) = read(source);
        assert_eq!(diagnostics.iter().map(|it| it.message.as_str()).collect::<Vec<_>>(), [message], "{source:?}");
    }
    for source in ["", "\n", "# only\n", "~\n"] {
        assert!(read(source).2.is_empty(), "{source:?}");
    }
}

#[test]
fn hostile_texts_end_quickly() {
    let started = std::time::Instant::now();
    let mut bomb = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
    for level in 1..30 {
        let previous = level - 1;
        let list = vec![format!("*a{previous}"); 9].join(", ");
        bomb.push_str(&format!("a{level}: &a{level} [{list}]\n"));
    }
    let (_, _, diagnostics) = read(&bomb);
    assert!(!diagnostics.is_empty());
    for source in [
        format!("a: {}", "[".repeat(100_000)),
        format!("a: {}", "{a: ".repeat(50_000)),
        (0..200).map(|depth| format!("{}a:\n", " ".repeat(depth))).collect(),
        format!("a:\n{}", "- ".repeat(10_000)),
        "a: b: c\n".repeat(20_000),
        "a: \"\n".repeat(20_000),
        format!("a:\n{}", "  b: c: d\n".repeat(20_000)),
        "x".repeat(300_000),
        format!("a: [{}", "x,".repeat(120_000)),
        format!("a: [{}]", "x ,".repeat(80_000)),
        format!("a: [{}]", "@x,".repeat(80_000)),
        format!("a: {{{}", "x: 1,".repeat(50_000)),
        format!("a: {}", "x\n".repeat(100_000)),
        (0..20_000).map(|n| format!("k{n}: 1\n")).collect(),
    ] {
        let (text, _, diagnostics) = read(&source);
        for diagnostic in &diagnostics {
            place(&text, diagnostic);
        }
    }
    assert!(started.elapsed().as_secs() < 20, "{:?}", started.elapsed());
}
