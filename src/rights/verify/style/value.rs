//! CSS values as small trees, and what can be computed of them without a layout: lengths, numbers, opacity of colours.
//!
//! Must not know properties or selectors.

use cssparser::{ParseError, Parser, Token};

/// Values nested deeper are not read; no stylesheet written by people is.
const MAX_DEPTH: usize = 24;

/// One component of a value.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    /// A keyword in lower case, or a custom property's name as written.
    Keyword(String),
    /// A number without unit.
    Number(f64),
    /// 50 for `50%`.
    Percent(f64),
    /// A number and its unit in lower case.
    Dimension(f64, String),
    /// A quoted string.
    Text(String),
    /// `url(…)` without quotes.
    Url,
    /// The digits of `#rgb`, in lower case.
    Hash(String),
    /// A function with a name in lower case; an empty name for parentheses.
    Function(String, Vec<Self>),
    /// Anything else that is one character: `,` `/` `+` `*`.
    Mark(char),
}

impl Value {
    /// Whether it is this keyword.
    pub(super) fn is_keyword(&self, keyword: &str) -> bool {
        matches!(self, Self::Keyword(name) if name == keyword)
    }

    /// `env(safe-area-inset-left)` and the like: the rounded corners and bars of a device, a few pixels.
    pub(super) fn is_safe_area(&self) -> bool {
        matches!(self, Self::Function(name, inside) if name == "env"
            && inside.first().and_then(Self::keyword).is_some_and(|name| name.starts_with("safe-area-inset-")))
    }

    /// The keyword, if it is one.
    pub(super) fn keyword(&self) -> Option<&str> {
        match self {
            Self::Keyword(name) => Some(name),
            _ => None,
        }
    }
}

/// Reads the rest of the input; `None` for what no property takes: blocks in braces, broken strings.
pub(super) fn read(input: &mut Parser<'_>) -> Option<Vec<Value>> {
    read_nested(input, 0)
}

fn read_nested(input: &mut Parser<'_>, depth: usize) -> Option<Vec<Value>> {
    if depth > MAX_DEPTH {
        // Nobody can say what this is: an unknown function, which counts against the rule.
        return Some(vec![Value::Function("too-deep".to_owned(), Vec::new())]);
    }
    let mut values = Vec::new();
    while let Ok(token) = input.next() {
        let function = match token {
            Token::Function(name) => name.to_ascii_lowercase(),
            Token::ParenthesisBlock | Token::SquareBracketBlock => String::new(),
            simple => {
                values.push(read_simple(simple)?);
                continue;
            }
        };
        let mut inside = None;
        // The closure's error only says that the block could not be read; `inside` says it too.
        input
            .parse_nested_block(|inner| -> Result<(), ParseError<()>> {
                inside = read_nested(inner, depth + 1);
                Ok(())
            })
            .ok()?;
        values.push(Value::Function(function, inside?));
    }
    Some(values)
}

fn read_simple(token: &Token<'_>) -> Option<Value> {
    Some(match token {
        Token::Ident(name) if name.starts_with("--") => Value::Keyword(name.to_string()),
        Token::Ident(name) => Value::Keyword(name.to_ascii_lowercase()),
        Token::Number { value, .. } => Value::Number(f64::from(*value)),
        Token::Percentage { unit_value, .. } => Value::Percent(f64::from(*unit_value) * 100.0),
        Token::Dimension { value, unit, .. } => Value::Dimension(f64::from(*value), unit.to_ascii_lowercase()),
        Token::QuotedString(text) => Value::Text(text.to_string()),
        Token::UnquotedUrl(_) => Value::Url,
        Token::Hash(digits) | Token::IDHash(digits) => Value::Hash(digits.to_ascii_lowercase()),
        Token::Comma => Value::Mark(','),
        Token::Colon => Value::Mark(':'),
        // Inside `if()` only: elsewhere it ends the declaration.
        Token::Semicolon => Value::Mark(';'),
        Token::Delim(mark) => Value::Mark(*mark),
        _ => return None,
    })
}

/// What 1 % and the root's width are when a length is computed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scale {
    /// Pixels of 100 %.
    pub(super) percent: f64,
    /// Pixels of 100vw, and, close enough, of 100vh.
    pub(super) viewport: f64,
}

impl Scale {
    /// For font sizes: em, rem and % are of 16 pixels.
    pub(super) const FONT: Self = Self { percent: 16.0, viewport: 1280.0 };

    /// For positions and sizes in a window of that width.
    pub(super) fn window(width: f64) -> Self {
        Self { percent: width, viewport: width }
    }
}

