//! From the fleet to typed Kubernetes objects, one folder per target.

pub mod arc;
pub mod hooks;
pub mod kinds;
pub mod meta;
mod object;
mod patch;
mod render;

pub use object::{Body, Object, Objects, PoolObjects};
pub use render::{RenderError, hook_template, render};

use crate::diagnostic::Diagnostics;
use crate::model::Fleet;

/// All objects of the fleet, after patches.
pub fn emit(fleet: &Fleet, diagnostics: &mut Diagnostics) -> Objects {
    let pools = fleet.pools.iter().map(|pool| arc::pool(fleet, pool)).collect();
    let mut objects = Objects { pools, others: Vec::new() };
    patch::apply(fleet, &mut objects, diagnostics);
    objects
}
