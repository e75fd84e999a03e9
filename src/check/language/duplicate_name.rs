//! `duplicate-name`

use crate::check::{Check, Rule};
use crate::diagnostic::Severity;

pub static RULE: Rule = Rule {
    code: "duplicate-name",
    severity: Severity::Error,
    summary: "two declarations have the same name",
    explanation: "\
Pools, templates, caches, classes of hardware, clusters and the like are told apart by their names: other parts
of the file refer to them, and Kubernetes objects are named after them. Two of one name would write the same
files, and a reference would mean either. Files that are read with `include` count as one file with this one.

Rename one of the two, or merge them. One pool for several clusters is written once, and lists them with
`clusters`.
",
    good: r#"
pool "build-small" {
    mode "dind"
    runners max=4
}
pool "build-large" {
    mode "dind"
    runners max=2
}
"#,
    bad: r#"
pool "build" {
    mode "dind"
    runners max=4
}
pool "build" {
    mode "dind"
    runners max=2
}
"#,
    check: Check::Reading,
};
