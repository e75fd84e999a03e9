//! `unknown-reference`

use crate::check::{Check, Rule};
use crate::diagnostic::Severity;

pub static RULE: Rule = Rule {
    code: "unknown-reference",
    severity: Severity::Error,
    summary: "a name is used that nothing declares",
    explanation: "\
Pools refer to hardware, caches, clusters, priorities and templates by name. Where nothing of that name is declared, in
this file or in one that it includes, the pool can't be made, and it is left out until the name is found.

Correct the name, or declare what it means. Where the declaration itself has a mistake, only that mistake is
reported and not every use of it.
",
    good: r#"
hardware "gpu" {
    device "nvidia.com/gpu"
    select "nvidia.com/gpu.present" "true"
    nodes "gpu" count=2 cpu=32 memory="256Gi" devices=4
}
pool "train" {
    mode "dind"
    runners max=2
    hardware "gpu" devices=1
    job cpu=8 memory="32Gi"
}
"#,
    bad: r#"
hardware "gpu" {
    device "nvidia.com/gpu"
    select "nvidia.com/gpu.present" "true"
    nodes "gpu" count=2 cpu=32 memory="256Gi" devices=4
}
pool "train" {
    mode "dind"
    runners max=2
    hardware "gpus" devices=1
    job cpu=8 memory="32Gi"
}
"#,
    check: Check::Reading,
};
