//! Scripts that look for statements. Must not know what they do with them: none has a reason to look.

/// Whether a script names the attribute that marks statements: `data-statement`, also cut in pieces and put together,
/// or with escapes, and `dataset.statement` in its spellings.
pub(in crate::rights::verify) fn names_statements(script: &[u8]) -> bool {
    // Nearly every script ends here.
    if memchr::memmem::find(script, b"data").is_none() {
        return false;
    }
    let text = joined(&resolved(&String::from_utf8_lossy(script)));
    text.contains("data-statement")
        || text.match_indices("dataset").any(|(at, word)| {
            let access = text[at + word.len()..].trim_start_matches(|character: char| {
                character.is_whitespace() || matches!(character, '?' | '.' | '[' | '"' | '\'' | '`')
            });
            let name = access.strip_prefix("statement");
            name.is_some_and(|rest| !rest.starts_with(|next: char| next.is_alphanumeric() || next == '_'))
        })
}

/// With `\x2d`, `\u002d` and `\u{2d}` as the characters they stand for.
fn resolved(script: &str) -> String {
    let mut text = String::with_capacity(script.len());
    let mut rest = script;
    while let Some((before, escape)) = rest.split_once('\\') {
        text.push_str(before);
        let (digits, length) = match escape.as_bytes() {
            [b'x', ..] => (escape.get(1..3), 3),
            [b'u', b'{', ..] => match escape.find('}') {
                Some(end) => (escape.get(2..end), end + 1),
                None => (None, 0),
            },
            [b'u', ..] => (escape.get(1..5), 5),
            _ => (None, 0),
        };
        let character = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok()).and_then(char::from_u32);
        match character {
            Some(character) => {
                text.push(character);
                rest = &escape[length..];
            }
            None => {
                text.push('\\');
                rest = escape;
            }
        }
    }
    text.push_str(rest);
    text
}

/// Without what stands between two strings that are put together: `"data-" + "statement"`.
fn joined(script: &str) -> String {
    let is_quote = |character: char| matches!(character, '"' | '\'' | '`');
    let mut text = String::with_capacity(script.len());
    let mut rest = script;
    while let Some(at) = rest.find(is_quote) {
        text.push_str(&rest[..at]);
        let between = rest[at + 1..].trim_start();
        let next = between.strip_prefix('+').map(str::trim_start).filter(|next| next.starts_with(is_quote));
        match next {
            Some(next) => rest = &next[1..],
            None => {
                text.push_str(&rest[at..=at]);
                rest = &rest[at + 1..];
            }
        }
    }
    text.push_str(rest);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mark_in_all_its_spellings() {
        for script in [
            "all('[data-statement]')",
            "all('[data-' + \"statement]\")",
            "all(`[data`+'-state' +\n 'ment]')",
            "all('[data\\x2dstatement]')",
            "all('[data\\u002dstatement], [data\\u{2d}x]')",
            "e.dataset.statement",
            "e.dataset?.statement && 1",
            "e.dataset['statement']",
            "e.dataset[ \"state\" + \"ment\" ]",
        ] {
            assert!(names_statements(script.as_bytes()), "{script}");
        }
        for script in [
            "x = data - statement",
            "e.dataset.statements",
            "e.dataset.step = 'statement'",
            "'data', 'statement'",
            "'\\u{zz} data \\q'",
            "",
        ] {
            assert!(!names_statements(script.as_bytes()), "{script}");
        }
    }
}
