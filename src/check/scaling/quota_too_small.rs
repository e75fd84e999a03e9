//! `quota-too-small`

use super::requests::{Dimension, of_pod, states};
use super::{max, max_span};
use crate::check::findings::Reporter;
use crate::check::names::identity::some_of;
use crate::check::{Check, Context, PoolView, Rule};
use crate::contract::hooks::generation;
use crate::diagnostic::Severity;
use crate::language::nodes::{Limits, Quota};
use crate::model::NamespaceUse;
use crate::syntax::Span;
use k8s_openapi::api::core::v1::PodSpec;

pub static RULE: Rule = Rule {
    code: "quota-too-small",
    severity: Severity::Error,
    summary: "a namespace's quota does not admit the pods of its pools",
    explanation: "\
Two mistakes have this name. The quota of a namespace is smaller than what all its pools request at their `max`, runner and
job pods together; listeners count too where they run in the same namespace. Or the quota counts processor time or memory,
and a container states none: Kubernetes then refuses its pod outright. The init container `fs-init`, which hooks 0.8
add to the pods of jobs in the mode `kubernetes-novolume`, is one of these.

A quota does not make jobs wait. The pod of a job that it refuses is an error of the hook: the job fails at once with
`failed to create job pod … exceeded quota` or `must specify cpu`. Runner pods that it refuses are tried again
since ARC 0.13.1, and before that the pool stands still.

Raise the quota or lower `max`. Add `limits` to the namespace, so that containers that state nothing, among them services of
workflows, are given a little.

Known from: ARC issues 3630, 3629, 3211, 3191 and 4305, runner-container-hooks issue 229.
",
    good: r#"
namespace "arc-runners" {
    quota cpu=40 memory="160Gi" pods=8
    limits cpu="100m" memory="128Mi"
}
pool "build" {
    mode "kubernetes-novolume"
    runners max=4
    job cpu=8 memory="32Gi"
}
"#,
    bad: r#"
namespace "arc-runners" {
    quota cpu=16 memory="160Gi"
    limits cpu="100m" memory="128Mi"
}
pool "build" {
    mode "kubernetes-novolume"
    runners max=4
    job cpu=8 memory="32Gi"
}
"#,
    check: Check::Fleet(check),
};

fn check(cx: &Context<'_>, out: &mut Reporter<'_, '_>) {
    let views: Vec<_> = cx.pools().collect();
    // Listeners run where the controller does, whatever namespace their pool is in.
    let mut of_cluster: Vec<Vec<PoolView<'_>>> = vec![Vec::new(); cx.fleet.clusters.len()];
    for view in &views {
        if let Some(pools) = of_cluster.get_mut(view.pool.cluster) {
            pools.push(*view);
        }
    }
    for namespace in &cx.fleet.namespaces {
        let Some(node) = &namespace.node else { continue };
        let Some(quota) = &node.quota else { continue };
        let pools: Vec<_> = namespace.pools.iter().filter_map(|at| views.get(*at).copied()).collect();
        let has_listeners = namespace.name == cx.fleet.controller.namespace;
        let listeners =
            of_cluster.get(namespace.cluster).filter(|_| has_listeners).map_or(&[][..], Vec::as_slice);
        let place = Place { cx, namespace, quota, limits: node.limits.as_ref() };
        place.report_sums(&pools, listeners, out);
        place.report_silent(&pools, out);
    }
}

/// A namespace with a quota.
struct Place<'a> {
    cx: &'a Context<'a>,
    namespace: &'a NamespaceUse,
    quota: &'a Quota,
    limits: Option<&'a Limits>,
}

