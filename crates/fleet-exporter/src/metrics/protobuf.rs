//! The protobuf format of Prometheus: a `MetricFamily` for each metric, behind its length.

use super::encode::{Form, Sample};
use super::wire::Message;
use crate::ledger::labels::pairs;
use crate::ledger::native::{self, Native};
use crate::ledger::series::{Exemplar, MetricIndex, Series, Value, bounds, divisor};
use fleet_model::metrics::{Metric, MetricKind};

/// Numbers of fields, by message, as `io/prometheus/client/metrics.proto` has them.
mod field {
    pub mod family {
        pub const NAME: u32 = 1;
        pub const HELP: u32 = 2;
        pub const TYPE: u32 = 3;
        pub const METRIC: u32 = 4;
    }
    pub mod metric {
        pub const LABEL: u32 = 1;
        pub const GAUGE: u32 = 2;
        pub const COUNTER: u32 = 3;
        pub const HISTOGRAM: u32 = 7;
    }
    pub mod label {
        pub const NAME: u32 = 1;
        pub const VALUE: u32 = 2;
    }
    pub mod gauge {
        pub const VALUE: u32 = 1;
    }
    pub mod counter {
        pub const VALUE: u32 = 1;
        pub const CREATED: u32 = 3;
    }
    pub mod histogram {
        pub const COUNT: u32 = 1;
        pub const SUM: u32 = 2;
        pub const BUCKET: u32 = 3;
        pub const SCHEMA: u32 = 5;
        pub const ZERO_THRESHOLD: u32 = 6;
        pub const ZERO_COUNT: u32 = 7;
        pub const POSITIVE_SPAN: u32 = 12;
        pub const POSITIVE_DELTA: u32 = 13;
        pub const CREATED: u32 = 15;
    }
    pub mod bucket {
        pub const CUMULATIVE_COUNT: u32 = 1;
        pub const UPPER_BOUND: u32 = 2;
        pub const EXEMPLAR: u32 = 3;
    }
    pub mod span {
        pub const OFFSET: u32 = 1;
        pub const LENGTH: u32 = 2;
    }
    pub mod exemplar {
        pub const LABEL: u32 = 1;
        pub const VALUE: u32 = 2;
        pub const TIMESTAMP: u32 = 3;
    }
    pub mod timestamp {
        pub const SECONDS: u32 = 1;
        pub const NANOS: u32 = 2;
    }
}

/// Families that are being written.
#[derive(Default)]
pub(super) struct Protobuf {
    all: Message,
    /// Where the family begins.
    begin: usize,
}

impl Form for Protobuf {
    fn begin(&mut self, metric: &Metric) {
        let kind = match metric.kind {
            MetricKind::Counter => 0,
            MetricKind::Gauge => 1,
            MetricKind::Histogram(_) => 4,
        };
        self.begin = self.all.begin();
        self.all.text(field::family::NAME, metric.name);
        self.all.text(field::family::HELP, metric.help);
        self.all.unsigned(field::family::TYPE, kind);
    }

    fn sample(&mut self, place: MetricIndex, metric: &Metric, labels: &str, sample: Sample<'_>) {
        self.all.message(field::family::METRIC, |one| {
            write_labels(one, field::metric::LABEL, labels);
            match sample {
                Sample::Gauge(value) => {
                    one.message(field::metric::GAUGE, |gauge| gauge.double(field::gauge::VALUE, value));
                }
                Sample::Counted(series) => counted(one, place, metric, series),
            }
        });
    }

    fn end(&mut self) {
        self.all.end(self.begin);
    }

    fn finish(self) -> Vec<u8> {
        self.all.into_bytes()
    }
}

fn counted(one: &mut Message, place: MetricIndex, metric: &Metric, series: &Series) {
    match &series.value {
        Value::Counter(value) => one.message(field::metric::COUNTER, |counter| {
            counter.double(field::counter::VALUE, *value as f64 / divisor(metric) as f64);
            write_timestamp(counter, field::counter::CREATED, series.created);
        }),
        Value::Histogram { counts, sum, native } => one.message(field::metric::HISTOGRAM, |histogram| {
            let total = counts.iter().sum();
            histogram.unsigned(field::histogram::COUNT, total);
            histogram.double(field::histogram::SUM, *sum as f64 / 1_000.0);
            write_classic(histogram, bounds(place), counts, &series.exemplars);
            write_native(histogram, native, total);
            write_timestamp(histogram, field::histogram::CREATED, series.created);
        }),
    }
}

fn write_classic(histogram: &mut Message, bounds: &[f64], counts: &[u64], exemplars: &[Option<Exemplar>]) {
    let mut total = 0;
    for (place, count) in counts.iter().enumerate() {
        total += count;
        histogram.message(field::histogram::BUCKET, |bucket| {
            bucket.unsigned(field::bucket::CUMULATIVE_COUNT, total);
            let bound = bounds.get(place).copied().unwrap_or(f64::INFINITY);
            bucket.double(field::bucket::UPPER_BOUND, bound);
            if let Some(Some(exemplar)) = exemplars.get(place) {
                bucket.message(field::bucket::EXEMPLAR, |message| {
                    write_labels(message, field::exemplar::LABEL, &exemplar.labels);
                    message.double(field::exemplar::VALUE, exemplar.value);
                    let at = exemplar.at.0.saturating_mul(1_000);
                    write_timestamp(message, field::exemplar::TIMESTAMP, at);
                });
            }
        });
    }
}

/// A threshold above zero says, also of a histogram without a bucket yet, that it is a native one.
fn write_native(histogram: &mut Message, native: &Native, total: u64) {
    histogram.signed(field::histogram::SCHEMA, i64::from(native::SCHEMA));
    histogram.double(field::histogram::ZERO_THRESHOLD, native::ZERO);
    histogram.unsigned(field::histogram::ZERO_COUNT, total.saturating_sub(native.total()));
    for span in native.spans() {
        histogram.message(field::histogram::POSITIVE_SPAN, |message| {
            message.signed(field::span::OFFSET, i64::from(span.offset));
            message.unsigned(field::span::LENGTH, u64::from(span.length));
        });
    }
    for delta in native.deltas() {
        histogram.signed(field::histogram::POSITIVE_DELTA, delta);
    }
}

fn write_labels(message: &mut Message, field: u32, labels: &str) {
    for (name, value) in pairs(labels).flatten() {
        message.message(field, |pair| {
            pair.text(field::label::NAME, name);
            pair.text(field::label::VALUE, &value);
        });
    }
}

fn write_timestamp(message: &mut Message, field: u32, milliseconds: i64) {
    message.message(field, |at| {
        at.integer(field::timestamp::SECONDS, milliseconds.div_euclid(1_000));
        at.unsigned(field::timestamp::NANOS, milliseconds.rem_euclid(1_000).cast_unsigned() * 1_000_000);
    });
}
