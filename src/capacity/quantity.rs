//! Amounts as people write them.

use super::resources::Dimension;

const UNITS: [(&str, u128); 6] =
    [("Ei", 1 << 60), ("Pi", 1 << 50), ("Ti", 1 << 40), ("Gi", 1 << 30), ("Mi", 1 << 20), ("Ki", 1 << 10)];

/// An amount of a dimension: `1.5Ti`, `128Gi`, `32`, `500m`. Cut to one decimal, never rounded up,
/// so that what is shown as free is there.
pub fn show(dimension: &Dimension, amount: u128) -> String {
    match dimension {
        Dimension::Cpu => cores(amount),
        Dimension::Memory | Dimension::Storage => bytes(amount),
        Dimension::Pods | Dimension::Device(_) => amount.to_string(),
    }
}

fn cores(milli: u128) -> String {
    if milli < 1000 && milli != 0 { format!("{milli}m") } else { decimal(milli / 1000, milli % 1000 / 100) }
}

fn bytes(amount: u128) -> String {
    // 1000Gi reads better than 0.9Ti, and 1Ti better than 1024Gi.
    for (unit, size) in UNITS {
        if amount >= size {
            return decimal(amount / size, amount % size * 10 / size) + unit;
        }
    }
    amount.to_string()
}

fn decimal(whole: u128, tenth: u128) -> String {
    if tenth == 0 { whole.to_string() } else { format!("{whole}.{tenth}") }
}

/// A share in percent, cut: `94%`; `-` of nothing.
pub(super) fn percent(part: u128, whole: u128) -> String {
    match part.saturating_mul(100).checked_div(whole) {
        Some(share) => format!("{share}%"),
        None => "-".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_read_as_people_write_them() {
        assert_eq!(show(&Dimension::Cpu, 500), "500m");
        assert_eq!(show(&Dimension::Cpu, 0), "0");
        assert_eq!(show(&Dimension::Cpu, 32_000), "32");
        assert_eq!(show(&Dimension::Cpu, 1_215_500), "1215.5");
        assert_eq!(show(&Dimension::Memory, 3 << 39), "1.5Ti");
        assert_eq!(show(&Dimension::Memory, 128 << 30), "128Gi");
        assert_eq!(show(&Dimension::Storage, 1023), "1023");
        assert_eq!(show(&Dimension::Pods, 110), "110");
        assert_eq!(show(&Dimension::Memory, u128::MAX).chars().last(), Some('i'));
    }

    #[test]
    fn shares_are_cut_and_survive_nothing() {
        assert_eq!(percent(1215, 1280), "94%");
        assert_eq!(percent(1, 0), "-");
        assert_eq!(percent(5, 4), "125%");
    }
}
