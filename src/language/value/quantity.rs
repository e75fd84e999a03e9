//! Amounts of processors and of bytes, as Kubernetes writes them.

use super::{JsonShape, Mismatch, TypeSpec, Value};
use crate::syntax::Scalar;
use std::fmt;

/// Processor time, in thousandths of a core.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cpu(pub u64);

impl Cpu {
    /// Reads `8`, `0.5` or `500m`.
    pub fn parse(text: &str) -> Option<Self> {
        match text.strip_suffix('m') {
            Some(milli) => milli.parse().ok().map(Self),
            None => decimal(text, 1000).map(Self),
        }
    }
}

/// Canonical as the API server would make it: whole cores without a suffix.
impl fmt::Display for Cpu {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_multiple_of(1000) { write!(f, "{}", self.0 / 1000) } else { write!(f, "{}m", self.0) }
    }
}

impl Value for Cpu {
    const TYPE: TypeSpec = TypeSpec {
        name: "CPU quantity",
        doc: "Cores, as a number, or thousandths of a core with the suffix `m`.",
        examples: &["8", "\"500m\""],
        choices: &[],
        json: JsonShape::StringOrNumber,
    };

    fn read(scalar: &Scalar) -> Result<Self, Mismatch> {
        match scalar {
            Scalar::Integer(cores) => u64::try_from(*cores)
                .ok()
                .and_then(|cores| cores.checked_mul(1000))
                .map(Self)
                .ok_or_else(|| Mismatch::value(format!("{cores} is no number of cores"))),
            Scalar::Float(cores) => Self::parse(&cores.to_string()).ok_or_else(|| {
                Mismatch::value(format!("{cores} is no number of cores, finer than 0.001 at least"))
            }),
            Scalar::String(text) => Self::parse(text).ok_or_else(|| {
                let mismatch = Mismatch::value(format!("{text:?} is no CPU quantity"));
                if Memory::parse(text).is_some() {
                    mismatch.help("CPU is counted in cores: 8, or \"500m\" for half of one")
                } else {
                    mismatch
                        .help("write a number of cores such as 8, or thousandths of a core such as \"500m\"")
                }
            }),
            _ => Err(Mismatch::Type),
        }
    }
}

/// Bytes, of memory or of a disk.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Memory(pub u64);

/// Suffixes from the largest down; binary ones first, so that `16Gi` stays `16Gi`.
const UNITS: [(&str, u64); 11] = [
    ("Ei", 1 << 60),
    ("Pi", 1 << 50),
    ("Ti", 1 << 40),
    ("Gi", 1 << 30),
    ("Mi", 1 << 20),
    ("Ki", 1 << 10),
    ("P", 1_000_000_000_000_000),
    ("T", 1_000_000_000_000),
    ("G", 1_000_000_000),
    ("M", 1_000_000),
    ("k", 1_000),
];

impl Memory {
    /// Reads `128Gi`, `1.5Ti` or `500M`; a number without a unit is refused.
    pub fn parse(text: &str) -> Option<Self> {
        UNITS.iter().find_map(|(suffix, factor)| {
            let number = text.strip_suffix(suffix)?;
            decimal(number, *factor).map(Self)
        })
    }

    /// So many gibibytes.
    pub const fn gib(count: u64) -> Self {
        Self(count << 30)
    }
}

/// Canonical: the largest unit that divides it.
impl fmt::Display for Memory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = UNITS.iter().find(|(_, factor)| self.0 > 0 && self.0.is_multiple_of(*factor));
        match unit {
            Some((suffix, factor)) => write!(f, "{}{suffix}", self.0 / factor),
            None => write!(f, "{}", self.0),
        }
    }
}

impl Value for Memory {
    const TYPE: TypeSpec = TypeSpec {
        name: "memory quantity",
        doc: "Bytes with a unit: Ki, Mi, Gi, Ti (powers of 1024) or k, M, G, T (powers of 1000).",
        examples: &["\"32Gi\"", "\"512Mi\""],
        choices: &[],
        json: JsonShape::String("^[0-9]+(\\.[0-9]+)?(Ki|Mi|Gi|Ti|Pi|Ei|k|M|G|T|P)$"),
    };

    fn read(scalar: &Scalar) -> Result<Self, Mismatch> {
        match scalar {
            Scalar::String(text) => Self::parse(text).ok_or_else(|| explain(text)),
            Scalar::Integer(number) => {
                Err(Mismatch::value(format!("{number} has no unit: it would be {number} bytes"))
                    .effect("Kubernetes takes it for bytes, and nothing starts with so little")
                    .help(format!("write \"{number}Gi\"")))
            }
            _ => Err(Mismatch::Type),
        }
    }
}

fn explain(text: &str) -> Mismatch {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic() || c == ' ');
    let unit = text[digits.len()..].trim();
    let better = match unit.to_ascii_lowercase().as_str() {
        "" if digits.parse::<f64>().is_ok() => Some("Gi"),
        "g" | "gb" | "gib" | "gi" => Some("Gi"),
        "m" | "mb" | "mib" | "mi" => Some("Mi"),
        "k" | "kb" | "kib" | "ki" => Some("Ki"),
        "t" | "tb" | "tib" | "ti" => Some("Ti"),
        _ => None,
    };
    match better {
        Some(better) if digits.parse::<f64>().is_ok() => {
            let mismatch = if unit.is_empty() {
                Mismatch::value(format!("{text:?} has no unit: it would be {digits} bytes"))
                    .effect("Kubernetes takes it for bytes, and nothing starts with so little")
            } else if unit == "m" {
                Mismatch::value(format!("{text:?} is thousandths of a byte"))
                    .effect("Kubernetes accepts it, and nothing starts with so little")
            } else {
                Mismatch::value(format!("{text:?} has the unit `{unit}`, which Kubernetes does not know"))
                    .effect("the API server refuses every object that it stands in")
            };
            mismatch.help(format!("write \"{}{better}\"", digits.trim()))
        }
        _ => Mismatch::value(format!("{text:?} is no memory quantity")),
    }
}

/// `number * factor` for a decimal number, if that is whole and fits.
fn decimal(text: &str, factor: u64) -> Option<u64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(fraction) || fraction.len() > 9 || text.ends_with('.') {
        return None;
    }
    let scale = 10u128.pow(fraction.len() as u32);
    let number = format!("{whole}{fraction}").parse::<u128>().ok()?;
    let scaled = number.checked_mul(u128::from(factor))?;
    if scaled % scale != 0 { None } else { u64::try_from(scaled / scale).ok() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_read_as_kubernetes_reads_them() {
        assert_eq!(Memory::parse("1.5Gi"), Some(Memory(3 << 29)));
        assert_eq!(Memory::parse("500M").map(|m| m.to_string()).as_deref(), Some("500M"));
        assert_eq!(Memory::parse("1024Mi").map(|m| m.to_string()).as_deref(), Some("1Gi"));
        assert_eq!(Cpu::parse("0.5").map(|c| c.to_string()).as_deref(), Some("500m"));
        assert_eq!(Cpu::parse("2000m").map(|c| c.to_string()).as_deref(), Some("2"));
        for bad in ["", ".", "1.", "Gi", "-1Gi", "1e3", "32", "99999999999Ti", "1.0001m"] {
            assert_eq!(Memory::parse(bad), None, "{bad}");
        }
    }
}
