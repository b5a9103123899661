//! What a declaration does to the text it applies to: hides it, or helps another declaration to hide it.
//!
//! Owns the list of hiding properties. Must not know selectors, pages or where a declaration was written.

use super::value::{Scale, Value, compute, opacity_of_colour, split};

/// What a declaration does to its element.
#[derive(Debug, Clone, PartialEq)]
pub(in super::super) enum Effect {
    /// The element cannot be read.
    Hides(Why),
    /// A side of the element is at most one pixel long: hides together with [`Effect::CutsOverflow`].
    TinySide,
    /// What does not fit is cut off.
    CutsOverflow,
    /// Moved out of the window: hides together with [`Effect::Positioned`].
    OffScreenOffset,
    /// `left`, `top` and the like count.
    Positioned,
    /// Links in it cannot be clicked.
    IgnoresPointer,
    /// Text that is not in the page is shown.
    GeneratesText(String),
    /// The animations it runs.
    Animates(Vec<String>),
    /// Its animations may stand still at any frame.
    HoldsAnyFrame,
}

/// Why a declaration hides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Why {
    /// Its value says so.
    Value,
    /// Its value cannot be known from the stylesheets.
    Unknown,
}

/// Under this opacity text counts as hidden.
const LEAST_OPACITY: f64 = 0.5;
/// Under this size in pixels text counts as hidden.
const LEAST_FONT_SIZE: f64 = 9.0;
/// A move this far, in pixels, leaves the window.
const FAR: f64 = 500.0;
/// A factor under this makes text of 16 pixels smaller than the least font size.
const LEAST_FACTOR: f64 = 0.5;
/// An animation slower than this many seconds stands still for a reader.
const ENDLESS: f64 = 60.0;

/// What a property is about, for the rules below.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Topic {
    Display,
    Visibility,
    ContentVisibility,
    Opacity,
    Filter,
    Colour,
    FontSize,
    Font,
    Clip,
    ClipPath,
    Offset,
    Move,
    Transform,
    Translate,
    Scale,
    Rotate,
    Zoom,
    Side,
    Overflow,
    Contain,
    Position,
    TextTransform,
    TextSecurity,
    BidiOverride,
    LineClamp,
    Content,
    Marker,
    Pointer,
    Interactivity,
    Animation,
    AnimationMode,
}

fn topic(property: &str) -> Option<Topic> {
    let bare = ["-webkit-", "-moz-", "-ms-", "-o-"]
        .iter()
        .find_map(|prefix| property.strip_prefix(prefix))
        .unwrap_or(property);
    Some(match bare {
        "display" => Topic::Display,
        "visibility" => Topic::Visibility,
        "content-visibility" => Topic::ContentVisibility,
        "opacity" => Topic::Opacity,
        "filter" => Topic::Filter,
        "color" | "text-fill-color" => Topic::Colour,
        "font-size" => Topic::FontSize,
        "font" => Topic::Font,
        "clip" => Topic::Clip,
        "clip-path" => Topic::ClipPath,
        "left" | "right" | "top" | "bottom" | "inset" => Topic::Offset,
        "margin" | "text-indent" => Topic::Move,
        "transform" => Topic::Transform,
        "translate" => Topic::Translate,
        "scale" => Topic::Scale,
        "rotate" => Topic::Rotate,
        "zoom" => Topic::Zoom,
        "width" | "height" | "max-width" | "max-height" | "inline-size" | "block-size" | "max-inline-size"
        | "max-block-size" => Topic::Side,
        "overflow" | "overflow-x" | "overflow-y" | "overflow-inline" | "overflow-block" => Topic::Overflow,
        "contain" => Topic::Contain,
        "position" => Topic::Position,
        "text-transform" => Topic::TextTransform,
        "text-security" => Topic::TextSecurity,
        "unicode-bidi" => Topic::BidiOverride,
        "line-clamp" | "max-lines" => Topic::LineClamp,
        "content" => Topic::Content,
        "quotes" | "list-style" | "list-style-type" => Topic::Marker,
        "pointer-events" => Topic::Pointer,
        "interactivity" => Topic::Interactivity,
        "animation" | "animation-name" => Topic::Animation,
        "animation-direction" | "animation-play-state" | "animation-duration" | "animation-delay" => {
            Topic::AnimationMode
        }
        _ if bare.starts_with("inset-") => Topic::Offset,
        _ if bare.starts_with("margin-") => Topic::Move,
        _ => return None,
    })
}

