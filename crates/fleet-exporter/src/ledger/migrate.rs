//! How each older form of the database becomes the next.

use super::native::Native;
use super::series::{Stored, Value, bounds};
use super::tables::{Migration, SERIES};
use fleet_model::metrics::exporter::METRICS;
use redb::{ReadableTable, WriteTransaction};
use serde::{Deserialize, Serialize};

/// From form `n` to `n + 1`, in the place `n - 1`.
pub const MIGRATIONS: &[Migration] = &[native_histograms];

/// What a series of form 1 has counted.
#[derive(Serialize, Deserialize)]
enum First {
    Counter(u64),
    Histogram { counts: Vec<u64>, sum: u64 },
}

/// Form 2 has buckets of native histograms.
///
/// Of what was counted before only the classic bucket is known. It goes to the native bucket of that one's
/// bound, so that the histogram goes on and all of it is there. Rates and increases are of what came since, and
/// exact; only a quantile over everything that was ever counted is as rough as a classic one.
fn native_histograms(txn: &WriteTransaction) -> Result<(), redb::Error> {
    let mut table = txn.open_table(SERIES)?;
    let mut made = Vec::new();
    for row in table.iter()? {
        let (key, value) = row?;
        let (name, labels) = key.value();
        let Ok(stored) = postcard::from_bytes::<Stored<First>>(value.value()) else { continue };
        let First::Histogram { counts, sum } = stored.value else { continue };
        let Some(place) = METRICS.iter().position(|metric| metric.name == name) else { continue };
        let value = Value::Histogram { native: spread(bounds(place), &counts), counts, sum };
        let stored = Stored { created: stored.created, touched: stored.touched, value };
        let bytes = postcard::to_stdvec(&stored).unwrap_or_default();
        made.push((name.to_owned(), labels.to_owned(), bytes));
    }
    for (name, labels, bytes) in made {
        table.insert((name.as_str(), labels.as_str()), bytes.as_slice())?;
    }
    Ok(())
}

fn spread(bounds: &[f64], counts: &[u64]) -> Native {
    let milliseconds = |bound: f64| (bound * 1_000.0) as u64;
    let last = bounds.last().map_or(0, |bound| milliseconds(*bound));
    let mut native = Native::default();
    for (bucket, count) in counts.iter().enumerate() {
        // What no bound holds is more than the last one.
        let at = bounds.get(bucket).map_or(last + last / 16, |bound| milliseconds(*bound));
        native.add(at, *count);
    }
    native
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::series::{Amount, Series, index};
    use crate::ledger::tables::{META, SCHEMA, meta, prepare, write};
    use crate::time::Second;
    use fleet_model::metrics::exporter::{JOBS, WORKFLOW_QUEUE_TIME};
    use redb::ReadableDatabase;

    #[test]
    fn counts_of_the_first_form_go_on() {
        let database = crate::ledger::load::in_memory().unwrap();
        let place = index(&WORKFLOW_QUEUE_TIME);
        let mut counts = vec![0; bounds(place).len() + 1];
        (counts[0], counts[5], counts[13]) = (4, 2, 1);
        let rows = [
            (WORKFLOW_QUEUE_TIME.name, First::Histogram { counts: counts.clone(), sum: 5_000_000 }),
            (JOBS.name, First::Counter(7)),
            ("another_seconds", First::Histogram { counts: vec![1], sum: 1 }),
        ];
        let txn = database.begin_write().unwrap();
        write(&mut txn.open_table(META).unwrap(), meta::SCHEMA, &1_u32).unwrap();
        for (name, value) in rows {
            let row = postcard::to_stdvec(&Stored { created: 11, touched: Second(12), value }).unwrap();
            txn.open_table(SERIES).unwrap().insert((name, ""), row.as_slice()).unwrap();
        }
        prepare(&txn, MIGRATIONS, SCHEMA).unwrap();
        txn.commit().unwrap();

        let table = database.begin_read().unwrap().open_table(SERIES).unwrap();
        let read = |name: &str, place| Series::decode(place, table.get((name, "")).unwrap().unwrap().value());
        assert_eq!(read(JOBS.name, index(&JOBS)).unwrap().value, Value::Counter(7));
        let mut series = read(WORKFLOW_QUEUE_TIME.name, place).unwrap();
        assert_eq!((series.created, series.touched), (11, Second(12)));
        let Value::Histogram { counts: same, sum: 5_000_000, native } = &series.value else { panic!() };
        assert_eq!((same, native.total()), (&counts, 7));
        let before = native.clone();
        series.apply(place, &Amount::Observe { milliseconds: 9_000, exemplar: String::new() }, Second(13));
        let Value::Histogram { native, .. } = &series.value else { panic!() };
        assert_eq!((native.total(), native.spans().len()), (8, before.spans().len() + 1));
    }
}
