//! What the audit knows of the site: its pieces, their owners' statements and terms, and which of them may stand in an
//! output on the day.
//!
//! Reads the site's own files and nothing of the output. Must not know how pages are made.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use rayon::prelude::*;

use crate::config::{self, CONFIG_FILE, Config};
use crate::date::Date;
use crate::diagnostic::{Code, Diagnostic, FilePath, Severity};
use crate::document::{Document, DocumentKind, ParseOptions};
use crate::memo::Memo;
use crate::rights::authors::PieceAuthors;
use crate::rights::copies::{KnownText, KnownTexts};
use crate::rights::report::{Report, ReportInput, Seal};
use crate::rights::verify::{ExpectedStatement, KnownStatements};
use crate::rights::words::{Word, words_of};
use crate::rights::{self, Source, Sources, Verdict};
use crate::source::Snapshot;

/// A piece with fewer words than a run is found whole; with fewer than this not at all, for it could be anybody's.
const SHORTEST_PIECE: usize = 8;

/// Words in a row by which an excerpt that is shorter than a run is found.
const EXCERPT_RUN: usize = 8;

/// Everything the output is held against.
pub(super) struct Known {
    /// The settings.
    pub(super) config: Config,
    /// The pieces, by file.
    pub(super) pieces: Vec<Piece>,
    /// Their texts, in the same order.
    pub(super) texts: KnownTexts,
    /// The same by short runs; made when first asked for.
    excerpts: OnceLock<KnownTexts>,
    /// The terms.
    pub(super) sources: Sources,
    /// Every owner's statement.
    pub(super) statements: KnownStatements,
    /// Who the pieces are by.
    pub(super) authors: Vec<PieceAuthors>,
    /// What the report says of the site itself.
    pub(super) report: Report,
    /// What keeps the audit from knowing the site.
    pub(super) diagnostics: Vec<Diagnostic>,
}

/// A republished piece.
pub(super) struct Piece {
    /// The article.
    pub(super) document: Arc<Document>,
    /// The source it names.
    pub(super) source: String,
    /// Its words.
    pub(super) words: Vec<Word>,
    /// What must stand with it; `None` where nothing needs to.
    pub(super) statement: Option<ExpectedStatement>,
    /// The statement as text.
    pub(super) statement_text: String,
    /// Words in a row that may stand elsewhere, with the statement.
    pub(super) excerpt: usize,
    /// Whether feeds may carry the whole text.
    pub(super) feeds_full: bool,
    /// Why it may not stand in the output at all.
    pub(super) refused: Option<Refusal>,
}

/// Why a piece must not be published.
pub(super) struct Refusal {
    pub(super) code: Code,
    pub(super) message: String,
    pub(super) hints: Vec<String>,
}

impl Known {
    /// Reads a site; what is wrong with its settings where they cannot be read.
    pub(super) fn read(snapshot: &Snapshot, day: Date) -> Result<Self, Vec<Diagnostic>> {
        let mut diagnostics: Vec<Diagnostic> = snapshot.diagnostics.clone();
        let path = FilePath::from(CONFIG_FILE);
        let Some(text) = snapshot.text(CONFIG_FILE) else {
            diagnostics.push(Diagnostic::general(Code::ConfigMissing, format!("there is no `{CONFIG_FILE}` here")));
            return Err(diagnostics);
        };
        let (config, found) = config::read(&path, &text);
        diagnostics.extend(found);
        let Some(config) = config else { return Err(diagnostics) };

        let options = ParseOptions { parts: config.parts.clone() };
        let (parsed, _) = Memo::new().parse(snapshot.under("content/"), options);
        diagnostics.extend(parsed.iter().flat_map(|parsed| parsed.diagnostics.iter().cloned()));
        let documents: Vec<Arc<Document>> = parsed.iter().map(|parsed| Arc::clone(&parsed.document)).collect();
        let (sources, found) = rights::source::read(&documents, snapshot);
        diagnostics.extend(found);
        let nothing_hidden = BTreeSet::new();
        let (documents, found) = rights::pasted::take_out(&documents, &sources, &nothing_hidden, snapshot);
        diagnostics.extend(found);
        let (verdicts, judged) = rights::judge(&documents, &sources, &config, day, &nothing_hidden);

        let authors = rights::authors::of_pieces(&documents, &sources, &config);
        let seals: Vec<Seal> = documents.par_iter().map(|document| Seal::of(document, &sources, snapshot)).collect();
        let report = Report::of(&ReportInput {
            documents: &documents,
            sources: &sources,
            config: &config,
            day,
            verdicts: &verdicts,
            judged: &judged,
            seals: &seals,
        });
        let pieces: Vec<Piece> = documents
            .iter()
            .filter(|document| document.kind == DocumentKind::Article)
            .filter_map(|document| piece(document, &sources, &verdicts, &judged))
            .collect();
        diagnostics.extend(judged.into_iter().filter(|found| found.code == Code::ConfigMissingPublication));
        // What does not keep the audit from knowing the site is for `build` to say.
        diagnostics.retain(|found| found.severity == Severity::Error);

        let texts = KnownTexts::new(known_texts(&pieces));
        let statements = rights::expected::known(&sources);
        Ok(Self { config, pieces, texts, excerpts: OnceLock::new(), sources, statements, authors, report, diagnostics })
    }

