//! Which declarations hide, and which only look like it.

use super::declaration::*;
use super::value::read;

/// Reads a declaration's value from its text.
fn effects_of_text(property: &str, text: &str) -> Vec<Effect> {
    let mut found = Vec::new();
    let values = read(&mut cssparser::Parser::new(text)).expect("readable");
    effects(property, &values, &mut found);
    found
}

#[test]
fn hiding_values_and_their_harmless_twins() {
    let cases: &[(&str, &[&str], &[&str])] = &[
        (
            "display",
            &[
                "none",
                "none !important",
                "table-column",
                "attr(x type(<custom-ident>))",
                "if(style(--x): none; else: block)",
            ],
            &["block", "inherit", "contents", "grid", "table-cell"],
        ),
        ("visibility", &["hidden", "collapse"], &["visible"]),
        ("content-visibility", &["hidden"], &["auto"]),
        ("opacity", &["0", ".49", "40%", "calc(1 - .8)", "env(x)"], &["1", ".9", "50%", "0.5"]),
        (
            "filter",
            &["blur(8px)", "url(#x)", "contrast(0)", "opacity(0)", "blur(1px) opacity(20%)"],
            &["none", "opacity(.9)", "grayscale(1)"],
        ),
        ("color", &["transparent", "#0000", "rgb(0 0 0 / 10%)"], &["#333", "currentcolor", "rgba(0,0,0,.87)"]),
        ("-webkit-text-fill-color", &["transparent"], &["currentcolor"]),
        (
            "font-size",
            &["attr(data-size px)", "0", "8px", "50%", ".5em", "8.9px"],
            &["9px", "62.5%", "small", "80%", "clamp(1rem,2vw,2rem)"],
        ),
        ("font", &["0/0 a", "italic 700 1px serif"], &["inherit", "1rem/1.5 x", "700 100%/1.2 y", "caption"]),
        ("mask", &["linear-gradient(#000, #0000)", "url(x.svg) 0/0"], &["none", "inherit"]),
        ("mix-blend-mode", &["screen", "difference"], &["normal"]),
        ("letter-spacing", &["-1em", "9999px"], &["-.02em", "normal", ".1em"]),
        ("word-spacing", &["-1em", "100vw"], &["-.1em", "0"]),
        ("font-size-adjust", &["0", "ex-height .1"], &["none", ".5", "from-font"]),
        ("-webkit-text-size-adjust", &["5%"], &["100%", "none", "auto"]),
        ("text-combine-upright", &["all"], &["none", "digits 2"]),
        ("padding-left", &["100vw", "600px"], &["2rem", "max(1rem, env(safe-area-inset-left))", "env(x)"]),
        ("offset-path", &["path(\"M0 -9999\")", "url(#x)"], &["none"]),
        ("rotate", &["x 90deg", "0 1 0 180deg"], &["90deg", "z 90deg", "0 0 1 90deg"]),
        ("clip", &["rect(0,0,0,0)", "rect(1px 1px 1px 1px)", "rect(0 0 0 0)"], &["auto", "rect(0,auto,auto,0)"]),
        (
            "clip-path",
            &["inset(50%)", "inset(100%)", "circle(0)", "polygon(0 0,0 0,0 0)", "url(#x)", "path('M0 0')"],
            &[
                "none",
                "inset(0)",
                "inset(0 -100vmax)",
                "circle(75%)",
                "polygon(0 0,100% 0,100% 95%,0 100%)",
                "border-box",
            ],
        ),
        (
            "margin-left",
            &["-9999px", "100vw", "-100%", "calc(-1 * 9999px)"],
            &["auto", "-50vw", "calc(50% - 50vw)", "3rem"],
        ),
        ("margin", &["0 0 0 -600px"], &["0 auto", "2rem auto 4rem", "0 max(1rem, (100vw - 70rem) / 2)"]),
        ("text-indent", &["-9999px", "100%"], &["1.5em", "0", "2em hanging"]),
        (
            "transform",
            &[
                "scale(0)",
                "translateX(-100%)",
                "translate(0, 9999px)",
                "matrix(0,0,0,0,0,0)",
                "rotateY(90deg)",
                "scaleX(0)",
            ],
            &["none", "translate(-50%, -50%)", "scale(.98)", "rotate(90deg)", "matrix(1,0,0,1,0,0)", "translateZ(0)"],
        ),
        ("scale", &["0", "1 0"], &["1", "none", "1.05"]),
        ("zoom", &["0", "10%"], &["1", "normal"]),
        ("translate", &["-100vw 0"], &["0 2px", "none", "-50% -50%"]),
        ("text-transform", &["uppercase", "capitalize"], &["none", "inherit"]),
        ("-webkit-line-clamp", &["2"], &["none"]),
        ("content", &["url(x.png)", "linear-gradient(red, blue)"], &["none", "normal", "attr(href)"]),
    ];
    for (property, hiding, harmless) in cases {
        for value in *hiding {
            let found = effects_of_text(property, value);
            assert!(found.iter().any(|effect| matches!(effect, Effect::Hides(_))), "{property}: {value}");
        }
        for value in *harmless {
            assert_eq!(effects_of_text(property, value), [], "{property}: {value}");
        }
    }
}

#[test]
fn parts_of_a_hiding_combination() {
    for (property, value, effect) in [
        ("left", "-9999px", Effect::OffScreenOffset),
        ("inset-inline-start", "100%", Effect::OffScreenOffset),
        ("position", "absolute", Effect::Positioned),
        ("height", "0", Effect::TinySide),
        ("max-height", "1px", Effect::TinySide),
        ("height", "3em", Effect::ShortSide(Axis::Down)),
        ("max-width", "5ch", Effect::ShortSide(Axis::Across)),
        ("height", "100%", Effect::HasHeight),
        ("overflow", "hidden", Effect::CutsOverflow(Axis::Both)),
        ("overflow-y", "clip", Effect::CutsOverflow(Axis::Down)),
        ("overflow", "auto", Effect::Scrolls),
        ("contain", "strict", Effect::IgnoresContents),
        ("grid-template-rows", "0fr", Effect::TinyTrack),
        ("white-space", "nowrap", Effect::KeepsLine),
        ("line-height", "0", Effect::TinyLine),
        ("font", "1rem/.1 a", Effect::TinyLine),
        ("transition", "opacity 9999s", Effect::ChangesForever),
        ("animation-iteration-count", "0", Effect::HoldsAnyFrame),
        ("-webkit-user-modify", "read-write", Effect::IgnoresPointer),
        ("content", "attr(title)", Effect::GeneratesAttribute("title".to_owned())),
        ("pointer-events", "none", Effect::IgnoresPointer),
        ("content", "\"Not \" attr(x)", Effect::GeneratesText("Not ".to_owned())),
    ] {
        assert!(effects_of_text(property, value).contains(&effect), "{property}: {value}");
    }
    for (property, value) in [
        ("width", "auto"),
        ("max-width", "60ch"),
        ("overflow", "visible"),
        ("grid-template-columns", "0 1fr"),
        ("grid-template-columns", "minmax(0, 1fr) [end]"),
        ("white-space", "pre-line"),
        ("line-height", "1.4"),
        ("contain", "layout style"),
        ("transition", "opacity .3s"),
        ("padding", "600px 1rem"),
        ("transform", "rotate3d(0, 0, 1, 90deg)"),
        ("content", "\"→ (\" attr(href) \")\""),
        ("content", "counter(step) \". \""),
    ] {
        let found = effects_of_text(property, value);
        assert_eq!(found, [], "{property}: {value}");
    }
}
