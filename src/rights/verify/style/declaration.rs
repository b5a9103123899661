//! What a declaration does to the text it applies to: hides it, or helps another declaration to hide it.
//!
//! Owns the list of hiding properties. Must not know selectors, pages or where a declaration was written.

use super::clip::{is_empty_clip, is_empty_clip_path};
use super::motion::{LEAST_FACTOR, far, is_away_by_rotation, is_far, padding, transform};
use super::topic::{Topic, topic};
use super::value::{Scale, Value, compute, opacity_of_colour, split};
use super::{generated, generated::is_image};

/// What a declaration does to its element.
#[derive(Debug, Clone, PartialEq)]
pub(in super::super) enum Effect {
    /// The element cannot be read.
    Hides(Why),
    /// A side of the element is shorter than a letter: hides together with any [`Effect::CutsOverflow`] or
    /// [`Effect::Scrolls`].
    TinySide,
    /// A side is so short that it cuts a statement: hides together with [`Effect::CutsOverflow`] in that direction.
    ShortSide(Axis),
    /// What does not fit is cut off.
    CutsOverflow(Axis),
    /// What does not fit can be scrolled to.
    Scrolls,
    /// Its size is what its contents would have if there were none, unless it [`Effect::HasHeight`].
    IgnoresContents,
    /// It has a height of its own.
    HasHeight,
    /// A row or column of its grid has no length: hides what is cut off there.
    TinyTrack,
    /// Lines are not broken: a statement runs on to where it is cut off.
    KeepsLine,
    /// Lines lie upon one another.
    TinyLine,
    /// Hidden when it appears, until a change has run.
    BeginsHidden,
    /// A change runs longer than anybody reads.
    ChangesForever,
    /// Moved out of the window: hides together with [`Effect::Positioned`].
    OffScreenOffset,
    /// `left`, `top` and the like count.
    Positioned,
    /// Links in it cannot be clicked.
    IgnoresPointer,
    /// Text that is not in the page is shown.
    GeneratesText(String),
    /// The value of this attribute is shown.
    GeneratesAttribute(String),
    /// Numbered in a style of this name, which may be text.
    CountsIn(String),
    /// The animations it runs.
    Animates(Vec<String>),
    /// Its animations may stand still at any frame.
    HoldsAnyFrame,
}

/// The direction in which a length counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Axis {
    Both,
    Across,
    Down,
}

