//! `cache-storage`

use crate::check::{Check, Rule};
use crate::diagnostic::Severity;

pub static RULE: Rule = Rule {
    code: "cache-storage",
    severity: Severity::Error,
    summary: "a cache has no place for its data, or two",
    explanation: "\
The data of a cache lies in one place: in a volume claim, which follows the jobs from node to node, or in a folder
on the node, which is faster and stays there. A cache with neither has nowhere to put it; with both it is not
clear which one a job sees.

Write one of `claim` and `host-path`. For both kinds of storage declare two caches.
",
    good: r#"
cache "models" {
    claim "models" size="100Gi" storage-class="nfs"
    mount "/mnt/cache/models" env="HF_HOME"
}
"#,
    bad: r#"
cache "models" {
    mount "/mnt/cache/models" env="HF_HOME"
}
"#,
    check: Check::Reading,
};
