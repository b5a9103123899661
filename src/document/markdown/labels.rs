//! Labels of named parts: where a heading or a paragraph begins with one.
//!
//! Must not know what a part is made of. White space in a label stands for any run of white space, letter case does
//! not count.

use crate::config::PartDefinition;
use crate::document::PartForm;

/// The labels of all parts, ready for comparison.
#[derive(Debug)]
pub(super) struct Labels {
    labels: Vec<(usize, String)>,
}

/// A paragraph that begins with a label.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Prefix {
    /// Index of the part's definition.
    pub(super) definition: usize,
    /// The label as written, as a range of the paragraph's source.
    pub(super) label: std::ops::Range<usize>,
    /// Where the content begins in the paragraph's source.
    pub(super) content: usize,
    /// How it was written.
    pub(super) form: PartForm,
}

impl Labels {
    pub(super) fn new(parts: &[PartDefinition]) -> Self {
        let all =
            parts.iter().enumerate().flat_map(|(index, part)| part.labels.iter().map(move |label| (index, label)));
        let labels = all
            .map(|(index, label)| (index, label.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()))
            .filter(|(_, label)| !label.is_empty())
            .collect();
        Self { labels }
    }

    /// The definition whose label a text begins with, at a word boundary, and the label's length in the text.
    /// The longest label wins, then the first one.
    pub(super) fn at_start_of(&self, text: &str) -> Option<(usize, usize)> {
        let mut best: Option<(usize, usize)> = None;
        for (definition, label) in &self.labels {
            if let Some(length) = matched_length(text, label)
                && best.is_none_or(|(_, longest)| length > longest)
            {
                best = Some((*definition, length));
            }
        }
        best
    }

    /// Reads the source of a paragraph as `Label: …`, `**Label:** …`, `**Label**: …` or `**Label**` alone.
    pub(super) fn prefix_of(&self, source: &str) -> Option<Prefix> {
        let mark = source.bytes().next()?;
        let marks = match mark {
            b'*' | b'_' => source.bytes().take_while(|&byte| byte == mark).count(),
            _ => 0,
        };
        if marks == 1 || marks > 3 {
            return None;
        }
        let (definition, length) = self.at_start_of(&source[marks..])?;
        let label = marks..marks + length;
        let rest = &source[label.end..];
        let (form, after) = if marks == 0 {
            (PartForm::PlainPrefix, after_colon(rest)?)
        } else {
            (PartForm::BoldPrefix, after_bold(rest, &source[..marks])?)
        };
        Some(Prefix { definition, label, content: source.len() - skip_breaks(after).len(), form })
    }
}

/// What follows a colon, if that is what comes next.
fn after_colon(rest: &str) -> Option<&str> {
    rest.trim_start_matches([' ', '\t']).strip_prefix([':', '：'])
}

/// What follows a bold label with a colon inside or outside of the bold, or that is the whole paragraph.
fn after_bold<'a>(rest: &'a str, marks: &str) -> Option<&'a str> {
    if let Some(after) = after_colon(rest) {
        let closed = after.trim_start_matches([' ', '\t']).strip_prefix(marks);
        return Some(closed.unwrap_or(after));
    }
    let after = rest.strip_prefix(marks)?;
    after_colon(after).or_else(|| after.trim().is_empty().then_some(after))
}

/// Skips white space and line breaks that authors put between a label and its content.
fn skip_breaks(rest: &str) -> &str {
    let mut rest = rest.trim_start();
    while let Some(after) =
        ["\\\n", "\\\r\n", "<br>", "<br/>", "<br />"].iter().find_map(|mark| rest.strip_prefix(mark))
    {
        rest = after.trim_start();
    }
    rest
}

/// The length of the label at the start of a text.
fn matched_length(text: &str, label: &str) -> Option<usize> {
    let mut rest = text;
    let mut wanted = label.chars();
    let mut pending = wanted.next();
    while let Some(expected) = pending {
        let character = rest.chars().next()?;
        if expected == ' ' {
            let trimmed = rest.trim_start();
            if trimmed.len() == rest.len() {
                return None;
            }
            rest = trimmed;
            pending = wanted.next();
            continue;
        }
        for lower in character.to_lowercase() {
            if pending != Some(lower) {
                return None;
            }
            pending = wanted.next();
        }
        rest = &rest[character.len_utf8()..];
    }
    let at_boundary = rest.chars().next().is_none_or(|next| !next.is_alphanumeric());
    at_boundary.then_some(text.len() - rest.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels() -> Labels {
        let part = |key: &str, labels: &[&str]| PartDefinition {
            key: key.into(),
            labels: labels.iter().map(|label| (*label).into()).collect(),
        };
        Labels::new(&[
            part("point", &["Key Learning Point", "Key Learning Points"]),
            part("steps", &["Action Step", "Action Steps", "Maßnahme"]),
        ])
    }

    #[test]
    fn headings_begin_with_a_label_at_a_word_boundary() {
        for (text, expected) in [
            ("Key Learning Point For Quality", Some((0, 18))),
            ("KEY  learning\u{a0}points", Some((0, 21))),
            ("Action Steps", Some((1, 12))),
            ("Action Step's", Some((1, 11))),
            ("Action Stepsister", None),
            ("MAßNAHME: jetzt", Some((1, 9))),
            ("Our Action Steps", None),
            ("Action", None),
            ("", None),
        ] {
            assert_eq!(labels().at_start_of(text), expected, "{text}");
        }
    }

    #[test]
    fn paragraphs_begin_with_a_label_and_a_colon_or_in_bold() {
        for (source, expected) in [
            ("Action Steps: do it", Some((0..12, 14, PartForm::PlainPrefix))),
            ("action steps :\n do it", Some((0..12, 16, PartForm::PlainPrefix))),
            ("**Action Steps:** do it", Some((2..14, 18, PartForm::BoldPrefix))),
            ("**Action Steps**: do it", Some((2..14, 18, PartForm::BoldPrefix))),
            ("__Action Steps: do__ it", Some((2..14, 16, PartForm::BoldPrefix))),
            ("***Action Steps:***\\\ndo it", Some((3..15, 21, PartForm::BoldPrefix))),
            ("**Action Steps**", Some((2..14, 16, PartForm::BoldPrefix))),
            ("**Action Steps** are dear to us", None),
            ("*Action Steps:* do it", None),
            ("Action Steps are: do it", None),
            ("Action Steps", None),
        ] {
            let found = labels().prefix_of(source).map(|prefix| (prefix.label, prefix.content, prefix.form));
            assert_eq!(found, expected, "{source}");
        }
    }
}
