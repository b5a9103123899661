//! `[severity]`: what each diagnostic weighs on this site. Must not know how a diagnostic is found.

use std::collections::BTreeMap;

use crate::diagnostic::{Code, Diagnostic, Severity, closest};
use crate::settings::{Table, Value};

/// Reads the overrides. Lowering a fixed code is reported and has no effect.
pub(super) fn read(table: &mut Table<'_, '_>) -> BTreeMap<Code, Option<Severity>> {
    let mut overrides = BTreeMap::new();
    for (key, value) in table.entries("severity") {
        let Some(code) = Code::from_name(&key.value) else {
            let message = format!("there is no diagnostic `{}`", key.value);
            let mut report = Diagnostic::at(Code::ConfigUnknownCode, table.file(), key.span, message);
            report = match closest(&key.value, Code::ALL.iter().map(|code| code.info().name)) {
                Some(near) => report.hint(format!("did you mean `{near}`?")).fix(near),
                None => report.hint("every message of steward shows its code"),
            };
            table.push(report);
            continue;
        };
        let wanted = match &value.value {
            Value::Scalar { text, .. } if text == "error" => Some(Severity::Error),
            Value::Scalar { text, .. } if text == "warning" => Some(Severity::Warning),
            Value::Scalar { text, .. } if text == "off" => None,
            other => {
                let report = wrong_severity(table, &key.value, value.span, other);
                table.push(report);
                continue;
            }
        };
        let info = code.info();
        let lowered = wanted.is_none_or(|wanted| wanted > info.severity);
        if info.fixed && lowered {
            let message = format!("`{}` is fixed: it stays {}", info.name, with_article(info.severity));
            let report = Diagnostic::at(Code::ConfigFixedSeverity, table.file(), value.span, message)
                .hint("remove this line; what the owner of a text asks for cannot be switched off");
            table.push(report);
            continue;
        }
        overrides.insert(code, wanted);
    }
    overrides
}

fn wrong_severity(table: &Table<'_, '_>, key: &str, span: crate::diagnostic::Span, value: &Value) -> Diagnostic {
    let written = match value {
        Value::Scalar { text, .. } => text.as_str(),
        Value::Empty | Value::List(_) | Value::Map(_) => "",
    };
    let message = format!("`severity.{key}` must be `error`, `warning` or `off`");
    let mut report = table.invalid(span, message);
    let meant = match written.to_lowercase().as_str() {
        "false" | "ignore" | "none" | "allow" => Some("off"),
        "warn" => Some("warning"),
        "deny" | "true" => Some("error"),
        other => closest(other, ["error", "warning", "off"]),
    };
    if let Some(meant) = meant {
        report = report.hint(format!("did you mean `{meant}`?")).fix(format!("\"{meant}\""));
    }
    report
}

fn with_article(severity: Severity) -> String {
    let article = if severity == Severity::Error { "an" } else { "a" };
    format!("{article} {}", severity.name())
}
