//! All that an expression may come to.

use super::call::call;
use super::parse::{Expression, Kind, Operator};
use super::template::{Part, Template};
use super::value::{MOST, Possible, Value};
use crate::syntax::Span;
use std::ops::Range;

/// What is known where an expression stands.
pub trait Scope {
    /// What `context.name` may be; nothing where that is decided when the workflow runs.
    fn property(&self, context: &str, name: &str) -> Option<Vec<Possible>>;
}

/// Where bytes of the text are written.
pub type Place<'a> = &'a dyn Fn(Range<usize>) -> Span;

/// All that a text with expressions may come to. A single expression keeps its type.
pub fn evaluate_template(
    text: &str,
    template: &Template,
    scope: &dyn Scope,
    place: Place<'_>,
) -> Vec<Possible> {
    if let Some((expression, start)) = template.single() {
        let inner = |range: Range<usize>| place(range.start + start..range.end + start);
        return evaluate(expression, scope, &inner);
    }
    let whole = place(0..text.len());
    let mut texts = vec![Some(String::new())];
    let mut open = Vec::new();
    for part in &template.parts {
        let next: Vec<Option<String>> = match part {
            Part::Text(range) => vec![Some(text[range.clone()].to_owned())],
            Part::Expression { inner, expression, .. } => {
                let start = inner.start;
                let inner = |range: Range<usize>| place(range.start + start..range.end + start);
                let values = evaluate(expression, scope, &inner);
                open.extend(values.iter().filter(|one| one.value.text().is_none()).cloned());
                values.into_iter().map(|one| one.value.text()).collect()
            }
        };
        let joined = texts.iter().flat_map(|before| {
            next.iter().map(move |next| Some(format!("{}{}", before.as_ref()?, next.as_ref()?)))
        });
        texts = joined.take(MOST).collect();
    }
    let known = texts.into_iter().flatten().map(|text| Possible::new(Value::Text(text), whole));
    let unknown = open.into_iter().map(|one| Possible { value: Value::Unknown, ..one });
    distinct(known.chain(unknown).collect())
}

/// All that an expression may come to.
pub fn evaluate(expression: &Expression, scope: &dyn Scope, place: Place<'_>) -> Vec<Possible> {
    let span = || place(expression.range.clone());
    let one = |value| vec![Possible::new(value, span())];
    let values = match &expression.kind {
        Kind::Null => one(Value::Null),
        Kind::Bool(truth) => one(Value::Bool(*truth)),
        Kind::Number(number) => one(Value::Number(*number)),
        Kind::Text(text) => one(Value::Text(text.clone())),
        Kind::Context(_) | Kind::All(_) => one(Value::Unknown),
        Kind::Property(of, name) => match &of.kind {
            Kind::Context(context) => scope.property(context, name).unwrap_or_else(|| one(Value::Unknown)),
            _ => {
                let of = evaluate(of, scope, place).into_iter().map(|of| of.property(name));
                of.map(|found| known_or_here(found, span())).collect()
            }
        },
        Kind::Index(of, key) => {
            let keys = evaluate(key, scope, place);
            let named = |key: &Possible| match (&of.kind, key.value.text()) {
                (Kind::Context(context), Some(name)) => scope.property(context, &name),
                _ => None,
            };
            let of = evaluate(of, scope, place);
            let each = keys.iter().flat_map(|key| match named(key) {
                Some(found) => found,
                None => of.iter().map(|of| known_or_here(index(of, &key.value), span())).collect(),
            });
            each.collect()
        }
        Kind::Not(of) => {
            truths(evaluate(of, scope, place).iter().map(|of| of.value.truth().map(|t| !t)), span())
        }
        Kind::Call(name, arguments) => {
            let arguments: Vec<_> = arguments.iter().map(|one| evaluate(one, scope, place)).collect();
            call(name, &arguments, span())
        }
        Kind::Binary(Operator::And, left, right) => {
            let right = evaluate(right, scope, place);
            let each = evaluate(left, scope, place).into_iter().flat_map(|left| match left.value.truth() {
                Some(false) => vec![left],
                Some(true) => right.clone(),
                None => {
                    let mut both = right.clone();
                    both.push(Possible { value: Value::Falsy, ..left });
                    both
                }
            });
            each.collect()
        }
        Kind::Binary(Operator::Or, left, right) => {
            let right = evaluate(right, scope, place);
            let each = evaluate(left, scope, place).into_iter().flat_map(|left| match left.value.truth() {
                Some(true) => vec![left],
                Some(false) => right.clone(),
                None => {
                    let mut both = vec![left];
                    both.extend(right.iter().cloned());
                    both
                }
            });
            each.collect()
        }
        Kind::Binary(operator, left, right) => {
            let (left, right) = (evaluate(left, scope, place), evaluate(right, scope, place));
            let pairs = left.iter().flat_map(|left| right.iter().map(move |right| (left, right)));
            truths(pairs.map(|(left, right)| compare(*operator, &left.value, &right.value)), span())
        }
    };
    distinct(values)
}

/// Something unknown is shown by the whole path that leads to it.
fn known_or_here(found: Possible, span: Span) -> Possible {
    if matches!(found.value, Value::Unknown) { Possible { span, ..found } } else { found }
}

