//! The listener's pod.

use super::container::resources;
use super::placement::toleration;
use crate::emit::meta::{NO_DISRUPTION, map, non_empty};
use crate::language::nodes;
use crate::language::value::{Cpu, Memory};
use crate::model::{Pool, Size};
use k8s_openapi::api::core::v1::{Container, PodSpec, PodTemplateSpec};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

/// What a listener is given where the file does not say it.
const SIZE: (Cpu, Memory) = (Cpu(10), Memory(64 << 20));

/// What a pool's listener is given.
pub fn size(pool: &Pool) -> (Cpu, Memory) {
    size_of(pool.node.listener.as_ref())
}

fn size_of(node: Option<&nodes::Listener>) -> (Cpu, Memory) {
    node.map_or(SIZE, |listener| (listener.cpu.value, listener.memory.value))
}

/// Template of the listener's pod. ARC fills in image and command of the container `listener`.
///
/// Pools that say nothing of their listener share one: it would be a sixth of their memory.
pub fn template(pool: &Pool) -> Arc<PodTemplateSpec> {
    static PLAIN: LazyLock<Arc<PodTemplateSpec>> = LazyLock::new(|| Arc::new(of(None)));
    match &pool.node.listener {
        None => Arc::clone(&PLAIN),
        node => Arc::new(of(node.as_ref())),
    }
}

fn of(node: Option<&nodes::Listener>) -> PodTemplateSpec {
    let (cpu, memory) = size_of(node);
    let size = Size { cpu: Some(cpu), memory: Some(memory), storage: None };
    let mut labels = map([("kubernetes.io/os", "linux")]);
    let own = node.iter().flat_map(|listener| &listener.select);
    labels.extend(own.map(|select| (select.key.to_string(), select.value.to_string())));
    let tolerations = node.iter().flat_map(|listener| &listener.tolerate).map(toleration);
    PodTemplateSpec {
        metadata: Some(ObjectMeta { annotations: Some(map(NO_DISRUPTION)), ..ObjectMeta::default() }),
        spec: Some(PodSpec {
            containers: vec![Container {
                name: "listener".to_owned(),
                resources: resources(&size, &BTreeMap::new(), &[]),
                ..Container::default()
            }],
            node_selector: Some(labels),
            tolerations: non_empty(tolerations.collect()),
            ..PodSpec::default()
        }),
    }
}
