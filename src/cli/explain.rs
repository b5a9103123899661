//! `steward explain`: what a code means, why it matters, an example, the fix.

use serde_json::{Value, json};

use super::arguments::Explain;
use super::{Failure, Outcome};
use crate::diagnostic::{Code, CodeInfo, did_you_mean};

pub(super) fn run(command: &Explain) -> Result<Outcome, Failure> {
    let codes: Vec<&CodeInfo> = match &command.code {
        None => Code::ALL.iter().map(|code| code.info()).collect(),
        Some(name) => vec![find(name)?],
    };
    let text = match (&command.code, codes.as_slice()) {
        (Some(_), [code]) => page(code),
        _ => list(&codes),
    };
    let mut outcome = Outcome { answer: text, ..Outcome::default() };
    outcome.values.insert("codes".to_owned(), codes.iter().map(|code| value(code)).collect());
    Ok(outcome)
}

/// The code with this name, however it was copied from a message.
fn find(typed: &str) -> Result<&'static CodeInfo, Failure> {
    let name = typed.trim().trim_start_matches("error").trim_start_matches("warning").trim_start_matches("note");
    let name = name.trim_matches(['[', ']', ':', '`', '"', '\'']).to_ascii_lowercase().replace('_', "-");
    if let Some(code) = Code::from_name(&name) {
        return Ok(code.info());
    }
    let failure = Failure::new(format!("there is no code `{typed}`"));
    Err(match did_you_mean(&name, Code::ALL.iter().map(|code| code.info().name)) {
        Some(hint) => failure.hint(hint),
        None => failure.hint("`steward explain` lists all codes"),
    })
}

fn page(code: &CodeInfo) -> String {
    format!(
        "{}\n{} ({}{})\n\n{}\n\nExample:\n\n{}\n\nWhat to do:\n\n{}\n",
        code.name,
        code.summary,
        code.severity.name(),
        if code.fixed { ", cannot be lowered in site.toml" } else { "" },
        wrapped(code.explanation),
        indented(code.example),
        indented(code.fix),
    )
}

fn list(codes: &[&CodeInfo]) -> String {
    let width = codes.iter().map(|code| code.name.len()).max().unwrap_or(0);
    let lines: String = codes.iter().map(|code| format!("{:width$}  {}\n", code.name, code.summary)).collect();
    format!("{lines}\n`steward explain CODE` says more about one of them\n")
}

/// A paragraph in lines that are pleasant to read.
fn wrapped(text: &str) -> String {
    const WIDTH: usize = 80;
    let mut lines = String::new();
    let mut width = 0;
    for word in text.split_whitespace() {
        let length = word.chars().count();
        if width > 0 && width + 1 + length > WIDTH {
            lines.push('\n');
            width = 0;
        } else if width > 0 {
            lines.push(' ');
            width += 1;
        }
        lines.push_str(word);
        width += length;
    }
    lines
}

fn indented(text: &str) -> String {
    let lines: Vec<String> =
        text.lines().map(|line| if line.is_empty() { String::new() } else { format!("    {line}") }).collect();
    lines.join("\n")
}

fn value(code: &CodeInfo) -> Value {
    json!({
        "name": code.name,
        "severity": code.severity.name(),
        "fixed": code.fixed,
        "summary": code.summary,
        "explanation": code.explanation,
        "example": code.example,
        "fix": code.fix,
    })
}
