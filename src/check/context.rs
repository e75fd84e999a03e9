//! What rules look at.

use crate::contract::runner::Day;
use crate::emit::{Objects, PoolObjects};
use crate::model::{Fleet, Pool};
use crate::syntax::{Sources, Span};

/// What rules look at: the fleet, the objects made of it, and the day.
pub struct Context<'a> {
    /// The fleet.
    pub fleet: &'a Fleet,
    /// Its objects, after patches: what the cluster will get.
    pub objects: &'a Objects,
    /// The files that it was read from.
    pub sources: &'a Sources,
    /// The day that releases are judged by.
    pub today: Day,
}

/// A pool and its objects.
#[derive(Clone, Copy)]
pub struct PoolView<'a> {
    /// The pool.
    pub pool: &'a Pool,
    /// Its objects, after patches.
    pub objects: &'a PoolObjects,
}

impl<'a> Context<'a> {
    /// All pools.
    pub fn pools(&self) -> impl Iterator<Item = PoolView<'a>> + use<'a> {
        let pairs = self.fleet.pools.iter().zip(&self.objects.pools);
        pairs.map(|(pool, objects)| PoolView { pool, objects })
    }
}

impl PoolView<'_> {
    /// Where something in the runner's pod was written: the last patch of the pool's resource, or
    /// else the place given, where the language decides it.
    pub fn runner_pod_span(&self, otherwise: Span) -> Span {
        self.objects.runner_set_patched.last().copied().unwrap_or(otherwise)
    }

    /// The same for the template of a job's pod.
    pub fn job_pod_span(&self, otherwise: Span) -> Span {
        self.objects.hook_template_patched.last().copied().unwrap_or(otherwise)
    }
}
