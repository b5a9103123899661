//! Rule 2: the visible text of a statement is the owner's text, nothing more, nothing less.

use unicode_normalization::UnicodeNormalization;

use crate::diagnostic::Code;

use super::expectation::{ExpectedStatement, KnownStatements};
use super::look_alike::{Skeleton, describe, skeleton};
use super::report::{Detail, Finding};

/// Characters shown before and after a difference.
const CONTEXT: usize = 24;

/// Rule 2: “N(visible text of E) = N(statement), nothing more, nothing less.” `found` is N(visible text of E).
pub(super) fn check(found: &str, expected: &ExpectedStatement, known: &KnownStatements) -> Option<Finding> {
    if found == expected.text {
        return None;
    }
    let source = &expected.source;
    if let Some(other) = known.with_text(found, source) {
        let message = format!("the statement marked `{source}` is that of the source `{}`", other.source);
        return Some(Finding::new(Code::RightsStatementWrongSource, source, message));
    }
    if found.is_empty() {
        let message = format!("the statement of `{source}` is empty: its element shows no text");
        return Some(Finding::new(Code::RightsStatementAltered, source, message));
    }
    Some(match found.find(&expected.text) {
        Some(start) if !expected.text.is_empty() => extra_text(found, start, expected),
        _ => altered(found, expected),
    })
}

fn extra_text(found: &str, start: usize, expected: &ExpectedStatement) -> Finding {
    let before = found[..start].trim();
    let after = found[start + expected.text.len()..].trim();
    let place = if before.is_empty() { "after" } else { "before" };
    let shown = shorten(if before.is_empty() { after } else { before });
    let message =
        format!("the element of the statement of `{}` holds more text {place} it: “{shown}”", expected.source);
    Finding::new(Code::RightsStatementExtraText, &expected.source, message)
        .hint("the element with `data-statement` holds the complete statement and nothing else")
        .detail(Detail::Difference { expected: String::new(), found: shown, typographic: false })
}

fn shorten(text: &str) -> String {
    let mut shown: String = text.chars().take(3 * CONTEXT).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    shown
}

fn altered(found: &str, expected: &ExpectedStatement) -> Finding {
    let source = &expected.source;
    let difference = Difference::between(&expected.text, found);
    let kind = kind_of(&expected.text, found);
    let mut message = format!(
        "the statement of `{source}` is altered: the page has “{}”, the owner “{}”",
        difference.found, difference.expected
    );
    if let Some(kind) = &kind {
        message.push_str("; ");
        message.push_str(kind);
    }
    let mut finding = Finding::new(Code::RightsStatementAltered, source, message)
        .hint("let the statement stand character by character as the source has it");
    if let Some(characters) = difference.characters() {
        finding = finding.hint(characters);
    }
    let typographic = kind.is_some();
    finding.detail(Detail::Difference { expected: difference.expected, found: difference.found, typographic })
}

/// The first place where two texts differ, with what stands around it.
struct Difference {
    expected: String,
    found: String,
    expected_character: Option<char>,
    found_character: Option<char>,
}

impl Difference {
    fn between(expected: &str, found: &str) -> Self {
        let expected: Vec<char> = expected.chars().collect();
        let found: Vec<char> = found.chars().collect();
        let start = expected.iter().zip(&found).take_while(|(left, right)| left == right).count();
        let most = expected.len().min(found.len()) - start;
        let same_end =
            expected.iter().rev().zip(found.iter().rev()).take(most).take_while(|(left, right)| left == right).count();
        // Without an end in common the whole rest would be marked; the first word says enough.
        Self {
            expected: marked(&expected, start, expected.len() - same_end),
            found: marked(&found, start, found.len() - same_end),
            expected_character: expected.get(start).copied(),
            found_character: found.get(start).copied(),
        }
    }

    /// “the first differing character”, where one stands for another.
    fn characters(&self) -> Option<String> {
        match (self.expected_character, self.found_character) {
            (Some(expected), Some(found)) => Some(format!(
                "the first differing character is {} where the owner has {}",
                describe(found),
                describe(expected)
            )),
            (Some(expected), None) => Some(format!("the page's text ends where the owner has {}", describe(expected))),
            (None, Some(found)) => {
                Some(format!("the page goes on with {} where the owner's text ends", describe(found)))
            }
            (None, None) => None,
        }
    }
}

/// `…used with [p]ermission of the…`.
fn marked(text: &[char], start: usize, end: usize) -> String {
    let end = end.clamp(start, (start + 2 * CONTEXT).max(start)).min(text.len());
    let from = start.saturating_sub(CONTEXT);
    let to = (end + CONTEXT).min(text.len());
    let mut shown = String::new();
    if from > 0 {
        shown.push('…');
    }
    shown.extend(text[from..start].iter().flat_map(|character| visible_form(*character)));
    shown.push('[');
    shown.extend(text[start..end].iter().flat_map(|character| visible_form(*character)));
    shown.push(']');
    shown.extend(text[end..to].iter().flat_map(|character| visible_form(*character)));
    if to < text.len() {
        shown.push('…');
    }
    shown
}

/// Characters that cannot be seen are shown by their code.
fn visible_form(character: char) -> Vec<char> {
    if super::look_alike::is_invisible(character) {
        format!("<U+{:04X}>", u32::from(character)).chars().collect()
    } else {
        vec![character]
    }
}

/// Says so when two texts differ in a way that is easily overlooked.
fn kind_of(expected: &str, found: &str) -> Option<String> {
    let same = |fold: &dyn Fn(&str) -> String| fold(expected) == fold(found);
    if same(&|text| skeleton(text, Skeleton::Typography)) {
        return Some("the difference is typographic only (quotes, dashes, dots, ©, spaces between signs)".to_owned());
    }
    if same(&|text| skeleton(text, Skeleton::Invisible)) {
        return Some("the difference is made of characters that cannot be seen".to_owned());
    }
    if same(&|text| skeleton(text, Skeleton::LookAlikes)) {
        return Some("the difference is typographic only: letters that look alike".to_owned());
    }
    if same(&|text| text.nfkc().collect::<String>().to_lowercase()) {
        return Some("only capital and small letters differ".to_owned());
    }
    None
}
