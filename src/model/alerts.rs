//! The pools that alerts name.

use super::{Names, Pool};
use crate::diagnostic::Diagnostics;
use crate::language::nodes::{AlertPools, Alerts};
use std::collections::HashSet;

/// Reports pools that no declaration gives, and takes them out: what follows from them is not said again.
pub fn resolve(alerts: &mut Option<Alerts>, pools: &[Pool], names: &Names, diagnostics: &mut Diagnostics) {
    let Some(alerts) = alerts else { return };
    let known: HashSet<&str> = pools.iter().map(Pool::name).collect();
    for chosen in chosen(alerts) {
        chosen.names.retain(|name| {
            let found = known.contains(name.as_str());
            if !found {
                names.unknown("pool", name.as_str(), name.span, diagnostics);
            }
            found
        });
    }
}

/// What each typed alert says of pools.
fn chosen(alerts: &mut Alerts) -> impl Iterator<Item = &mut AlertPools> {
    let queues = alerts.queue_wait.iter_mut().filter_map(|alert| alert.pools.as_mut());
    queues
        .chain(alerts.queue_oldest.iter_mut().filter_map(|alert| alert.pools.as_mut()))
        .chain(alerts.queue_objective.iter_mut().filter_map(|alert| alert.pools.as_mut()))
        .chain(alerts.pool_saturated.iter_mut().filter_map(|alert| alert.pools.as_mut()))
        .chain(alerts.runners_offline.iter_mut().filter_map(|alert| alert.pools.as_mut()))
        .chain(alerts.runner_version_old.iter_mut().filter_map(|alert| alert.pools.as_mut()))
        .chain(alerts.listener_down.iter_mut().filter_map(|alert| alert.pools.as_mut()))
        .chain(alerts.runners_failed.iter_mut().filter_map(|alert| alert.pools.as_mut()))
        .chain(alerts.runners_pending.iter_mut().filter_map(|alert| alert.pools.as_mut()))
        .chain(alerts.cost_spike.iter_mut().filter_map(|alert| alert.pools.as_mut()))
}
