//! `[parts.*]`: the named parts of an article. Must not know how they are found in a text.

use std::collections::BTreeMap;

use crate::config::{BUILT_IN_PARTS, PartDefinition};
use crate::diagnostic::{Span, Spanned};
use crate::settings::Table;

/// The labels of the parts every site has, in the order of [`BUILT_IN_PARTS`].
const BUILT_IN_LABELS: [&[&str]; 3] = [
    &["Key Learning Point", "Key Learning Points"],
    &["Action Step", "Action Steps"],
    &["Discussion Question", "Discussion Questions", "Questions To Ask"],
];

/// Reads the parts, built-in ones first. Labels that two parts share stay with the first one.
pub(super) fn read(table: &mut Table<'_, '_>) -> Vec<PartDefinition> {
    let mut written: Vec<(Spanned<String>, Vec<Spanned<String>>)> = Vec::new();
    for (key, value) in table.entries("parts") {
        let labels = table.table_in(&format!("parts.{}", key.value), value, labels_of);
        if !is_key(&key.value) {
            let report = table
                .invalid(key.span, format!("the name of a part cannot be `{}`", key.value))
                .hint("use small letters, digits and `_`, starting with a letter: themes refer to it");
            table.push(report);
            continue;
        }
        match labels {
            Some(labels) if labels.is_empty() && !BUILT_IN_PARTS.contains(&key.value.as_str()) => {
                let report = table
                    .invalid(key.span, format!("the part `{}` has no labels", key.value))
                    .hint("write `labels = [\"…\"]`: the headings by which it is recognised");
                table.push(report);
            }
            Some(labels) => written.push((key.clone(), labels)),
            None => {}
        }
    }
    let mut taken: BTreeMap<String, (String, Option<Span>)> = BTreeMap::new();
    let mut parts = Vec::new();
    for (built_in, labels) in BUILT_IN_PARTS.iter().zip(BUILT_IN_LABELS) {
        let own = written.iter().position(|(key, _)| key.value == *built_in).map(|at| written.remove(at));
        let labels = match own {
            Some((_, labels)) if !labels.is_empty() => claim(table, &mut taken, built_in, labels),
            _ => labels.iter().map(|label| (*label).to_owned()).collect(),
        };
        for label in &labels {
            taken.entry(label.to_lowercase()).or_insert_with(|| ((*built_in).to_owned(), None));
        }
        parts.push(PartDefinition { key: (*built_in).to_owned(), labels });
    }
    for (key, labels) in written {
        let labels = claim(table, &mut taken, &key.value, labels);
        parts.push(PartDefinition { key: key.value, labels });
    }
    parts
}

fn labels_of(part: &mut Table<'_, '_>) -> Vec<Spanned<String>> {
    let labels = part.texts("labels");
    let mut kept = Vec::new();
    for label in labels {
        if label.value.chars().any(char::is_alphanumeric) {
            // A colon belongs to the text around a label, not to the label.
            let text = label.value.trim_end_matches(':').trim_end().to_owned();
            kept.push(Spanned::new(text, label.span));
        } else {
            let report = part.invalid(label.span, format!("the label `{}` has no letters", label.value));
            part.push(report);
        }
    }
    kept
}

/// The labels that no part before had, each once; the others are reported.
fn claim(
    table: &mut Table<'_, '_>,
    taken: &mut BTreeMap<String, (String, Option<Span>)>,
    part: &str,
    labels: Vec<Spanned<String>>,
) -> Vec<String> {
    let mut kept = Vec::new();
    for label in labels {
        match taken.get(&label.value.to_lowercase()) {
            Some((owner, _)) if owner == part => {}
            Some((owner, first)) => {
                let message = format!("the label `{}` already belongs to the part `{owner}`", label.value);
                let mut report = table.invalid(label.span, message);
                if let Some(first) = first {
                    report = report.related(table.file(), Some(*first), "first here");
                }
                table.push(report);
            }
            None => {
                taken.insert(label.value.to_lowercase(), (part.to_owned(), Some(label.span)));
                kept.push(label.value);
            }
        }
    }
    kept
}

fn is_key(key: &str) -> bool {
    key.starts_with(|first: char| first.is_ascii_lowercase())
        && key.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}