/// A length in pixels, or a plain number, that can be computed; `None` for keywords and functions that cannot.
pub(super) fn compute(value: &Value, scale: Scale) -> Option<f64> {
    match value {
        Value::Number(number) => Some(*number),
        Value::Percent(percent) => Some(percent / 100.0 * scale.percent),
        Value::Dimension(number, unit) => Some(number * unit_size(unit, scale)?),
        Value::Function(name, inside) => match name.as_str() {
            "" | "calc" | "-webkit-calc" | "-moz-calc" => sum(inside, scale),
            "min" => arguments(inside, scale)?.into_iter().reduce(f64::min),
            "max" => arguments(inside, scale)?.into_iter().reduce(f64::max),
            _ if value.is_safe_area() => Some(SAFE_AREA),
            "clamp" => match arguments(inside, scale)?.as_slice() {
                [least, preferred, most] => Some(least.max(preferred.min(*most))),
                _ => None,
            },
            _ => mathematics(name, &arguments(inside, scale)?),
        },
        Value::Keyword(name) => match name.as_str() {
            "infinity" => Some(f64::INFINITY),
            "-infinity" => Some(f64::NEG_INFINITY),
            "pi" => Some(std::f64::consts::PI),
            "e" => Some(std::f64::consts::E),
            _ => None,
        },
        _ => None,
    }
}

/// More than any device takes at a side of its screen, in pixels.
const SAFE_AREA: f64 = 60.0;

/// The functions of CSS that compute; angles in degrees.
fn mathematics(name: &str, arguments: &[f64]) -> Option<f64> {
    Some(match (name, arguments) {
        ("abs", [number]) => number.abs(),
        ("sign", [number]) => number.signum(),
        ("pow", [base, exponent]) => base.powf(*exponent),
        ("sqrt", [number]) => number.sqrt(),
        ("exp", [number]) => number.exp(),
        ("log", [number]) => number.ln(),
        ("log", [number, base]) => number.log(*base),
        ("hypot", numbers) => numbers.iter().map(|number| number * number).sum::<f64>().sqrt(),
        ("round", [number]) => number.round(),
        ("round", [number, step]) => (number / step).round() * step,
        ("mod", [number, step]) => number.rem_euclid(*step),
        ("rem", [number, step]) => number % step,
        ("sin", [angle]) => angle.to_radians().sin(),
        ("cos", [angle]) => angle.to_radians().cos(),
        ("tan", [angle]) => angle.to_radians().tan(),
        _ => return None,
    })
}

/// The size of a unit in pixels; angles in degrees and times in seconds, which never mix with lengths.
fn unit_size(unit: &str, scale: Scale) -> Option<f64> {
    Some(match unit {
        "px" => 1.0,
        "em" | "rem" | "ic" | "ric" => 16.0,
        "lh" | "rlh" => 19.2,
        "ex" | "rex" | "ch" | "rch" => 8.0,
        "cap" | "rcap" => 11.0,
        "cm" => 96.0 / 2.54,
        "mm" => 9.6 / 2.54,
        "q" => 2.4 / 2.54,
        "in" => 96.0,
        "pt" => 96.0 / 72.0,
        "pc" => 16.0,
        "deg" => 1.0,
        "grad" => 0.9,
        "rad" => 180.0 / std::f64::consts::PI,
        "turn" => 360.0,
        "s" => 1.0,
        "ms" => 0.001,
        _ if is_viewport_unit(unit) => scale.viewport / 100.0,
        _ => return None,
    })
}

fn is_viewport_unit(unit: &str) -> bool {
    let bare = unit.strip_prefix(['s', 'l', 'd']).filter(|rest| rest.starts_with('v')).unwrap_or(unit);
    matches!(bare, "vw" | "vh" | "vi" | "vb" | "vmin" | "vmax" | "cqw" | "cqh" | "cqi" | "cqb" | "cqmin" | "cqmax")
}

fn arguments(values: &[Value], scale: Scale) -> Option<Vec<f64>> {
    split(values, ',').into_iter().map(|argument| sum(argument, scale)).collect()
}

/// Splits at a mark; an empty list for no values.
pub(super) fn split(values: &[Value], mark: char) -> Vec<&[Value]> {
    if values.is_empty() { Vec::new() } else { values.split(|value| *value == Value::Mark(mark)).collect() }
}

/// `a + b * c - d`: products first.
pub(super) fn sum(values: &[Value], scale: Scale) -> Option<f64> {
    let mut total = 0.0;
    let mut sign = 1.0;
    let mut start = 0;
    for (index, value) in values.iter().enumerate() {
        let next = match value {
            Value::Mark('+') => 1.0,
            Value::Mark('-') => -1.0,
            _ => continue,
        };
        total += sign * product(&values[start..index], scale)?;
        (sign, start) = (next, index + 1);
    }
    total += sign * product(&values[start..], scale)?;
    (!total.is_nan()).then_some(total)
}

fn product(values: &[Value], scale: Scale) -> Option<f64> {
    let (first, rest) = values.split_first()?;
    let mut result = compute(first, scale)?;
    for pair in rest.chunks(2) {
        match pair {
            [Value::Mark('*'), factor] => result *= compute(factor, scale)?,
            [Value::Mark('/'), divisor] => result /= compute(divisor, scale)?,
            _ => return None,
        }
    }
    Some(result)
}

