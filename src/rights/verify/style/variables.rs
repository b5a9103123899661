//! Custom properties: what `var(--x)` can stand for, over all the values any rule gives to `--x`.
//!
//! Which rule wins is not asked: every declared value is possible. A name that no rule declares is unknown.

use std::collections::BTreeMap;

use super::value::{Value, split};

/// More possibilities than this for one declaration count as unknown.
const MAX_ALTERNATIVES: usize = 256;
/// Variables made of variables deeper than this count as unknown; cycles end here.
const MAX_DEPTH: usize = 12;

/// Every value declared for every custom property.
#[derive(Debug, Clone, Default)]
pub(super) struct Variables {
    values: BTreeMap<String, Vec<Vec<Value>>>,
}

impl Variables {
    /// Adds a value declared somewhere.
    pub(super) fn declare(&mut self, name: &str, value: &[Value]) {
        let known = self.values.entry(name.to_owned()).or_default();
        if !known.iter().any(|other| other == value) {
            known.push(value.to_vec());
        }
    }

    /// Every form of a value with its variables replaced; `None` if one of them is unknown.
    pub(super) fn replace(&self, values: &[Value]) -> Option<Vec<Vec<Value>>> {
        self.replace_at(values, 0)
    }

    fn replace_at(&self, values: &[Value], depth: usize) -> Option<Vec<Vec<Value>>> {
        if depth > MAX_DEPTH {
            return None;
        }
        let mut forms: Vec<Vec<Value>> = vec![Vec::new()];
        for value in values {
            let alternatives = match value {
                Value::Function(name, inside) if name == "var" => self.variable(inside, depth)?,
                Value::Function(name, inside) => self
                    .replace_at(inside, depth + 1)?
                    .into_iter()
                    .map(|inside| vec![Value::Function(name.clone(), inside)])
                    .collect(),
                plain => vec![vec![plain.clone()]],
            };
            forms = combine(&forms, &alternatives)?;
        }
        Some(forms)
    }

    /// `var(--x, fallback)`: all declared values, and the fallback for where none of them applies.
    fn variable(&self, inside: &[Value], depth: usize) -> Option<Vec<Vec<Value>>> {
        let name = inside.first()?.keyword()?;
        let mut alternatives = Vec::new();
        for value in self.values.get(name).into_iter().flatten() {
            alternatives.extend(self.replace_at(value, depth + 1)?);
        }
        if split(inside, ',').len() > 1 {
            alternatives.extend(self.replace_at(inside.get(2..)?, depth + 1)?);
        }
        (!alternatives.is_empty() && alternatives.len() <= MAX_ALTERNATIVES).then_some(alternatives)
    }
}

fn combine(forms: &[Vec<Value>], alternatives: &[Vec<Value>]) -> Option<Vec<Vec<Value>>> {
    if forms.len().saturating_mul(alternatives.len()) > MAX_ALTERNATIVES {
        return None;
    }
    let mut combined = Vec::with_capacity(forms.len() * alternatives.len());
    for form in forms {
        for alternative in alternatives {
            combined.push([form.as_slice(), alternative.as_slice()].concat());
        }
    }
    Some(combined)
}

#[cfg(test)]
mod tests {
    use super::super::value::read;
    use super::*;

    fn values(text: &str) -> Vec<Value> {
        read(&mut cssparser::Parser::new(text)).expect("readable")
    }

    #[test]
    fn every_declared_value_is_possible() {
        let mut variables = Variables::default();
        variables.declare("--shown", &values("block"));
        variables.declare("--shown", &values("none"));
        variables.declare("--alias", &values("var(--shown)"));
        variables.declare("--loop", &values("var(--loop)"));
        let of = |text| variables.replace(&values(text));
        assert_eq!(of("var(--alias)"), Some(vec![values("block"), values("none")]));
        assert_eq!(of("var(--unknown)"), None);
        assert_eq!(of("var(--unknown, flex)"), Some(vec![values("flex")]));
        assert_eq!(of("var(--loop)"), None);
        assert_eq!(of("calc(1px * 2)"), Some(vec![values("calc(1px * 2)")]));
    }
}
