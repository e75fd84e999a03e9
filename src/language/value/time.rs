//! Spans of time and schedules.

use super::text::text;
use super::{JsonShape, Mismatch, TypeSpec, Value, string};
use crate::syntax::Scalar;
use std::fmt;

/// A span of time in whole seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Duration(pub u64);

const UNITS: [(char, u64); 5] = [('w', 604_800), ('d', 86_400), ('h', 3_600), ('m', 60), ('s', 1)];

impl Duration {
    /// Reads `90s`, `10m`, `1h30m`: units from large to small, each once.
    pub fn parse(text: &str) -> Option<Self> {
        let mut rest = text;
        let mut units = UNITS.iter();
        let mut total = 0u64;
        while !rest.is_empty() {
            let at = rest.find(|c: char| !c.is_ascii_digit())?;
            let number: u64 = rest[..at].parse().ok()?;
            let unit = rest[at..].chars().next()?;
            let (_, seconds) = units.by_ref().find(|(known, _)| *known == unit)?;
            total = total.checked_add(number.checked_mul(*seconds)?)?;
            rest = &rest[at + 1..];
        }
        (!text.is_empty()).then_some(Self(total))
    }

    /// Seconds.
    pub const fn seconds(self) -> u64 {
        self.0
    }
}

/// The shortest way to write it, in units that Prometheus and Vault read too.
impl fmt::Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 == 0 {
            return f.write_str("0s");
        }
        let mut rest = self.0;
        for (unit, seconds) in UNITS.iter().skip(1) {
            if rest >= *seconds {
                write!(f, "{}{unit}", rest / seconds)?;
                rest %= seconds;
            }
        }
        Ok(())
    }
}

impl Value for Duration {
    const TYPE: TypeSpec = TypeSpec {
        name: "duration",
        doc: "A number with a unit, or several from large to small: w, d, h, m, s.",
        examples: &["\"10m\"", "\"1h30m\""],
        choices: &[],
        json: JsonShape::String("^([0-9]+w)?([0-9]+d)?([0-9]+h)?([0-9]+m)?([0-9]+s)?$"),
    };

    fn read(scalar: &Scalar) -> Result<Self, Mismatch> {
        if let Scalar::Integer(number) = scalar {
            return Err(Mismatch::value(format!("{number} has no unit"))
                .help(format!("write \"{number}s\" or \"{number}m\"")));
        }
        let text = string(scalar)?;
        Self::parse(text).ok_or_else(|| Mismatch::value(format!("{text:?} is no duration")))
    }
}

text! {
    /// A schedule of five cron fields (minute, hour, day of month, month, day of week), in UTC.
    "cron schedule" Cron, "^\\S+ \\S+ \\S+ \\S+ \\S+$", ["\"0 3 * * 0\""],
    |text| {
        const FIELDS: [(&str, u32, u32); 5] =
            [("minute", 0, 59), ("hour", 0, 23), ("day of month", 1, 31), ("month", 1, 12), ("day of week", 0, 7)];
        let parts: Vec<_> = text.split(' ').collect();
        if parts.len() != 5 {
            return Err(Mismatch::value(format!("{text:?} has {} fields, a cron schedule has 5", parts.len())));
        }
        match parts.iter().zip(FIELDS).find(|(part, (_, low, high))| !cron_field(part, *low, *high)) {
            Some((part, (name, low, high))) => {
                Err(Mismatch::value(format!("{part:?} is no {name}")).help(format!("use numbers from {low} to {high}, `*`, `a-b`, `*/n` and `,`")))
            }
            None => Ok(()),
        }
    }
}

fn cron_field(field: &str, low: u32, high: u32) -> bool {
    let number = |text: &str| text.parse::<u32>().ok().filter(|n| (low..=high).contains(n));
    field.split(',').all(|part| {
        let (range, step) = part.split_once('/').map_or((part, None), |(range, step)| (range, Some(step)));
        let step_ok = step.is_none_or(|step| step.parse::<u32>().is_ok_and(|n| (1..=high).contains(&n)));
        let range_ok = range == "*"
            || match range.split_once('-') {
                Some((from, to)) => number(from).zip(number(to)).is_some_and(|(from, to)| from <= to),
                None => number(range).is_some(),
            };
        step_ok && range_ok
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_and_schedules() {
        assert_eq!(Duration::parse("1h30m"), Some(Duration(5400)));
        assert_eq!(Duration::parse("6d").map(|d| d.to_string()).as_deref(), Some("6d"));
        for bad in ["", "10", "m", "1m1h", "1.5h", "10 m"] {
            assert_eq!(Duration::parse(bad), None, "{bad}");
        }
        assert!(Cron::parse("0 3 * * 0").is_some());
        assert!(Cron::parse("*/5 0-6,22 * * 1-5").is_some());
        assert!(Cron::parse("60 3 * * 0").is_none());
        assert!(Cron::parse("0 3 * *").is_none());
    }
}