/// Whether declarations of this property must be kept: all others can neither hide nor add text.
pub(super) fn matters(property: &str) -> bool {
    property.starts_with("--") || topic(property).is_some()
}

/// What a declaration does when its value cannot be known.
pub(super) fn effect_of_unknown(property: &str) -> Option<Effect> {
    Some(match topic(property)? {
        Topic::Offset => Effect::OffScreenOffset,
        Topic::Position => Effect::Positioned,
        Topic::Side => Effect::TinySide,
        Topic::Overflow | Topic::Contain => Effect::CutsOverflow,
        Topic::Pointer | Topic::Interactivity => Effect::IgnoresPointer,
        Topic::Content => Effect::GeneratesText("a value that is not known".to_owned()),
        Topic::Marker => return None,
        Topic::AnimationMode => Effect::HoldsAnyFrame,
        _ => Effect::Hides(Why::Unknown),
    })
}

/// What a declaration does; appends to `effects`. Values with `var()` must have been replaced before.
pub(super) fn effects(property: &str, values: &[Value], effects: &mut Vec<Effect>) {
    let Some(topic) = topic(property) else { return };
    let values = without_important(values);
    if let [Value::Keyword(word)] = values
        && matches!(word.as_str(), "inherit" | "initial" | "unset" | "revert" | "revert-layer")
    {
        return;
    }
    if values.iter().any(is_unknowable) {
        effects.extend(effect_of_unknown(property));
        return;
    }
    match topic {
        Topic::Display => hides_if(effects, has(values, &["none"])),
        Topic::Visibility => hides_if(effects, has(values, &["hidden", "collapse"])),
        Topic::ContentVisibility => hides_if(effects, has(values, &["hidden"])),
        Topic::Opacity => number(effects, values.first(), LEAST_OPACITY),
        Topic::Filter => filter(effects, values),
        Topic::Colour => colour(effects, values.first()),
        Topic::FontSize => font_size(effects, values.first()),
        Topic::Font => font(effects, values),
        Topic::Clip => hides_if(effects, is_empty_clip(values)),
        Topic::ClipPath => hides_if(effects, values.iter().any(is_empty_clip_path)),
        Topic::Offset => far(effects, values, Effect::OffScreenOffset),
        Topic::Move | Topic::Translate => far(effects, values, Effect::Hides(Why::Value)),
        Topic::Transform => transform(effects, values),
        Topic::Scale => {
            for factor in values.iter().take(2) {
                number(effects, Some(factor), LEAST_FACTOR);
            }
        }
        Topic::Rotate => hides_if(effects, is_edge_on_rotation(values)),
        Topic::Zoom => number(effects, values.first(), LEAST_FACTOR),
        Topic::Side => side(effects, values.first()),
        Topic::Overflow => {
            partial_if(effects, has(values, &["hidden", "clip", "scroll", "auto"]), Effect::CutsOverflow);
        }
        Topic::Contain => partial_if(effects, has(values, &["paint", "strict", "content"]), Effect::CutsOverflow),
        Topic::Position => partial_if(
            effects,
            has(values, &["relative", "absolute", "fixed", "sticky", "-webkit-sticky"]),
            Effect::Positioned,
        ),
        Topic::TextTransform | Topic::TextSecurity => hides_if(effects, !has(values, &["none"])),
        Topic::BidiOverride => hides_if(effects, has(values, &["bidi-override", "isolate-override"])),
        Topic::LineClamp => hides_if(effects, !has(values, &["none", "auto"])),
        Topic::Content | Topic::Marker => content(effects, values, topic),
        Topic::Pointer => partial_if(effects, has(values, &["none"]), Effect::IgnoresPointer),
        Topic::Interactivity => partial_if(effects, has(values, &["inert"]), Effect::IgnoresPointer),
        Topic::Animation | Topic::AnimationMode => animation(effects, values, topic),
    }
}

fn without_important(values: &[Value]) -> &[Value] {
    match values {
        [rest @ .., Value::Mark('!'), word] if word.is_keyword("important") => rest,
        _ => values,
    }
}

/// `env()` and other functions whose value lies outside the stylesheets, at any depth.
fn is_unknowable(value: &Value) -> bool {
    match value {
        Value::Function(name, inside) => {
            matches!(name.as_str(), "env" | "var" | "if" | "too-deep")
                || name.starts_with("--")
                || inside.iter().any(is_unknowable)
        }
        _ => false,
    }
}

