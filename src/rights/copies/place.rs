//! Where in a file as it was typed a run of words stands: markup may lie between them. Must not know what a run means.

use crate::diagnostic::Span;
use crate::rights::words::{Word, words_with_places};

/// Words by which the beginning and the end of a run are looked for, longest attempt first.
const ATTEMPTS: [usize; 4] = [12, 6, 3, 1];

/// Characters of a run that a message shows at its beginning and at its end.
const SHOWN_HEAD: usize = 60;
const SHOWN_TAIL: usize = 30;

/// The place of a run in `text`, looked for from byte `start` on: from its first words to its last. Where the words
/// cannot be found as they are (they were written with references or escapes), nothing.
pub fn span_of(text: &str, start: usize, run: &[Word]) -> Option<Span> {
    let region = text.get(start..)?;
    let typed = words_with_places(region);
    let (first, first_length) = find(&typed, run, 0)?;
    let last = ATTEMPTS.iter().filter(|length| **length <= run.len()).find_map(|&length| {
        let tail = &run[run.len() - length..];
        position(&typed, tail, first).map(|at| at + length - 1)
    });
    let last = last.unwrap_or(first + first_length - 1).max(first);
    Some(Span::new(start + typed[first].1.start, start + typed[last].1.end))
}

fn find<P>(typed: &[(Word, P)], run: &[Word], from: usize) -> Option<(usize, usize)> {
    ATTEMPTS
        .iter()
        .filter(|length| **length <= run.len())
        .find_map(|&length| position(typed, &run[..length], from).map(|at| (at, length)))
}

fn position<P>(typed: &[(Word, P)], wanted: &[Word], from: usize) -> Option<usize> {
    let starts_here = |window: &[(Word, P)]| window.iter().map(|(word, _)| word).eq(wanted);
    typed.get(from..)?.windows(wanted.len()).position(starts_here).map(|at| from + at)
}

/// The words of a run as they stand in the text, for a message: the whole run, or its beginning and its end.
pub fn shown(text: &str, run: std::ops::Range<usize>) -> String {
    let places = words_with_places(text);
    let (Some((_, first)), Some((_, last))) = (places.get(run.start), places.get(run.end.saturating_sub(1))) else {
        return String::new();
    };
    let words = text.get(first.start..last.end.max(first.start)).unwrap_or("");
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    let length = words.chars().count();
    if length <= SHOWN_HEAD + SHOWN_TAIL + 10 {
        return words;
    }
    let head: String = words.chars().take(SHOWN_HEAD).collect();
    let tail: String = words.chars().skip(length - SHOWN_TAIL).collect();
    let head = head.rsplit_once(' ').map_or(head.as_str(), |(whole, _)| whole);
    let tail = tail.split_once(' ').map_or(tail.as_str(), |(_, whole)| whole);
    format!("{head} … {tail}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rights::words::words_of;

    #[test]
    fn markup_does_not_hide_a_run() {
        let text = "---\ntitle: a\n---\nIntro. One *two* three [four](five.md) six,\nseven eight nine. End";
        let run = words_of("one two three four six seven eight nine");
        let span = span_of(text, 17, &run).expect("found");
        assert_eq!(&text[span.range()], "One *two* three [four](five.md) six,\nseven eight nine");
        assert_eq!(span_of(text, 17, &words_of("elsewhere")), None);
    }

    #[test]
    fn long_runs_are_shortened() {
        let text: String = (0..100).map(|number| format!("word{number} ")).collect();
        assert_eq!(
            shown(&text, 1..99),
            "word1 word2 word3 word4 word5 word6 word7 word8 word9 … word95 word96 word97 word98"
        );
        assert_eq!(shown("One, two; three.", 0..2), "One, two");
    }
}
