//! Disruption, placement, devices.

mod alternatives_differ;
mod claim_differs;
mod device_node_mismatch;
mod device_unknown;
mod dra_prescheduled;
mod dra_wiring;
mod gpu_in_requests_only;
mod gpu_on_wrong_pod;
mod hostpath_cache_unowned;
mod no_disrupt_missing;
mod psa_too_strict;
mod selector_missing;
mod shm_default;
mod toleration_missing;

use super::Rule;

/// The rules of this section.
pub static RULES: &[&Rule] = &[
    &no_disrupt_missing::RULE,
    &toleration_missing::RULE,
    &selector_missing::RULE,
    &device_unknown::RULE,
    &device_node_mismatch::RULE,
    &alternatives_differ::RULE,
    &gpu_in_requests_only::RULE,
    &gpu_on_wrong_pod::RULE,
    &dra_prescheduled::RULE,
    &dra_wiring::RULE,
    &shm_default::RULE,
    &hostpath_cache_unowned::RULE,
    &claim_differs::RULE,
    &psa_too_strict::RULE,
];
