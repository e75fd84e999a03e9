//! A mark on the runner's pod that changes with whatever makes a new listener.
//!
//! With the update strategy `eventual`, ARC deletes a pool's listener at any change of its `spec` and makes the new one only
//! when no runner is left (`drainingJobs` of ARC 0.14.2; ARC issues 4432 and 4563). Idle runners wait for jobs that only a
//! listener could take, so a pool that keeps some would stand still for ever after a change of `max` alone. A
//! change of the pod template takes another way: there the controller first scales the runners to 0, idle ones go at once,
//! and the listener comes back when the last job is done. So the pods of such pools carry a hash of all the rest.

use crate::emit::PoolObjects;
use crate::emit::digest::sha256_hex;
use crate::emit::kinds::RunnerSetSpec;
use crate::language::nodes::UpdateStrategy;
use crate::model::Fleet;
use rayon::prelude::*;

/// The annotation.
pub const SEAL: &str = "fleetc.dev/listener-hash";

/// Bytes of the hash that are written: enough to tell a pool's states apart.
const BYTES: usize = 8;

/// Marks the pools that need it, as patched.
pub fn seal(fleet: &Fleet, pools: &mut [PoolObjects]) {
    let eventual = fleet.controller.update_strategy == UpdateStrategy::Eventual;
    if eventual && fleet.versions.arc.listener_waits_for_runners {
        pools.par_iter_mut().filter(|pool| keeps_idle(&pool.runner_set.spec)).for_each(mark);
    }
}

/// Whether a pool keeps idle runners.
pub fn keeps_idle(spec: &RunnerSetSpec) -> bool {
    spec.min_runners.unwrap_or(0) > 0 && spec.max_runners != Some(0)
}

fn mark(pool: &mut PoolObjects) {
    let spec = &mut pool.runner_set.spec;
    let template = std::mem::take(&mut spec.template);
    // A typed object always serializes.
    let rest = serde_json::to_vec(spec).unwrap_or_default();
    spec.template = template;
    let hash = sha256_hex(rest, BYTES);
    let metadata = spec.template.metadata.get_or_insert_default();
    metadata.annotations.get_or_insert_default().insert(SEAL.to_owned(), hash);
}

#[cfg(test)]
mod tests {
    use super::SEAL;
    use crate::check::example;

    fn seal(fleet: &str) -> Option<String> {
        let run = example::run(fleet);
        let metadata = run.objects.pools[0].runner_set.spec.template.metadata.clone()?;
        metadata.annotations?.get(SEAL).cloned()
    }

    fn pool(words: &str, runners: &str) -> String {
        format!(
            "{words}\npool \"p\" {{\nmode \"dind\"\nrunners {runners}\njob cpu=1 memory=\"1Gi\" storage=\"1Gi\"\n}}\n"
        )
    }

    #[test]
    fn it_changes_with_what_makes_a_new_listener() {
        let one = seal(&pool("", "min=1 max=2"));
        assert!(one.is_some());
        assert_eq!(one, seal(&pool("", "min=1 max=2")));
        assert_ne!(one, seal(&pool("", "min=1 max=3")));
        let patch = "patch \"AutoscalingRunnerSet\" name=\"p\" {\nmerge \"spec: {maxRunners: 3}\"\n}";
        assert_eq!(seal(&pool(patch, "min=1 max=2")), seal(&pool("", "min=1 max=3")));
    }

    #[test]
    fn pools_that_need_none_have_none() {
        assert_eq!(seal(&pool("", "max=2")), None);
        let immediate = "controller update-strategy=\"immediate\"";
        assert_eq!(seal(&pool(immediate, "min=1 max=2")), None);
    }
}
