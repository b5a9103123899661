//! The template engine's errors as diagnostics in plain words, at the place in the theme's file.
//!
//! The engine keeps the places an error was reached through to itself and shows them only in its printed report, so
//! they are read back from there.

use tera::{Error, ErrorKind, ReportError};

use crate::diagnostic::{Code, Diagnostic, FilePath, Span, did_you_mean};

use super::templates::Templates;

/// Separates an error's message from a hint inside the text that a filter hands to the engine.
pub(super) const HINT_MARK: &str = "\nhint: ";

/// How many known names a hint lists.
const LISTED_NAMES: usize = 12;

/// Everything that an error of the engine says.
pub(super) fn diagnostics(error: &Error, templates: &Templates, names: &KnownNames) -> Vec<Diagnostic> {
    let speaker = Speaker { templates, names };
    match error.kind() {
        ErrorKind::SyntaxError(report) | ErrorKind::RenderingError(report) => {
            let mut diagnostic = speaker.at_report(report);
            for note in places(&error.to_string()).into_iter().skip(1) {
                if let Some((path, span)) = speaker.place(&note) {
                    diagnostic = diagnostic.related(&path, span, note.message);
                }
            }
            vec![diagnostic]
        }
        ErrorKind::Msg(text) => {
            let found = places(text);
            if found.is_empty() {
                return vec![Diagnostic::general(Code::TemplateError, lower_first(text))];
            }
            found.iter().map(|place| speaker.at_place(place)).collect()
        }
        other => vec![Diagnostic::general(Code::TemplateError, lower_first(&other.to_string()))],
    }
}

/// Names that exist, for "did you mean".
#[derive(Debug, Clone, Default)]
pub(super) struct KnownNames {
    pub(super) filters: Vec<String>,
    pub(super) components: Vec<String>,
}

struct Speaker<'a> {
    templates: &'a Templates,
    names: &'a KnownNames,
}

impl Speaker<'_> {
    fn at_report(&self, report: &ReportError) -> Diagnostic {
        let range = report.span().range.clone();
        self.speak(report.message(), report.filename(), Some(Span::from(range)))
    }

    fn at_place(&self, place: &Place) -> Diagnostic {
        let span = self.templates.by_name.get(&place.template).and_then(|template| place.span_in(&template.text));
        self.speak(&place.message, &place.template, span)
    }

    fn place(&self, place: &Place) -> Option<(FilePath, Option<Span>)> {
        let template = self.templates.by_name.get(&place.template)?;
        let span = place.span_in(&template.text).map(|span| span.shifted(template.offset));
        Some((template.path.clone(), span))
    }

    /// A message of the engine about a span of a template's text.
    fn speak(&self, message: &str, template: &str, span: Option<Span>) -> Diagnostic {
        let (message, mut hints) = self.in_plain_words(message, template);
        let Some(found) = self.templates.by_name.get(template) else {
            return Diagnostic::general(Code::TemplateError, format!("{message} (in the template `{template}`)"));
        };
        let mut diagnostic = match span {
            Some(span) => Diagnostic::at(Code::TemplateError, &found.path, span.shifted(found.offset), message),
            None => Diagnostic::in_file(Code::TemplateError, &found.path, message),
        };
        diagnostic.hints.append(&mut hints);
        diagnostic
    }

    fn in_plain_words(&self, message: &str, template: &str) -> (String, Vec<String>) {
        let (message, given_hint) = match message.split_once(HINT_MARK) {
            Some((message, hint)) => (message, Some(hint.to_owned())),
            None => (message, None),
        };
        let name = message.split('`').nth(1).unwrap_or_default();
        let known = |names: &[String]| did_you_mean(name, names.iter().map(String::as_str)).into_iter().collect();
        let has = |start: &str| message.starts_with(start);
        if let Some((_, listed)) = message.split_once(" is not defined.") {
            return (format!("there is no `{name}` here"), defined_instead(name, listed));
        }
        if has("Tried to render a variable that is undefined") {
            return ("this value does not exist here".to_owned(), vec!["ask first: `{% if … %}`".to_owned()]);
        }
        if has("Unknown filter") {
            return (format!("there is no filter `{name}`"), known(&self.names.filters));
        }
        if has("Unknown component") {
            return (format!("there is no component `{name}`"), known(&self.names.components));
        }
        if has("Block `") {
            let blocks = self.templates.blocks_above(template);
            let hint = did_you_mean(name, blocks.iter().copied()).unwrap_or_else(|| list("its blocks are", &blocks));
            return (format!("the extended template has no block `{name}`"), vec![hint]);
        }
        (lower_first(message), given_hint.into_iter().collect())
    }
}

