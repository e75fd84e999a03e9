//! Buckets of native histograms: eight for each doubling, made when something falls in them.
//!
//! Bucket `n` holds what is greater than 2^((n-1)/8) seconds and at most 2^(n/8), so that a quantile is exact
//! to 9%, whatever the times are. Zero falls in none of them: it is what is left of all observations.

use serde::{Deserialize, Serialize};
use std::sync::LazyLock;

/// Prometheus' word for eight buckets for each doubling: the schema of the histogram.
pub const SCHEMA: i32 = 3;
/// Buckets for each doubling.
const EACH: usize = 1 << SCHEMA;
/// What is at most this is zero: the threshold that client libraries of Prometheus have.
pub const ZERO: f64 = f64::from_bits((1_023 - 128) << 52);

/// How many observations fell in which bucket, sorted; none is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Native(Vec<(i16, u64)>);

/// Buckets that follow each other without a gap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// Empty buckets since the end of the span before; of the first one the place of its first bucket.
    pub offset: i32,
    /// Its buckets.
    pub length: u32,
}

impl Native {
    /// Counts observations of a time in milliseconds.
    pub fn add(&mut self, milliseconds: u64, times: u64) {
        if milliseconds == 0 || times == 0 {
            return;
        }
        let bucket = bucket(milliseconds as f64 / 1_000.0);
        match self.0.binary_search_by_key(&bucket, |(place, _)| *place) {
            Ok(found) => self.0[found].1 += times,
            Err(gap) => self.0.insert(gap, (bucket, times)),
        }
    }

    /// How many observations are in its buckets: all but those of zero.
    pub fn total(&self) -> u64 {
        self.0.iter().map(|(_, count)| count).sum()
    }

    /// Where its buckets are.
    pub fn spans(&self) -> Vec<Span> {
        let mut spans: Vec<Span> = Vec::new();
        let mut next = 0;
        for (place, _) in &self.0 {
            let offset = i32::from(*place) - next;
            match spans.last_mut().filter(|_| offset == 0) {
                Some(span) => span.length += 1,
                None => spans.push(Span { offset, length: 1 }),
            }
            next = i32::from(*place) + 1;
        }
        spans
    }

    /// What each bucket has more than the one before it.
    pub fn deltas(&self) -> impl Iterator<Item = i64> {
        let mut before = 0;
        self.0.iter().map(move |(_, count)| {
            let delta = count.cast_signed().wrapping_sub(before);
            before = count.cast_signed();
            delta
        })
    }
}

/// The bucket of a time of more than zero seconds.
fn bucket(seconds: f64) -> i16 {
    /// Upper bounds of the buckets from a half to one.
    static BOUNDS: LazyLock<[f64; EACH]> =
        LazyLock::new(|| std::array::from_fn(|step| (step as f64 / EACH as f64 - 1.0).exp2()));
    // A number is a fraction, of at least a half and less than one, times a power of two.
    const MANTISSA: u64 = (1 << 52) - 1;
    let bits = seconds.to_bits();
    let exponent = (bits >> 52) as i16 - 1_022;
    let fraction = f64::from_bits((bits & MANTISSA) | (1_022 << 52));
    let step = BOUNDS.partition_point(|bound| *bound < fraction);
    (exponent - 1) * EACH as i16 + step as i16
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn powers_of_two_end_their_buckets() {
        assert_eq!([0.25, 0.5, 1.0, 2.0, 1_024.0].map(bucket), [-16, -8, 0, 8, 80]);
        assert_eq!([0.501, 1.001, 2.001].map(bucket), [-7, 1, 9]);
    }

    #[test]
    fn spans_and_deltas_tell_where_and_how_many() {
        let mut native = Native::default();
        for (seconds, times) in [(1, 3), (2, 1), (4, 7), (0, 5)] {
            native.add(seconds * 1_000, times);
        }
        native.add(1_050, 2);
        let span = |offset, length| Span { offset, length };
        assert_eq!(native.spans(), [span(0, 2), span(6, 1), span(7, 1)]);
        assert_eq!(native.deltas().collect::<Vec<_>>(), [3, -1, -1, 6]);
        assert_eq!(native.total(), 13);
    }

    proptest! {
        #[test]
        fn each_time_is_between_the_bounds_of_its_bucket(milliseconds in 1_u64..10_000_000_000) {
            let seconds = milliseconds as f64 / 1_000.0;
            let bound = |place: i16| (f64::from(place) / EACH as f64).exp2();
            let place = bucket(seconds);
            prop_assert!(bound(place - 1) < seconds && seconds <= bound(place));
        }
    }
}
