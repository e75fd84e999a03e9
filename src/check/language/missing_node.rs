//! `missing-node`

use crate::check::{Check, Rule};
use crate::diagnostic::Severity;

pub static RULE: Rule = Rule {
    code: "missing-node",
    severity: Severity::Error,
    summary: "a node lacks a part that it means nothing without",
    explanation: "\
A fleet needs a namespace and an address to register at; a pool needs a mode and a number of runners. Where such a
part is missing, no default would be right for everyone, and nothing is made of the node.

Add the part. A pool may have it from its template: then `from=` is what is missing.
",
    good: r#"
pool "build" {
    mode "dind"
    runners max=4
}
"#,
    bad: r#"
pool "build" {
    runners max=4
}
"#,
    check: Check::Reading,
};