impl Place<'_> {
    /// What the quota allows, and where that is written.
    fn allowed(&self, dimension: Dimension) -> Option<(u64, Span)> {
        let quota = self.quota;
        match dimension {
            Dimension::Cpu => quota.cpu.as_ref().map(|cpu| (cpu.value.0, cpu.span)),
            Dimension::Memory => quota.memory.as_ref().map(|memory| (memory.value.0, memory.span)),
            Dimension::Storage => quota.storage.as_ref().map(|storage| (storage.value.0, storage.span)),
            Dimension::Pods => quota.pods.as_ref().map(|pods| (u64::from(pods.value.0), pods.span)),
        }
    }

    /// What a container that states nothing is given.
    fn given(&self, dimension: Dimension) -> Option<u64> {
        match dimension {
            Dimension::Cpu => self.limits.map(|limits| limits.cpu.value.0),
            Dimension::Memory => self.limits.map(|limits| limits.memory.value.0),
            Dimension::Storage | Dimension::Pods => None,
        }
    }

    /// The namespace in a sentence.
    fn label(&self) -> String {
        let cluster =
            self.cx.fleet.clusters.get(self.namespace.cluster).filter(|_| self.cx.fleet.clusters.len() > 1);
        let cluster = cluster.map(|cluster| format!(" of {}", cluster.label())).unwrap_or_default();
        format!("namespace \"{}\"{cluster}", self.namespace.name)
    }

    fn report_sums(&self, pools: &[PoolView<'_>], listeners: &[PoolView<'_>], out: &mut Reporter<'_, '_>) {
        for dimension in Dimension::ALL {
            let Some((allowed, span)) = self.allowed(dimension) else { continue };
            let given = |dimension| self.given(dimension);
            let each = |pod: Option<&PodSpec>| pod.map_or(0, |pod| of_pod(pod, dimension, &given));
            let listening: u128 = listeners
                .iter()
                .filter_map(|view| view.objects.runner_set.spec.listener_template.as_ref())
                .map(|template| each(template.spec.as_ref()))
                .sum();
            let mut parts: Vec<(u128, PoolView<'_>)> = pools
                .iter()
                .map(|view| {
                    let one = each(view.objects.runner_pod()) + each(view.objects.job_pod());
                    (one.saturating_mul(u128::from(max(*view).unwrap_or(0))), *view)
                })
                .collect();
            let sum = parts.iter().map(|(part, _)| part).sum::<u128>().saturating_add(listening);
            if sum <= u128::from(allowed) {
                continue;
            }
            parts.sort_by_key(|(part, _)| std::cmp::Reverse(*part));
            let (has, with) = (dimension.show(u128::from(allowed)), dimension.show(sum));
            let also = if listening > 0 {
                format!(", {} of it listeners", dimension.show(listening))
            } else {
                String::new()
            };
            let mut found = out
                .found(format!(
                    "the quota of {} is {has}, and its pools come to {with} at their max{also}",
                    self.label()
                ))
                .label(span, format!("too small by {}", dimension.show(sum - u128::from(allowed))));
            for (part, view) in parts.iter().take(3).filter(|(part, _)| *part > 0) {
                let runners = max(*view).unwrap_or(0);
                let text = format!(
                    "pool \"{}\": {runners} x {}",
                    view.pool.name(),
                    dimension.show(part / u128::from(runners.max(1)))
                );
                found = found.label(max_span(*view), text);
            }
            found = found
                .effect("jobs beyond the quota do not wait: they fail at once, exceeded quota")
                .help(format!("raise the quota to {with}, or lower max"));
            out.report(found);
        }
    }

    /// Containers that do not state what the quota counts. Kubernetes asks that for processor time and memory only.
    fn report_silent(&self, pools: &[PoolView<'_>], out: &mut Reporter<'_, '_>) {
        let asked = [Dimension::Cpu, Dimension::Memory].into_iter();
        let asked: Vec<_> =
            asked.filter(|d| self.allowed(*d).is_some() && self.given(*d).is_none()).collect();
        let mut containers: Vec<&str> = Vec::new();
        let mut silent: Vec<PoolView<'_>> = Vec::new();
        for view in pools {
            let found = silent_containers(*view, &asked);
            if !found.is_empty() {
                silent.push(*view);
            }
            for name in found {
                if !containers.contains(&name) {
                    containers.push(name);
                }
            }
        }
        if silent.is_empty() {
            return;
        }
        let what = if asked.len() == 2 {
            "cpu and memory"
        } else if asked == [Dimension::Cpu] {
            "cpu"
        } else {
            "memory"
        };
        let (noun, state) =
            if containers.len() == 1 { ("container", "states") } else { ("containers", "state") };
        let mut found = out
            .found(format!(
                "{} has a quota for {what}, and {noun} {} {state} none of it",
                self.label(),
                some_of(containers.iter().copied())
            ))
            .label(self.quota.span, "counts what containers request");
        for view in silent.iter().take(3) {
            found = found.label(view.pool.span(), format!("pool \"{}\"", view.pool.name()));
        }
        let first = containers.first().copied().unwrap_or("");
        found = found
            .effect(format!("Kubernetes refuses their pods, \"must specify {} for: {first}\": the jobs fail at once", what.replace(" and ", ",")))
            .help(format!("add `limits cpu=\"100m\" memory=\"256Mi\"` to namespace \"{}\": it gives such containers a little", self.namespace.name));
        out.report(found);
    }
}

/// Containers of the pool that do not state what is asked.
fn silent_containers<'a>(view: PoolView<'a>, asked: &[Dimension]) -> Vec<&'a str> {
    let pods = view.objects.runner_pod().into_iter().chain(view.objects.job_pod());
    let mut names: Vec<&str> = Vec::new();
    for pod in pods {
        let asked = asked.iter().filter(|dimension| !states(pod.resources.as_ref(), **dimension));
        let asked: Vec<_> = asked.copied().collect();
        let containers = pod.init_containers.iter().flatten().chain(&pod.containers);
        let silent =
            containers.filter(|c| asked.iter().any(|dimension| !states(c.resources.as_ref(), *dimension)));
        names.extend(silent.map(|container| container.name.trim_start_matches('$')));
    }
    // Hooks 0.8 put it into the pod of each job, unless the template replaces the list.
    let copies = generation(view.pool.mode).is_some_and(|hook| !hook.names_node);
    let replaced = view.objects.job_pod().is_some_and(|pod| {
        pod.init_containers.is_some() || asked.iter().all(|d| states(pod.resources.as_ref(), *d))
    });
    if copies && !replaced && !asked.is_empty() {
        names.push("fs-init");
    }
    names
}

