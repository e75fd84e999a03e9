//! From decoded nodes to the fleet: references become indexes, defaults become values.

use super::alerts;
use super::exporter;
use super::fleet::Manifest;
use super::names::Names;
use super::vault;
use super::workflows;
use super::{
    Cache, CacheKind, Cluster, Controller, Fleet, Hardware, HardwareUse, NamespaceUse, Pool, Size, Usage,
    Versions,
};
use crate::contract::arc;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::language::nodes::{self, ContainerMode, File, Share};
use crate::language::suggest::one_of;
use crate::language::value::{Cpu, ImageRef, Memory, Name};
use crate::syntax::Span;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// Builds the fleet. Pools with an unusable reference are left out once that has been reported.
///
/// `read_manifest` gives the text of a file that the fleet carries along, or why it can't be read.
pub fn build(
    file: File,
    names: &Names,
    read_manifest: &dyn Fn(&str) -> Result<String, String>,
    diagnostics: &mut Diagnostics,
) -> Fleet {
    let versions = versions(&file, diagnostics);
    let controller = controller(&file);
    let clusters = clusters(&file, &versions);
    let hardware: Vec<_> = file.hardware.into_iter().map(|node| Hardware { node }).collect();
    report_unknown_clusters(&hardware, &file.manifests, &clusters, names, diagnostics);
    let caches: Vec<_> = file.caches.into_iter().filter_map(|node| cache(node, diagnostics)).collect();
    let (vaults, ids) = vault::build(file.vaults, file.fleet.name.as_str(), &clusters, names, diagnostics);
    let lacks_vaults = !names.is_whole() || names.vaults() > vaults.len();
    let manifests = file.manifests.into_iter().filter_map(|node| manifest(node, read_manifest, diagnostics));
    let mut fleet = Fleet {
        versions,
        controller,
        clusters,
        namespaces: Vec::new(),
        priorities: file.priorities,
        hardware,
        caches,
        pools: Vec::new(),
        rules: file.rules,
        patches: file.patches,
        manifests: manifests.collect(),
        vaults,
        ids,
        lacks_vaults,
        upkeep: file.upkeep,
        exporter: file.exporter,
        alerts: file.alerts,
        usage: Usage::new(
            file.repositories,
            file.runner_groups,
            file.retired,
            file.variables,
            file.other_runners,
        ),
        workflows: None,
        monitoring: file.monitoring,
        unused: names.unused().to_vec(),
        node: file.fleet,
    };
    let lookup = Lookup::new(&fleet);
    let mut pools = Vec::new();
    for node in file.pools {
        resolve(node, &fleet, &lookup, names, &mut pools, diagnostics);
    }
    fleet.pools = pools;
    exporter::resolve(&mut fleet.exporter, &fleet.pools, names, diagnostics);
    alerts::resolve(&mut fleet.alerts, &fleet.pools, names, diagnostics);
    fleet.namespaces = namespaces(&mut fleet.pools, file.namespaces);
    fleet.workflows = file.workflows.map(|node| workflows::build(node, &fleet, names, diagnostics));
    fleet
}

/// Positions by name.
struct Lookup {
    hardware: HashMap<String, usize>,
    caches: HashMap<String, usize>,
    priorities: HashMap<String, usize>,
    clusters: HashMap<String, usize>,
}

impl Lookup {
    fn new(fleet: &Fleet) -> Self {
        let index = |names: Vec<&str>| {
            names.into_iter().enumerate().map(|(at, name)| (name.to_owned(), at)).collect()
        };
        Self {
            hardware: index(fleet.hardware.iter().map(Hardware::name).collect()),
            caches: index(fleet.caches.iter().map(|cache| cache.node.name.as_str()).collect()),
            priorities: index(fleet.priorities.iter().map(|priority| priority.name.as_str()).collect()),
            clusters: index(
                fleet.clusters.iter().map(|c| c.name.as_ref().map_or("", Name::as_str)).collect(),
            ),
        }
    }
}

fn default_image(text: &str) -> ImageRef {
    // The texts are constants of this file; the test below reads each of them.
    ImageRef::parse(text).unwrap_or_else(|| unreachable!("{text} is an image reference"))
}

