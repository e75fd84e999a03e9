//! Whether the hardware holds what the pools may ask for.

mod class_overcommit;
mod kube_scheduler_still_pinned;
mod shape_fragmentation;

use super::Rule;

/// The rules of this section.
pub static RULES: &[&Rule] =
    &[&class_overcommit::RULE, &kube_scheduler_still_pinned::RULE, &shape_fragmentation::RULE];
