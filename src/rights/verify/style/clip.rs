//! Clip paths and rectangles that leave nothing of an element, or so little that nobody can read it.

use super::value::{Scale, Value, compute, split};

/// `clip: rect(top, right, bottom, left)` that shows at most a pixel.
pub(super) fn is_empty_clip(values: &[Value]) -> bool {
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
pub(super) fn is_empty_clip_path(value: &Value) -> bool {
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
