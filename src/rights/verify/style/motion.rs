//! What moves an element out of sight, makes it too small or turns it away: offsets, transforms, paths.

use super::declaration::{Effect, Why, hides_if, number};
use super::value::{Scale, Value, compute};

/// A move this far, in pixels, leaves the window.
pub(super) const FAR: f64 = 500.0;
/// A factor under this makes text of 16 pixels smaller than the least font size.
pub(super) const LEAST_FACTOR: f64 = 0.5;
/// From an eye nearer than this, in pixels, nobody can tell what is still in front of it.
const LEAST_PERSPECTIVE: f64 = 100.0;

/// Beyond the edge of a narrow, a usual and a wide window: 500px, 100vw or 100 % and more.
pub(super) fn far(effects: &mut Vec<Effect>, values: &[Value], effect: Effect) {
    for value in values {
        if matches!(value, Value::Function(..)) && compute(value, Scale::window(1280.0)).is_none() {
            effects.push(if effect == Effect::Hides(Why::Value) {
                Effect::Hides(Why::Unknown)
            } else {
                effect.clone()
            });
            continue;
        }
        if is_far(value) {
            effects.push(effect.clone());
        }
    }
}

/// Whether a length reaches beyond the edge of every window.
pub(super) fn is_far(value: &Value) -> bool {
    [320.0, 1280.0, 2560.0_f64].into_iter().all(|window| {
        compute(value, Scale::window(window)).is_some_and(|distance| distance.abs() >= window.min(FAR) - 0.001)
    })
}

/// `padding` pushes text to the side as margins do; above and below, pages only grow longer.
pub(super) fn padding(effects: &mut Vec<Effect>, property: &str, values: &[Value]) {
    let sideways: Vec<&Value> = match (property, values) {
        ("padding", [all]) => vec![all],
        ("padding", [_, sides] | [_, sides, _]) => vec![sides],
        ("padding", [_, right, _, left]) => vec![right, left],
        ("padding", _) => Vec::new(),
        _ => values.iter().collect(),
    };
    hides_if(effects, sideways.into_iter().any(is_far));
}

/// `transform` with all its functions.
pub(super) fn transform(effects: &mut Vec<Effect>, values: &[Value]) {
    for value in values {
        let Value::Function(name, inside) = value else { continue };
        let arguments: Vec<&Value> = inside.iter().filter(|value| **value != Value::Mark(',')).collect();
        match name.as_str() {
            "translate" | "translatex" | "translatey" | "translatez" | "translate3d" => {
                for argument in arguments {
                    far(effects, std::slice::from_ref(argument), Effect::Hides(Why::Value));
                }
            }
            "scale" | "scalex" | "scaley" | "scale3d" => {
                for factor in arguments.into_iter().take(2) {
                    number(effects, Some(factor), LEAST_FACTOR);
                }
            }
            "rotatex" | "rotatey" => hides_if(effects, arguments.first().is_some_and(|angle| is_turned_away(angle))),
            "rotate3d" => hides_if(effects, turns_away(&arguments)),
            "skew" | "skewx" | "skewy" => hides_if(effects, arguments.iter().any(|angle| is_edge_on(angle))),
            "matrix" => matrix(effects, &arguments, [0, 1, 2, 3, 4, 5]),
            "matrix3d" => matrix(effects, &arguments, [0, 1, 4, 5, 12, 13]),
            "perspective" => {
                let distance = arguments.first().and_then(|value| compute(value, Scale::window(1280.0)));
                if distance.is_some_and(|distance| distance < LEAST_PERSPECTIVE) {
                    effects.push(Effect::Hides(Why::Unknown));
                }
            }
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

fn cosine(angle: &Value) -> Option<f64> {
    match angle {
        Value::Number(_) => None,
        angle => compute(angle, Scale::FONT).map(|degrees| degrees.to_radians().cos()),
    }
}

/// Turned so that only an edge is seen.
fn is_edge_on(angle: &Value) -> bool {
    cosine(angle).is_some_and(|cosine| cosine.abs() < 0.1)
}

/// Turned out of the page's plane so that an edge or the back is seen.
fn is_turned_away(angle: &Value) -> bool {
    cosine(angle).is_some_and(|cosine| cosine < 0.1)
}

/// `1, 0, 0, 90deg`; a turn in the plane of the page hides nothing.
fn turns_away(arguments: &[&Value]) -> bool {
    match arguments {
        [Value::Number(x), Value::Number(y), _, angle] => (*x != 0.0 || *y != 0.0) && is_turned_away(angle),
        [_, _, _, angle] => is_turned_away(angle),
        _ => false,
    }
}

/// `rotate: x 90deg` or `rotate: 1 0 0 90deg`.
pub(super) fn is_away_by_rotation(values: &[Value]) -> bool {
    match values {
        [axis, angle] | [angle, axis] if axis.is_keyword("x") || axis.is_keyword("y") => is_turned_away(angle),
        [_, _, _, _] => turns_away(&values.iter().collect::<Vec<_>>()),
        _ => false,
    }
}
