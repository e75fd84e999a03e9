//! How often Vault is backed up.

use crate::language::value::{Cron, Duration};
use crate::model::Fleet;

const DAY: u64 = 86_400;

/// The longest time between two backups; none where the file declares none.
pub fn interval(fleet: &Fleet) -> Option<Duration> {
    let backups = fleet.vaults.iter().filter_map(|vault| vault.node.backup.as_ref());
    backups.map(|backup| longest_pause(&backup.schedule.value)).max()
}

/// The longest time between two moments of a schedule, or a little more.
pub fn longest_pause(schedule: &Cron) -> Duration {
    between(schedule.as_str())
}

fn between(schedule: &str) -> Duration {
    let fields: Vec<_> = schedule.split(' ').collect();
    let every = |at: usize| fields.get(at).is_none_or(|field| *field == "*" || field.starts_with("*/"));
    Duration(match (every(1), every(2), every(3), every(4)) {
        (_, _, false, _) => 366 * DAY,
        (_, false, true, true) => 31 * DAY,
        (_, true, true, false) => 7 * DAY,
        (_, false, true, false) => 7 * DAY,
        (false, true, true, true) => DAY,
        (true, true, true, true) => DAY.min(step(&fields, 1) * 3600),
    })
}

/// The number behind `*/`, or 1.
fn step(fields: &[&str], at: usize) -> u64 {
    fields.get(at).and_then(|field| field.strip_prefix("*/")?.parse().ok()).unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schedules_are_told_apart() {
        let days = |schedule| between(schedule).seconds() / DAY;
        assert_eq!(
            (days("0 3 * * 0"), days("0 3 * * *"), days("0 3 1 * *"), days("0 3 1 1 *")),
            (7, 1, 31, 366)
        );
        assert_eq!(between("0 */6 * * *"), Duration(6 * 3600));
    }
}