impl Axis {
    /// Whether what happens in one direction meets what happens in the other.
    pub(in super::super) fn meets(self, other: Self) -> bool {
        self == other || self == Self::Both || other == Self::Both
    }
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
/// Under this height in pixels, four lines of text, a statement does not fit into a telephone's width.
const LEAST_HEIGHT: f64 = 96.0;
/// Under this width in pixels an owner's name does not fit.
const LEAST_WIDTH: f64 = 64.0;
/// A line lower than this part of its letters lies upon the next.
const LEAST_LINE: f64 = 0.5;
/// Letters this many pixels closer than usual lie upon one another.
const LEAST_GAP: f64 = -4.0;
/// Words this many pixels closer than usual lie upon one another.
const LEAST_WORD_GAP: f64 = -8.0;
/// A blur of so many pixels leaves no letter.
const MOST_BLUR: f64 = 2.0;
/// Under this contrast text and page are one grey.
const LEAST_CONTRAST: f64 = 0.25;
/// Under this `font-size-adjust` letters of 16 pixels become smaller than the least font size.
const LEAST_ADJUST: f64 = 0.25;
/// Under this part of its size text on a telephone counts as hidden.
const LEAST_ADJUSTED: f64 = 0.5625;
/// An animation slower than this many seconds stands still for a reader.
const ENDLESS: f64 = 60.0;

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
        Topic::Overflow | Topic::Contain => Effect::CutsOverflow(Axis::Both),
        Topic::Pointer | Topic::Interactivity => Effect::IgnoresPointer,
        Topic::Content => Effect::GeneratesText("a value that is not known".to_owned()),
        Topic::AnimationMode | Topic::Repetition => Effect::HoldsAnyFrame,
        // Whatever these are, they hide only by values that nobody writes by chance.
        Topic::Marker
        | Topic::Padding
        | Topic::Tracks
        | Topic::Height
        | Topic::Lines
        | Topic::WhiteSpace
        | Topic::LetterGap
        | Topic::WordGap
        | Topic::Change
        | Topic::Editing => return None,
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
    let is_unknown = match topic {
        Topic::Content => values.iter().any(is_unknowable),
        // These take keywords only: a function there stands for one of them.
        Topic::Display | Topic::Visibility | Topic::ContentVisibility | Topic::TextTransform | Topic::TextSecurity => {
            values.iter().any(|value| matches!(value, Value::Function(..)))
        }
        _ => values.iter().any(|value| is_unknowable(value) || holds_attribute(value)),
    };
    if is_unknown {
        effects.extend(effect_of_unknown(property));
        return;
    }
    match topic {
        Topic::Display => hides_if(effects, has(values, &["none", "table-column", "table-column-group"])),
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
        Topic::Rotate => hides_if(effects, is_away_by_rotation(values)),
        Topic::Padding => padding(effects, property, values),
        Topic::MotionPath => unknown_if(effects, values.iter().any(is_picture_or_path)),
        Topic::Mask => unknown_if(effects, values.iter().any(is_picture_or_path)),
        Topic::Blend => unknown_if(effects, values.iter().any(|value| !value.is_keyword("normal"))),
        Topic::Anchoring => unknown_if(effects, !has(values, &["always"])),
        Topic::Tracks => partial_if(effects, has_only_tiny_tracks(values), Effect::TinyTrack),
        Topic::Height => partial_if(effects, values.iter().any(is_long), Effect::HasHeight),
        Topic::Lines => partial_if(effects, values.first().is_some_and(is_tiny_line), Effect::TinyLine),
        Topic::WhiteSpace => partial_if(effects, has(values, &["nowrap", "pre"]), Effect::KeepsLine),
        Topic::LetterGap => gap(effects, values.first(), LEAST_GAP),
        Topic::WordGap => gap(effects, values.first(), LEAST_WORD_GAP),
        Topic::SizeAdjust => {
            number(effects, values.iter().find(|value| matches!(value, Value::Number(_))), LEAST_ADJUST);
        }
        Topic::TextSizeAdjust => number(effects, values.first(), LEAST_ADJUSTED),
        Topic::Upright => hides_if(effects, has(values, &["all"])),
        Topic::Change => partial_if(effects, values.iter().any(is_endless), Effect::ChangesForever),
        Topic::Editing => partial_if(effects, !has(values, &["read-only"]), Effect::IgnoresPointer),
        Topic::Repetition => partial_if(effects, values.iter().any(is_less_than_once), Effect::HoldsAnyFrame),
        Topic::Zoom => number(effects, values.first(), LEAST_FACTOR),
        Topic::Side => side(effects, property, values.first()),
        Topic::Overflow => {
            let axis = match property {
                "overflow-x" | "overflow-inline" => Axis::Across,
                "overflow-y" | "overflow-block" => Axis::Down,
                _ => Axis::Both,
            };
            partial_if(effects, has(values, &["hidden", "clip"]), Effect::CutsOverflow(axis));
            partial_if(effects, has(values, &["scroll", "auto"]), Effect::Scrolls);
        }
        Topic::Contain => {
            partial_if(effects, has(values, &["paint", "strict", "content"]), Effect::CutsOverflow(Axis::Both));
            partial_if(effects, has(values, &["size", "strict"]), Effect::IgnoresContents);
        }
        Topic::Position => partial_if(
            effects,
            has(values, &["relative", "absolute", "fixed", "sticky", "-webkit-sticky"]),
            Effect::Positioned,
        ),
        Topic::TextTransform | Topic::TextSecurity => hides_if(effects, !has(values, &["none"])),
        Topic::BidiOverride => hides_if(effects, has(values, &["bidi-override", "isolate-override"])),
        Topic::LineClamp => hides_if(effects, !has(values, &["none", "auto"])),
        Topic::Content => generated::content(effects, values),
        Topic::Marker => generated::marker(effects, values),
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
        Value::Function(..) if value.is_safe_area() => false,
        Value::Function(name, inside) => {
            matches!(name.as_str(), "env" | "var" | "if" | "inherit" | "random" | "random-item" | "toggle" | "too-deep")
                || name.starts_with("--")
                || inside.iter().any(is_unknowable)
        }
        _ => false,
    }
}

/// `attr()`, whose value the page gives; in `content` it is text.
fn holds_attribute(value: &Value) -> bool {
    match value {
        Value::Function(name, inside) => name == "attr" || inside.iter().any(holds_attribute),
        _ => false,
    }
}

fn has(values: &[Value], keywords: &[&str]) -> bool {
    values.iter().any(|value| value.keyword().is_some_and(|word| keywords.contains(&word)))
}

pub(super) fn hides_if(effects: &mut Vec<Effect>, hides: bool) {
    partial_if(effects, hides, Effect::Hides(Why::Value));
}

/// For what shows or hides an element by something that the stylesheets do not say.
fn unknown_if(effects: &mut Vec<Effect>, applies: bool) {
    partial_if(effects, applies, Effect::Hides(Why::Unknown));
}

