//! The jobs that a matrix makes.

use super::expression::{Possible, Value};
use super::resolve::Resolver;
use super::scope::JobScope;
use crate::syntax::Span;
use crate::yaml;

/// The jobs that a matrix makes.
#[derive(Clone, Debug)]
pub struct Matrix {
    /// What `matrix` holds in each of them; where there are more than one can follow, enough rows that every
    /// value of every dimension is in one.
    pub rows: Vec<Possible>,
    /// How many jobs there are; none where that is decided when the workflow runs.
    pub count: Option<u64>,
    /// Where it stands.
    pub span: Span,
    /// Most of them at a time, where the workflow says it.
    pub max_parallel: Option<yaml::Value>,
}

/// Rows that are written out.
const MOST_ROWS: u64 = 1024;

/// The matrix of a job's `strategy`, if it has one.
pub fn matrix(strategy: &yaml::Value, resolver: &Resolver<'_>, scope: &JobScope<'_>) -> Option<Matrix> {
    let entry = strategy.mapping()?.entry("matrix")?;
    let max_parallel = strategy.get("max-parallel").cloned();
    let span = entry.key.span;
    if entry.value.mapping().is_none() {
        let mut rows = Vec::new();
        let mut count = Some(0);
        for whole in resolver.convert(&entry.value, scope) {
            match &whole.value {
                Value::Map(entries) => {
                    let (of_map, number) = of_dimensions(dimensions(entries));
                    rows.extend(of_map);
                    count = count.zip(number).map(|(a, b)| a + b);
                }
                _ => {
                    count = None;
                    rows.push(Possible { value: Value::Unknown, ..whole });
                }
            }
        }
        return Some(Matrix { rows, count, span, max_parallel });
    }
    let entries: Vec<_> = entry
        .value
        .entries()
        .iter()
        .filter_map(|entry| {
            let name = entry.name()?.to_owned();
            Some((name, list(&entry.value, resolver, scope)))
        })
        .collect();
    let (rows, count) = of_dimensions(entries);
    Some(Matrix { rows, count, span, max_parallel })
}

/// The values of a dimension, and whether these are all.
type Values = (Vec<Possible>, bool);

/// What stands under a key of a matrix: a list, or an expression that comes to one.
fn list(value: &yaml::Value, resolver: &Resolver<'_>, scope: &JobScope<'_>) -> Values {
    if value.is_sequence() {
        let mut sure = true;
        let items = value.items().iter().flat_map(|item| {
            let found = resolver.convert(item, scope);
            sure &= found.len() == 1;
            found
        });
        let items = items.collect();
        return (items, sure);
    }
    let wholes = resolver.convert(value, scope);
    let mut sure = wholes.len() == 1;
    let mut items = Vec::new();
    for whole in wholes {
        match whole.value {
            Value::List(of_list) => items.extend(of_list),
            _ => {
                sure = false;
                items.push(Possible { value: Value::Unknown, ..whole });
            }
        }
    }
    (items, sure)
}

fn dimensions(entries: &[(String, Possible)]) -> Vec<(String, Values)> {
    let of_entry = |(name, value): &(String, Possible)| {
        let values = match &value.value {
            Value::List(items) => (items.clone(), true),
            _ => (vec![Possible::new(Value::Unknown, value.span)], false),
        };
        (name.clone(), values)
    };
    entries.iter().map(of_entry).collect()
}

fn of_dimensions(entries: Vec<(String, Values)>) -> (Vec<Possible>, Option<u64>) {
    let mut include = Vec::new();
    let mut exclude = Vec::new();
    let mut sure = true;
    let mut dimensions: Vec<(String, Vec<Possible>)> = Vec::new();
    for (name, (values, all)) in entries {
        sure &= all;
        match name.as_str() {
            "include" => include = values,
            "exclude" => exclude = values,
            _ => dimensions.push((name, values)),
        }
    }
    let product = dimensions.iter().map(|(_, values)| values.len() as u64).fold(1, u64::saturating_mul);
    if product > MOST_ROWS {
        return (covering(&dimensions), sure.then_some(product));
    }
    let mut rows = if dimensions.is_empty() { Vec::new() } else { vec![Vec::new()] };
    for (name, values) in &dimensions {
        rows = rows
            .iter()
            .flat_map(|row: &Vec<(String, Possible)>| {
                values.iter().map(move |value| {
                    let mut row = row.clone();
                    row.push((name.clone(), value.clone()));
                    row
                })
            })
            .collect();
    }
    rows.retain(|row| !exclude.iter().any(|excluded| is_part(excluded, row)));
    // What a row had before anything was included: that can't be changed, only added to.
    let own: Vec<_> = rows.clone();
    for included in include {
        let Value::Map(entries) = &included.value else {
            sure = false;
            rows.push(vec![]);
            continue;
        };
        let mut joined = false;
        for (row, own) in rows.iter_mut().zip(&own) {
            let clashes = entries.iter().any(|(key, value)| {
                own.iter().any(|(name, before)| name == key && !before.value.is_same(&value.value))
            });
            if !clashes {
                joined = true;
                for (key, value) in entries {
                    row.retain(|(name, _)| name != key);
                    row.push((key.clone(), value.clone()));
                }
            }
        }
        if !joined {
            rows.push(entries.clone());
        }
    }
    let count = sure.then_some(rows.len() as u64);
    let place = |row: &[(String, Possible)]| row.first().map_or_else(Span::default, |(_, value)| value.span);
    let rows = rows.into_iter().map(|row| Possible { span: place(&row), value: Value::Map(row) });
    (rows.collect(), count)
}

/// Whether every entry of the one is in the other.
fn is_part(part: &Possible, row: &[(String, Possible)]) -> bool {
    let Value::Map(entries) = &part.value else { return false };
    !entries.is_empty()
        && entries.iter().all(|(key, value)| {
            row.iter().any(|(name, found)| name == key && is_within(&value.value, &found.value))
        })
}

/// `exclude` may give a part of a mapping.
fn is_within(part: &Value, whole: &Value) -> bool {
    match (part, whole) {
        (Value::Map(part), Value::Map(whole)) => part.iter().all(|(key, value)| {
            whole.iter().any(|(name, found)| name == key && is_within(&value.value, &found.value))
        }),
        (part, whole) => part.is_same(whole),
    }
}

/// As few rows as have every value of every dimension in one.
fn covering(dimensions: &[(String, Vec<Possible>)]) -> Vec<Possible> {
    let longest = dimensions.iter().map(|(_, values)| values.len()).max().unwrap_or(0);
    let row = |at: usize| {
        let entry = |(name, values): &(String, Vec<Possible>)| {
            Some((name.clone(), values.get(at % values.len().max(1))?.clone()))
        };
        let entries: Vec<_> = dimensions.iter().filter_map(entry).collect();
        let span = entries.first().map_or_else(Span::default, |(_, value)| value.span);
        Possible::new(Value::Map(entries), span)
    };
    (0..longest).map(row).collect()
}
