//! Free values (`extra`) as JSON for templates. Must not know any schema: here, and only here, types are guessed.

use serde_json::{Map, Number, Value as Json};

use super::Value;

impl Value {
    /// The value as templates see it: bare `true` and `false` are booleans, bare numbers are numbers, everything else
    /// is text. Quotes keep `"2026"` a text.
    pub fn to_json(&self) -> Json {
        match self {
            Self::Empty => Json::Null,
            Self::Scalar { text, quoted: true } => Json::String(text.clone()),
            Self::Scalar { text, quoted: false } => bare_to_json(text),
            // Both parsers limit the depth, so this recursion ends.
            Self::List(items) => Json::Array(items.iter().map(|item| item.value.to_json()).collect()),
            Self::Map(entries) => Json::Object(
                entries.iter().map(|(key, item)| (key.value.clone(), item.value.to_json())).collect::<Map<_, _>>(),
            ),
        }
    }
}

fn bare_to_json(text: &str) -> Json {
    match text {
        "true" => Json::Bool(true),
        "false" => Json::Bool(false),
        _ => bare_number(text).map_or_else(|| Json::String(text.to_owned()), Json::Number),
    }
}

/// Decimal numbers only. `007`, `1_000`, `.5`, `nan` and numbers too large for 64 bits stay text, so that nothing
/// written is ever changed.
fn bare_number(text: &str) -> Option<Number> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let mut bytes = digits.bytes();
    let first = bytes.next().filter(u8::is_ascii_digit)?;
    if first == b'0' && bytes.next().is_some_and(|next| next.is_ascii_digit()) {
        return None;
    }
    if let Ok(number) = text.parse::<i64>() {
        return Some(Number::from(number));
    }
    let shaped = digits.ends_with(|last: char| last.is_ascii_digit()) && digits.contains(['.', 'e', 'E']);
    text.parse::<f64>().ok().filter(|_| shaped).and_then(Number::from_f64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn bare_words_get_a_type_and_quoted_ones_stay_text() {
        for (text, expected) in [
            ("true", json!(true)),
            ("True", json!("True")),
            ("yes", json!("yes")),
            ("12", json!(12)),
            ("-12", json!(-12)),
            ("1.5", json!(1.5)),
            ("1e3", json!(1000.0)),
            ("007", json!("007")),
            ("1.", json!("1.")),
            ("1.2.3", json!("1.2.3")),
            ("99999999999999999999", json!("99999999999999999999")),
            ("2026-01-05", json!("2026-01-05")),
            ("-", json!("-")),
            ("", json!("")),
        ] {
            assert_eq!(Value::Scalar { text: text.into(), quoted: false }.to_json(), expected, "{text}");
            assert_eq!(Value::Scalar { text: text.into(), quoted: true }.to_json(), json!(text), "{text}");
        }
        assert_eq!(Value::Empty.to_json(), Json::Null);
    }
}
