//! `work-rwop`

use super::work;
use crate::check::findings::Reporter;
use crate::check::{Check, Context, PoolView, Rule};
use crate::diagnostic::Severity;
use crate::language::nodes::ContainerMode;

pub static RULE: Rule = Rule {
    code: "work-rwop",
    severity: Severity::Error,
    summary: "the work volume may be used by one pod only",
    explanation: "\
In mode `kubernetes` two pods use the work volume at the same time: the runner's, which checks out
code and actions, and that of its job, which runs the steps. The access mode `ReadWriteOncePod` lets
one pod in. The runner's pod is first, so the scheduler keeps the job's pod `Pending` (\"node has pod
using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode\") until the hook gives
up, and every job fails.

`ReadWriteOnce` means one node, not one pod, and is enough: hooks 0.7 keep both pods on one node.
`ReadWriteMany` also lets them be on different nodes.

Known from: hooks 0.7.0 (`createPod` names the runner's claim), the Kubernetes docs on access modes.
",
    good: r#"
pool "build" {
    mode "kubernetes"
    runners max=4
    work "20Gi" access="ReadWriteOnce"
    job cpu=4 memory="8Gi"
}
"#,
    bad: r#"
pool "build" {
    mode "kubernetes"
    runners max=4
    work "20Gi" access="ReadWriteOncePod"
    job cpu=4 memory="8Gi"
}
"#,
    check: Check::Pool(check),
};

fn check(_: &Context<'_>, view: PoolView<'_>, out: &mut Reporter<'_, '_>) {
    let one_pod = work::access_modes(view).iter().any(|mode| mode == "ReadWriteOncePod");
    if view.pool.mode != ContainerMode::Kubernetes || !one_pod {
        return;
    }
    let access = view.pool.node.work.as_ref().map(|work| &work.access);
    let span = match access {
        Some(access) if access.to_string() == "ReadWriteOncePod" => access.span,
        _ => view.runner_pod_span(view.pool.span()),
    };
    let found = out
        .found(format!(
            "the work volume of pool \"{}\" may be used by one pod, and two need it",
            view.pool.name()
        ))
        .label(span, "one pod only")
        .effect("the runner's pod has the volume, so the pod of its job never starts: every job fails")
        .help("write access=\"ReadWriteOnce\": it means one node, and both pods are on one");
    out.report(found);
}
