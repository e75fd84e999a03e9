//! The work volume of a runner whose jobs get pods of their own by hooks 0.7.

use crate::check::PoolView;
use crate::check::pods::volume;

/// How the claim that each runner gets for its work may be used; nothing where it gets none.
pub fn access_modes(view: PoolView<'_>) -> &[String] {
    let volume = view.objects.runner_pod().and_then(|pod| volume(pod, "work"));
    let template = volume.and_then(|volume| volume.ephemeral.as_ref()?.volume_claim_template.as_ref());
    template.and_then(|template| template.spec.access_modes.as_deref()).unwrap_or_default()
}

/// Whether the pods of several nodes may use the work volume.
pub fn reaches_all_nodes(view: PoolView<'_>) -> bool {
    access_modes(view).iter().any(|mode| mode == "ReadWriteMany")
}
