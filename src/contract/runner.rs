//! Releases of the runner, and how long GitHub serves them.

use crate::language::value::Version;

/// A day, as days since 1970-01-01 (UTC).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day(pub i64);

impl Day {
    /// A day of the Gregorian calendar (algorithm of H. Hinnant's `days_from_civil`).
    pub const fn new(year: i64, month: i64, day: i64) -> Self {
        let year = if month <= 2 { year - 1 } else { year };
        let era = year.div_euclid(400);
        let year_of_era = year - era * 400;
        let shifted = if month > 2 { month - 3 } else { month + 9 };
        let day_of_year = (153 * shifted + 2) / 5 + day - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        Self(era * 146_097 + day_of_era - 719_468)
    }

    /// Reads `2026-11-24`.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('-').map(|part| part.parse::<i64>().ok());
        let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
        let good = (1970..=9999).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day);
        (parts.next().is_none() && good).then(|| Self::new(year, month, day))
    }

    /// Today by the machine's clock.
    pub fn today() -> Self {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        Self(since.map_or(0, |since| (since.as_secs() / 86_400) as i64))
    }
}

/// The day on which a runner release was tagged in actions/runner.
const RELEASES: &[(Version, Day)] = &[
    (Version::new(2, 328, 0), Day::new(2025, 8, 13)),
    (Version::new(2, 329, 0), Day::new(2025, 10, 14)),
    (Version::new(2, 330, 0), Day::new(2025, 11, 19)),
    (Version::new(2, 331, 0), Day::new(2026, 1, 9)),
    (Version::new(2, 332, 0), Day::new(2026, 2, 25)),
    (Version::new(2, 333, 0), Day::new(2026, 3, 18)),
    (Version::new(2, 333, 1), Day::new(2026, 3, 27)),
    (Version::new(2, 334, 0), Day::new(2026, 4, 21)),
    (Version::new(2, 335, 0), Day::new(2026, 6, 8)),
    (Version::new(2, 335, 1), Day::new(2026, 6, 8)),
    NEWEST,
];

/// The newest release of the table.
pub const NEWEST: (Version, Day) = (Version::new(2, 336, 0), Day::new(2026, 7, 20));

/// Days within which GitHub wants the next release installed.
pub const GRACE: i64 = 30;

/// The release that superseded this one, and when; none for the newest and for unknown newer ones.
pub fn superseded(version: Version) -> Option<(Version, Day)> {
    RELEASES.iter().find(|(newer, _)| *newer > version).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_count_from_the_epoch() {
        assert_eq!(Day::new(1970, 1, 1), Day(0));
        assert_eq!(Day::new(2000, 3, 1), Day(11_017));
        assert_eq!(Day::parse("2026-07-20"), Some(NEWEST.1));
    }

    #[test]
    fn releases_are_in_order() {
        assert!(RELEASES.windows(2).all(|pair| pair[0].0 < pair[1].0 && pair[0].1 <= pair[1].1));
    }
}