const RUNNER_IMAGE: &str = "ghcr.io/actions/actions-runner:2.336.0";
const DIND_IMAGE: &str = "docker:28-dind";

fn versions(file: &File, diagnostics: &mut Diagnostics) -> Versions {
    let node = file.versions.clone();
    let named = node.as_ref().and_then(|versions| versions.arc.as_ref());
    let known = named.map(|arc| arc::release(arc.version.value));
    if let (Some(arc), Some(None)) = (named, known) {
        let releases: Vec<_> = arc::RELEASES.iter().map(|release| release.version.to_string()).collect();
        let found = Diagnostic::new(
            "arc-release-unknown",
            format!("fleetc does not know release {} of ARC", arc.version.value),
        )
        .label(arc.version.span, "unknown release")
        .help(format!(
            "write one of {}; fields and labels differ between releases, so a later one needs a later fleetc",
            one_of(releases.iter().map(String::as_str))
        ));
        diagnostics.push(found);
    }
    let arc = known.flatten().unwrap_or(&arc::LATEST);
    let label = named.and_then(|arc| arc.label.as_ref());
    let image = |image: Option<&nodes::Image>, default| {
        image.map_or_else(|| default_image(default), |image| image.image.value.clone())
    };
    Versions {
        arc,
        arc_span: named.map_or(file.fleet.span, |arc| arc.span),
        crds: named.and_then(|arc| arc.crds.as_ref()).map_or(arc.version, |crds| crds.value),
        version_label: label.map_or_else(|| arc.version.to_string(), |label| label.value.to_string()),
        runner: image(node.as_ref().and_then(|v| v.runner.as_ref()), RUNNER_IMAGE),
        dind: image(node.as_ref().and_then(|v| v.dind.as_ref()), DIND_IMAGE),
        fleet_controller: node
            .as_ref()
            .and_then(|v| v.fleet_controller.as_ref())
            .map(|image| image.image.value.clone()),
        fleet_exporter: node
            .as_ref()
            .and_then(|v| v.fleet_exporter.as_ref())
            .map(|image| image.image.value.clone()),
        node,
    }
}

fn controller(file: &File) -> Controller {
    let node = file.controller.clone();
    let name = |text| Name::parse(text).unwrap_or_else(|| unreachable!("{text} is a DNS label"));
    let managed = node.as_ref().is_none_or(|node| node.managed.value);
    let own = node.as_ref().and_then(|node| node.service_account.as_ref()).map(|name| name.value.clone());
    let namespace = node.as_ref().map_or_else(|| name("arc-systems"), |node| node.namespace.value.clone());
    Controller {
        span: node.as_ref().map_or(file.fleet.span, |node| node.span),
        namespace_node: file.namespaces.iter().find(|node| node.name.value == namespace).cloned(),
        namespace,
        service_account: own.or_else(|| managed.then(|| name("arc-gha-rs-controller"))),
        managed,
        update_strategy: node
            .as_ref()
            .map_or(nodes::UpdateStrategy::Eventual, |node| node.update_strategy.value),
        metrics: node.as_ref().is_none_or(|node| node.metrics.value),
        node,
    }
}

fn clusters(file: &File, versions: &Versions) -> Vec<Cluster> {
    let kubernetes = versions.node.as_ref().and_then(|v| v.kubernetes.as_ref()).map(|k| k.version.value);
    if file.clusters.is_empty() {
        let server = "https://kubernetes.default.svc".to_owned();
        return vec![Cluster { name: None, node: None, server, mtu: 1500, kubernetes }];
    }
    let build = |node: &nodes::Cluster| Cluster {
        name: Some(node.name.value.clone()),
        server: node.server.to_string(),
        mtu: node.mtu.value.0,
        kubernetes: node.kubernetes.as_ref().map(|version| version.value).or(kubernetes),
        node: Some(node.clone()),
    };
    file.clusters.iter().map(build).collect()
}

fn report_unknown_clusters(
    hardware: &[Hardware],
    manifests: &[nodes::Manifest],
    clusters: &[Cluster],
    names: &Names,
    diagnostics: &mut Diagnostics,
) {
    let of_hardware = hardware.iter().flat_map(|class| &class.node.nodes).map(|nodes| &nodes.cluster);
    for cluster in of_hardware.chain(manifests.iter().map(|manifest| &manifest.cluster)) {
        if let Some(cluster) = cluster
            && !clusters.iter().any(|known| known.name.as_ref() == Some(&cluster.value))
        {
            names.unknown("cluster", cluster.as_str(), cluster.span, diagnostics);
        }
    }
}

