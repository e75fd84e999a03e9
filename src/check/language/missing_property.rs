//! `missing-property`

use crate::check::{Check, Rule};
use crate::diagnostic::Severity;

pub static RULE: Rule = Rule {
    code: "missing-property",
    severity: Severity::Error,
    summary: "a node lacks a property that has no default",
    explanation: "\
Most properties have a default or may be left out. Some can't: how much memory a node of the cluster has, or how
long a login to Vault lasts, is nothing that a compiler should guess.

Add the property; the finding says what it means and gives an example of its type. A template need not be
complete: what it lacks is asked for only in the pools that use it.
",
    good: r#"
hardware "cpu" {
    select "ci" "large-memory"
    nodes "cpu" count=4 cpu=64 memory="256Gi"
}
pool "build" {
    mode "dind"
    runners max=4
    hardware "cpu"
    job cpu=4 memory="16Gi"
}
"#,
    bad: r#"
hardware "cpu" {
    select "ci" "large-memory"
    nodes "cpu" count=4 cpu=64
}
"#,
    check: Check::Reading,
};
