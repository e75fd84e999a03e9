//! `runner-pod-too-small`

use super::amounts;
use crate::check::findings::Reporter;
use crate::check::{Check, Context, PoolView, Rule};
use crate::diagnostic::Severity;
use crate::language::nodes::ContainerMode;
use crate::language::value::{Cpu, Memory};

pub static RULE: Rule = Rule {
    code: "runner-pod-too-small",
    severity: Severity::Warning,
    summary: "the runner's own pod is given too little",
    explanation: "\
In the kubernetes modes steps run in the job's pod, and the runner's pod only talks to GitHub; it looks as if it
needed nothing. It runs .NET for the runner and node for the hooks, though. Hooks 0.8 pack the work folder and
send it over the API server at every step: with less than three quarters of a core that becomes the slowest part
of a job, and with 512Mi people saw the runner killed for want of memory. Then the job does not fail. It hangs:
its pod runs on, nobody reads its log, and GitHub waits until it declares the runner lost.

In mode `kubernetes` little is copied, but a runner without any request is the first that a node under pressure
kills, with the same result.

Give it `runner cpu=\"750m\" memory=\"1Gi\"` in mode `kubernetes-novolume`, which is what a pool gets that says
nothing.

Known from: hooks issue 143, ARC issue 3319, the runner template of pytorch/ci-infra.
",
    good: r#"
pool "build" {
    mode "kubernetes-novolume"
    runners max=4
    runner cpu=1 memory="2Gi"
    job cpu=4 memory="8Gi"
}
"#,
    bad: r#"
pool "build" {
    mode "kubernetes-novolume"
    runners max=4
    runner cpu="100m" memory="256Mi"
    job cpu=4 memory="8Gi"
}
"#,
    check: Check::Pool(check),
};

fn check(_: &Context<'_>, view: PoolView<'_>, out: &mut Reporter<'_, '_>) {
    let Some(runner) = view.objects.runner_container() else { return };
    let (least_cpu, least_memory) = match view.pool.mode {
        ContainerMode::KubernetesNovolume => (Cpu(750), Memory::gib(1)),
        ContainerMode::Kubernetes => (Cpu(1), Memory(1)),
        ContainerMode::Dind | ContainerMode::Default => return,
    };
    let (cpu, memory) = (amounts::request(runner, "cpu"), amounts::request(runner, "memory"));
    let mut lacks = Vec::new();
    if cpu.is_none_or(|cpu| amounts::cpu(cpu).is_some_and(|cpu| cpu < least_cpu)) {
        lacks.push(cpu.map_or_else(|| "no processor time".to_owned(), |cpu| format!("cpu {}", cpu.0)));
    }
    if memory.is_none_or(|memory| amounts::memory(memory).is_some_and(|memory| memory < least_memory)) {
        lacks.push(memory.map_or_else(|| "no memory".to_owned(), |memory| format!("memory {}", memory.0)));
    }
    if lacks.is_empty() {
        return;
    }
    let word = view.pool.node.runner.as_ref().filter(|word| word.cpu.is_some() || word.memory.is_some());
    let span = word.map_or_else(|| view.runner_pod_span(view.pool.span()), |word| word.span);
    let found = out
        .found(format!("the runner of pool \"{}\" asks for {}", view.pool.name(), lacks.join(" and ")))
        .label(span, "too little")
        .effect("a runner that is killed or starved leaves its job hanging until GitHub declares it lost")
        .help("write `runner cpu=\"750m\" memory=\"1Gi\"`, or leave it out: that is the default here");
    out.report(found);
}
