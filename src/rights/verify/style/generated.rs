//! Text that style sheets show and no page holds: `content`, quotation marks, markers of lists, animations' names.

use super::declaration::{Effect, hides_if};
use super::value::{Value, split};

/// Styles of counters that show digits or signs.
const PLAIN_COUNTERS: [&str; 9] = [
    "decimal",
    "decimal-leading-zero",
    "disc",
    "circle",
    "square",
    "none",
    "arabic-indic",
    "disclosure-open",
    "disclosure-closed",
];

/// `content`: a literal string with a letter is text of its own; an image in place of the element hides the element.
pub(super) fn content(effects: &mut Vec<Effect>, values: &[Value]) {
    for value in values {
        match value {
            // Alternative text: only what is drawn counts.
            Value::Mark('/') => break,
            Value::Url => hides_if(effects, true),
            Value::Function(name, _) if is_image(name) => hides_if(effects, true),
            Value::Function(name, inside) if name == "attr" => {
                // The address of a link is the owner's own text; any other attribute is somebody else's.
                let attribute = inside.first().and_then(Value::keyword).filter(|name| *name != "href");
                effects.extend(attribute.map(|name| Effect::GeneratesAttribute(name.to_owned())));
                text_inside(effects, inside);
            }
            Value::Function(name, inside) if name == "counter" || name == "counters" => {
                let style =
                    split(inside, ',').into_iter().skip(1).filter_map(|part| part.first()?.keyword()).next_back();
                if let Some(style) = style.filter(|style| !PLAIN_COUNTERS.contains(style)) {
                    effects.push(Effect::GeneratesText(format!("numbers in the style {style}")));
                }
                text_inside(effects, inside);
            }
            other => text(effects, other),
        }
    }
}

/// `quotes`, and the markers of lists, which may be a counter style of the sheet's own.
pub(super) fn marker(effects: &mut Vec<Effect>, values: &[Value]) {
    for value in values {
        match value {
            Value::Keyword(name) => effects.push(Effect::CountsIn(name.clone())),
            other => text(effects, other),
        }
    }
}

fn text(effects: &mut Vec<Effect>, value: &Value) {
    match value {
        Value::Text(text) if holds_letter(text) => effects.push(Effect::GeneratesText(text.clone())),
        Value::Function(_, inside) => text_inside(effects, inside),
        _ => {}
    }
}

fn text_inside(effects: &mut Vec<Effect>, inside: &[Value]) {
    effects.extend(inside.iter().find_map(|value| match value {
        Value::Text(text) if holds_letter(text) => Some(Effect::GeneratesText(text.clone())),
        _ => None,
    }));
}

/// Whether a text says something.
pub(super) fn holds_letter(text: &str) -> bool {
    text.chars().any(char::is_alphabetic)
}

/// Whether a function stands for a picture.
pub(super) fn is_image(function: &str) -> bool {
    matches!(function, "url" | "src" | "image" | "image-set" | "-webkit-image-set" | "cross-fade" | "element" | "paint")
        || function.ends_with("gradient")
}