/// Hints from the engine's list of names: ` Available fields: a, b`.
fn defined_instead(name: &str, listed: &str) -> Vec<String> {
    let names: Vec<&str> = listed.split_once(": ").map_or(Vec::new(), |(_, names)| names.split(", ").collect());
    match did_you_mean(name, names.iter().copied()) {
        Some(hint) => vec![hint],
        None if names.is_empty() => Vec::new(),
        None => vec![list("known here:", &names)],
    }
}

fn list(lead: &str, names: &[&str]) -> String {
    let shown: Vec<String> = names.iter().take(LISTED_NAMES).map(|name| format!("`{name}`")).collect();
    let more = if names.len() > LISTED_NAMES { " …" } else { "" };
    format!("{lead} {}{more}", shown.join(", "))
}

fn lower_first(message: &str) -> String {
    let message = message.lines().next().unwrap_or_default().trim_end_matches('.');
    let mut letters = message.chars();
    match letters.next() {
        Some(first) => first.to_lowercase().chain(letters).collect(),
        None => String::new(),
    }
}

/// A place in the engine's printed report.
#[derive(Debug, PartialEq, Eq)]
struct Place {
    message: String,
    template: String,
    line: usize,
    column: usize,
    width: usize,
}

impl Place {
    fn span_in(&self, text: &str) -> Option<Span> {
        span_at(text, self.line, self.column, self.width)
    }
}

/// Reads `error: MESSAGE`, ` --> TEMPLATE:LINE:COLUMN` and `note: called from TEMPLATE:LINE:COLUMN` back, each with the
/// length of its underline.
fn places(report: &str) -> Vec<Place> {
    let mut found: Vec<Place> = Vec::new();
    let mut message = String::new();
    for line in report.lines() {
        let trimmed = line.trim_start();
        if let Some(text) = line.strip_prefix("error: ") {
            message = text.to_owned();
        } else if let Some(locus) = trimmed.strip_prefix("--> ") {
            found.extend(place(locus, &message));
        } else if let Some(note) = line.strip_prefix("note: ") {
            let (label, locus) = note.rsplit_once(' ').unwrap_or(("", note));
            found.extend(place(locus, &format!("{label} here")));
        } else if let (Some(underline), Some(last)) = (trimmed.strip_prefix("| ").map(str::trim), found.last_mut())
            && underline.starts_with('^')
        {
            last.width = underline.len();
        }
    }
    found
}

fn place(locus: &str, message: &str) -> Option<Place> {
    let mut fields = locus.rsplitn(3, ':');
    let column: usize = fields.next()?.parse().ok()?;
    let line = fields.next()?.parse().ok()?;
    let template = fields.next()?.to_owned();
    Some(Place { message: message.to_owned(), template, line, column: column.checked_sub(1)?, width: 1 })
}

/// The span at a line (from 1) and a column in characters (from 0).
fn span_at(text: &str, line: usize, column: usize, width: usize) -> Option<Span> {
    let line_start: usize = text.split_inclusive('\n').take(line.checked_sub(1)?).map(str::len).sum();
    let in_line = text.get(line_start..)?.lines().next()?;
    let offset_of = |characters: usize| in_line.char_indices().nth(characters).map_or(in_line.len(), |(at, _)| at);
    Some(Span::new(line_start + offset_of(column), line_start + offset_of(column.saturating_add(width))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_printed_report_back() {
        let mut engine = tera::Tera::new();
        engine.add_raw_template("t/a.html", "ä\n  {{ 1 | nope }}\n{{ 2 | nopf }}").unwrap_err();
        let error = engine.add_raw_template("t/a.html", "ä\n  {{ 1 | nope }}\n{{ 2 | nopf }}").unwrap_err();
        let found = places(&error.to_string());
        assert_eq!(found.len(), 2);
        assert_eq!((found[0].line, found[0].template.as_str()), (2, "t/a.html"));
        assert_eq!(span_at("ä\n  äbc", 2, 2, 2), Some(Span::new(5, 8)));
        assert_eq!(span_at("a", 7, 0, 1), None);
    }
}
