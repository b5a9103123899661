//! Templates with everything worked out that is the same on every page: interface texts, names of assets, icons.
//!
//! Owns which expressions are such. An expression is worked out by the engine itself, with nothing to read from, so that
//! it cannot differ; where that fails it stays as it is. Must not know views or what a theme's files are called.

use std::ops::Range;

use tera::{Context, Tera};

/// The text with every constant expression replaced by what it comes to.
pub(super) fn folded(engine: &Tera, text: &str) -> String {
    let mut folded = String::with_capacity(text.len() * 2);
    let mut written = 0;
    for expression in expressions(text) {
        let Some(value) = value_of(engine, &text[expression.clone()]) else { continue };
        folded.push_str(&text[written..expression.start]);
        folded.push_str(&value);
        written = expression.end;
    }
    folded.push_str(&text[written..]);
    folded
}

/// What a constant expression comes to, if it can stand in a template as text.
fn value_of(engine: &Tera, expression: &str) -> Option<String> {
    let inner = expression.strip_prefix("{{")?.strip_suffix("}}")?.trim();
    if !is_filtered_literal(inner) && !is_component_of_literals(inner) {
        return None;
    }
    let value = engine.render_str(expression, &Context::new(), true).ok()?;
    // White space at an end could be trimmed by a neighbour's mark, and braces could be read as a template's.
    let keeps_its_ends = !value.is_empty() && value.trim() == value;
    (keeps_its_ends && !["{{", "{%", "{#"].iter().any(|mark| value.contains(mark))).then_some(value)
}

/// The `{{ … }}` of a template that trim nothing around them, outside comments and `raw`.
fn expressions(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = text[at..].find('{').map(|offset| at + offset) {
        let rest = &text[start..];
        at = if rest.starts_with("{#") {
            end_of(text, start, "#}")
        } else if rest.starts_with("{%") {
            let end = end_of_tag(text, start, "%}");
            let words = text[start..end].trim_start_matches(['{', '%', '-']).trim_start();
            if words.starts_with("raw") { end_of_raw(text, end) } else { end }
        } else if rest.starts_with("{{") {
            let end = end_of_tag(text, start, "}}");
            if !rest.starts_with("{{-") && !text[start..end].ends_with("-}}") && text[start..end].ends_with("}}") {
                found.push(start..end);
            }
            end
        } else {
            start + 1
        };
    }
    found
}

/// Behind the mark, or the end of the text.
fn end_of(text: &str, from: usize, mark: &str) -> usize {
    text[from..].find(mark).map_or(text.len(), |offset| from + offset + mark.len())
}

/// Behind the mark that closes a tag; marks in quotes do not count.
fn end_of_tag(text: &str, from: usize, mark: &str) -> usize {
    let bytes = text.as_bytes();
    let mut quote = None;
    let mut at = from + 2;
    while at < bytes.len() {
        match (quote, bytes[at]) {
            (None, b'"' | b'\'' | b'`') => quote = Some(bytes[at]),
            (Some(open), byte) if open == byte => quote = None,
            (None, _) if bytes[at..].starts_with(mark.as_bytes()) => return at + mark.len(),
            _ => {}
        }
        at += 1;
    }
    text.len()
}

fn end_of_raw(text: &str, from: usize) -> usize {
    let mut at = from;
    while let Some(start) = text[at..].find("{%").map(|offset| at + offset) {
        at = end_of_tag(text, start, "%}");
        if text[start..at].trim_start_matches(['{', '%', '-']).trim_start().starts_with("endraw") {
            return at;
        }
    }
    text.len()
}

/// `"text"`, then filters: `| name`, `| name(key="text", …)`.
fn is_filtered_literal(inner: &str) -> bool {
    let Some(mut rest) = behind_literal(inner) else { return false };
    loop {
        rest = rest.trim_start();
        if rest.is_empty() {
            return true;
        }
        let Some(name) = rest.strip_prefix('|').map(str::trim_start) else { return false };
        let Some(behind) = behind_name(name) else { return false };
        rest = match behind.strip_prefix('(').map(behind_arguments) {
            None => behind,
            Some(None) => return false,
            Some(Some(behind)) => behind,
        };
    }
}

