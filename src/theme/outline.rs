//! What a template refers to: the templates it extends and includes, its blocks, its components, what it reads.
//!
//! Reads only the tags it needs; whether a template is correct is the engine's to say. Must not know themes.

use std::collections::BTreeSet;

use super::tags::{Tag, tags};
use crate::diagnostic::Span;

/// The parts of one template that connect it to others.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Outline {
    /// The template it extends.
    pub(super) extends: Option<Mention>,
    /// The templates it includes, in order.
    pub(super) includes: Vec<Mention>,
    /// Its blocks, outer ones before the ones inside them.
    pub(super) blocks: Vec<Block>,
    /// Names of the components it defines.
    pub(super) components: Vec<String>,
    /// Every name in its tags with the field that is asked of it; without one where the name stands for the whole.
    pub(super) reads: BTreeSet<(String, Option<String>)>,
}

/// A template's name where another template writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mention {
    pub(super) name: String,
    /// The name without its quotes.
    pub(super) span: Span,
}

/// A block of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Block {
    pub(super) name: String,
    /// Names of the blocks directly inside it.
    pub(super) inner: Vec<String>,
    /// Whether it shows what the template it extends has in this block.
    pub(super) calls_super: bool,
}

/// Reads a template's outline.
pub(super) fn read(text: &str) -> Outline {
    let mut outline = Outline::default();
    let mut open: Vec<usize> = Vec::new();
    for tag in tags(text) {
        if tag.is_statement {
            statement(&tag, &mut open, &mut outline);
        } else {
            mark_super(tag.inside, &open, &mut outline);
        }
        read_names(tag.inside, &mut outline);
    }
    outline
}

fn statement(tag: &Tag<'_>, open: &mut Vec<usize>, outline: &mut Outline) {
    let (inside, offset) = (tag.inside, tag.offset);
    let name = || tag.trimmed().split_whitespace().nth(1).unwrap_or_default();
    match tag.keyword() {
        "extends" => outline.extends = outline.extends.take().or_else(|| mention(inside, offset)),
        "include" => outline.includes.extend(mention(inside, offset)),
        "block" => {
            if let Some(outer) = open.last() {
                outline.blocks[*outer].inner.push(name().to_owned());
            }
            open.push(outline.blocks.len());
            outline.blocks.push(Block { name: name().to_owned(), inner: Vec::new(), calls_super: false });
        }
        "endblock" => {
            open.pop();
        }
        "component" => {
            outline.components.push(name().split('(').next().unwrap_or_default().to_owned());
        }
        _ => mark_super(inside, open, outline),
    }
}

fn mark_super(inside: &str, open: &[usize], outline: &mut Outline) {
    let calls = inside.match_indices("super").any(|(at, word)| inside[at + word.len()..].trim_start().starts_with('('));
    if let (true, Some(innermost)) = (calls, open.last()) {
        outline.blocks[*innermost].calls_super = true;
    }
}

/// Adds every name that stands by itself or before its field, outside of quotes. Words of the language come along: they
/// are no names of values, and what is read too much only costs time.
fn read_names(inside: &str, outline: &mut Outline) {
    let is_in_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || !byte.is_ascii();
    let end_of_name = |from: usize| {
        inside[from..].bytes().position(|byte| !is_in_name(byte)).map_or(inside.len(), |length| from + length)
    };
    let mut at = 0;
    while at < inside.len() {
        let end = end_of_name(at);
        if end == at {
            at = behind_quote(inside, at).unwrap_or(at + 1);
            continue;
        }
        // One dot makes it a field of what stands before; three spread a whole value.
        let before = &inside[..at];
        if !before.ends_with('.') || before.ends_with("..") {
            let field = inside[end..].strip_prefix('.').map(|_| &inside[end + 1..end_of_name(end + 1)]);
            let field = field.filter(|field| !field.is_empty()).map(str::to_owned);
            outline.reads.insert((inside[at..end].to_owned(), field));
        }
        at = end;
    }
}

/// Behind the quotes that begin here, if any do.
fn behind_quote(inside: &str, at: usize) -> Option<usize> {
    let bytes = inside.as_bytes();
    let quote = bytes[at..].first().filter(|byte| matches!(byte, b'"' | b'\'' | b'`'))?;
    let mut end = at + 1;
    while bytes.get(end).is_some_and(|byte| byte != quote) {
        end += if bytes[end] == b'\\' { 2 } else { 1 };
    }
    Some((end + 1).min(bytes.len()))
}

fn mention(inside: &str, offset: usize) -> Option<Mention> {
    let start = inside.find(['"', '\'', '`'])? + 1;
    let quote = inside.as_bytes()[start - 1] as char;
    let name = inside[start..].split(quote).next().unwrap_or_default();
    let from = offset + start;
    Some(Mention { name: name.to_owned(), span: Span::new(from, from + name.len()) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_connections_and_leaves_text_alone() {
        let text = "{%- extends \"default/base.html\" -%}{# {% include 'no.html' %} #}\
            {% raw %}{% include 'no.html' %}{% endraw %}\
            {% block main %}{{ \"}}\" ~ super() }}{% block inner -%}{% include 'a.html' %}{% endblock inner %}{% endblock %}\
            {% component ui.card(title) %}{% endcomponent ui.card %} { not a tag } {% block";
        let outline = read(text);
        assert_eq!(outline.extends.as_ref().unwrap().name, "default/base.html");
        assert_eq!(&text[outline.extends.unwrap().span.range()], "default/base.html");
        assert_eq!(outline.includes.iter().map(|include| include.name.as_str()).collect::<Vec<_>>(), ["a.html"]);
        assert_eq!(outline.components, ["ui.card"]);
        assert_eq!(
            outline.blocks[..2],
            [
                Block { name: "main".into(), inner: vec!["inner".into()], calls_super: true },
                Block { name: "inner".into(), inner: vec![], calls_super: false },
            ]
        );
    }

    #[test]
    fn names_are_read_whole_or_by_field() {
        let reads = |text: &str, name: &str| -> Vec<Option<String>> {
            let reads = read(text).reads.into_iter();
            reads.filter(|(other, _)| other == name).map(|(_, field)| field).collect()
        };
        for (text, expected) in [
            ("{{ article.parts }}{% if article.deck is string %}", &[Some("deck"), Some("parts")][..]),
            ("{% for part in article.parts %}{{ part.title }}", &[Some("parts")]),
            ("{{ <card article={entry} /> }}{{ article | json }}", &[None]),
            ("{{ article[\"parts\"] }}", &[None]),
            ("{{ article?.parts }}", &[None]),
            ("{{ <card {...article} /> }}", &[None]),
            ("{{ entry.article.parts }}{# article #}<article>article</article>{{ article_title }}", &[]),
            ("{{ \"an article\" | t }}{{ 'it\\'s article' ~ article.deck }}{{ \"article", &[Some("deck")]),
        ] {
            assert_eq!(
                reads(text, "article"),
                expected.iter().map(|field| field.map(str::to_owned)).collect::<Vec<_>>(),
                "{text}"
            );
        }
    }

    #[test]
    fn broken_templates_end() {
        for text in ["{", "{{", "{%", "{#", "{% raw %}", "{% block a %}", "{% endblock %}", "{% extends \"ä", "{{ \"\\"]
        {
            read(text);
        }
    }
}
