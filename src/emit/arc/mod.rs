//! A pool as ARC wants it: the AutoscalingRunnerSet and the accounts and roles beside it.

mod companions;
pub(super) mod container;
mod dind;
mod listener;
pub mod names;
mod placement;
pub(super) mod runner_pod;
mod runner_set;
mod seal;
pub(super) mod volumes;

pub(super) use companions::{KINDS as COMPANION_KINDS, companions};
pub use container::resources;
pub use listener::size as listener_size;
pub use placement::{Placement, placement};
pub use seal::{SEAL, seal};
pub use volumes::{Volumes, volumes};

use super::PoolObjects;
use super::hooks;
use crate::model::{Fleet, Pool};

/// All objects of a pool but those that are made when they are looked at.
pub fn pool(fleet: &Fleet, pool: &Pool) -> PoolObjects {
    PoolObjects {
        folder: format!("{}pools/{}/", fleet.cluster_of(pool).folder(), pool.name()),
        runner_set: runner_set::runner_set(fleet, pool),
        hook_template: hooks::template(fleet, pool),
        patched_companions: None,
        runner_set_patched: Vec::new(),
        hook_template_patched: Vec::new(),
    }
}