fn cache(node: nodes::Cache, diagnostics: &mut Diagnostics) -> Option<Cache> {
    let kind = match (&node.claim, &node.host_path) {
        (Some(claim), None) => CacheKind::Claim(claim.clone()),
        (None, Some(path)) => CacheKind::HostPath(path.clone()),
        (Some(claim), Some(path)) => {
            let found = Diagnostic::new(
                "cache-storage",
                format!("cache \"{}\" has two places for its data", node.name.value),
            )
            .label(path.span, "a host path")
            .label(claim.span, "and a claim")
            .help("keep one of the two");
            diagnostics.push(found);
            return None;
        }
        (None, None) => {
            let found = Diagnostic::new(
                "cache-storage",
                format!("cache \"{}\" has no place for its data", node.name.value),
            )
            .label(node.span, "incomplete")
            .help("add `claim \"NAME\" size=\"100Gi\"` or `host-path \"/var/cache/NAME\"`");
            diagnostics.push(found);
            return None;
        }
    };
    let default = if matches!(kind, CacheKind::Claim(_)) { Share::All } else { Share::Runner };
    let share = node.share.as_ref().map_or(default, |share| share.value);
    Some(Cache { node, kind, share })
}

fn manifest(
    node: nodes::Manifest,
    read: &dyn Fn(&str) -> Result<String, String>,
    diagnostics: &mut Diagnostics,
) -> Option<Manifest> {
    match read(node.path.as_str()) {
        Ok(text) => Some(Manifest { node, text }),
        Err(reason) => {
            let found = Diagnostic::new(
                "manifest-unreadable",
                format!("manifest \"{}\" can't be read: {reason}", node.path.value),
            )
            .label(node.path.span, "no such manifest")
            .help("name a file relative to the fleet file");
            diagnostics.push(found);
            None
        }
    }
}

fn resolve(
    node: nodes::Pool,
    fleet: &Fleet,
    lookup: &Lookup,
    names: &Names,
    pools: &mut Vec<Pool>,
    diagnostics: &mut Diagnostics,
) {
    let mut complete = true;
    let mut find = |map: &HashMap<String, usize>, word: &str, name: &str, span: Span| {
        let at = map.get(name).copied();
        if at.is_none() {
            names.unknown(word, name, span, diagnostics);
            complete = false;
        }
        at
    };
    let hardware: Vec<_> = node
        .hardware
        .iter()
        .filter_map(|used| {
            let class = find(&lookup.hardware, "hardware", used.class.as_str(), used.class.span)?;
            Some(HardwareUse { class, devices: devices(used, &fleet.hardware[class]), span: used.span })
        })
        .collect();
    let cache_names = node.cache.iter().flat_map(|cache| &cache.names);
    let caches =
        cache_names.filter_map(|name| find(&lookup.caches, "cache", name.as_str(), name.span)).collect();
    let priority = node.priority.as_ref();
    let priority = priority.and_then(|p| find(&lookup.priorities, "priority", p.name.as_str(), p.name.span));
    let cluster_names = node.clusters.iter().flat_map(|clusters| &clusters.names);
    let mut clusters: Vec<_> = cluster_names
        .filter_map(|name| find(&lookup.clusters, "cluster", name.as_str(), name.span))
        .collect();
    if node.clusters.is_none() {
        clusters = (0..fleet.clusters.len()).collect();
    }
    if !complete {
        return;
    }
    let node = Arc::new(node);
    let mode = node.mode.mode.value;
    let image = node.runner.as_ref().and_then(|runner| runner.image.as_ref());
    let docker = node.docker.as_ref().and_then(|docker| docker.image.as_ref());
    let github = node.github.clone().unwrap_or_else(|| fleet.node.github.clone());
    for cluster in clusters {
        let own_group = node.github.as_ref().and_then(|github| github.runner_group.as_ref());
        let group_of_cluster =
            fleet.clusters[cluster].node.as_ref().and_then(|node| node.runner_group.as_ref());
        let group = group_of_cluster.or(own_group).or(github.runner_group.as_ref());
        pools.push(Pool {
            cluster,
            namespace: node
                .namespace
                .as_ref()
                .map_or_else(|| fleet.node.namespace.name.value.clone(), |name| name.value.clone()),
            namespace_index: 0,
            mode,
            hardware: hardware.clone(),
            runner: runner_size(&node),
            job: job_size(&node),
            runner_image: image
                .map_or_else(|| fleet.versions.runner.clone(), |image| image.image.value.clone()),
            docker_image: docker.map_or_else(|| fleet.versions.dind.clone(), |image| image.value.clone()),
            caches: Vec::clone(&caches),
            priority,
            runner_group: group.map(|group| group.value.to_string()),
            proxy: node.proxy.clone().or_else(|| fleet.node.proxy.clone()),
            github: github.clone(),
            node: Arc::clone(&node),
        });
    }
}

