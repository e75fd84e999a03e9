//! Priority classes.

use crate::emit::meta::{REPLACE, labels, map, meta};
use crate::language::nodes::Priority;
use crate::model::Fleet;
use k8s_openapi::api::scheduling::v1::PriorityClass;

/// A priority class. Its value can't be changed in place, so Argo CD is told to make it anew; pods
/// keep the number that they were admitted with.
pub fn class(fleet: &Fleet, node: &Priority) -> PriorityClass {
    let mut metadata = meta(node.name.as_str(), None, labels(fleet));
    metadata.annotations = Some(map([REPLACE]));
    PriorityClass {
        description: node.description.as_ref().map(|text| text.to_string()),
        global_default: None,
        metadata,
        preemption_policy: Some(if node.preempt.value { "PreemptLowerPriority" } else { "Never" }.to_owned()),
        // The language admits numbers that fit.
        value: i32::try_from(node.value.value.0).unwrap_or(i32::MAX),
    }
}
