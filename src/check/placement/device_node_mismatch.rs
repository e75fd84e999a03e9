//! `device-node-mismatch`

use crate::check::findings::Reporter;
use crate::check::{Check, Context, PoolView, Rule};
use crate::diagnostic::Severity;

pub static RULE: Rule = Rule {
    code: "device-node-mismatch",
    severity: Severity::Error,
    summary: "a job holds more devices than any node of its class has",
    explanation: "\
A job runs in one pod, and a pod runs on one node. A job that asks for more devices than a single node of
its class has can't be placed anywhere, however many nodes there are: its pod stays `Pending` with
`Insufficient nvidia.com/gpu`. In the kubernetes modes the job fails when the hook gives up waiting; in
the others it queues.

Jobs over several nodes need a workload of several pods (such as a Kubernetes Job of their own or
Kueue's) that the workflow starts and waits for; a runner can't be spread.

Ask for at most what one node has, or correct `devices=` at the `nodes`, which counts the devices of one
node rather than of all.

Known from: the scheduling of extended resources in Kubernetes.
",
    good: r#"
hardware "gpu" {
    device "nvidia.com/gpu"
    select "nvidia.com/gpu.present" "true"
    nodes "gpu" count=2 cpu=96 memory="768Gi" devices=4
}

pool "training" {
    mode "kubernetes-novolume"
    runners max=2
    hardware "gpu" devices=4
    job cpu=8 memory="64Gi" storage="40Gi" shm="16Gi"
}
"#,
    bad: r#"
hardware "gpu" {
    device "nvidia.com/gpu"
    select "nvidia.com/gpu.present" "true"
    nodes "gpu" count=2 cpu=96 memory="768Gi" devices=4
}

pool "training" {
    mode "kubernetes-novolume"
    runners max=1
    hardware "gpu" devices=8
    job cpu=8 memory="64Gi" storage="40Gi" shm="16Gi"
}
"#,
    check: Check::Pool(check),
};

fn check(cx: &Context<'_>, view: PoolView<'_>, out: &mut Reporter<'_, '_>) {
    let cluster = cx.fleet.cluster_of(view.pool);
    for (used, class) in view.pool.hardware.iter().zip(cx.fleet.hardware_of(view.pool)) {
        let groups: Vec<_> = class.nodes_in(cluster).filter(|nodes| nodes.count.value.0 > 0).collect();
        if groups.is_empty() {
            continue;
        }
        let sizes: Vec<_> = groups.iter().map(|nodes| (*nodes, class.devices_of(nodes))).collect();
        let fits = |devices: &std::collections::BTreeMap<_, u32>| {
            used.devices.iter().all(|(name, count)| devices.get(name).is_some_and(|has| has >= count))
        };
        if sizes.iter().any(|(_, devices)| fits(devices)) {
            continue;
        }
        let most = |name| {
            sizes.iter().map(|(_, devices)| devices.get(name).copied().unwrap_or(0)).max().unwrap_or(0)
        };
        // Devices that the class does not declare are another rule's.
        let known = |name: &&_| class.node.devices.iter().any(|device| device.name.value == **name);
        let wanted: Vec<_> = used.devices.keys().filter(known).collect();
        let Some(name) =
            wanted.iter().find(|name| used.devices.get(**name) > Some(&most(**name))).or(wanted.first())
        else {
            continue;
        };
        let count = used.devices.get(*name).copied().unwrap_or(0);
        let has = match most(name) {
            0 => "none".to_owned(),
            has if has >= count => format!("{has}, but not with the others"),
            has => format!("{has} at most"),
        };
        let mut found = out
            .found(format!(
                "a job holds {count} \"{name}\", of which a node of hardware \"{}\" has {has}",
                class.name()
            ))
            .label(used.span, format!("{count} in one pod"))
            .effect("its pod fits on no node and stays Pending: jobs never start")
            .help(
                "ask for what one node has, or correct `devices=` of the nodes: it counts the devices of one",
            );
        if let Some((nodes, _)) = sizes.first() {
            found =
                found.label(nodes.devices.as_ref().map_or(nodes.span, |devices| devices.span), "in one node");
        }
        out.report(found);
    }
}
