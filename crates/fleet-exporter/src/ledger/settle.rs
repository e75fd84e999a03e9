//! The end of a batch: counts become series.

use super::apply::Applier;
use super::bounds::Bounds;
use super::labels::render;
use super::series::{Amount, Increment, Series};
use super::tables::SERIES;
use super::view::{Change, View};
use crate::time::milliseconds;
use fleet_model::metrics::exporter as metric;
use fleet_model::metrics::exporter::METRICS;

impl Applier<'_> {
    /// Ends the batch: what was counted becomes series, which are stored with the rows.
    pub fn settle(self) -> Result<Change, redb::Error> {
        let Self { view, txn, mut change, counts, .. } = self;
        let bounds = &mut *view.bounds();
        let now = milliseconds();
        let mut table = txn.open_table(SERIES)?;
        let mut queue = counts;
        while !queue.is_empty() {
            let mut overflow = Vec::new();
            for (increment, at) in queue {
                let (key, folded) = locate(&increment, view, &change, bounds);
                for label in folded {
                    overflow.push((Increment::one(&metric::LABEL_OVERFLOW, &[("label", label)]), at));
                }
                let series = change.series.entry(key).or_insert_with_key(|key| {
                    let known = view.series.get(key.0).and_then(|family| family.get(&key.1));
                    known.cloned().unwrap_or_else(|| Series::new(key.0, now, at))
                });
                series.apply(increment.metric, &increment.amount, at);
            }
            queue = overflow;
        }
        change.series.retain(|key, series| {
            let known = view.series.get(key.0).and_then(|family| family.get(&key.1));
            known.is_none_or(|known| known.value != series.value)
        });
        for ((metric, labels), series) in &change.series {
            let Some(name) = METRICS.get(*metric).map(|metric| metric.name) else { continue };
            table.insert((name, labels.as_str()), series.encode().as_slice())?;
        }
        drop(table);
        Ok(change)
    }
}

/// The series that an increment belongs to, and the labels that had to be folded for it.
fn locate(
    increment: &Increment,
    view: &View,
    change: &Change,
    bounds: &mut Bounds,
) -> ((usize, String), Vec<&'static str>) {
    let metric = increment.metric;
    let names = METRICS.get(metric).map_or(&[][..], |metric| metric.labels);
    let known = |key: &(usize, String)| {
        change.series.contains_key(key)
            || view.series.get(key.0).is_some_and(|family| family.contains_key(&key.1))
    };
    let key = (metric, render(names, &increment.labels));
    if known(&key) {
        return (key, Vec::new());
    }
    let bounded = bounds.admit(metric, increment.labels.clone());
    let key = (metric, render(names, &bounded.labels));
    // A series that only announces itself is no value lost.
    let silent = matches!(increment.amount, Amount::Add(0));
    let told = |folded: Vec<&'static str>| if silent { Vec::new() } else { folded };
    if known(&key) {
        return (key, told(bounded.folded));
    }
    if bounds.full(metric) {
        let folded = bounds.fold(metric, bounded.labels);
        let key = (metric, render(names, &folded.labels));
        if !known(&key) {
            bounds.note_series(metric);
        }
        return (key, told(folded.folded));
    }
    bounds.note_series(metric);
    (key, told(bounded.folded))
}