#[cfg(test)]
mod tests {
    use crate::check::example;

    fn found(text: &str) -> Vec<String> {
        let run = example::run(text);
        run.diagnostics.iter().filter(|d| d.code == super::RULE.code).map(|d| d.message.clone()).collect()
    }

    #[test]
    fn runner_and_job_are_counted() {
        let messages = found(super::RULE.bad);
        assert_eq!(
            messages,
            [
                "the quota of namespace \"arc-runners\" is 16 cores, and its pools come to 35 cores at their max"
            ]
        );
        let enough = super::RULE.bad.replace("cpu=16", "cpu=35");
        assert!(found(&enough).is_empty());
    }

    #[test]
    fn a_quota_asks_every_container() {
        let without = super::RULE.good.replace("    limits cpu=\"100m\" memory=\"128Mi\"\n", "");
        assert_eq!(
            found(&without),
            [
                "namespace \"arc-runners\" has a quota for cpu and memory, and container \"fs-init\" states none of it"
            ]
        );
        let only_pods = without.replace("cpu=40 memory=\"160Gi\" ", "");
        assert!(found(&only_pods).is_empty(), "Kubernetes asks nothing for a quota of pods");
        let dind = without.replace("kubernetes-novolume", "dind");
        assert!(found(&dind).is_empty(), "all containers of dind state theirs");
    }

    #[test]
    fn listeners_count_where_they_run() {
        let fleet = "fleet \"x\" {\n namespace \"arc-systems\"\n github \"https://github.com/o\" app-secret=\"s\"\n}\n";
        let pool = "pool \"p\" {\n mode \"dind\"\n runners max=2\n job cpu=1 memory=\"1Gi\"\n}\n";
        let quota = |pods: u32| format!("namespace \"arc-systems\" {{\n quota pods={pods}\n}}\n");
        assert_eq!(found(&format!("{fleet}{}{pool}", quota(2))).len(), 1);
        assert_eq!(found(&format!("{fleet}{}{pool}", quota(3))).len(), 0);
    }
}