fn has(values: &[Value], keywords: &[&str]) -> bool {
    values.iter().any(|value| value.keyword().is_some_and(|word| keywords.contains(&word)))
}

fn hides_if(effects: &mut Vec<Effect>, hides: bool) {
    partial_if(effects, hides, Effect::Hides(Why::Value));
}

fn partial_if(effects: &mut Vec<Effect>, applies: bool, effect: Effect) {
    if applies {
        effects.push(effect);
    }
}

/// A length or number: known, no number at all (a keyword), or a function that cannot be computed.
enum Computed {
    Known(f64),
    NoNumber,
    Unknown,
}

fn computed(value: &Value, scale: Scale) -> Computed {
    match (compute(value, scale), value) {
        (Some(number), _) => Computed::Known(number),
        (None, Value::Function(..)) => Computed::Unknown,
        (None, _) => Computed::NoNumber,
    }
}

/// Hides when a number, or a percentage of 1, lies under the least.
fn number(effects: &mut Vec<Effect>, value: Option<&Value>, least: f64) {
    match value.map(|value| computed(value, Scale { percent: 1.0, viewport: 1.0 })) {
        Some(Computed::Known(number)) => hides_if(effects, number < least),
        Some(Computed::Unknown) => effects.push(Effect::Hides(Why::Unknown)),
        Some(Computed::NoNumber) | None => {}
    }
}

fn filter(effects: &mut Vec<Effect>, values: &[Value]) {
    for value in values {
        if let Value::Function(name, inside) = value
            && name == "opacity"
        {
            number(effects, inside.first(), LEAST_OPACITY);
        }
    }
}

fn colour(effects: &mut Vec<Effect>, value: Option<&Value>) {
    match value.map(opacity_of_colour) {
        Some(Some(opacity)) => hides_if(effects, opacity < LEAST_OPACITY),
        Some(None) => effects.push(Effect::Hides(Why::Unknown)),
        None => {}
    }
}

fn font_size(effects: &mut Vec<Effect>, value: Option<&Value>) {
    match value.map(|value| computed(value, Scale::FONT)) {
        Some(Computed::Known(size)) => hides_if(effects, size < LEAST_FONT_SIZE),
        Some(Computed::Unknown) => effects.push(Effect::Hides(Why::Unknown)),
        Some(Computed::NoNumber) | None => {}
    }
}

/// `font: italic 700 1rem/1.5 Inter`: the size is the first length, percentage or function before `/` and the families.
fn font(effects: &mut Vec<Effect>, values: &[Value]) {
    let size = values.iter().find(|value| match value {
        Value::Number(number) => *number == 0.0,
        Value::Percent(_) | Value::Function(..) => true,
        Value::Dimension(_, unit) => !matches!(unit.as_str(), "deg" | "grad" | "rad" | "turn"),
        _ => false,
    });
    font_size(effects, size);
}

/// Beyond the edge of a narrow, a usual and a wide window: 500px, 100vw or 100 % and more.
fn far(effects: &mut Vec<Effect>, values: &[Value], effect: Effect) {
    for value in values {
        if matches!(value, Value::Function(..)) && compute(value, Scale::window(1280.0)).is_none() {
            effects.push(if effect == Effect::Hides(Why::Value) {
                Effect::Hides(Why::Unknown)
            } else {
                effect.clone()
            });
            continue;
        }
        partial_if(effects, is_far(value), effect.clone());
    }
}

fn is_far(value: &Value) -> bool {
    [320.0, 1280.0, 2560.0_f64].into_iter().all(|window| {
        compute(value, Scale::window(window)).is_some_and(|distance| distance.abs() >= window.min(FAR) - 0.001)
    })
}

