//! Templates with everything worked out that is the same on every page: interface texts, names of assets, icons; and,
//! for pages of one depth, the way to the root and what the site's view says.
//!
//! Owns which expressions are such. An expression is worked out by the engine itself, with nothing to read from but that,
//! so that it cannot differ; where that fails it stays as it is. Must not know what a theme's files are called.

use std::collections::HashMap;
use std::ops::Range;

use tera::{Context, Tera};

use super::outline;
use super::tags::{Tag, tags};

/// The text with every constant expression replaced by what it comes to.
pub(super) fn folded(engine: &Tera, text: &str) -> String {
    replaced(text, |tag| {
        let inner = tag.inside.trim();
        let is_constant = is_filtered_literal(inner) || is_component_of_literals(inner);
        is_constant.then(|| value_of(engine, &text[tag.place.clone()], &Context::new()))?
    })
}

/// Texts with `{{ page.root }}` and every `{{ site.… }}` replaced by what they come to in a context of these two,
/// wherever the names are known. Right only where no template [`rebinds`] them.
pub(super) fn bound<'t>(
    engine: &Tera,
    texts: impl Iterator<Item = &'t str>,
    context: &Context,
) -> impl Iterator<Item = String> {
    // The same few expressions stand everywhere.
    let mut known: HashMap<&str, Option<String>> = HashMap::new();
    texts.map(move |text| {
        let components = components(text);
        replaced(text, |tag| {
            let component = components.iter().find(|component| component.place.contains(&tag.place.start));
            let inner = tag.inside.trim();
            let is_field = inner.strip_prefix("site.").and_then(behind_fields) == Some("");
            let is_known = match component {
                None => is_field || inner == "page.root",
                Some(component) => is_field && component.knows_site || inner == "page.root" && component.knows_page,
            };
            let expression = &text[tag.place.clone()];
            is_known
                .then(|| known.entry(expression).or_insert_with(|| value_of(engine, expression, context)).clone())?
        })
    })
}

/// Whether `page` or `site` could stand for something else than the page and the site, or for nothing: where a tag has
/// the name for anything but reading a field or taking it over into a component, or where what a component includes is
/// read with the component's names.
pub(super) fn rebinds(text: &str) -> bool {
    let reads_field = |name: &(String, Option<String>)| name.1.is_some();
    let is_one = |name: &str| matches!(name, "page" | "site");
    let taken_over = text.replace("@page", "").replace("@site", "");
    let includes = || {
        let inside_of_one =
            |component: Component| tags(&text[component.place]).iter().any(|tag| tag.keyword() == "include");
        components(text).into_iter().any(inside_of_one)
    };
    outline::read(&taken_over).reads.iter().any(|read| is_one(&read.0) && !reads_field(read)) || includes()
}

/// A component where it is written, and which of the names it takes over from whoever uses it.
struct Component {
    place: Range<usize>,
    knows_page: bool,
    knows_site: bool,
}

fn components(text: &str) -> Vec<Component> {
    let mut found: Vec<Component> = Vec::new();
    for tag in tags(text) {
        match tag.keyword() {
            "component" => found.push(Component {
                // Until its end is met.
                place: tag.place.start..text.len(),
                knows_page: takes_over(tag.inside, "page"),
                knows_site: takes_over(tag.inside, "site"),
            }),
            "endcomponent" => found.iter_mut().rev().take(1).for_each(|component| component.place.end = tag.place.end),
            _ => {}
        }
    }
    found
}

fn takes_over(definition: &str, name: &str) -> bool {
    definition.split('@').skip(1).any(|rest| rest.strip_prefix(name).is_some_and(|rest| behind_name(rest).is_none()))
}

/// The text with those expressions replaced that have a value and trim nothing around them.
fn replaced<'t>(text: &'t str, mut value_of: impl FnMut(&Tag<'t>) -> Option<String>) -> String {
    let mut folded = String::with_capacity(text.len() * 2);
    let mut written = 0;
    let expressions = tags(text)
        .into_iter()
        .filter(|tag| !tag.is_statement && tag.is_closed && !tag.inside.starts_with('-') && !tag.inside.ends_with('-'));
    for tag in expressions {
        let Some(value) = value_of(&tag) else { continue };
        folded.push_str(&text[written..tag.place.start]);
        folded.push_str(&value);
        written = tag.place.end;
    }
    folded.push_str(&text[written..]);
    folded
}

/// What an expression comes to, if it can stand in a template as text.
fn value_of(engine: &Tera, expression: &str, context: &Context) -> Option<String> {
    let value = engine.render_str(expression, context, true).ok()?;
    // White space at an end could be trimmed by a neighbour's mark, and braces could be read as a template's.
    let keeps_its_ends = !value.is_empty() && value.trim() == value;
    (keeps_its_ends && !["{{", "{%", "{#"].iter().any(|mark| value.contains(mark))).then_some(value)
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

/// `name.name…`, and what follows.
fn behind_fields(text: &str) -> Option<&str> {
    let mut rest = behind_name(text)?;
    while let Some(further) = rest.strip_prefix('.') {
        rest = behind_name(further)?;
    }
    Some(rest)
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
    fn the_page_s_depth_and_the_site_are_worked_out_where_they_are_bound() {
        let mut context = Context::new();
        context.insert("page", &std::collections::BTreeMap::from([("root", "../"), ("title", "<A>")]));
        context.insert("site", &std::collections::BTreeMap::from([("title", "A & B"), ("note", ""), ("odd", "{{")]));
        for (text, expected) in [
            ("<a href=\"{{ page.root }}{{page.url}}\">", "<a href=\"../{{page.url}}\">"),
            ("{{ site.title }}{{ site.nothing }}{{ site.note }}", "A &amp; B{{ site.nothing }}{{ site.note }}"),
            (
                "{{ site.odd }}{{ site.title | upper }}{{- site.title }}",
                "{{ site.odd }}{{ site.title | upper }}{{- site.title }}",
            ),
            ("{{ page.title }}{{ site }}{{ my.site.title }}", "{{ page.title }}{{ site }}{{ my.site.title }}"),
            // A component knows only what it takes over.
            (
                "{% component a(@page) %}{{ page.root }}{{ site.title }}{% endcomponent a %}{{ site.title }}",
                "{% component a(@page) %}../{{ site.title }}{% endcomponent a %}A &amp; B",
            ),
            (
                "{%- component a(@pages, @site) %}{{ page.root }}{{ site.title }}",
                "{%- component a(@pages, @site) %}{{ page.root }}A &amp; B",
            ),
        ] {
            assert_eq!(bound(&engine(), [text].into_iter(), &context).collect::<Vec<_>>(), [expected]);
        }
    }

    #[test]
    fn names_that_stand_for_something_else_are_noticed() {
        for (text, expected) in [
            ("{% component a(@page, @site, kind: string) %}{{ page.root }}{{ site.title }} page site", false),
            ("{{ <box id=\"my-page\" /> }}{{ pages }}{{ links.page }}{{ site.page }}{# page #}", false),
            ("{% for page in pages %}", true),
            ("{% set site = other %}", true),
            ("{% component a(page: map) %}", true),
            ("{{ <box page={other} /> }}", true),
            ("{{ page | json }}", true),
            ("{{ page?.root }}", true),
            ("{% component a() %}{% include 'b.html' %}{% endcomponent a %}", true),
            ("{% component a() %}{% endcomponent a %}{% include 'b.html' %}", false),
        ] {
            assert_eq!(rebinds(text), expected, "{text}");
        }
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