/// How opaque a colour is, 0 to 1; `None` where that cannot be computed.
pub(super) fn opacity_of_colour(value: &Value) -> Option<f64> {
    match value {
        Value::Keyword(name) => Some(if name == "transparent" { 0.0 } else { 1.0 }),
        Value::Hash(digits) => Some(opacity_of_digits(digits)),
        Value::Function(name, inside) => match name.as_str() {
            "color-mix" => opacity_of_mix(inside),
            "light-dark" => split(inside, ',')
                .into_iter()
                .map(|colour| colour.first().and_then(opacity_of_colour))
                .reduce(|left, right| Some(left?.min(right?)))
                .flatten(),
            "contrast-color" => Some(1.0),
            "rgb" | "rgba" | "hsl" | "hsla" | "hwb" | "lab" | "lch" | "oklab" | "oklch" | "color" => {
                opacity_of_function(inside)
            }
            _ => None,
        },
        _ => Some(1.0),
    }
}

fn opacity_of_digits(digits: &str) -> f64 {
    let (alpha, most) = match digits.len() {
        4 => (digits.get(3..), 15.0),
        8 => (digits.get(6..), 255.0),
        _ => return 1.0,
    };
    alpha.and_then(|alpha| u8::from_str_radix(alpha, 16).ok()).map_or(1.0, |alpha| f64::from(alpha) / most)
}

/// The part after `/`, or the fourth of four values with commas; for `from COLOUR` without it, that colour's own.
fn opacity_of_function(inside: &[Value]) -> Option<f64> {
    let origin = match inside {
        [from, colour, ..] if from.is_keyword("from") => Some(opacity_of_colour(colour)?),
        _ => None,
    };
    let by_slash = split(inside, '/');
    let by_comma = split(inside, ',');
    let alpha = match (by_slash.as_slice(), by_comma.as_slice()) {
        ([_, alpha], _) | (_, [_, _, _, alpha]) => *alpha,
        _ => return Some(origin.unwrap_or(1.0)),
    };
    match alpha {
        [none] if none.is_keyword("none") => Some(0.0),
        [keep] if keep.is_keyword("alpha") => origin,
        _ => sum(alpha, Scale { percent: 1.0, viewport: 1.0 }),
    }
}

fn opacity_of_mix(inside: &[Value]) -> Option<f64> {
    let parts = split(inside, ',');
    let [_, first, second] = parts.as_slice() else { return None };
    let share = |part: &[Value]| {
        part.iter().find_map(|value| match value {
            Value::Percent(percent) => Some(*percent),
            _ => None,
        })
    };
    let colour = |part: &[Value]| part.iter().find(|value| !matches!(value, Value::Percent(_))).map(opacity_of_colour);
    let (first_share, second_share) = match (share(first), share(second)) {
        (None, None) => (50.0, 50.0),
        (Some(first), None) => (first, 100.0 - first),
        (None, Some(second)) => (100.0 - second, second),
        (Some(first), Some(second)) => (first, second),
    };
    let whole = first_share + second_share;
    if whole <= 0.0 {
        return Some(0.0);
    }
    let mixed = (colour(first)?? * first_share + colour(second)?? * second_share) / whole;
    Some(mixed * (whole / 100.0).min(1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(text: &str) -> Value {
        read(&mut Parser::new(text)).expect("readable").remove(0)
    }

    #[test]
    fn lengths() {
        for (text, expected) in [
            ("9px", Some(9.0)),
            ("50%", Some(8.0)),
            ("1em", Some(16.0)),
            ("calc(1rem + 2px * 3)", Some(22.0)),
            ("clamp(1rem, 2vw, 1.5rem)", Some(24.0)),
            ("min(10px, (4px + 1px))", Some(5.0)),
            ("calc(-1 * (100% - 16px))", Some(0.0)),
            ("auto", None),
            ("env(x)", None),
            ("2dvw", Some(25.6)),
        ] {
            assert_eq!(compute(&value(text), Scale::FONT), expected, "{text}");
        }
    }

    #[test]
    fn colours() {
        for (text, expected) in [
            ("red", 1.0),
            ("transparent", 0.0),
            ("#0000", 0.0),
            ("#11223380", 128.0 / 255.0),
            ("#123456", 1.0),
            ("rgba(0, 0, 0, .3)", 0.3f32.into()),
            ("rgb(0 0 0 / 40%)", 0.4f32.into()),
            ("hsl(1 2% 3%)", 1.0),
            ("color-mix(in srgb, red 70%, transparent)", 0.7f32.into()),
            ("color-mix(in srgb, transparent, transparent)", 0.0),
            ("rgb(from #0004 r g b)", 68.0 / 255.0),
            ("light-dark(black, transparent)", 0.0),
            ("oklch(50% 0.1 20 / none)", 0.0),
        ] {
            let found = opacity_of_colour(&value(text)).expect("known");
            assert!((found - expected).abs() < 0.001, "{text}: {found}");
        }
    }
}
