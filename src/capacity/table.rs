//! The report as text with aligned columns.

use super::quantity::{percent, show};
use super::report::{Area, DimensionRow, PoolRow, Report, Verdict, size};
use std::fmt;

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, area) in self.areas.iter().enumerate() {
            if at > 0 {
                writeln!(f)?;
            }
            area_text(f, area)?;
        }
        Ok(())
    }
}

fn area_text(f: &mut fmt::Formatter<'_>, area: &Area) -> fmt::Result {
    let groups: Vec<String> = area
        .groups
        .iter()
        .map(|g| format!("{} ({} {})", g.name, g.nodes, if g.nodes == 1 { "node" } else { "nodes" }))
        .collect();
    let groups = if groups.is_empty() { "no nodes".to_owned() } else { groups.join(", ") };
    match &area.verdict {
        Verdict::Fits { .. } if area.pools.is_empty() => writeln!(f, "{groups}: no pool uses it")?,
        Verdict::Fits { warnings } => {
            writeln!(f, "{groups}: fits")?;
            for warning in warnings {
                writeln!(f, "  warning: {warning}")?;
            }
        }
        Verdict::Refused { message, reason, .. } => {
            writeln!(f, "{groups}: does not fit")?;
            writeln!(f, "  {message}")?;
            writeln!(f, "  {reason}")?;
        }
        Verdict::Undecided { placed, asked } => {
            writeln!(f, "{groups}: undecided, {placed} of {asked} runners were placed")?;
        }
    }
    let mut rows = vec![row(["", "total", "at max", "free", "used"])];
    rows.extend(area.dimensions.iter().map(dimension_row));
    columns(f, &rows, &[false, true, true, true, true])?;
    if !area.pools.is_empty() {
        let mut rows = vec![row(["pool", "max", "placed", "share", "runner"])];
        rows.extend(area.pools.iter().map(pool_row));
        columns(f, &rows, &[false, true, true, true, false])?;
    }
    Ok(())
}

fn row(cells: [&str; 5]) -> [String; 5] {
    cells.map(str::to_owned)
}

fn dimension_row(row: &DimensionRow) -> [String; 5] {
    let amount = |amount: Option<u64>| {
        amount.map_or_else(|| "-".to_owned(), |amount| show(&row.dimension, u128::from(amount)))
    };
    let used = row.used.map_or_else(|| "-".to_owned(), |used| percent(u128::from(used), 1000));
    [row.dimension.to_string(), amount(row.total), amount(Some(row.demanded)), amount(row.free), used]
}

fn pool_row(row: &PoolRow) -> [String; 5] {
    let share = match (&row.dominant, row.share) {
        (Some(dimension), Some(share)) => format!("{dimension} {}", percent(u128::from(share), 1000)),
        _ => "-".to_owned(),
    };
    [row.name.clone(), row.max.to_string(), row.placed.to_string(), share, size(&row.runner)]
}

/// Writes rows with columns as wide as their widest cell; `right` says which are aligned right.
fn columns(f: &mut fmt::Formatter<'_>, rows: &[[String; 5]], right: &[bool; 5]) -> fmt::Result {
    let mut widths = [0usize; 5];
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    for row in rows {
        let mut line = String::from(" ");
        for ((cell, width), right) in row.iter().zip(widths).zip(right) {
            line.push(' ');
            line.push_str(&if *right { format!("{cell:>width$} ") } else { format!("{cell:<width$} ") });
        }
        writeln!(f, "{}", line.trim_end())?;
    }
    Ok(())
}
