//! The report as one JSON object. Keys are a contract with programs: they are added to, never renamed.

use serde_json::{Value, json};

use super::{NOT_DETECTABLE, Written};
use crate::rights::report::{PermissionReport, Report, Seal};

/// Writes the report.
pub(super) fn write(written: &Written<'_>, report: &Report) -> String {
    let audit = written.audit;
    let value = json!({
        "site": report.site,
        "day": report.day.to_string(),
        "real_day": written.real_day.to_string(),
        "publication": {
            "medium": report.publication[0], "price": report.publication[1], "audience": report.publication[2],
        },
        "rebuild_before": report.rebuild_before.as_ref().map(|(day, _)| day.to_string()),
        "files": audit.files,
        "pages": audit.pages,
        "sources": sources(report),
        "pieces": pieces(report),
        "outputs": outputs(written),
        "unread": audit.unread,
        "not_detectable": NOT_DETECTABLE,
        "findings": findings(written),
    });
    format!("{value:#}\n")
}

fn sources(report: &Report) -> Value {
    let source = |source: &crate::rights::report::SourceReport| {
        json!({
            "id": source.id,
            "title": source.title,
            "file": source.file.as_str(),
            "homepage": source.homepage,
            "licence": source.licence,
            "grants": source.grants,
            "changes": source.changes,
            "excerpts": source.excerpts,
            "feeds": source.feeds,
            "valid_from": source.valid_from.map(|day| day.to_string()),
            "valid_until": source.valid_until.map(|day| day.to_string()),
            "permission": source.permission.as_ref().map(permission),
            "contact": source.contact,
            "statement": source.statement,
        })
    };
    report.sources.iter().map(source).collect()
}

fn permission(permission: &PermissionReport) -> Value {
    json!({
        "ref": permission.reference,
        "granted_by": permission.granted_by,
        "until": permission.until.map(|day| day.to_string()),
        "grants": permission.grants,
    })
}

fn pieces(report: &Report) -> Value {
    let piece = |piece: &crate::rights::report::PieceReport| {
        json!({
            "file": piece.file.as_str(),
            "title": piece.title,
            "source": piece.source,
            "original_title": piece.original_title,
            "original_url": piece.original_url,
            "authors": piece.authors,
            "published": piece.published,
            "date": piece.date.map(|day| day.to_string()),
            "seal": match piece.seal {
                Seal::Unchanged => "unchanged",
                Seal::Changed => "changed",
                Seal::None => "none",
            },
            "changes": piece.changes,
            "withheld": piece.withheld,
        })
    };
    report.pieces.iter().map(piece).collect()
}

fn outputs(written: &Written<'_>) -> Value {
    let carrier = |carrier: &crate::rights::report::Carrier| {
        let links: Vec<Value> = carrier
            .links
            .iter()
            .map(|link| {
                json!({
                    "text": link.text, "expected": link.expected, "found": link.found,
                    "rule": link.rule.description(),
                })
            })
            .collect();
        json!({
            "file": carrier.output,
            "digest": carrier.digest.to_hex(),
            "source": carrier.source,
            "place": carrier.place,
            "links": links,
        })
    };
    written.audit.carriers.iter().map(carrier).collect()
}

fn findings(written: &Written<'_>) -> Value {
    let finding = |finding: &super::FindingLine<'_>| {
        json!({
            "severity": finding.severity,
            "code": finding.code,
            "file": finding.file,
            "position": finding.position,
            "message": finding.message,
            "hints": finding.hints,
        })
    };
    super::findings(written).iter().map(finding).collect()
}
