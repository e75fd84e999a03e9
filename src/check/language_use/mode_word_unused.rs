//! `mode-word-unused`

use crate::check::findings::Reporter;
use crate::check::{Check, Context, PoolView, Rule};
use crate::diagnostic::Severity;
use crate::language::nodes::{ContainerMode, Pool};
use crate::syntax::Span;

pub static RULE: Rule = Rule {
    code: "mode-word-unused",
    severity: Severity::Warning,
    summary: "a word means nothing in the mode of its pool",
    explanation: "\
Some words of a pool are about one mode only:

- `work` is the volume of `kubernetes`; the other modes work on the node's disk, sized by `job storage=`.
- `hooks` are the container hooks of the kubernetes modes; of them, `scheduler` is about `kubernetes` (hooks
  0.7), and `copy-image` about `kubernetes-novolume` (hooks 0.8).
- `docker` is the daemon of `dind`.
- `api-token` and `security` of `job` are about the pod that only the kubernetes modes make for a job.
- In `default`, steps run in the runner's container: sizes at `job` win over those at `runner`.

Where the mode has no use for it, the word has no effect, and the cluster is not what the file says: most
often the mode was changed, or a line copied from another pool.

Remove the word. If it comes from a template that other pools need it from, write `without \"WORD\"` in the
pool.

Known from: the modes of ARC's chart, which ignores such values in silence, too.
",
    good: r#"
pool "tests" {
    mode "dind"
    runners max=4
    job cpu=4 memory="8Gi" storage="40Gi"
    docker mirror="https://mirror.example.com"
}
"#,
    bad: r#"
pool "tests" {
    mode "kubernetes-novolume"
    runners max=4
    job cpu=4 memory="8Gi" storage="40Gi"
    work "20Gi"
}
"#,
    check: Check::Pool(check),
};

/// A word, where it stands, whether it is a whole node, and what it is for.
struct Unused {
    word: &'static str,
    span: Span,
    is_node: bool,
    purpose: &'static str,
}

fn check(_: &Context<'_>, view: PoolView<'_>, out: &mut Reporter<'_, '_>) {
    let mode = &view.pool.node.mode;
    for unused in unused(&view.pool.node, view.pool.mode) {
        let without = if unused.is_node {
            format!(", or write `without \"{}\"` if a template gives it", unused.word)
        } else {
            String::new()
        };
        let found = out
            .found(format!("`{}` means nothing in the mode \"{}\"", unused.word, view.pool.mode))
            .label(unused.span, "has no effect")
            .label(mode.mode.span, "in this mode")
            .effect(format!("it is left out: {}", unused.purpose))
            .help(format!("remove it{without}"));
        out.report(found);
    }
}

fn unused(pool: &Pool, mode: ContainerMode) -> Vec<Unused> {
    let mut all = Vec::new();
    let mut add = |word, span: Option<Span>, is_node, purpose| {
        all.extend(span.map(|span| Unused { word, span, is_node, purpose }));
    };
    let has_job_pod = mode.has_workflow_pod();
    if mode != ContainerMode::Kubernetes {
        let purpose = "only `kubernetes` has a work volume, elsewhere `job storage=` is the size";
        add("work", pool.work.as_ref().map(|work| work.span), true, purpose);
    }
    if mode != ContainerMode::Dind {
        add(
            "docker",
            pool.docker.as_ref().map(|docker| docker.span),
            true,
            "only `dind` has a Docker daemon",
        );
    }
    match &pool.hooks {
        Some(hooks) if !has_job_pod => {
            add(
                "hooks",
                Some(hooks.span),
                true,
                "container hooks make the pods of jobs in the kubernetes modes",
            );
        }
        Some(hooks) if mode == ContainerMode::Kubernetes => {
            let span = hooks.copy_image.as_ref().map(|image| image.span);
            add("copy-image", span, false, "hooks 0.7 copy nothing, since both pods share the work volume");
        }
        Some(hooks) => {
            // Its default is no wish.
            let span = (!hooks.scheduler.value).then_some(hooks.scheduler.span);
            add("scheduler", span, false, "hooks 0.8 always leave the node to the scheduler");
        }
        None => {}
    }
    if let Some(job) = pool.job.as_ref().filter(|_| !has_job_pod) {
        let purpose = "jobs have no pod of their own, and the runner's has no token";
        add("api-token", job.api_token.value.then_some(job.api_token.span), false, purpose);
        let purpose = "jobs have no container of their own; `runner { security … }` is about the runner's";
        add("security", job.security.as_ref().map(|security| security.span), false, purpose);
    }
    if let Some(account) =
        pool.service_account.as_ref().filter(|account| account.hook_rules.value && !has_job_pod)
    {
        add("hook-rules", Some(account.hook_rules.span), false, "no container hooks run in this mode");
    }
    if let (ContainerMode::Default, Some(runner), Some(job)) = (mode, &pool.runner, &pool.job) {
        let purpose = "steps run in the runner's container, and its size is that of `job`";
        let cpu = runner.cpu.as_ref().filter(|_| job.cpu.is_some()).map(|cpu| cpu.span);
        add("runner cpu=", cpu, false, purpose);
        let memory = runner.memory.as_ref().filter(|_| job.memory.is_some()).map(|memory| memory.span);
        add("runner memory=", memory, false, purpose);
        let storage = runner.storage.as_ref().filter(|_| job.storage.is_some()).map(|storage| storage.span);
        add("runner storage=", storage, false, purpose);
    }
    all
}