fn transform(effects: &mut Vec<Effect>, values: &[Value]) {
    for value in values {
        let Value::Function(name, inside) = value else { continue };
        let arguments: Vec<&Value> = inside.iter().filter(|value| **value != Value::Mark(',')).collect();
        match name.as_str() {
            "translate" | "translatex" | "translatey" | "translate3d" => {
                for argument in arguments {
                    far(effects, std::slice::from_ref(argument), Effect::Hides(Why::Value));
                }
            }
            "scale" | "scalex" | "scaley" | "scale3d" => {
                for factor in arguments.into_iter().take(2) {
                    number(effects, Some(factor), LEAST_FACTOR);
                }
            }
            "rotatex" | "rotatey" => hides_if(effects, arguments.first().is_some_and(|angle| is_edge_on(angle))),
            "rotate3d" => hides_if(effects, arguments.get(3).is_some_and(|angle| is_edge_on(angle))),
            "skew" | "skewx" | "skewy" => hides_if(effects, arguments.iter().any(|angle| is_edge_on(angle))),
            "matrix" => matrix(effects, &arguments, [0, 1, 2, 3, 4, 5]),
            "matrix3d" => matrix(effects, &arguments, [0, 1, 4, 5, 12, 13]),
            _ => {}
        }
    }
}

/// The six numbers of a plane's matrix, taken from the places named.
fn matrix(effects: &mut Vec<Effect>, arguments: &[&Value], places: [usize; 6]) {
    let numbers: Option<Vec<f64>> =
        places.iter().map(|place| compute(arguments.get(*place)?, Scale::window(1280.0))).collect();
    match numbers.as_deref() {
        Some([a, b, c, d, x, y]) => hides_if(
            effects,
            (a * d - b * c).abs() < LEAST_FACTOR * LEAST_FACTOR
                || a.hypot(*b) < LEAST_FACTOR
                || c.hypot(*d) < LEAST_FACTOR
                || x.abs() >= FAR
                || y.abs() >= FAR,
        ),
        _ => effects.push(Effect::Hides(Why::Unknown)),
    }
}

/// Turned so that only an edge is seen.
fn is_edge_on(angle: &Value) -> bool {
    match angle {
        Value::Number(_) => false,
        angle => compute(angle, Scale::FONT).is_some_and(|degrees| degrees.to_radians().cos().abs() < 0.1),
    }
}

/// `rotate: x 90deg` or `rotate: 1 0 0 90deg`; a turn in the plane of the page hides nothing.
fn is_edge_on_rotation(values: &[Value]) -> bool {
    match values {
        [axis, angle] | [angle, axis] if axis.is_keyword("x") || axis.is_keyword("y") => is_edge_on(angle),
        [Value::Number(x), Value::Number(y), Value::Number(_), angle] => (*x != 0.0 || *y != 0.0) && is_edge_on(angle),
        _ => false,
    }
}

fn side(effects: &mut Vec<Effect>, value: Option<&Value>) {
    match value {
        Some(Value::Function(name, _)) if name == "fit-content" || name == "anchor-size" => {}
        Some(value) => match computed(value, Scale::window(1280.0)) {
            Computed::Known(length) => partial_if(effects, length <= 1.0, Effect::TinySide),
            Computed::Unknown => effects.push(Effect::TinySide),
            Computed::NoNumber => {}
        },
        None => {}
    }
}

/// `clip: rect(top, right, bottom, left)` that shows at most a pixel.
fn is_empty_clip(values: &[Value]) -> bool {
    let [Value::Function(name, inside)] = values else { return false };
    if name != "rect" {
        return false;
    }
    let edges: Vec<Option<f64>> = inside
        .iter()
        .filter(|value| **value != Value::Mark(','))
        .map(|value| compute(value, Scale::window(1280.0)))
        .collect();
    let [top, right, bottom, left] = edges.as_slice() else { return false };
    let shows = |start: &Option<f64>, end: &Option<f64>| end.is_none_or(|end| end - start.unwrap_or(0.0) > 1.0);
    !(shows(top, bottom) && shows(left, right))
}

/// The side of the square that stands for an element's box when a clip path is measured.
const BOX: f64 = 1000.0;

