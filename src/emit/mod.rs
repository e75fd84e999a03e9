//! From the fleet to typed Kubernetes objects, one folder per target.

pub mod arc;
pub mod argocd;
pub mod cluster;
pub mod companions;
mod digest;
pub mod hooks;
pub mod kinds;
mod manifests;
pub mod meta;
pub mod monitoring;
mod object;
mod patch;
mod render;
pub mod vault;
pub mod workflows;

pub use object::{Body, Object, Objects, PoolObjects};
pub use render::{RenderError, hook_template, render};

use crate::diagnostic::Diagnostics;
use crate::model::Fleet;
use rayon::prelude::*;

/// All objects of the fleet, after patches.
pub fn emit(fleet: &Fleet, diagnostics: &mut Diagnostics) -> Objects {
    let mut pools: Vec<_> = fleet.pools.par_iter().map(|pool| arc::pool(fleet, pool)).collect();
    let mut patches = patch::Patches::read(fleet, diagnostics);
    patches.apply_to_pools(fleet, &mut pools, diagnostics);
    arc::seal(fleet, &mut pools);
    // What a namespace must allow follows from the pods that live in it, as patched.
    let mut others = others(fleet, &pools, diagnostics);
    patches.apply_to_others(&mut others, diagnostics);
    let objects = Objects { pools, others };
    patches.report_no_hits(fleet, &objects, diagnostics);
    objects
}

/// All objects that are no pool's. Argo CD's come last: they name the kinds and folders of all others.
fn others(fleet: &Fleet, pools: &[PoolObjects], diagnostics: &mut Diagnostics) -> Vec<Object> {
    let mut others = cluster::objects(fleet, pools);
    others.extend(vault::objects(fleet));
    others.extend(companions::objects(fleet, pools));
    others.extend(monitoring::objects(fleet));
    let carried = manifests::carried(fleet, diagnostics);
    let own = others.len();
    others.extend(carried.iter().map(|carried| carried.object.clone()));
    let argocd = argocd::objects(fleet, pools, &others);
    others.splice(own..own, argocd);
    let end = others.len() - carried.len();
    manifests::report_clashes(fleet, pools, &others[..end], &carried, diagnostics);
    others
}
