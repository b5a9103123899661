//! Characters that are easily taken for others: named in messages, never treated as equal.

use unicode_normalization::UnicodeNormalization;

/// How far a text is simplified before two are said to look alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Skeleton {
    /// Quotes, dashes, dots, © and compatibility forms.
    Typography,
    /// Also without characters that cannot be seen.
    Invisible,
    /// Also with letters of other scripts as the Latin ones they look like.
    LookAlikes,
}

/// The simplified form of a text.
pub(super) fn skeleton(text: &str, level: Skeleton) -> String {
    let mut simple = String::with_capacity(text.len());
    for character in
        text.chars().flat_map(|character| before_compatibility(character).chars().collect::<Vec<_>>()).nfkc()
    {
        if level != Skeleton::Typography && is_invisible(character) {
            continue;
        }
        let latin = if level == Skeleton::LookAlikes { latin_for(character) } else { None };
        match latin {
            Some(latin) => simple.push(latin),
            None => simple.push_str(plain(character).unwrap_or(character.encode_utf8(&mut [0; 4]))),
        }
    }
    let simple = simple.replace("(c)", "copyright").replace("(C)", "copyright").replace("Copyright", "copyright");
    let simple = simple.replace("---", "-").replace("--", "-");
    // “Copyright ©” is one sign twice.
    simple.replace("copyright copyright", "copyright").replace(' ', "")
}

/// Signs that NFKC would leave or turn into something else.
fn before_compatibility(character: char) -> String {
    match character {
        '©' => "copyright".to_owned(),
        '®' => "(r)".to_owned(),
        '™' => "(tm)".to_owned(),
        other => other.to_string(),
    }
}

fn plain(character: char) -> Option<&'static str> {
    Some(match character {
        '‘' | '’' | '‚' | '‛' | '′' | '´' | '`' | '\u{2BC}' | '‹' | '›' => "'",
        '“' | '”' | '„' | '‟' | '″' | '«' | '»' => "\"",
        '‐' | '‑' | '‒' | '–' | '—' | '―' | '−' => "-",
        '•' | '∙' => "·",
        '⁄' | '∕' => "/",
        _ => return None,
    })
}

/// Zero-width characters, joiners, bidi controls, variation selectors, tags and fillers.
pub(super) fn is_invisible(character: char) -> bool {
    matches!(
        u32::from(character),
        0x00..=0x1F | 0x7F..=0x9F | 0xAD | 0x34F | 0x61C | 0x115F..=0x1160 | 0x17B4..=0x17B5 | 0x180B..=0x180F
            | 0x200B..=0x200F | 0x202A..=0x202E | 0x2060..=0x206F | 0x3164 | 0xFE00..=0xFE0F | 0xFEFF | 0xFFA0
            | 0xFFF9..=0xFFFB | 0xE0000..=0xE0FFF
    )
}

/// The Latin letter a Greek, Cyrillic or other letter is easily taken for.
fn latin_for(character: char) -> Option<char> {
    const PAIRS: &str = "аaеeоoрpсcуyхxіiјjѕsһhԁdԛqԝwАAВBЕEКKМMНHОOРPСCТTУYХXІIЈJЅSԌGΑAΒBΕEΖZΗHΙIΚKΜMΝNΟOΡPΤTΥYΧXοoαaνvιiρpυuϲcօoոnսuհhցgıiɡgɑaℓlǃ!Ⲟoⲟo";
    let mut pairs = PAIRS.chars();
    while let (Some(other), Some(latin)) = (pairs.next(), pairs.next()) {
        if other == character {
            return Some(latin);
        }
    }
    None
}

/// `“а” (U+0430, a Cyrillic letter that looks like “a”)`.
pub(super) fn describe(character: char) -> String {
    let code = format!("U+{:04X}", u32::from(character));
    if character == ' ' {
        return "a space".to_owned();
    }
    if let Some(name) = name_of(character) {
        return format!("{name} ({code})");
    }
    if is_invisible(character) {
        return format!("a character that cannot be seen ({code})");
    }
    match latin_for(character) {
        Some(latin) => format!("“{character}” ({code}, {} letter that looks like “{latin}”)", script_of(character)),
        None => format!("“{character}” ({code})"),
    }
}

fn name_of(character: char) -> Option<&'static str> {
    Some(match u32::from(character) {
        0xA9 => "the copyright sign “©”",
        0x22 => "a straight double quote",
        0x27 => "a straight single quote",
        0x2018 | 0x2019 => "a curly single quote",
        0x201C | 0x201D => "a curly double quote",
        0x2D => "a hyphen “-”",
        0x2013 => "an en dash “–”",
        0x2014 => "an em dash “—”",
        0x2026 => "an ellipsis “…”",
        0x200C | 0x200D => "a zero-width joiner that cannot be seen",
        0x200E | 0x200F | 0x202A..=0x202E | 0x2066..=0x2069 => "a control of the writing direction that cannot be seen",
        _ => return None,
    })
}

fn script_of(character: char) -> &'static str {
    match u32::from(character) {
        0x370..=0x3FF => "a Greek",
        0x400..=0x52F => "a Cyrillic",
        0x530..=0x58F => "an Armenian",
        0x2C80..=0x2CFF => "a Coptic",
        _ => "a",
    }
}