fn devices(
    used: &nodes::PoolHardware,
    class: &Hardware,
) -> BTreeMap<crate::language::value::DeviceName, u32> {
    let all = used.devices.as_ref().map_or(0, |count| count.value.0);
    let of_class = class.node.devices.iter().map(|device| (device.name.value.clone(), all));
    let mut devices: BTreeMap<_, _> = of_class.collect();
    let own = used.device_counts.iter().map(|device| (device.name.value.clone(), device.count.value.0));
    devices.extend(own);
    devices.retain(|_, count| *count > 0);
    devices
}

/// In the kubernetes modes the runner only talks to GitHub and moves files; 1Gi and half a core keep
/// .NET and node alive. Where steps run in it, it needs more.
fn runner_size(node: &nodes::Pool) -> Size {
    let agent = node.mode.mode.value.has_workflow_pod();
    let (cpu, memory) = match node.mode.mode.value {
        ContainerMode::KubernetesNovolume => (Cpu(750), Memory::gib(1)),
        _ if agent => (Cpu(500), Memory::gib(1)),
        _ => (Cpu(1000), Memory::gib(4)),
    };
    let own = node.runner.as_ref();
    let mut size = Size {
        cpu: Some(own.and_then(|r| r.cpu.as_ref()).map_or(cpu, |cpu| cpu.value)),
        memory: Some(own.and_then(|r| r.memory.as_ref()).map_or(memory, |memory| memory.value)),
        storage: own.and_then(|r| r.storage.as_ref()).map(|storage| storage.value),
    };
    if node.mode.mode.value == ContainerMode::Default {
        // Jobs run in the runner's container: what the file gives a job is the container's.
        let job = job_size(node);
        size = Size {
            cpu: job.cpu.or(size.cpu),
            memory: job.memory.or(size.memory),
            storage: job.storage.or(size.storage),
        };
    }
    size
}

fn job_size(node: &nodes::Pool) -> Size {
    let job = node.job.as_ref();
    Size {
        cpu: job.and_then(|job| job.cpu.as_ref()).map(|cpu| cpu.value),
        memory: job.and_then(|job| job.memory.as_ref()).map(|memory| memory.value),
        storage: job.and_then(|job| job.storage.as_ref()).map(|storage| storage.value),
    }
}

fn namespaces(pools: &mut [Pool], declared: Vec<nodes::Namespace>) -> Vec<NamespaceUse> {
    let mut used: BTreeMap<(usize, Name), Vec<usize>> = BTreeMap::new();
    for (at, pool) in pools.iter().enumerate() {
        used.entry((pool.cluster, pool.namespace.clone())).or_default().push(at);
    }
    let declared: HashMap<_, _> = declared.into_iter().map(|node| (node.name.value.clone(), node)).collect();
    let mut namespaces = Vec::with_capacity(used.len());
    for ((cluster, name), members) in used {
        for at in &members {
            pools[*at].namespace_index = namespaces.len();
        }
        let node = declared.get(&name).cloned();
        namespaces.push(NamespaceUse { cluster, name, node, pools: members });
    }
    namespaces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn default_images_are_images() {
        default_image(RUNNER_IMAGE);
        default_image(DIND_IMAGE);
    }
}
