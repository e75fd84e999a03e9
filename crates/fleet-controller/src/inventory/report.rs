//! What the guard tells: status and measurements.

use super::judge::{Blind, Judgement, Verdict};
use super::settle::Numbers;
use crate::operation::Metrics;
use fleet_model::fleet::{Fleet, FleetStatus, Guard, PoolStatus};
use fleet_model::metrics::controller as metrics;
use jiff::Timestamp;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{Condition, Time};

/// Lowered pools that the resource lists.
const MOST_POOLS: usize = 100;

/// A pool with what it may have now; none where it is not there, or has no limit.
pub struct Effective<'v> {
    /// What the guard makes of it.
    pub verdict: &'v Verdict,
    /// `maxRunners` in the cluster.
    pub max: Option<u32>,
    /// Whether that and `minRunners` are what the guard wants.
    pub is_wanted: bool,
}

impl Effective<'_> {
    fn file_max(&self) -> u64 {
        u64::from(self.verdict.pool.max.unwrap_or(0))
    }

    /// Runners that the hardware holds; the file's number where nothing is known.
    fn capacity(&self) -> u64 {
        self.verdict.capacity.map_or_else(|| self.file_max(), u64::from)
    }
}

/// The status of a fleet, as far as the guard writes it: the janitor's part is taken over from before.
pub fn status(fleet: &Fleet, judgement: &Judgement, pools: &[Effective<'_>], now: Timestamp) -> FleetStatus {
    let before = fleet.status.as_ref();
    let generation = fleet.metadata.generation;
    let mut status = FleetStatus {
        conditions: before.map(|status| status.conditions.clone()).unwrap_or_default(),
        observed_generation: generation,
        pools: u32::try_from(pools.len()).unwrap_or(u32::MAX),
        max_runners: pools.iter().map(Effective::file_max).sum(),
        capacity: pools.iter().map(Effective::capacity).sum(),
        overcommit: pools
            .iter()
            .filter_map(|pool| Some(u64::from(pool.max?).saturating_sub(u64::from(pool.verdict.capacity?))))
            .sum(),
        hardware: judgement.hardware.clone(),
        lowered: pools.iter().filter_map(lowered).take(MOST_POOLS).collect(),
        leftovers: before.map(|status| status.leftovers.clone()).unwrap_or_default(),
    };
    let broken: Vec<_> = judgement
        .hardware
        .iter()
        .filter(|class| !class.problems.is_empty())
        .map(|class| &*class.name)
        .collect();
    let healthy = match broken.as_slice() {
        [] => (true, "AllThere", "all hardware that the file declares takes pods".to_owned()),
        broken => (false, "HardwareMissing", format!("see hardware: {}", broken.join(", "))),
    };
    set_condition(&mut status.conditions, "Healthy", healthy, generation, now);
    let off = pools.iter().filter(|pool| !pool.is_wanted).count();
    let enforced = match fleet.spec.guard {
        Guard::Observe => (false, "Observing", "the file asks for reports only".to_owned()),
        Guard::Enforce if off == 0 => (true, "Set", "each pool may have what its hardware holds".to_owned()),
        Guard::Enforce => (false, "Settling", format!("{off} pools are to be changed")),
    };
    set_condition(&mut status.conditions, "Enforced", enforced, generation, now);
    status
}

fn lowered(pool: &Effective<'_>) -> Option<PoolStatus> {
    let Verdict { pool: of_file, capacity, .. } = pool.verdict;
    pool.verdict.is_lowered().then(|| PoolStatus {
        name: of_file.name.clone(),
        namespace: of_file.namespace.clone(),
        max: of_file.max.unwrap_or(0),
        capacity: capacity.unwrap_or(0),
        effective: pool.max.unwrap_or(u32::MAX),
    })
}

/// The status of a fleet of which nothing can be said: what was said before, and that.
pub fn blind_status(fleet: &Fleet, blind: Blind, now: Timestamp) -> FleetStatus {
    let mut status = fleet.status.clone().unwrap_or_default();
    let text = format!("{blind}: nothing is changed");
    let generation = fleet.metadata.generation;
    let condition = condition_of("Healthy", "Unknown", "Blind", text, generation, now, &status.conditions);
    replace(&mut status.conditions, condition);
    status
}

/// Sets a condition. Its time is that of the last change of its status.
pub fn set_condition(
    conditions: &mut Vec<Condition>,
    name: &str,
    (holds, reason, message): (bool, &str, String),
    generation: Option<i64>,
    now: Timestamp,
) {
    let status = if holds { "True" } else { "False" };
    let condition = condition_of(name, status, reason, message, generation, now, conditions);
    replace(conditions, condition);
}

fn condition_of(
    name: &str,
    status: &str,
    reason: &str,
    message: String,
    generation: Option<i64>,
    now: Timestamp,
    before: &[Condition],
) -> Condition {
    let same = before.iter().find(|one| one.type_ == name && one.status == status);
    // Whole seconds: the server keeps no more, and a status that differs by less would be written for ever.
    let now = Timestamp::from_second(now.as_second()).unwrap_or(now);
    Condition {
        type_: name.to_owned(),
        status: status.to_owned(),
        reason: reason.to_owned(),
        message,
        observed_generation: generation,
        last_transition_time: same.map_or(Time(now), |one| one.last_transition_time.clone()),
    }
}

fn replace(conditions: &mut Vec<Condition>, condition: Condition) {
    match conditions.iter_mut().find(|one| one.type_ == condition.type_) {
        Some(one) => *one = condition,
        None => conditions.push(condition),
    }
}

/// Measures a fleet. Series of what is no longer there are forgotten.
pub fn measure(to: &Metrics, judgement: &Judgement, pools: &[Effective<'_>]) {
    for gauge in [
        &metrics::INVENTORY_NODES_DECLARED,
        &metrics::INVENTORY_NODES_READY,
        &metrics::INVENTORY_DEVICES_DECLARED,
        &metrics::INVENTORY_DEVICES_HEALTHY,
        &metrics::POOL_MAX_DECLARED,
        &metrics::POOL_MAX_EFFECTIVE,
        &metrics::POOL_CAPACITY,
    ] {
        to.forget(gauge, &[]);
    }
    for class in &judgement.hardware {
        to.set(&metrics::INVENTORY_NODES_DECLARED, &[&class.name], f64::from(class.declared));
        to.set(&metrics::INVENTORY_NODES_READY, &[&class.name], f64::from(class.ready));
        for (counts, gauge) in [
            (&class.devices_declared, &metrics::INVENTORY_DEVICES_DECLARED),
            (&class.devices_healthy, &metrics::INVENTORY_DEVICES_HEALTHY),
        ] {
            for (device, count) in counts {
                to.set(gauge, &[&class.name, device], *count as f64);
            }
        }
    }
    for pool in pools {
        let name = [pool.verdict.pool.name.as_str()];
        let set = |gauge, value: Option<u32>| {
            if let Some(value) = value {
                to.set(gauge, &name, f64::from(value));
            }
        };
        set(&metrics::POOL_MAX_DECLARED, pool.verdict.pool.max);
        set(&metrics::POOL_MAX_EFFECTIVE, pool.max);
        set(&metrics::POOL_CAPACITY, pool.verdict.capacity);
    }
}

/// Why a pool's numbers change, for people: `maxRunners 6 -> 3: the healthy hardware holds 3 of 6 runners`.
pub fn reason(verdict: &Verdict, before: Option<u32>, numbers: Numbers) -> String {
    let before = before.map_or_else(|| "without limit".to_owned(), |max| max.to_string());
    let change = format!("maxRunners {before} -> {}, minRunners {}", numbers.max, numbers.min);
    match (verdict.capacity, verdict.pool.max) {
        (Some(capacity), Some(max)) if verdict.is_lowered() => {
            format!("{change}: the healthy hardware holds {capacity} runners, and the file allows {max}")
        }
        _ => format!("{change}: as the file says"),
    }
}