    /// The pieces by runs of [`EXCERPT_RUN`] words, by which an excerpt beside a statement is found.
    pub(super) fn excerpts(&self) -> &KnownTexts {
        self.excerpts.get_or_init(|| KnownTexts::with_length(known_texts(&self.pieces), EXCERPT_RUN))
    }
}

fn known_texts(pieces: &[Piece]) -> Vec<KnownText> {
    let text = |(index, piece): (usize, &Piece)| KnownText {
        // Every piece is an owner of its own, so that runs say which piece they are from.
        owner: u32::try_from(index).unwrap_or(u32::MAX),
        words: piece.words.clone(),
        is_statement: piece.words.len() >= SHORTEST_PIECE,
    };
    pieces.iter().enumerate().map(text).collect()
}

fn piece(
    document: &Arc<Document>,
    sources: &Sources,
    verdicts: &BTreeMap<FilePath, Verdict>,
    judged: &[Diagnostic],
) -> Option<Piece> {
    let named = &document.front.source.as_ref()?.value;
    let source = sources.get(named);
    let statement_text =
        source.and_then(|source| source.statement_for(document).ok()?).map_or_else(String::new, |found| found.text);
    let is_free = source.is_some_and(|source| matches!(source.statement_for(document), Ok(None)));
    Some(Piece {
        document: Arc::clone(document),
        source: named.clone(),
        words: words_of(&document.body.text.read()),
        statement: rights::expected::statement_of(document, sources),
        statement_text,
        excerpt: match source.map(Source::excerpt_words) {
            Some(None) => usize::MAX,
            Some(Some(words)) => words as usize,
            None => 0,
        },
        feeds_full: is_free || source.is_some_and(Source::feeds_full),
        refused: refusal(document, source, verdicts.get(&document.path), judged),
    })
}

fn refusal(
    document: &Document,
    source: Option<&Source>,
    verdict: Option<&Verdict>,
    judged: &[Diagnostic],
) -> Option<Refusal> {
    if source.is_none() {
        return Some(Refusal {
            code: Code::SourceUnknown,
            message: "its source is not among the site's sources".to_owned(),
            hints: Vec::new(),
        });
    }
    match verdict? {
        Verdict::NotYetValid(from) => Some(Refusal {
            code: Code::RightsUseNotGranted,
            message: format!("its owner's terms begin on {from}"),
            hints: Vec::new(),
        }),
        Verdict::Refused => judged
            .iter()
            .find(|found| {
                found.primary.as_ref().is_some_and(|label| label.file == document.path)
                    && matches!(
                        found.code,
                        Code::RightsExpired
                            | Code::RightsPermissionMissing
                            | Code::RightsPermissionExpired
                            | Code::RightsUseNotGranted
                    )
            })
            .map(|found| Refusal {
                code: found.code,
                message: found.message.clone(),
                hints: found.hints.iter().take(1).cloned().collect(),
            }),
    }
}