/// `key="text", …)`, and what follows.
fn behind_arguments(mut rest: &str) -> Option<&str> {
    loop {
        rest = rest.trim_start();
        if let Some(behind) = rest.strip_prefix(')') {
            return Some(behind);
        }
        rest = behind_name(rest)?.trim_start().strip_prefix('=')?.trim_start();
        rest = behind_literal(rest)?.trim_start();
        rest = rest.strip_prefix(',').unwrap_or(rest);
    }
}

/// `<name key="text" … />`.
fn is_component_of_literals(inner: &str) -> bool {
    let Some(mut rest) = inner.strip_prefix('<').and_then(behind_name) else { return false };
    loop {
        rest = rest.trim_start();
        if rest == "/>" {
            return true;
        }
        let behind = behind_name(rest).and_then(|rest| rest.strip_prefix('=')).and_then(behind_literal);
        let Some(behind) = behind else { return false };
        rest = behind;
    }
}

/// What follows a text in quotes without an escape.
fn behind_literal(text: &str) -> Option<&str> {
    let quote = text.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    let (inside, behind) = text[1..].split_once(quote)?;
    (!inside.contains('\\')).then_some(behind)
}

fn behind_name(text: &str) -> Option<&str> {
    let end = text.find(|next: char| !next.is_ascii_alphanumeric() && next != '_').unwrap_or(text.len());
    (end > 0).then(|| &text[end..])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn engine() -> Tera {
        let mut engine = Tera::new();
        engine.register_filter("t", |key: &str, arguments: tera::Kwargs, _: &tera::State<'_>| {
            let number = arguments.get::<String>("n")?.unwrap_or_default();
            Ok::<_, tera::Error>(format!("<{key}{number}>"))
        });
        engine
            .add_raw_template(
                "parts.html",
                "{% component icon(name: string) -%}<svg>{{ name }}</svg>{%- endcomponent icon %}\
                 {% component root(@page) -%}{{ page.root }}{%- endcomponent root %}\
                 {% component spaced() %} x {% endcomponent spaced %}\
                 {% component deep() -%}<p>{{ <root /> }}</p>{%- endcomponent deep %}",
            )
            .unwrap();
        engine
    }

    #[test]
    fn constants_are_worked_out_and_nothing_else() {
        for (text, expected) in [
            ("a {{ \"key\" | t }} b", "a &lt;key&gt; b"),
            ("{{ \"key\" | t(n=\"{n}\") }}", "&lt;key{n}&gt;"),
            ("{{ 'key' | t | upper }}", "&lt;KEY&gt;"),
            ("{{ <icon name=\"bell\" /> }}", "<svg>bell</svg>"),
            // What reads a variable, trims, or could be trimmed stays.
            ("{{ page.title }}", "{{ page.title }}"),
            ("{{ \"key\" | t(n=number) }}", "{{ \"key\" | t(n=number) }}"),
            ("{{- \"key\" | t }}", "{{- \"key\" | t }}"),
            ("{{ <root /> }}", "{{ <root /> }}"),
            ("{{ <deep /> }}", "{{ <deep /> }}"),
            ("{{ <spaced /> }}", "{{ <spaced /> }}"),
            ("{{ <icon name={kind} /> }}", "{{ <icon name={kind} /> }}"),
            ("{{ \"{{\" | t }}", "{{ \"{{\" | t }}"),
            ("{{ \"key\" | nothing }}", "{{ \"key\" | nothing }}"),
            ("{# {{ \"key\" | t }} #}", "{# {{ \"key\" | t }} #}"),
            (
                "{% raw %}{{ \"key\" | t }}{% endraw %}{{ \"b\" | t }}",
                "{% raw %}{{ \"key\" | t }}{% endraw %}&lt;b&gt;",
            ),
            ("{% if a == \"%}{{ 'key' | t }}\" %}", "{% if a == \"%}{{ 'key' | t }}\" %}"),
            ("{{ \"open", "{{ \"open"),
        ] {
            assert_eq!(folded(&engine(), text), expected, "{text}");
        }
    }
}
