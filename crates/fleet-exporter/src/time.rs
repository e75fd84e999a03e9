//! Instants as GitHub tells them: to the second.

use serde::{Deserialize, Serialize};
use std::time::{SystemTime, UNIX_EPOCH};

/// Seconds since 1970-01-01 (UTC), by GitHub's clock unless said otherwise.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Second(pub i64);

/// Seconds of an hour.
pub const HOUR: i64 = 3_600;
/// Seconds of a day.
pub const DAY: i64 = 24 * HOUR;

impl Second {
    /// Reads `2026-11-24T10:00:00Z`, with any offset; nothing where the text is no instant, or one before
    /// 2000, which GitHub (and Go, with its year 1) writes for "never".
    pub fn parse(text: &str) -> Option<Self> {
        let second = text.parse::<jiff::Timestamp>().ok()?.as_second();
        (second >= 946_684_800).then_some(Self(second))
    }

    /// Now, by the machine's clock.
    pub fn now() -> Self {
        Self(SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs() as i64))
    }

    /// Seconds since another instant; negative where that is later.
    pub fn since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// This many seconds later.
    pub fn plus(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds))
    }
}

impl std::fmt::Display for Second {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match jiff::Timestamp::from_second(self.0) {
            Ok(instant) => instant.fmt(f),
            Err(_) => self.0.fmt(f),
        }
    }
}

/// Milliseconds since 1970-01-01 (UTC), by the machine's clock.
pub fn milliseconds() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis() as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_github_writes_and_refuses_never() {
        assert_eq!(Second::parse("1970-01-01T00:00:00Z"), None);
        assert_eq!(Second::parse("0001-01-01T00:00:00Z"), None);
        assert_eq!(Second::parse(""), None);
        assert_eq!(Second::parse("2023-04-19T21:12:12Z"), Some(Second(1_681_938_732)));
        assert_eq!(Second::parse("2023-04-19T21:12:12.123+02:00"), Some(Second(1_681_931_532)));
        assert_eq!(Second(1_681_938_732).to_string(), "2023-04-19T21:12:12Z");
    }
}