/// A path that leaves less than half of a side, or that cannot be measured.
fn is_empty_clip_path(value: &Value) -> bool {
    let Value::Function(name, inside) = value else { return *value == Value::Url };
    let shape = inside.split(|value| value.is_keyword("round") || value.is_keyword("at")).next().unwrap_or(&[]);
    let lengths = |values: &[Value]| -> Option<Vec<f64>> {
        values.iter().map(|value| compute(value, Scale::window(BOX))).collect()
    };
    match name.as_str() {
        "inset" => lengths(shape).is_none_or(|edges| {
            let at = |index: usize, other: usize| edges.get(index).or(edges.get(other)).copied();
            let top = at(0, 0).unwrap_or(0.0);
            let right = at(1, 0).unwrap_or(0.0);
            let bottom = at(2, 0).unwrap_or(0.0);
            let left = at(3, 1).unwrap_or(right);
            top + bottom >= BOX / 2.0 || left + right >= BOX / 2.0
        }),
        "circle" | "ellipse" => !shape.iter().all(|radius| {
            radius.keyword().is_some() || compute(radius, Scale::window(BOX)).is_some_and(|radius| radius >= BOX / 2.0)
        }),
        "polygon" => is_small_polygon(inside),
        "rect" => {
            shape.len() != 4 || {
                let edge = |index: usize, auto: f64| match &shape[index] {
                    Value::Keyword(_) => Some(auto),
                    value => compute(value, Scale::window(BOX)),
                };
                match (edge(0, 0.0), edge(1, BOX), edge(2, BOX), edge(3, 0.0)) {
                    (Some(top), Some(right), Some(bottom), Some(left)) => {
                        bottom - top < BOX / 2.0 || right - left < BOX / 2.0
                    }
                    _ => true,
                }
            }
        }
        "xywh" => lengths(shape).is_none_or(|numbers| numbers.len() != 4 || numbers[2].min(numbers[3]) < BOX / 2.0),
        _ => true,
    }
}

/// Less than a quarter of the box inside the corners, by the shoelace formula.
fn is_small_polygon(inside: &[Value]) -> bool {
    let corners: Option<Vec<(f64, f64)>> = split(inside, ',')
        .into_iter()
        .filter(|corner| !(corner.len() == 1 && corner[0].keyword().is_some()))
        .map(|corner| match corner {
            [x, y] => {
                let place = |value| compute(value, Scale::window(BOX)).map(|number| number.clamp(0.0, BOX));
                Some((place(x)?, place(y)?))
            }
            _ => None,
        })
        .collect();
    let Some(corners) = corners else { return true };
    let following = corners.iter().cycle().skip(1);
    let doubled: f64 = corners.iter().zip(following).map(|(a, b)| a.0 * b.1 - b.0 * a.1).sum();
    doubled.abs() / 2.0 < BOX * BOX / 4.0
}

/// A literal string with a letter is text of its own; an image in place of the element hides the element.
fn content(effects: &mut Vec<Effect>, values: &[Value], topic: Topic) {
    for value in values {
        match value {
            Value::Text(text) if text.chars().any(char::is_alphabetic) => {
                effects.push(Effect::GeneratesText(text.clone()));
            }
            Value::Url => hides_if(effects, topic == Topic::Content),
            Value::Function(name, _) if is_image(name) => hides_if(effects, topic == Topic::Content),
            // Alternative text and the parts of `counters(…)`: only what is drawn counts.
            Value::Mark('/') => break,
            Value::Function(_, inside) => {
                let text = inside.iter().find_map(|value| match value {
                    Value::Text(text) if text.chars().any(char::is_alphabetic) => Some(text.clone()),
                    _ => None,
                });
                effects.extend(text.map(Effect::GeneratesText));
            }
            _ => {}
        }
    }
}

fn is_image(function: &str) -> bool {
    matches!(function, "url" | "src" | "image" | "image-set" | "-webkit-image-set" | "cross-fade" | "element" | "paint")
        || function.ends_with("gradient")
}

fn animation(effects: &mut Vec<Effect>, values: &[Value], topic: Topic) {
    let mut names = Vec::new();
    let mut holds = false;
    for value in values {
        match value {
            Value::Keyword(word) => {
                holds |= matches!(word.as_str(), "paused" | "reverse" | "alternate" | "alternate-reverse");
                names.push(word.clone());
            }
            Value::Text(text) => names.push(text.clone()),
            Value::Dimension(time, unit) => {
                let seconds = compute(&Value::Dimension(*time, unit.clone()), Scale::FONT);
                holds |= seconds.is_some_and(|seconds| seconds.abs() >= ENDLESS);
            }
            _ => {}
        }
    }
    if topic == Topic::Animation && !names.is_empty() {
        effects.push(Effect::Animates(names));
    }
    partial_if(effects, holds, Effect::HoldsAnyFrame);
}

/// The names of the custom properties in a value, for the replacement of `var()`.
pub(super) fn has_variable(values: &[Value]) -> bool {
    values.iter().any(|value| match value {
        Value::Function(name, inside) => name == "var" || has_variable(inside),
        _ => false,
    })
}
