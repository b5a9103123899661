//! The properties that matter for whether text can be seen, by what they are about. Must not know values.

/// What a property is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Topic {
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
    Padding,
    MotionPath,
    Mask,
    Blend,
    Tracks,
    Height,
    Lines,
    WhiteSpace,
    LetterGap,
    WordGap,
    SizeAdjust,
    TextSizeAdjust,
    Upright,
    Change,
    Editing,
    Anchoring,
    Repetition,
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

/// The topic of a property, if its declarations can hide text, help to hide it, or add some.
pub(super) fn topic(property: &str) -> Option<Topic> {
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
        "padding"
        | "padding-left"
        | "padding-right"
        | "padding-inline"
        | "padding-inline-start"
        | "padding-inline-end" => Topic::Padding,
        "offset" | "offset-path" => Topic::MotionPath,
        "mask" | "mask-image" | "mask-border" | "mask-border-source" | "mask-box-image" | "mask-box-image-source" => {
            Topic::Mask
        }
        "mix-blend-mode" => Topic::Blend,
        "grid"
        | "grid-template"
        | "grid-template-rows"
        | "grid-template-columns"
        | "grid-auto-rows"
        | "grid-auto-columns" => Topic::Tracks,
        "width" | "height" | "max-width" | "max-height" | "inline-size" | "block-size" | "max-inline-size"
        | "max-block-size" => Topic::Side,
        "min-height"
        | "min-block-size"
        | "contain-intrinsic-size"
        | "contain-intrinsic-height"
        | "contain-intrinsic-block-size" => Topic::Height,
        "line-height" => Topic::Lines,
        "white-space" | "text-wrap" | "text-wrap-mode" => Topic::WhiteSpace,
        "letter-spacing" => Topic::LetterGap,
        "word-spacing" => Topic::WordGap,
        "font-size-adjust" => Topic::SizeAdjust,
        "text-size-adjust" => Topic::TextSizeAdjust,
        "text-combine-upright" => Topic::Upright,
        "transition" | "transition-duration" | "transition-delay" => Topic::Change,
        "user-modify" => Topic::Editing,
        "position-visibility" => Topic::Anchoring,
        "animation-iteration-count" => Topic::Repetition,
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
