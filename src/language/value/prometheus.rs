//! Names of Prometheus.

use super::Mismatch;
use super::text::text;

fn is_identifier(text: &str, colons: bool) -> bool {
    let first = |b: u8| b.is_ascii_alphabetic() || b == b'_' || (colons && b == b':');
    text.bytes().next().is_some_and(first) && text.bytes().all(|b| first(b) || b.is_ascii_digit())
}

text! {
    /// The name of an alert: letters, digits and `_`, starting with a letter.
    "alert name" AlertName, "^[A-Za-z][A-Za-z0-9_]{0,127}$", ["\"PoolIdle\""],
    |text| {
        let good = text.starts_with(|c: char| c.is_ascii_alphabetic())
            && text.len() <= 128
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        if good { Ok(()) } else {
            Err(Mismatch::value(format!("{text:?} is no name of an alert"))
                .help("use letters, digits and `_`, starting with a letter: it becomes part of addresses and of silences"))
        }
    }
}

text! {
    /// The name of a metric: letters, digits, `_` and `:`.
    "metric name" MetricName, "^[A-Za-z_:][A-Za-z0-9_:]*$", ["\"DCGM_FI_DEV_GPU_UTIL\""],
    |text| if is_identifier(text, true) { Ok(()) } else {
        Err(Mismatch::value(format!("{text:?} is no name of a metric")).help("use letters, digits, `_` and `:`"))
    }
}

text! {
    /// The name of a label in Prometheus: letters, digits and `_`; names that start with `__` are its own.
    "label name" LabelName, "^[A-Za-z_][A-Za-z0-9_]*$", ["\"team\""],
    |text| if is_identifier(text, false) && !text.starts_with("__") { Ok(()) } else {
        Err(Mismatch::value(format!("{text:?} is no name of a label in Prometheus"))
            .help("use letters, digits and `_`, and do not start it with `__`"))
    }
}
