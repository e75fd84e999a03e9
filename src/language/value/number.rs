//! Numbers and versions.

use super::{JsonShape, Mismatch, TypeSpec, Value, string};
use crate::syntax::Scalar;
use std::fmt;

/// A whole number from 0 to 2,147,483,647 (what ARC can hold).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Count(pub u32);

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Value for Count {
    const TYPE: TypeSpec = TypeSpec {
        name: "whole number",
        doc: "A whole number from 0 to 2,147,483,647.",
        examples: &["3"],
        choices: &[],
        json: JsonShape::Integer,
    };

    fn read(scalar: &Scalar) -> Result<Self, Mismatch> {
        match scalar {
            Scalar::Integer(number) => match i32::try_from(*number) {
                Ok(number) if number >= 0 => Ok(Self(number.unsigned_abs())),
                _ if *number < 0 => {
                    Err(Mismatch::value(format!("{number} is less than 0")).help("write 0 or more"))
                }
                _ => Err(Mismatch::value(format!("{number} is more than {}", i32::MAX))
                    .help(format!("write at most {}", i32::MAX))),
            },
            Scalar::String(text) if text.parse::<u32>().is_ok() => {
                Err(Mismatch::value(format!("\"{text}\" is text, not a number"))
                    .help(format!("write {text} without quotes")))
            }
            Scalar::Float(number) => Err(Mismatch::value(format!("{number} is no whole number"))),
            _ => Err(Mismatch::Type),
        }
    }
}

/// A share from 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Ratio(pub f64);

impl fmt::Display for Ratio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Value for Ratio {
    const TYPE: TypeSpec = TypeSpec {
        name: "ratio",
        doc: "A share from 0 to 1.",
        examples: &["0.2"],
        choices: &[],
        json: JsonShape::Number,
    };

    fn read(scalar: &Scalar) -> Result<Self, Mismatch> {
        let number = match scalar {
            Scalar::Float(number) => *number,
            Scalar::Integer(number @ 0..=1) => f64::from(*number as i32),
            Scalar::Integer(number) => {
                return Err(Mismatch::value(format!("{number} is no ratio")).help(format!(
                    "write a number from 0 to 1; for {number} percent, {}",
                    *number as f64 / 100.0
                )));
            }
            _ => return Err(Mismatch::Type),
        };
        if (0.0..=1.0).contains(&number) {
            Ok(Self(number))
        } else {
            Err(Mismatch::value(format!("{number} is not between 0 and 1")))
        }
    }
}

/// An amount of money, in millionths of a dollar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Dollars(pub u64);

impl fmt::Display for Dollars {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = format!("{}.{:06}", self.0 / 1_000_000, self.0 % 1_000_000);
        f.write_str(text.trim_end_matches('0').trim_end_matches('.'))
    }
}

impl Value for Dollars {
    const TYPE: TypeSpec = TypeSpec {
        name: "amount of money",
        doc: "Dollars, as a number with at most six digits behind the point, up to 1,000,000.",
        examples: &["0.008"],
        choices: &[],
        json: JsonShape::Number,
    };

    fn read(scalar: &Scalar) -> Result<Self, Mismatch> {
        let number = match scalar {
            Scalar::Float(number) => *number,
            Scalar::Integer(number) => *number as f64,
            _ => return Err(Mismatch::Type),
        };
        let millionths = (number * 1e6).round();
        if !(0.0..=1e12).contains(&(number * 1e6)) {
            return Err(Mismatch::value(format!("{number} is not between 0 and 1,000,000 dollars")));
        }
        if (millionths - number * 1e6).abs() > 1e-3 {
            return Err(Mismatch::value(format!("{number} dollars are finer than a millionth"))
                .help(format!("write {}", Self(millionths as u64))));
        }
        Ok(Self(millionths as u64))
    }
}

/// `major.minor.patch`, or `major.minor`, as releases are numbered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version {
    /// Incompatible changes.
    pub major: u32,
    /// Features.
    pub minor: u32,
    /// Fixes; 0 where it was not written.
    pub patch: u32,
}

impl Version {
    /// A version known at compile time.
    pub const fn new(major: u32, minor: u32, patch: u32) -> Self {
        Self { major, minor, patch }
    }

    /// Reads `1.2.3`, `1.2`, or either with a suffix after `-` or `+`, which is not kept.
    pub fn parse(text: &str) -> Option<Self> {
        let core = text.split(['-', '+']).next()?;
        let mut parts = core.split('.').map(|part| part.parse::<u32>());
        let major = parts.next()?.ok()?;
        let minor = parts.next()?.ok()?;
        let patch = parts.next().transpose().ok()?.unwrap_or(0);
        parts.next().is_none().then_some(Self { major, minor, patch })
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

impl Value for Version {
    const TYPE: TypeSpec = TypeSpec {
        name: "version",
        doc: "Numbers joined by dots: `0.14.2`, or `1.31` where the patch does not matter. No leading `v`.",
        examples: &["\"0.14.2\""],
        choices: &[],
        json: JsonShape::String("^[0-9]+\\.[0-9]+(\\.[0-9]+)?$"),
    };

    fn read(scalar: &Scalar) -> Result<Self, Mismatch> {
        if let Scalar::Float(number) = scalar {
            // 0.10 as a number is 0.1: the value itself can't be trusted.
            return Err(Mismatch::value(format!(
                "a version needs quotes: as a number, {number} and {number}0 are the same"
            ))
            .help("put quotes around it, such as \"1.31\""));
        }
        let text = string(scalar)?;
        Self::parse(text).filter(|_| !text.contains(['-', '+'])).ok_or_else(|| {
            let bare = text.trim_start_matches('v');
            let mismatch = Mismatch::value(format!("{text:?} is no version"));
            match Self::parse(bare) {
                Some(version) => mismatch.help(format!("write \"{version}\"")),
                None => mismatch,
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_exact() {
        let read = |number: f64| Dollars::read(&Scalar::Float(number)).ok();
        assert_eq!(read(0.008), Some(Dollars(8_000)));
        assert_eq!(read(0.000001), Some(Dollars(1)));
        for (dollars, text) in [(0.008, "0.008"), (12.5, "12.5"), (10.0, "10"), (0.0, "0")] {
            assert_eq!(read(dollars).map(|amount| amount.to_string()).as_deref(), Some(text));
        }
        for bad in [-0.1, 0.0000001, 1e9, f64::NAN, f64::INFINITY] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }
}
