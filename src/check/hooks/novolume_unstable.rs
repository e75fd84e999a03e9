//! `novolume-unstable`

use super::amounts;
use crate::check::findings::Reporter;
use crate::check::{Check, Context, PoolView, Rule};
use crate::diagnostic::Severity;
use crate::language::nodes::ContainerMode;
use crate::language::value::Memory;

pub static RULE: Rule = Rule {
    code: "novolume-unstable",
    severity: Severity::Info,
    summary: "jobs with much on their disk use hooks that copy files over the API",
    explanation: "\
Hooks 0.8 (mode `kubernetes-novolume`) share no volume between runner and job. They pack files with `tar` and
send them through `exec` of the API server, before a job, around each step and, for container actions, the whole
work folder there and back. For a small checkout nobody notices. With many gigabytes or very many files users
report `Unexpected end of data`, half a minute a step while the hooks compare lists of all files, and response
files that are missing at the end.

The size of a checkout stands in no fleet file; `job storage=` is the nearest to it, so this is said where a job
of such a pool may fill 20Gi or more. If jobs only write that much and copy little, nothing is wrong: silence the
rule with that as the reason. Otherwise use `mode \"kubernetes\"` with storage that all nodes reach, `work
\"100Gi\" access=\"ReadWriteMany\"`, or keep large data in a cache, which is mounted and not copied.

Known from: hooks issues 292, 269, 274 and 423.
",
    good: r#"
pool "build" {
    mode "kubernetes-novolume"
    runners max=4
    job cpu=4 memory="8Gi" storage="10Gi"
}
"#,
    bad: r#"
pool "build" {
    mode "kubernetes-novolume"
    runners max=4
    job cpu=4 memory="8Gi" storage="200Gi"
}
"#,
    check: Check::Pool(check),
};

/// Disk of a job from which on its files are taken to be many.
const MUCH: Memory = Memory::gib(20);

fn check(_: &Context<'_>, view: PoolView<'_>, out: &mut Reporter<'_, '_>) {
    let Some(job) = view.objects.job_container() else { return };
    let storage = amounts::request(job, "ephemeral-storage").and_then(amounts::memory);
    let Some(storage) = storage.filter(|storage| *storage >= MUCH) else { return };
    if view.pool.mode != ContainerMode::KubernetesNovolume {
        return;
    }
    let word = view.pool.node.job.as_ref().and_then(|job| job.storage.as_ref());
    let span = word.map_or_else(|| view.job_pod_span(view.pool.span()), |word| word.span);
    let found = out
        .found(format!(
            "jobs of pool \"{}\" may fill {storage}, and hooks 0.8 copy work folders over the API",
            view.pool.name(),
        ))
        .label(span, "much to copy")
        .effect("large work folders make steps slow, and some fail with \"Unexpected end of data\"")
        .help("for large checkouts use `mode \"kubernetes\"` and `work … access=\"ReadWriteMany\"`");
    out.report(found);
}