fn is_picture_or_path(value: &Value) -> bool {
    match value {
        Value::Url => true,
        Value::Function(name, _) => is_image(name) || matches!(name.as_str(), "path" | "ray" | "shape" | "polygon"),
        _ => false,
    }
}

/// Whether no row, or no column, of a grid has a length. A bar at the side may well be folded away by a column of none
/// beside others.
fn has_only_tiny_tracks(values: &[Value]) -> bool {
    let is_name = |value: &&Value| !matches!(value, Value::Function(name, _) if name.is_empty());
    split(values, '/').into_iter().any(|tracks| {
        let mut tracks = tracks.iter().filter(is_name).peekable();
        tracks.peek().is_some() && tracks.all(is_tiny_track)
    })
}

/// `0`, `0fr` or a pixel; `minmax(0, 1fr)` takes what its contents need.
fn is_tiny_track(value: &Value) -> bool {
    match value {
        Value::Dimension(parts, unit) if unit == "fr" => *parts < 0.01,
        Value::Number(number) => *number == 0.0,
        Value::Dimension(..) | Value::Percent(_) => {
            compute(value, Scale::window(1280.0)).is_some_and(|length| length <= 1.0)
        }
        _ => false,
    }
}

fn is_long(value: &Value) -> bool {
    compute(value, Scale::window(1280.0)).is_some_and(|length| length >= LEAST_FONT_SIZE)
}

fn is_tiny_line(value: &Value) -> bool {
    match value {
        Value::Number(factor) => *factor < LEAST_LINE,
        other => compute(other, Scale::FONT).is_some_and(|height| height < LEAST_LINE * 16.0),
    }
}

fn is_endless(value: &Value) -> bool {
    matches!(value, Value::Dimension(_, unit) if unit == "s" || unit == "ms")
        && compute(value, Scale::FONT).is_some_and(|seconds| seconds.abs() >= ENDLESS)
}

fn is_less_than_once(value: &Value) -> bool {
    matches!(value, Value::Number(times) if *times < 1.0)
}

/// Spaces so narrow that what stands between them lies upon one another, or so wide that it leaves the window.
fn gap(effects: &mut Vec<Effect>, value: Option<&Value>, least: f64) {
    let Some(value) = value else { return };
    let space = compute(value, Scale::FONT);
    hides_if(effects, is_far(value) || space.is_some_and(|space| space <= least));
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
pub(super) fn number(effects: &mut Vec<Effect>, value: Option<&Value>, least: f64) {
    match value.map(|value| computed(value, Scale { percent: 1.0, viewport: 1.0 })) {
        Some(Computed::Known(number)) => hides_if(effects, number < least),
        Some(Computed::Unknown) => effects.push(Effect::Hides(Why::Unknown)),
        Some(Computed::NoNumber) | None => {}
    }
}

fn filter(effects: &mut Vec<Effect>, values: &[Value]) {
    for value in values {
        match value {
            Value::Url => effects.push(Effect::Hides(Why::Unknown)),
            Value::Function(name, inside) => match name.as_str() {
                "opacity" => number(effects, inside.first(), LEAST_OPACITY),
                "contrast" => number(effects, inside.first(), LEAST_CONTRAST),
                "blur" => {
                    let radius = inside.first().and_then(|value| compute(value, Scale::FONT));
                    hides_if(effects, radius.is_some_and(|radius| radius >= MOST_BLUR));
                }
                "url" | "src" => effects.push(Effect::Hides(Why::Unknown)),
                _ => {}
            },
            _ => {}
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
    let line = values.iter().position(|value| *value == Value::Mark('/')).and_then(|slash| values.get(slash + 1));
    partial_if(effects, line.is_some_and(is_tiny_line), Effect::TinyLine);
}

fn side(effects: &mut Vec<Effect>, property: &str, value: Option<&Value>) {
    let (axis, least) = match property.trim_start_matches("max-") {
        "width" | "inline-size" => (Axis::Across, LEAST_WIDTH),
        _ => (Axis::Down, LEAST_HEIGHT),
    };
    match value {
        Some(Value::Function(name, _)) if name == "fit-content" || name == "anchor-size" => {}
        Some(value) => match computed(value, Scale::window(1280.0)) {
            Computed::Known(length) => {
                partial_if(effects, length < LEAST_FONT_SIZE, Effect::TinySide);
                partial_if(effects, length < least, Effect::ShortSide(axis));
                let is_height = axis == Axis::Down && !property.starts_with("max-");
                partial_if(effects, is_height && length >= least, Effect::HasHeight);
            }
            Computed::Unknown => effects.push(Effect::TinySide),
            Computed::NoNumber => {}
        },
        None => {}
    }
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
            Value::Dimension(..) => holds |= is_endless(value),
            Value::Number(_) => holds |= is_less_than_once(value),
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