fn index(of: &Possible, key: &Value) -> Possible {
    match (&of.value, key) {
        (Value::Unknown, _) | (_, Value::Unknown | Value::Falsy) => Possible::new(Value::Unknown, of.span),
        (Value::List(items), key) => {
            let at = key.number().filter(|at| *at >= 0.0 && at.fract() == 0.0);
            let item = at.and_then(|at| items.get(at as usize));
            item.cloned().unwrap_or_else(|| Possible::new(Value::Null, of.span))
        }
        (_, key) => of.property(&key.text().unwrap_or_default()),
    }
}

fn compare(operator: Operator, left: &Value, right: &Value) -> Option<bool> {
    if let Operator::Equal | Operator::NotEqual = operator {
        return left.equals(right).map(|equal| equal == (operator == Operator::Equal));
    }
    let order = match (left, right) {
        (Value::Text(left), Value::Text(right)) => Some(left.to_lowercase().cmp(&right.to_lowercase())),
        _ => left.number()?.partial_cmp(&right.number()?),
    };
    Some(order.is_some_and(|order| match operator {
        Operator::Less => order.is_lt(),
        Operator::LessOrEqual => order.is_le(),
        Operator::Greater => order.is_gt(),
        _ => order.is_ge(),
    }))
}

/// Truths; one that is not known may be either.
pub fn truths(all: impl Iterator<Item = Option<bool>>, span: Span) -> Vec<Possible> {
    let (mut yes, mut no) = (false, false);
    for truth in all {
        yes |= truth != Some(false);
        no |= truth != Some(true);
    }
    let known = [(yes, true), (no, false)].into_iter().filter(|(is, _)| *is);
    known.map(|(_, truth)| Possible::new(Value::Bool(truth), span)).collect()
}

/// Each value once, and not more than one can follow.
fn distinct(values: Vec<Possible>) -> Vec<Possible> {
    let mut kept: Vec<Possible> = Vec::new();
    for value in values {
        if kept.len() >= MOST {
            kept.push(Possible { value: Value::Unknown, ..value });
            break;
        }
        if !kept.iter().any(|one| one.value.is_same(&value.value)) {
            kept.push(value);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::expression::{parse, template};

    struct Inputs;

    impl Scope for Inputs {
        fn property(&self, context: &str, name: &str) -> Option<Vec<Possible>> {
            let text = |text: &str| Possible::new(Value::Text(text.to_owned()), Span::default());
            match (context, name) {
                ("inputs", "pool") => Some(vec![text("small"), text("large")]),
                ("inputs", "none") => Some(vec![text("")]),
                _ => None,
            }
        }
    }

    fn values(values: Vec<Possible>) -> Vec<String> {
        values.iter().map(|one| one.value.text().unwrap_or_else(|| format!("{:?}", one.value))).collect()
    }

    fn of(text: &str) -> Vec<String> {
        let parsed = parse(text).unwrap();
        values(evaluate(&parsed, &Inputs, &|_| Span::default()))
    }

    #[test]
    fn idioms_come_to_what_they_may() {
        for (text, wanted) in [
            ("github.event_name == 'push' && 'a' || 'b'", &["a", "b"][..]),
            ("github.event.x && 'a' || 'b'", &["a", "b"]),
            ("inputs.pool", &["small", "large"]),
            ("inputs.pool == 'LARGE' && 'gpu' || 'cpu'", &["gpu", "cpu"]),
            ("inputs.none || 'fallback'", &["fallback"]),
            ("vars.RUNNER || 'fallback'", &["Unknown", "fallback"]),
            ("fromJSON('[\"a\", \"b\"]')[1]", &["b"]),
            ("fromJSON('{\"push\": \"a\"}')['push']", &["a"]),
            ("fromJSON('{\"small\": \"s\", \"large\": \"l\"}')[inputs.pool]", &["s", "l"]),
            ("format('{0}-{1}', 'a', inputs.pool)", &["a-small", "a-large"]),
            ("needs.a.outputs.b", &["Unknown"]),
            ("contains(fromJSON('[\"A\"]'), 'a') && 'yes' || 'no'", &["yes"]),
            ("startsWith(inputs.pool, 's')", &["true", "false"]),
            ("1 < 2 && 'x'", &["x"]),
            ("!inputs.none", &["true"]),
            ("case(inputs.pool == 'small', 'a', github.ref == 'x', 'b', 'c')", &["a", "b", "c"]),
            ("join(fromJSON('[\"a\",\"b\"]'), '-')", &["a-b"]),
            ("inputs['pool']", &["small", "large"]),
        ] {
            assert_eq!(of(text), wanted, "{text}");
        }
    }

    #[test]
    fn texts_are_put_together() {
        let text = "x-${{ inputs.pool }}-y";
        let parsed = template(text).unwrap();
        let found = evaluate_template(text, &parsed, &Inputs, &|_| Span::default());
        assert_eq!(values(found), ["x-small-y", "x-large-y"]);
        let text = "x-${{ github.sha }}";
        let found = evaluate_template(text, &template(text).unwrap(), &Inputs, &|_| Span::default());
        assert_eq!(values(found), ["Unknown"]);
    }
}
