//! Quantities of Kubernetes as numbers that can be compared and subtracted.

use k8s_openapi::apimachinery::pkg::api::resource::Quantity;
use std::collections::BTreeMap;

/// An amount in thousandths of its unit: of a core, a byte, a pod or a device.
pub type Milli = u128;

/// Reads a quantity. What is finer than a thousandth is cut off; what is no quantity is none.
pub fn read(quantity: &Quantity) -> Option<Milli> {
    let text = quantity.0.trim();
    let digits = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, suffix) = text.split_at(digits);
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    if (whole.is_empty() && fraction.is_empty()) || fraction.contains('.') {
        return None;
    }
    let (factor, divisor) = scale(suffix)?;
    // Nine digits behind the point are a nano, the finest that Kubernetes knows.
    let fraction = &fraction[..fraction.len().min(9)];
    let whole: u128 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
    let nanos: u128 = if fraction.is_empty() { 0 } else { format!("{fraction:0<9}").parse().ok()? };
    let nanos = whole.checked_mul(1_000_000_000)?.checked_add(nanos)?;
    Some(nanos.checked_mul(factor)? / divisor / 1_000_000)
}

/// What a suffix multiplies by and divides by.
fn scale(suffix: &str) -> Option<(u128, u128)> {
    let power = |base: u128, exponent: u32| base.checked_pow(exponent).map(|factor| (factor, 1));
    match suffix {
        "" => Some((1, 1)),
        "n" => Some((1, 1_000_000_000)),
        "u" => Some((1, 1_000_000)),
        "m" => Some((1, 1_000)),
        "k" => power(1000, 1),
        "M" => power(1000, 2),
        "G" => power(1000, 3),
        "T" => power(1000, 4),
        "P" => power(1000, 5),
        "E" => power(1000, 6),
        "Ki" => power(1024, 1),
        "Mi" => power(1024, 2),
        "Gi" => power(1024, 3),
        "Ti" => power(1024, 4),
        "Pi" => power(1024, 5),
        "Ei" => power(1024, 6),
        _ => {
            let exponent: i32 = suffix.strip_prefix(['e', 'E'])?.parse().ok()?;
            let factor = 10_u128.checked_pow(exponent.unsigned_abs())?;
            Some(if exponent < 0 { (1, factor) } else { (factor, 1) })
        }
    }
}

/// Reads them all; what can't be read is left out, as if there were none of it.
pub fn read_all<'a>(
    amounts: impl IntoIterator<Item = (&'a String, &'a Quantity)>,
) -> BTreeMap<String, Milli> {
    let read = |(name, quantity): (&String, &Quantity)| Some((name.clone(), read(quantity)?));
    amounts.into_iter().filter_map(read).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(text: &str) -> Option<Milli> {
        read(&Quantity(text.to_owned()))
    }

    #[test]
    fn quantities_are_read_as_kubernetes_writes_them() {
        for (text, wanted) in [
            ("0", 0),
            ("3", 3000),
            ("3920m", 3920),
            ("0.5", 500),
            (".5", 500),
            ("1.5Gi", 1_610_612_736_000),
            ("64Gi", 68_719_476_736_000),
            ("129e6", 129_000_000_000),
            ("1E3", 1_000_000),
            ("12E", 12_000_000_000_000_000_000_000),
            ("250u", 0),
            ("1500000n", 1),
            ("5e-1", 500),
        ] {
            assert_eq!(of(text), Some(wanted), "{text}");
        }
    }

    #[test]
    fn what_is_no_quantity_is_none() {
        for text in
            ["", ".", "-1", "1.2.3", "5 Gi", "Gi", "1e", "1e99", "99999999999999999999999999999999Ei", "1K"]
        {
            assert_eq!(of(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_breaks_it(text in "\\PC{0,24}") {
            let _ = of(&text);
        }

        #[test]
        fn milli_and_whole_agree(cores in 0_u64..1_000_000) {
            prop_assert_eq!(of(&cores.to_string()), of(&format!("{}m", u128::from(cores) * 1000)));
        }
    }
}
