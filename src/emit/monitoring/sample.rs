//! Samples by which an alert is tried: promtool's unit tests are written from them.

use crate::language::value::Duration;
use crate::monitoring::query::Selector;

/// A case in which an alert fires, or does not.
#[derive(Clone, Debug)]
pub struct Case {
    /// What the case is.
    pub title: &'static str,
    /// The series and their values.
    pub samples: Vec<Sample>,
    /// When it is looked at.
    pub at: Duration,
    /// How many times the alert fires then.
    pub fires: usize,
}

/// A series and its values.
#[derive(Clone, Debug)]
pub struct Sample {
    /// Name and labels.
    pub series: String,
    /// The values.
    pub values: Values,
}

/// Values over time.
#[derive(Clone, Copy, Debug)]
pub enum Values {
    /// Always the same.
    Constant(f64),
    /// Growing by so much a minute, from zero.
    Growing(f64),
    /// One value, and from a moment on another.
    Change(f64, Duration, f64),
    /// Growing by so much a minute, and from a moment on by another.
    Bend(f64, Duration, f64),
}

/// A series that always has one value.
pub fn constant(series: Selector, value: f64) -> Sample {
    Sample { series: series.to_string(), values: Values::Constant(value) }
}

/// A series that grows by so much a minute.
pub fn growing(series: Selector, by: f64) -> Sample {
    Sample { series: series.to_string(), values: Values::Growing(by) }
}

/// A series that changes its value.
pub fn change(series: Selector, before: f64, at: Duration, after: f64) -> Sample {
    Sample { series: series.to_string(), values: Values::Change(before, at, after) }
}

/// A series that grows by so much a minute, and from a moment on by another.
pub fn bend(series: Selector, before: f64, at: Duration, after: f64) -> Sample {
    Sample { series: series.to_string(), values: Values::Bend(before, at, after) }
}

impl Case {
    /// A case in which the alert fires once.
    pub fn fires(title: &'static str, at: Duration, samples: Vec<Sample>) -> Self {
        Self { title, samples, at, fires: 1 }
    }

    /// A case in which it does not.
    pub fn quiet(title: &'static str, at: Duration, samples: Vec<Sample>) -> Self {
        Self { title, samples, at, fires: 0 }
    }
}

impl Values {
    /// As promtool reads them: one value every so many seconds, until a moment.
    pub fn notation(self, every: Duration, until: Duration) -> String {
        let steps = |time: Duration| time.seconds() / every.seconds().max(1);
        let count = steps(until);
        let each = |by: f64| by * every.seconds() as f64 / 60.0;
        match self {
            Self::Constant(value) => format!("{value}+0x{count}"),
            Self::Growing(by) => format!("0+{}x{count}", each(by)),
            Self::Change(before, at, after) => {
                let first = steps(at).min(count);
                format!("{before}+0x{first} {after}+0x{}", count - first)
            }
            Self::Bend(before, at, after) => {
                let first = steps(at).min(count);
                let reached = each(before) * first as f64;
                format!(
                    "0+{}x{first} {}+{}x{}",
                    each(before),
                    reached + each(after),
                    each(after),
                    count - first
                )
            }
        }
    }
}
